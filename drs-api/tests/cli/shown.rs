//! Texts from outside that the tool shows: none can control the terminal.

use std::{fs, os::unix::ffi::OsStrExt as _, process::Command};

use drs_simulator::{Fault, Times};
use serde_json::json;

use crate::{
    inputs::WITHOUT,
    scene::{PLAN, RUN, SECRET, Scene, TASK},
};

/// Characters that could control a terminal, or hide from a reader.
const TEXTS: [&str; 5] = [
    "\u{1b}[2Jx\u{7}",
    "x\r",
    "x\ny",
    "\u{202e}x\u{2066}\u{9b}",
    "\u{200b}x\u{feff}",
];

/// The longest line that may be shown, in characters: each may be written as ten.
const LONGEST: usize = 8_193 * 10;

fn is_clean(line: &str) -> bool {
    let hides = |c: char| TEXTS.iter().any(|text| text.contains(c)) && !c.is_ascii();
    !line.contains(|c: char| c.is_control() || hides(c)) && line.chars().count() <= LONGEST
}

/// Runs a command, and asserts that its whole output is clean.
fn shows(mut command: Command, what: &str) -> (Option<i32>, String) {
    let ran = command.output().unwrap();
    let shown = [ran.stdout, ran.stderr].concat();
    let shown = String::from_utf8(shown).unwrap();
    for line in shown.lines() {
        assert!(is_clean(line), "{what}: {line:?}");
    }
    assert!(!shown.contains(SECRET), "{what}");
    (ran.status.code(), shown)
}

/// A long text is as long as a word on a command line can be.
fn texts() -> impl Iterator<Item = String> {
    let long = "x\u{202e}".repeat(30_000);
    TEXTS.into_iter().map(str::to_owned).chain([long])
}

#[test]
fn words_of_the_command_line_and_variables_are_shown_escaped_and_cut() {
    let scene = Scene::new("shown-words")
        .file("plan.yaml", PLAN)
        .file("without.yaml", WITHOUT);
    for text in texts() {
        for words in [
            &["./", "plan"][..],
            &["--report=./missing/", "plan.yaml"],
            &["--only-todo=./", "plan.yaml"],
            &["--ca-bundle=./", "plan.yaml"],
            &["--password-file=./", "without.yaml"],
            &["--password-env=", "without.yaml"],
            &["--token-file=./", "plan.yaml"],
            &["--project-id=", "plan.yaml"],
            &["--endpoint=", "plan.yaml"],
            &["--output=", "plan.yaml"],
            &["--batch-size=", "plan.yaml"],
            &["--retry-for=", "plan.yaml"],
            &["--language=", "plan.yaml"],
            &["--credentials=", "plan.yaml"],
            &["--unknown=", "plan.yaml"],
            &["--", "plan.yaml"],
        ] {
            let mut command = scene.command("drs change-passwords --dry-run -v");
            if !words[0].starts_with("--endpoint") {
                command.args(["--endpoint", &scene.simulator.endpoint()]);
            }
            command.arg(format!("{}{text}", words[0])).args(&words[1..]);
            let what = format!("{} {:?}", words[0], text.chars().next());
            assert_eq!(shows(command, &what).0, Some(2), "{what}");
        }
        let mut command = scene.command("drs");
        command.arg(&text);
        assert_eq!(shows(command, "a command").0, Some(2));
        for name in ["HUAWEICLOUD_SDK_PROJECT_ID", "HW_AUTH_TOKEN", "HTTPS_PROXY"] {
            let mut command = scene.command(&format!("{RUN} -v plan.yaml"));
            command.env(name, &text);
            shows(command, name);
        }
        let mut command = scene.command("drs change-passwords -v --retries 0 plan.yaml");
        command.env("HW_REGION_NAME", &text);
        // A trailing line end is removed.
        let is_region = text == "x\r";
        let code = if is_region { 3 } else { 2 };
        assert_eq!(shows(command, "the region").0, Some(code));
    }
}

