//! A test that runs itself again in another process, for what belongs to a process alone:
//! its memory, its environment.

use std::{ffi::OsStr, process::Command};

use crate::child::program;

/// Says to a test that it is the child.
const CHILD: &str = "DRS_TEST_CHILD";

/// A command that runs this ignored test of the same room, and only it.
pub fn child(test: &str) -> Command {
    let mut command = program(std::env::current_exe().unwrap());
    command
        .args([
            test,
            "--exact",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(CHILD, "1");
    command
}

/// Whether this process is a child; an ignored test that is not has nothing to do.
pub fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Runs a command beside the servers of this runtime, and gives what it printed. It must
/// succeed.
pub async fn output(mut command: Command) -> String {
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{stderr}");
    stdout
}

/// A command that runs cargo, which finds its toolchain and what it has downloaded as the caller's
/// does, and learns nothing of the build of this test.
pub fn cargo(cargo: impl AsRef<OsStr>) -> Command {
    let mut command = program(cargo);
    for name in [
        "HOME",
        "CARGO_HOME",
        "RUSTUP_HOME",
        "RUSTUP_TOOLCHAIN",
        "CARGO_INCREMENTAL",
    ] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}
