//! The program: its output, its flags, and its task file.
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};

use super::child::program;
use super::shared::{Answer, client, item, send, sources};
use drs_simulator::{EXAMPLE_PROJECT, EXAMPLE_TASK, EXAMPLE_TOKEN, TaskFile};
use serde_json::{Value, json};

struct Program {
    child: Child,
    endpoint: String,
    project: String,
    token: String,
    tasks: String,
}

impl Program {
    fn start(flags: &[&str]) -> Self {
        let mut child = program(env!("CARGO_BIN_EXE_drs-simulator"))
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut value = |name: &str| {
            let line = lines.next().unwrap().unwrap();
            line.strip_prefix(name).unwrap().trim().to_owned()
        };
        Self {
            endpoint: value("endpoint"),
            project: value("project"),
            token: value("token"),
            tasks: value("tasks"),
            child,
        }
    }

    async fn ask(&self, body: &Value) -> Answer {
        let url = format!(
            "{}/v3/{}/jobs/batch-modify-pwd",
            self.endpoint, self.project
        );
        let request = client().put(url).header("x-auth-token", &self.token);
        send(request.json(body)).await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn file(name: &str, content: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).unwrap();
    path
}

#[tokio::test]
async fn it_prints_how_to_reach_it_and_answers_there() {
    let program = Program::start(&[]);
    assert!(program.endpoint.starts_with("http://127.0.0.1:"));
    assert_eq!(program.project, EXAMPLE_PROJECT);
    assert_eq!(program.token, EXAMPLE_TOKEN);
    assert_eq!(program.tasks, "32");
    let answer = program.ask(&sources(&[EXAMPLE_TASK])).await;
    assert_eq!(answer.body["results"][0]["status"], "success");
}

#[tokio::test]
async fn it_takes_project_token_and_tasks_from_the_readmes_file() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```yaml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let path = file("readme.yaml", example);
    let program = Program::start(&["--tasks", path.to_str().unwrap()]);
    let example = TaskFile::parse(example).unwrap();
    assert_eq!(Some(program.project.clone()), example.project_id);
    assert_eq!(example.tokens().next(), Some(program.token.as_str()));
    assert_eq!(program.tasks, example.tasks().count().to_string());
    let answer = program.ask(&sources(&[EXAMPLE_TASK])).await;
    assert_eq!(answer.body["results"][0]["status"], "success");
}

#[tokio::test]
async fn it_takes_tasks_from_json_and_project_and_token_from_flags() {
    let path = file(
        "tasks.json",
        r#"{"tasks": [{"id": "parent", "state": "PAUSING", "dual_active_parent": true}]}"#,
    );
    let program = Program::start(&[
        "--tasks",
        path.to_str().unwrap(),
        "--project-id",
        "p1",
        "--token",
        "t1",
        "--refusal",
        "whole-request",
    ]);
    assert_eq!(
        (program.project.as_str(), program.token.as_str()),
        ("p1", "t1")
    );
    let answer = program.ask(&sources(&["parent"])).await;
    assert_eq!((answer.status, answer.code()), (400, "DRS.M00307"));
}

/// More than the parser accepts by default.
#[tokio::test]
async fn it_takes_many_tasks_from_json_and_from_yaml() {
    takes_tasks(30_000).await;
}

#[tokio::test]
#[ignore = "slow: 50,000 tasks; .ci/run runs it"]
async fn it_takes_fifty_thousand_tasks_from_json_and_from_yaml() {
    takes_tasks(50_000).await;
}

async fn takes_tasks(count: usize) {
    let items = (0..count).map(|n| {
        let id = format!("{n:08}-a37c-41b9-bc2b-8c00ba32jb52");
        format!(r#"{{"id": "{id}", "state": "PAUSING", "so": "first-{n}", "ta": "first-{n}"}}"#)
    });
    let items: Vec<String> = items.collect();
    let json = format!(r#"{{"tasks": [{}]}}"#, items.join(", "));
    let yaml = format!("tasks:\n- {}\n", items.join("\n- "));
    for (name, content) in [("many.json", json), ("many.yaml", yaml)] {
        let path = file(&format!("{count}-{name}"), &content);
        let program = Program::start(&["--tasks", path.to_str().unwrap()]);
        assert_eq!(program.tasks, count.to_string(), "{name}");
        let last = format!("{:08}-a37c-41b9-bc2b-8c00ba32jb52", count - 1);
        let answer = program.ask(&sources(&[&last])).await;
        assert_eq!(answer.body["results"][0]["status"], "success", "{name}");
    }
}

/// The memory of the program's process, in bytes.
#[cfg(target_os = "linux")]
fn memory_of(program: &Program) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.child.id()));
    let status = status.unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<usize>().unwrap() * 1024
}

/// Each request names its own unknown task, with a 10 KB password.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn its_memory_does_not_grow_with_the_requests_that_it_has_served() {
    let program = Program::start(&[]);
    let client = client();
    let url = format!(
        "{}/v3/{}/jobs/batch-modify-pwd",
        program.endpoint, program.project
    );
    let serve = async |numbers: std::ops::Range<usize>| {
        for number in numbers {
            let item = item(&format!("task-{number}"), "so", &"p".repeat(10_000));
            let request = client.put(&url).header("x-auth-token", &program.token);
            let answer = send(request.json(&json!({"jobs": [item]}))).await;
            assert_eq!(answer.body["results"][0]["error_code"], "DRS.M05003");
        }
    };
    serve(0..500).await;
    let before = memory_of(&program);
    serve(500..2_500).await;
    let grown = memory_of(&program).saturating_sub(before);
    assert!(grown < 1 << 20, "{grown} bytes more after 2,000 requests");
}

#[test]
fn a_faulty_task_file_is_refused_with_a_sentence_and_without_passwords() {
    let cases = [
        ("tasks: [{id: a, state: X}]", "`X` is not a state of a task"),
        ("tasks: [{id: a, state: PAUSING, so: 424242}]", "quote it"),
        (
            "tasks: [{id: a, state: PAUSING, pw: 424242}]",
            "unknown field",
        ),
        ("so: \"424242", "line"),
        ("{}", "missing field `tasks`"),
    ];
    for (number, (content, expected)) in cases.into_iter().enumerate() {
        let path = file(&format!("faulty-{number}.yaml"), content);
        let output = program(env!("CARGO_BIN_EXE_drs-simulator"))
            .arg("--tasks")
            .arg(path)
            .output()
            .unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("424242"), "{error}");
    }
}

#[tokio::test]
async fn it_takes_faults_and_a_throttle_from_flags() {
    let program = Program::start(&[
        "--fault",
        "next:answer=503,header=content-type: application/json,body={\"error_code\":\"X\"}",
        "--fault",
        "next:items=null-results",
        "--throttle",
        "0.001",
    ]);
    let body = sources(&[EXAMPLE_TASK]);
    let answer = program.ask(&body).await;
    assert_eq!((answer.status, answer.code()), (503, "X"));
    let answer = program.ask(&body).await;
    assert_eq!(
        (answer.status, &answer.body["results"]),
        (200, &Value::Null)
    );
    assert_eq!(program.ask(&body).await.status, 200);
    assert_eq!(program.ask(&body).await.status, 429);
}