#[test]
fn paths_and_ids_of_a_plan_are_shown_escaped_and_cut() {
    let mut scene = Scene::new("shown-plan");
    fs::create_dir(scene.path("s")).unwrap();
    let long = "x\u{202e}".repeat(250_000);
    for text in TEXTS.into_iter().chain([long.as_str()]) {
        // A file of this name that others can read.
        let name = std::ffi::OsStr::from_bytes(text.as_bytes());
        let is_there = fs::write(scene.path("s").join(name), "pw\n").is_ok();
        if is_there {
            let path = format!("s/{text}");
            scene.mode(&path, 0o644);
        }
        let item = |field: &str, value: &str| {
            let mut item = json!({"job_id": TASK, "end_point_type": "so", "db_password": "x"});
            if field == "db_password_file" {
                item.as_object_mut().unwrap().remove("db_password");
            }
            match field {
                "user_principal" => item["kerberos"] = json!({field: value}),
                _ => item[field] = value.into(),
            }
            json!({"jobs": [item]}).to_string()
        };
        for (field, value) in [
            ("db_password_file", format!("s/{text}")),
            ("job_id", text.to_owned()),
            ("end_point_type", text.to_owned()),
            ("user_principal", text.to_owned()),
            (text, text.to_owned()),
        ] {
            scene = scene.file("plan.json", &item(field, &value));
            let what = format!("{:?}", field.get(..5));
            let command = scene.command(&format!("{RUN} --dry-run plan.json"));
            let (code, shown) = shows(command, &what);
            assert_eq!(code, Some(2), "{what}: {shown}");
            if field == "db_password_file" && is_there {
                assert!(
                    shown.contains(r"\u{") && shown.contains("open to others"),
                    "{shown}"
                );
            }
        }
        // JSON's own escapes show what is sent unchanged.
        let item = json!({"job_id": TASK, "end_point_type": "so", "db_password": "x",
            "kerberos": {"krb5_conf_file": format!("[{text}")}});
        scene = scene.file("conf.json", &json!({"jobs": [item]}).to_string());
        let ran = scene.run(&format!("{RUN} --dry-run --output json conf.json"));
        assert!(!ran.stdout.contains('\u{202e}') && !ran.stdout.contains('\u{1b}'));
        let body = &ran.json()["requests"][0]["body"];
        assert_eq!(
            body["jobs"][0]["kerberos"]["krb5_conf_file"],
            format!("[{text}")
        );
    }
    assert_eq!(scene.simulator.connection_count(), 0);
}

#[test]
fn texts_of_answers_are_shown_escaped_and_cut_in_tables_progress_and_events() {
    let long = "x\u{202e}".repeat(250_000);
    for (number, text) in TEXTS.into_iter().chain([long.as_str()]).enumerate() {
        let scene = Scene::new(&format!("shown-answer-{number}")).file("plan.yaml", PLAN);
        let result = json!({"id": text, "end_point_type": text, "status": text});
        for answer in [
            json!({"error_code": text, "error_msg": text, "request_id": text}),
            json!({"results": [result], text: text}),
        ] {
            let fault = Fault::answer(400, answer.to_string());
            scene.simulator.fault(fault, Times::Always);
            for options in ["-v", "-vv", "-vv --output json"] {
                let command = scene.command(&format!("{RUN} {options} --retries 0 plan.yaml"));
                let (code, shown) = shows(command, options);
                assert!(matches!(code, Some(3 | 4)), "{shown}");
            }
        }
    }
}

#[test]
fn texts_of_a_report_are_shown_escaped_and_cut_by_show_and_by_what_goes_on_from_it() {
    let mut scene = Scene::new("shown-report").file("plan.yaml", PLAN);
    let long = "x\u{202e}".repeat(250_000);
    for text in TEXTS.into_iter().chain([long.as_str()]) {
        let outcome = json!({"job_id": text, "end_point_type": "so", "outcome": "rejected",
            "error_code": text, "error_msg": text, "cause": text, "request_id": text});
        let report = json!({"schema": 1, "tool": text, "api_document": text, "endpoint": text,
            "project_id": text, "started": text, "ended": text, "rotation": text,
            "command": [text, text, text], "before": {"started": text, "changed": 3},
            "outcomes": [outcome], "unmatched_results": [{"id": text}], "remarks": [text],
            "stopped": text});
        scene = scene.file("report.json", &report.to_string());
        let (code, shown) = shows(scene.command("drs show report.json"), "show");
        assert_eq!(code, Some(3), "{shown}");
        for option in ["--only-todo report.json", "--report report.json"] {
            let command = scene.command(&format!("{RUN} {option} plan.yaml"));
            assert_eq!(shows(command, option).0, Some(2), "{option}");
        }
    }
    assert_eq!(scene.simulator.connection_count(), 0);
}
