//! What does `cargo xtask review` say on the command line, and how does it exit?

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use super::child::program;

/// Not the repository's own, which changes.
const SPEC: &str = include_str!("../../../drs-api-gen/tests/fixtures/minimal.yaml");

/// A file with this text.
fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A repository with the three documents of this one, committed to `main`; each edit is made in
/// the work tree.
fn repository(name: &str, edits: &[(&str, &str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    for folder in [
        "openapi",
        "xtask",
        "tests/client/snapshots",
        "tests/spec/snapshots",
    ]
    .map(|part| folder.join(part))
    {
        fs::create_dir_all(folder).unwrap();
    }
    fs::write(folder.join("CHANGELOG.md"), "# Changelog\n").unwrap();
    for (name, text) in DOCUMENTS {
        // At its first version, whatever it is by now.
        let (before, after) = text.split_once("\n  version: ").unwrap();
        let (_, after) = after.split_once('\n').unwrap();
        let text = format!("{before}\n  version: 1.0.0\n{after}");
        fs::write(folder.join("openapi").join(name), text).unwrap();
    }
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        let who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
        let command = command.arg("-C").arg(&folder).args(who).args(arguments);
        assert!(command.output().unwrap().status.success(), "{arguments:?}");
    };
    git(&["init", "--quiet", "--initial-branch", "main"]);
    git(&["add", "."]);
    git(&[
        "-c",
        "commit.gpgsign=false",
        "commit",
        "--quiet",
        "--message",
        "Start",
    ]);
    for (name, from, to) in edits {
        let path = folder.join("openapi").join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{name}: {from}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }
    folder
}

const DOCUMENTS: [(&str, &str); 3] = [
    ("drs-v3.yaml", include_str!("../../../openapi/drs-v3.yaml")),
    ("iam-v3.yaml", include_str!("../../../openapi/iam-v3.yaml")),
    (
        "ecs-metadata.yaml",
        include_str!("../../../openapi/ecs-metadata.yaml"),
    ),
];

/// A review in that repository.
fn review_in(repository: &Path, arguments: &[&str]) -> Output {
    let mut command = program(env!("CARGO_BIN_EXE_xtask"));
    command.env("CARGO_MANIFEST_DIR", repository.join("xtask"));
    command.arg("review").args(arguments).output().unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
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
            "error: later.yaml: /openapi (line 1, column 1): OpenAPI 3.1.0 is not \
             supported; convert it to 3.0.3\n",
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
        Some("**Docs only** — needs a patch bump of `info.version`; `1.0.0` → `1.0.1` is one.")
    );
    let json = review(&["--base", &base, "--revision", &revision, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["verdict"], "docs-only");
    assert_eq!(json["changes"][0]["kind"], "`version` changed");
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
            "error: the change is breaking for Rust callers, which needs a major bump of \
             info.version, from 1.0.0; it is now 1.0.0\n",
        ),
        (
            "too-low.yaml",
            &exposed.replace("version: 1.0.0", "version: 1.0.1"),
            "unversioned",
            "error: the change is breaking for Rust callers, which needs a major bump of \
             info.version, from 1.0.0; it is now 1.0.1\n",
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

#[test]
fn a_change_of_each_document_has_a_section() {
    let folder = repository(
        "three",
        &[
            (
                "drs-v3.yaml",
                "        - failed\n      x-open",
                "        - failed\n        - pending\n      x-open",
            ),
            ("iam-v3.yaml", "/v3/auth/tokens:", "/v3/auth/token:"),
            (
                "ecs-metadata.yaml",
                "operationId: CreateMetadataToken",
                "operationId: MakeToken",
            ),
        ],
    );
    let page = text(review_in(&folder, &[]).stdout);
    let firsts: Vec<&str> = (page.lines())
        .filter(|line| line.starts_with("# ") || line.starts_with("**"))
        .collect();
    let of = |verdict: &str, step: &str| {
        format!("**{verdict}** — needs a {step} bump of `info.version`; it is still `1.0.0`.")
    };
    let expected = [
        "# `openapi/drs-v3.yaml`".to_owned(),
        of("Compatible", "minor"),
        "# `openapi/ecs-metadata.yaml`".to_owned(),
        // The method that is renamed is one of drs-api's own.
        of("Compatible", "minor"),
        "# `openapi/iam-v3.yaml`".to_owned(),
        of("Breaking on the wire", "major"),
    ];
    assert_eq!(firsts, expected, "{page}");
    assert_eq!(page.matches("The client is internal to drs-api").count(), 2);
    let json = review_in(&folder, &["--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let verdicts: Vec<_> = (json["documents"].as_array().unwrap().iter())
        .map(|review| {
            (
                review["document"].as_str().unwrap(),
                review["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        verdicts,
        [
            ("openapi/drs-v3.yaml", "compatible"),
            ("openapi/ecs-metadata.yaml", "compatible"),
            ("openapi/iam-v3.yaml", "breaking-wire"),
        ]
    );
    let output = review_in(&folder, &["--fail-on", "breaking"]);
    assert!(!output.status.success());
    assert_eq!(
        text(output.stderr),
        "error: openapi/iam-v3.yaml: the change is breaking on the wire\n"
    );
}

#[test]
fn a_document_that_is_new_is_compatible_and_one_that_is_gone_breaks() {
    let folder = repository("moved", &[]);
    let openapi = folder.join("openapi");
    fs::rename(openapi.join("iam-v3.yaml"), openapi.join("iam-v4.yaml")).unwrap();
    let json = review_in(&folder, &["--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let changes: Vec<_> = (json["documents"].as_array().unwrap().iter())
        .flat_map(|review| review["changes"].as_array().unwrap())
        .map(|change| ["kind", "class", "place"].map(|key| change[key].as_str().unwrap()))
        .collect();
    // The one that is gone had a client internal to drs-api, of which no Rust caller knows.
    let expected = [
        ["document added", "compatible", "public API"],
        ["document removed", "breaking-wire", "the document"],
    ];
    assert_eq!(changes, expected);
    let page = text(review_in(&folder, &[]).stdout);
    assert!(
        page.contains("Affects the service: its client is gone."),
        "{page}"
    );
}

#[test]
fn a_file_is_compared_with_the_document_of_its_name_or_its_title() {
    let folder = repository("files", &[]);
    let elsewhere = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let iam = DOCUMENTS[1]
        .1
        .replace("/v3/auth/tokens:", "/v3/auth/token:");
    let title = "Huawei Cloud Identity and Access Management (IAM), tokens and projects";
    let untitled = iam.replace(title, "Others");
    for (name, text, verdict) in [
        ("iam-v3.yaml", &iam, "breaking-wire"),
        ("other.yaml", &iam, "breaking-wire"),
    ] {
        let arguments = ["--revision", &elsewhere(name, text), "--format", "json"];
        let json = review_in(&folder, &arguments).stdout;
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(json["verdict"], verdict);
        assert_eq!(json["inside"], true);
    }
    let said = |arguments: &[&str]| {
        let output = review_in(&folder, arguments);
        assert!(!output.status.success());
        text(output.stderr).replace(&format!("{}/", folder.display()), "")
    };
    let other = elsewhere("others.yaml", &untitled);
    assert_eq!(
        said(&["--revision", &other]),
        "error: no document in openapi has the file name or the title of others.yaml; pass \
         `--base FILE`\n"
    );
    let (base, named) = (
        elsewhere("base.yaml", &iam),
        elsewhere("iam-v3.yaml", &untitled),
    );
    let differ = format!(
        "error: the titles differ, \"{title}\" and \"Others\"; say `--force` to compare them all \
         the same\n"
    );
    assert_eq!(said(&["--base", &base, "--revision", &other]), differ);
    assert_eq!(said(&["--revision", &named]), differ);
    let forced = ["--base", &base, "--revision", &other, "--force"];
    assert!(review_in(&folder, &forced).status.success());
}
