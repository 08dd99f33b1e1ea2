//! Does generation at build time produce what is checked in, and does it follow the spec? And is it
//! free for everyone else?
//!
//! The builds run in a copy of the repository, which is kept, and use its build directory. So only
//! the copied crates are compiled, and only when they changed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
    sync::{Mutex, MutexGuard},
};

use drs_api_gen::GENERATED_FOLDER;
use serde_json::Value;

use super::one_operation::one_operation;

const SPEC: &str = "openapi/drs-v3.yaml";

/// One build at a time, because they share the copy.
static COPY: Mutex<()> = Mutex::new(());

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn cargo(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = drs_tests::cargo(env!("CARGO"));
    command.args(arguments).args(["--locked", "--offline"]);
    command.current_dir(folder).output().unwrap()
}

struct Copy {
    folder: PathBuf,
    _alone: MutexGuard<'static, ()>,
}

impl Copy {
    fn fresh() -> Self {
        let alone = COPY.lock().unwrap_or_else(|e| e.into_inner());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("codegen");
        fs::create_dir_all(&folder).unwrap();
        for entry in ["Cargo.toml", "Cargo.lock"] {
            update(&repository().join(entry), &folder.join(entry));
        }
        for entry in ["drs-api", "drs-api-gen", "openapi", "xtask", "tests"] {
            update(&repository().join(entry), &folder.join(entry));
        }
        Self {
            folder,
            _alone: alone,
        }
    }

    fn edit(&self, from: &str, to: &str) {
        let path = self.folder.join(SPEC);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{SPEC} has no {from:?}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
    }

    /// `cargo build --features codegen`, without TLS, which takes longest.
    fn build(&self) -> Output {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let target = target.to_str().unwrap();
        cargo(
            &self.folder,
            &[
                "build",
                "--package=drs-api",
                "--no-default-features",
                "--features=codegen",
                "--message-format=json",
                "--target-dir",
                target,
            ],
        )
    }

    /// Builds, and returns the folder with the generated files.
    fn generated(&self) -> PathBuf {
        let output = self.build();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        let messages = String::from_utf8(output.stdout).unwrap();
        let out = messages
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter(|message| message["reason"] == "build-script-executed")
            .find(|message| {
                message["package_id"]
                    .as_str()
                    .unwrap()
                    .contains("/drs-api#")
            })
            .map(|message| message["out_dir"].as_str().unwrap().to_owned())
            .unwrap();
        Path::new(&out).join("generated")
    }
}

/// Makes `to` a copy of `from`. An identical file keeps its time, so cargo sees no change.
fn update(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(to).unwrap() {
            let there = entry.unwrap().path();
            if !from.join(there.file_name().unwrap()).exists() {
                let removed = match there.is_dir() {
                    true => fs::remove_dir_all(&there),
                    false => fs::remove_file(&there),
                };
                removed.unwrap();
            }
        }
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            update(&path, &to.join(path.file_name().unwrap()));
        }
    } else {
        let content = fs::read(from).unwrap();
        if fs::read(to).ok().as_ref() != Some(&content) {
            fs::write(to, content).unwrap();
        }
    }
}

#[test]
#[ignore = "slow: builds crates with cargo; .ci/run runs it"]
fn what_is_generated_at_build_time_is_what_is_checked_in() {
    let copy = Copy::fresh();
    let checked_in = repository().join(GENERATED_FOLDER);
    for file in ["mod.rs", "drs/mod.rs", "drs/types.rs"] {
        let read = |folder: &Path| fs::read_to_string(folder.join(file)).unwrap();
        assert!(
            read(&copy.generated()) == read(&checked_in),
            "build.rs generates another {file} than `cargo xtask regenerate`"
        );
    }
}

#[test]
#[ignore = "slow: builds crates with cargo; .ci/run runs it"]
fn a_change_of_the_spec_is_in_the_next_build() {
    let copy = Copy::fresh();
    let types = || fs::read_to_string(copy.generated().join("drs/types.rs")).unwrap();
    assert!(!types().contains("time_zone"));
    copy.edit(
        "        user_principal:\n",
        "        time_zone:\n          type: string\n          description: New.\n        user_principal:\n",
    );
    assert!(types().contains("pub time_zone: "));
}

#[test]
#[ignore = "slow: builds crates with cargo; .ci/run runs it"]
fn each_mistake_in_the_spec_is_an_error_of_the_build() {
    let copy = Copy::fresh();
    fs::write(copy.folder.join(SPEC), one_operation()).unwrap();
    copy.edit("format: password", "format: pasword");
    copy.edit("nullable: true", "nulable: true");
    let output = copy.build();
    assert!(!output.status.success());
    insta::assert_snapshot!("mistakes", errors(&output));
}

#[test]
#[ignore = "slow: builds crates with cargo; .ci/run runs it"]
fn without_the_documents_the_checked_in_client_is_built_and_a_warning_says_so() {
    let copy = Copy::fresh();
    fs::remove_dir_all(copy.folder.join("openapi")).unwrap();
    let output = copy.build();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("building the checked-in client"), "{said}");
    // Without documents the build watches its script alone; the next test brings them back.
    let script = copy.folder.join("drs-api/build.rs");
    fs::write(&script, fs::read(&script).unwrap()).unwrap();
}

/// The errors that cargo prints, except the one that points to the script. The place in the spec
/// must be named, but its line changes with every edit.
fn errors(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let errors = text.lines().filter(|line| line.starts_with("error"));
    let errors = errors.filter(|line| !line.contains("custom build command"));
    errors.map(without_line).collect::<Vec<_>>().join("\n")
}

/// `drs-v3.yaml:199:11: …` as `drs-v3.yaml:LINE:11: …`.
fn without_line(error: &str) -> String {
    let Some((before, after)) = error.split_once(".yaml:") else {
        return error.to_owned();
    };
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    assert_ne!(rest.len(), after.len(), "no line in {error}");
    format!("{before}.yaml:LINE{rest}")
}

#[test]
#[ignore = "slow: builds crates with cargo; .ci/run runs it"]
fn who_does_not_ask_for_it_builds_no_generator() {
    let tree = |arguments: &[&str]| {
        let always = ["tree", "--package=drs-api", "--edges=normal,build"];
        let rest = ["--prefix=none", "--format={p}"];
        let output = cargo(repository(), &[&always, &rest[..], arguments].concat());
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let generators = |tree: &str| -> Vec<String> {
        let crates = tree.lines().filter_map(|line| line.split(' ').next());
        let generators = ["drs-api-gen", "progenitor", "progenitor-impl", "typify"];
        let readers = ["openapiv3", "schemars", "serde-saphyr", "prettyplease"];
        let all = [generators, readers].concat();
        let mut found: Vec<_> = crates.filter(|name| all.contains(name)).collect();
        found.sort();
        found.dedup();
        found.into_iter().map(str::to_owned).collect()
    };
    assert_eq!(generators(&tree(&[])), [""; 0]);
    // The names that would be found.
    assert_eq!(generators(&tree(&["--features=codegen"])).len(), 8);
}
