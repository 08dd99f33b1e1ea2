//! The program: what it prints, and what its flags and its task file do.
#![allow(
    clippy::unwrap_used,
    reason = "these are tests, though not all marked as such"
)]

mod shared;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use drs_simulator::{EXAMPLE_PROJECT, EXAMPLE_TASK, EXAMPLE_TOKEN, TaskFile};
use serde_json::Value;
use shared::{Answer, client, send, sources};

struct Program {
    child: Child,
    endpoint: String,
    project: String,
    token: String,
    tasks: String,
}

impl Program {
    fn start(flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_drs-simulator"))
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
    let readme = include_str!("../README.md");
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

#[test]
fn a_faulty_task_file_is_refused_with_a_sentence_and_without_passwords() {
    let cases = [
        ("tasks: [{id: a, state: X}]", "`X` is no state of a task"),
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
        let output = Command::new(env!("CARGO_BIN_EXE_drs-simulator"))
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
