//! A directory with files, a simulator, and the commands that run there.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use drs_simulator::{EXAMPLE_SECRET_KEY, Simulator, parse_fault};
use serde_json::Value;
use snapbox::{Assert, Data};

use crate::child::program;

/// The task of the vendor's example.
pub(crate) use drs_simulator::EXAMPLE_TASK as TASK;

/// A part of every password in these tests.
pub(crate) const SECRET: &str = "hunter2";

/// A plan for both sides of the vendor's task.
pub(crate) const PLAN: &str = "\
jobs:
  - job_id: 25df459d-a37c-41b9-bc2b-8c00ba32jb52
    end_point_type: so
    db_password: 'source-hunter2'
  - job_id: 25df459d-a37c-41b9-bc2b-8c00ba32jb52
    end_point_type: ta
    db_password: 'destination-hunter2'
";

/// The options that each run needs.
pub(crate) const RUN: &str = "drs change-passwords --endpoint $ENDPOINT";

pub(crate) struct Scene {
    pub(crate) directory: PathBuf,
    pub(crate) simulator: Simulator,
    transcript: String,
}

pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

impl Scene {
    /// A scene with the simulator's default tasks.
    pub(crate) fn new(name: &str) -> Self {
        Self::with(name, Simulator::builder().start_blocking().unwrap())
    }

    pub(crate) fn with(name: &str, simulator: Simulator) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        Self {
            directory,
            simulator,
            transcript: String::new(),
        }
    }

    /// Adds a file that only its owner can read.
    pub(crate) fn file(self, name: &str, content: &str) -> Self {
        fs::write(self.path(name), content).unwrap();
        self.mode(name, 0o600);
        self
    }

    pub(crate) fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    pub(crate) fn fault(self, spec: &str) -> Self {
        let (fault, times) = parse_fault(spec).unwrap();
        self.simulator.fault(fault, times);
        self
    }

    /// The command of a line: `[NAME=VALUE]… drs … [< FILE] [> FILE]`. `NAME=` removes a variable.
    /// Besides what `program` keeps of the environment, it has a token and a project.
    pub(crate) fn command(&self, line: &str) -> Command {
        let line = line.replace("$ENDPOINT", &self.simulator.endpoint());
        let mut command = program(env!("CARGO_BIN_EXE_drs"));
        command
            .current_dir(&self.directory)
            .env("HW_AUTH_TOKEN", self.simulator.token())
            .env("HUAWEICLOUD_SDK_PROJECT_ID", self.simulator.project_id())
            // No test asks the machine that runs it.
            .env("DRS_METADATA_ENDPOINT", "http://127.0.0.1:1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut words = line.split_whitespace();
        for variable in words.by_ref().take_while(|word| *word != "drs") {
            match variable.split_once('=').unwrap() {
                (name, "") => command.env_remove(name),
                (name, value) => command.env(name, value),
            };
        }
        while let Some(word) = words.next() {
            let mut file = || self.path(words.next().unwrap());
            match word {
                "<" => command.stdin(fs::File::open(file()).unwrap()),
                ">" => command.stdout(fs::File::create(file()).unwrap()),
                _ => command.arg(word),
            };
        }
        command
    }

    /// Runs a line to its end, and checks that its output has no secret.
    pub(crate) fn run(&mut self, line: &str) -> Ran {
        let output = self.command(line).output().unwrap();
        let hide = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            for secret in [SECRET, self.simulator.token(), EXAMPLE_SECRET_KEY] {
                assert!(!text.contains(secret), "{line}\n{text}");
            }
            let text = text.replace(&self.simulator.endpoint(), "$ENDPOINT");
            let text = text.replace(self.directory.to_str().unwrap(), "$DIRECTORY");
            text.replace(env!("CARGO_BIN_EXE_drs"), "drs")
        };
        let ran = Ran {
            code: output.status.code(),
            stdout: hide(output.stdout),
            stderr: hide(output.stderr),
        };
        let mut add = |prefix: &str, text: &str| {
            for line in text.lines().map(without_what_differs) {
                self.transcript += format!("{prefix}{line}").trim_end();
                self.transcript.push('\n');
            }
        };
        add("$ ", line);
        add("", &ran.stdout);
        add("! ", &ran.stderr);
        add(
            "? ",
            &ran.code.map_or("-".to_owned(), |code| code.to_string()),
        );
        self.transcript.push('\n');
        ran
    }

    /// Adds a comment to the transcript.
    pub(crate) fn say(&mut self, text: &str) {
        for line in text.lines() {
            self.transcript += &format!("# {line}\n");
        }
    }

    /// Continues another scene's transcript.
    pub(crate) fn append(&mut self, other: &Self) {
        self.transcript += &other.transcript;
    }

    /// Compares the transcript with the one checked in: `$ ` precedes a command, `! ` a line of
    /// standard error, `? ` the exit code.
    pub(crate) fn check(&self, name: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/transcripts");
        let expected = Data::read_from(&path.join(format!("{name}.txt")), None);
        Assert::new()
            .action_env("SNAPSHOTS")
            .eq(self.transcript.trim_end().to_owned() + "\n", expected.raw());
    }

    /// Starts a line, and ends it when dropped.
    pub(crate) fn start(&self, line: &str) -> Started {
        Started(Some(self.command(line).spawn().unwrap()))
    }

    /// The current report.
    pub(crate) fn report(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.path(name)).unwrap()).unwrap()
    }

    pub(crate) fn password(&self, side: &str) -> String {
        self.simulator.password(TASK, side).unwrap()
    }

    /// Waits until this many requests have arrived.
    pub(crate) fn await_requests(&self, count: u64) {
        wait_for(|| self.simulator.request_count() >= count);
    }
}

