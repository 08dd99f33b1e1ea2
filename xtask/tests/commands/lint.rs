//! What does `cargo xtask lint` print, and how does it end?

use std::{
    fs, io,
    path::PathBuf,
    process::{Command, Stdio},
};

use super::child::program;

fn lint() -> Command {
    let mut command = program(env!("CARGO_BIN_EXE_xtask"));
    command.arg("lint");
    command
}

/// A pipe that no one reads from.
fn closed() -> Stdio {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    writer.into()
}

fn broken_document() -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("broken.yaml");
    fs::write(&path, "openapi: 3.0.3\n").unwrap();
    path
}

#[test]
fn a_reader_that_has_gone_away_is_no_panic() {
    let status = lint().stdout(closed()).status().unwrap();
    assert_eq!(status.code(), Some(0));
    let status = lint().arg(broken_document()).stderr(closed()).status();
    assert_eq!(status.unwrap().code(), Some(1));
}

#[test]
fn a_mistake_stands_on_a_line_with_its_file() {
    let path = broken_document();
    let output = lint().arg(&path).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let start = format!("{}:1:1: missing-key: ", path.display());
    assert!(said.starts_with(&start), "{said}");
}
