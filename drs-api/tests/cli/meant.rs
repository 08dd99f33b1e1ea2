//! What is sent is what the operator meant, in plans, files, and variables.

use std::{fs, process::Output};

use crate::{
    inputs::WITHOUT,
    scene::{RUN, Scene, TASK},
};

/// Runs a line with a variable whose value can't be written on a line.
fn run_with(scene: &Scene, line: &str, name: &str, value: &str) -> Output {
    scene.command(line).env(name, value).output().unwrap()
}

/// The plan of one item, with these additional fields.
pub(crate) fn item(fields: &str) -> String {
    format!("jobs:\n- job_id: {TASK}\n  end_point_type: so\n{fields}")
}

/// Asserts that a line is refused with this sentence, and that nothing is sent.
pub(crate) fn refused(scene: &mut Scene, line: &str, expected: &str) {
    let ran = scene.run(line);
    assert_eq!(ran.code, Some(2), "{line}: {}", ran.stderr);
    assert!(ran.stderr.contains(expected), "{line}: {}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1, "{line}: {}", ran.stderr);
    assert_eq!(scene.simulator.connection_count(), 0, "{line}");
}

/// Asserts that a line changes the source's password to this one.
pub(crate) fn sends(scene: &mut Scene, line: &str, password: &str) {
    let output = scene.command(line).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{line}: {output:?}");
    assert_eq!(scene.password("so"), password, "{line}");
}

#[test]
fn a_json_plan_is_not_read_as_yaml() {
    let json = |password: &str| {
        format!(
            r#"{{"jobs":[{{"job_id":"{TASK}","end_point_type":"so","db_password":"{password}"}}]}}"#
        )
    };
    let mut scene = Scene::new("meant-json")
        .file("escape.json", &json("My\\Pass1"))
        .file("escape.txt", &json("Q\\x41b"))
        .file("good", &json("a\\u0041\\\\"));
    refused(
        &mut scene,
        &format!("{RUN} escape.json"),
        "escape.json: line 1, column ",
    );
    refused(
        &mut scene,
        &format!("{RUN} - < escape.txt"),
        "standard input: line 1, column ",
    );
    sends(&mut scene, &format!("{RUN} - < good"), "aA\\");
}

#[test]
fn yaml_takes_nothing_away_from_a_password() {
    for line in [
        "abc",
        "abc #1",
        "&abc xyz",
        "!!binary QUJD",
        "abc\n    def",
        ">-\n    abc\n    def",
    ] {
        let mut scene =
            Scene::new("meant-yaml").file("plan.yaml", &item(&format!("  db_password: {line}\n")));
        refused(&mut scene, &format!("{RUN} plan.yaml"), "single quotes");
    }
    for (line, password) in [
        ("'abc #1'", "abc #1"),
        ("'&abc xyz'", "&abc xyz"),
        ("\"a\\\"\\u0062\"", "a\"b"),
    ] {
        let mut scene =
            Scene::new("meant-yaml").file("plan.yaml", &item(&format!("  db_password: {line}\n")));
        sends(&mut scene, &format!("{RUN} plan.yaml"), password);
    }
}

#[test]
fn what_nobody_sees_is_refused_in_variables_and_files() {
    let mut scene = Scene::new("meant-invisible").file("plan.yaml", WITHOUT);
    for (value, expected) in [
        (
            "\u{feff}pw",
            "environment variable PW: it contains the invisible character U+FEFF",
        ),
        (
            "p\u{200b}w",
            "environment variable PW: it contains the invisible character U+200B",
        ),
        (
            "pw\u{a0}",
            "environment variable PW: it contains the invisible character U+00A0",
        ),
        (
            "pw ",
            "environment variable PW: it begins or ends with a space",
        ),
        (
            " pw",
            "environment variable PW: it begins or ends with a space",
        ),
        (
            "${PASSWORD}",
            "environment variable PW: it is a mask or a template",
        ),
        ("p\nw", "environment variable PW: it contains a line break"),
    ] {
        let line = format!("{RUN} --password-env PW plan.yaml");
        let output = run_with(&scene, &line, "PW", value);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(
            told.starts_with(&format!("drs: plan.yaml: jobs[0]: {expected}")),
            "{told}"
        );
        fs::write(scene.path("file"), format!("{value}\n")).unwrap();
        scene.mode("file", 0o600);
        let line = format!("{RUN} --password-file file plan.yaml");
        if value.starts_with('\u{feff}') {
            // Editors write it there.
            sends(&mut scene, &line, "pw");
            scene = Scene::new("meant-invisible").file("plan.yaml", WITHOUT);
        } else if !value.contains('\n') {
            refused(
                &mut scene,
                &line,
                &expected.replace("environment variable PW", "file"),
            );
        }
    }
    let output = run_with(
        &scene,
        &format!("{RUN} --password-env PW plan.yaml"),
        "PW",
        "pw\n",
    );
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(scene.password("so"), "pw");
}

#[test]
fn tokens_and_ids_are_checked_wherever_they_come_from() {
    let mut scene = Scene::new("meant-token")
        .file("plan.yaml", &item("  db_password: 'abc'\n"))
        .file("token", "abc\u{200b}\n")
        .file("mask", "[redacted]\n");
    refused(
        &mut scene,
        &format!("{RUN} --token-file token plan.yaml"),
        "token: it contains the invisible character U+200B",
    );
    refused(
        &mut scene,
        &format!("{RUN} --token-file mask plan.yaml"),
        "mask: it is a mask",
    );
    for (name, value) in [
        ("HW_AUTH_TOKEN", "abc\u{2060}"),
        ("HW_AUTH_TOKEN", "${TOKEN}"),
        ("HUAWEICLOUD_SDK_PROJECT_ID", "05\u{200b}4"),
        ("HUAWEICLOUD_SDK_PROJECT_ID", "05 4"),
    ] {
        let output = run_with(&scene, &format!("{RUN} plan.yaml"), name, value);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(name) && !told.contains(value), "{told}");
    }
    refused(
        &mut scene,
        &format!("{RUN} --project-id 05\u{200b}4 plan.yaml"),
        "it contains U+200B",
    );
}