/// A line of a report, without what differs in each run or with the spec.
fn without_what_differs(line: &str) -> String {
    match line.split_once("\": \"") {
        Some((name @ "  \"api_document", _)) => format!("{name}\": \"[version]\","),
        Some((name @ ("  \"started" | "  \"ended"), _)) => format!("{name}\": \"[time]\","),
        _ => line.to_owned(),
    }
}

/// Does something with each case, all at once, because most of it is waiting.
pub(crate) fn side_by_side<C: Send, D: Send>(
    cases: impl IntoIterator<Item = C>,
    something: impl Fn(C) -> D + Sync,
) -> Vec<D> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (cases.into_iter())
            .map(|case| scope.spawn(|| something(case)))
            .collect();
        let ends = threads.into_iter().map(|thread| thread.join());
        ends.map(|end| end.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

pub(crate) fn wait_for(mut condition: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(60), "waited in vain");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The ids of `count` tasks.
pub(crate) fn ids(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("{number:08}-5a7e-4000-8000-0000000000jb"))
}

/// A simulator with this many tasks, and a plan for their sources.
pub(crate) fn many(count: usize) -> (Simulator, String) {
    use drs_simulator::{Task, TaskState};
    let tasks = ids(count).map(|id| Task::new(id, TaskState::IncreTransferStarted));
    let simulator = Simulator::builder().tasks(tasks).start_blocking().unwrap();
    (
        simulator,
        plan_for(ids(count), |_| "new-hunter2".to_owned()),
    )
}

pub(crate) fn plan_for(
    ids: impl Iterator<Item = String>,
    password: impl Fn(&str) -> String,
) -> String {
    let jobs: Vec<_> = ids
        .map(|id| {
            let password = password(&id);
            serde_json::json!({"job_id": id, "end_point_type": "so", "db_password": password})
        })
        .collect();
    serde_json::json!({ "jobs": jobs }).to_string()
}

pub(crate) struct Started(Option<Child>);

impl Started {
    pub(crate) fn id(&self) -> u32 {
        self.0.as_ref().unwrap().id()
    }

    pub(crate) fn signal(&self, name: &str) {
        // Every shell has it, but not every system has a program of that name. The process may have
        // ended already.
        let kill = format!("kill -{name} {}", self.id());
        let shell = program("sh")
            .args(["-c", &kill])
            .stderr(Stdio::null())
            .status();
        shell.unwrap();
    }

    pub(crate) fn kill(&mut self) {
        let child = self.0.as_mut().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ran {
        let output = self.0.take().unwrap().wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
