//! What does `cargo xtask review` say on the command line, and how does it exit?

use std::{fs, path::PathBuf, process::Output};

use super::child::program;

/// Not the repository's own, which changes.
const SPEC: &str = include_str!("../../../drs-api-gen/tests/fixtures/minimal.yaml");

/// A file with this text.
fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn review(arguments: &[&str]) -> Output {
    let mut command = program(env!("CARGO_BIN_EXE_xtask"));
    command.arg("review").args(arguments).output().unwrap()
}

/// What it says, without the folder, of a review that can't be made.
fn refused(arguments: &[&str]) -> String {
    let output = review(arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    said.replace(concat!(env!("CARGO_TARGET_TMPDIR"), "/"), "")
}

#[test]
fn a_document_that_can_not_be_reviewed_is_one_clear_sentence() {
    for (name, text, expected) in [
        (
            "malformed.yaml",
            "openapi: 3.0.3\ninfo: [\n",
            "error: malformed.yaml: line 2, column 7: unclosed bracket '['; close it\n",
        ),
        (
            "later.yaml",
            "openapi: 3.1.0\ninfo: {title: A, version: 1.0.0}\npaths: {}\n",
            "error: later.yaml: /openapi (line 1, column 1): OpenAPI 3.1.0 can't be generated \
             from; write it for 3.0.3\n",
        ),
        (
            "earlier.yaml",
            "swagger: '2.0'\ninfo: {title: A, version: 1.0.0}\npaths: {}\n",
            "error: earlier.yaml: /swagger (line 1, column 1): this is Swagger 2.0; convert it \
             to OpenAPI 3.0.3 and write `openapi: 3.0.3`\n",
        ),
    ] {
        let (bad, good) = (file(name, text), file("good.yaml", SPEC));
        assert_eq!(refused(&["--base", &good, "--revision", &bad]), expected);
        assert_eq!(refused(&["--base", &bad, "--revision", &good]), expected);
    }
}

#[test]
fn what_is_not_there_is_one_clear_sentence() {
    let good = file("there.yaml", SPEC);
    assert_eq!(
        refused(&["--base", &good, "--revision", "no/such.yaml"]),
        "error: no/such.yaml: No such file or directory (os error 2)\n"
    );
    assert_eq!(
        refused(&["--base", "no-such-revision", "--revision", &good]),
        "error: no-such-revision is neither a file nor a revision of this repository\n"
    );
}

#[test]
fn a_page_and_its_json_give_the_verdict() {
    let base = file("base.yaml", SPEC);
    let revision = file(
        "revision.yaml",
        &SPEC.replace("version: 1.0.0", "version: 1.0.1"),
    );
    let page = review(&["--base", &base, "--revision", &revision]);
    assert!(page.status.success());
    let page = String::from_utf8(page.stdout).unwrap();
    assert_eq!(
        page.lines().next(),
        Some("**Docs only** — needs a patch step of `info.version`; `1.0.0` → `1.0.1` makes it.")
    );
    let json = review(&["--base", &base, "--revision", &revision, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["verdict"], "docs-only");
    assert_eq!(json["changes"][0]["kind"], "version changed");
}

#[test]
fn failing_on_demand_says_why_after_the_page() {
    let base = file("before.yaml", SPEC);
    let exposed = SPEC.replace(", format: password", "");
    for (name, text, fail_on, expected) in [
        ("same.yaml", SPEC, "breaking,unversioned", ""),
        (
            "exposed.yaml",
            &exposed,
            "breaking",
            "error: the change is breaking for Rust callers\n",
        ),
        (
            "exposed.yaml",
            &exposed,
            "unversioned",
            "error: the change is breaking for Rust callers, which needs a major step of \
             info.version; it went from 1.0.0 to 1.0.0\n",
        ),
        (
            "unlogged.yaml",
            &exposed.replace("version: 1.0.0", "version: 99.0.0"),
            "unversioned",
            "error: CHANGELOG.md has no entry that names the spec and its version; write \
             `- The spec, 99.0.0: …` under Unreleased\n",
        ),
    ] {
        let revision = file(name, text);
        let arguments = [
            "--base",
            &base,
            "--revision",
            &revision,
            "--fail-on",
            fail_on,
        ];
        let output = review(&arguments);
        assert_eq!(output.status.success(), expected.is_empty());
        assert_eq!(String::from_utf8(output.stderr).unwrap(), expected);
        assert!(output.stdout.starts_with(b"**"));
    }
}