#[test]
fn a_mask_is_sent_to_those_alone_who_insist_on_it() {
    for mask in [
        "[redacted]",
        "********",
        "${NEW_PASSWORD}",
        "{{ password }}",
        "ENC[x]",
        "<new password>",
    ] {
        let plan = item(&format!("  db_password: '{mask}'\n"));
        let insists = format!("{plan}  db_password_literal: true\n");
        let mut scene = Scene::new("meant-mask")
            .file("plan.yaml", &plan)
            .file("insists.yaml", &insists);
        refused(
            &mut scene,
            &format!("{RUN} plan.yaml"),
            "jobs[0].db_password: it is a mask or a template",
        );
        sends(&mut scene, &format!("{RUN} insists.yaml"), mask);
    }
}

#[test]
fn what_a_dry_run_prints_is_no_plan() {
    let plan = item("  db_password: 'abc'\n");
    let mut scene = Scene::new("meant-dry-run").file("plan.yaml", &plan);
    let printed = scene.run(&format!("{RUN} --dry-run --output json plan.yaml"));
    let body = printed.json()["requests"][0]["body"].to_string();
    scene = scene
        .file("document.json", &printed.stdout)
        .file("body.json", &body);
    let table = scene.run(&format!("{RUN} --dry-run plan.yaml")).stdout;
    let line = table
        .lines()
        .find(|line| line.starts_with('{'))
        .unwrap()
        .to_owned();
    // Even if somebody insists on its mask.
    let insisting = line.replace("\"job_id\"", "\"db_password_literal\":true,\"job_id\"");
    assert_ne!(line, insisting);
    scene = scene
        .file("line.json", &line)
        .file("insisting.json", &insisting);
    for file in ["document.json", "body.json", "line.json", "insisting.json"] {
        refused(
            &mut scene,
            &format!("{RUN} {file}"),
            "it has a field that is not known here",
        );
    }
}
