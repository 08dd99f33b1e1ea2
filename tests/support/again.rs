//! Runs a test again in another process, for what belongs to a process: its memory and its
//! environment.

use std::{ffi::OsStr, process::Command};

use crate::child::program;

/// Tells a test that it is the child.
const CHILD: &str = "DRS_TEST_CHILD";

/// A command that runs only this ignored test of the same room.
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

/// Whether this process is a child; otherwise an ignored test has nothing to do.
pub fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Runs a command while the servers of this runtime run, and returns its output. It must succeed.
pub async fn output(mut command: Command) -> String {
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{stderr}");
    stdout
}

/// A command that runs cargo with the caller's toolchain and downloads, but without the environment
/// of this test's build.
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
