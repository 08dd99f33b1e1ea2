//! Whether a report belongs to the passwords of a plan, and what is lost when a report is replaced.

use serde_json::{Value, json};

use crate::scene::{RUN, Scene, ids, many, plan_for};

const FIRST: &str = "--report report.json plan.json";
const AGAIN: &str = "--only-todo report.json --report report.json plan.json";

/// A scene with a report of two end points, one of them rejected.
fn scene(name: &str, options: &str) -> Scene {
    let (simulator, plan) = many(2);
    let mut scene = Scene::with(name, simulator)
        .file("plan.json", &plan)
        .fault("next:regular")
        .fault("next:answer=400,body={\"error_code\":\"DRS.M00304\"}");
    let ran = scene.run(&format!("{RUN} --batch-size 1 {options} {FIRST}"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    scene
}

/// Changes a property of the report.
fn set(scene: Scene, name: &str, value: Value) -> Scene {
    let mut report = scene.report("report.json");
    report[name] = value;
    scene.file("report.json", &report.to_string())
}

fn started(seconds_ago: i64) -> Value {
    let then = std::time::SystemTime::now();
    let then = match u64::try_from(seconds_ago) {
        Ok(ago) => then - std::time::Duration::from_secs(ago),
        Err(_) => then + std::time::Duration::from_secs(seconds_ago.unsigned_abs()),
    };
    let then = jiff::Timestamp::try_from(then).unwrap();
    format!("{then:.0}").into()
}

fn refused(scene: &mut Scene, options: &str, parts: &[&str]) {
    let before = scene.simulator.request_count();
    for dry_run in ["", "--dry-run"] {
        let ran = scene.run(&format!("{RUN} {dry_run} {options}"));
        assert_eq!(ran.code, Some(2), "{options}: {}", ran.stdout);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
        for part in parts {
            assert!(ran.stderr.contains(part), "{options}: {}", ran.stderr);
        }
    }
    assert_eq!(scene.simulator.request_count(), before);
}

#[test]
fn a_report_with_another_label_is_refused_and_so_is_one_where_only_one_side_has_one() {
    for (then, now, parts) in [
        (
            "--rotation nov",
            "--rotation dec",
            ["had --rotation nov", "has --rotation dec"],
        ),
        (
            "--rotation nov",
            "",
            ["had --rotation nov", "has no --rotation"],
        ),
        (
            "",
            "--rotation dec",
            ["had no --rotation", "has --rotation dec"],
        ),
    ] {
        let mut scene = scene("rotation-labels", then);
        for option in ["--only-todo", "--only-refused"] {
            let line = format!("{now} {}", AGAIN.replace("--only-todo", option));
            refused(&mut scene, &line, &parts);
            // Only the age matters here.
            refused(&mut scene, &format!("--same-passwords {line}"), &parts);
        }
    }
}

#[test]
fn a_report_of_the_same_label_is_taken_at_any_age() {
    let scene = scene("rotation-same", "--rotation 2026-11");
    assert_eq!(scene.report("report.json")["rotation"], "2026-11");
    let mut scene = set(scene, "started", started(40 * 24 * 3600));
    let ran = scene.run(&format!("{RUN} --rotation 2026-11 {AGAIN}"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(scene.report("report.json")["rotation"], "2026-11");
}

#[test]
fn without_labels_a_report_over_a_day_old_or_from_the_future_is_refused_unless_told_otherwise() {
    for (ago, part) in [
        (24 * 3600 + 60, "over a day old"),
        (31 * 24 * 3600, "over a day old"),
        (-3600, "from the future"),
    ] {
        let mut scene = set(scene("rotation-age", ""), "started", started(ago));
        refused(&mut scene, AGAIN, &[part, "--same-passwords"]);
        let ran = scene.run(&format!("{RUN} --same-passwords {AGAIN}"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    let mut scene = set(scene("rotation-age", ""), "started", json!("yesterday"));
    refused(&mut scene, AGAIN, &["--same-passwords"]);
    let mut scene = set(scene, "started", started(23 * 3600));
    assert_eq!(scene.run(&format!("{RUN} {AGAIN}")).code, Some(0));
}

#[test]
fn what_an_earlier_run_changed_is_told_with_its_date_on_both_outputs_and_in_the_report() {
    let mut scene = set(scene("rotation-told", ""), "started", started(3600));
    let started = scene.report("report.json")["started"].clone();
    let told = format!(
        "Changed by the run of {} or later, and not sent again: ",
        started.as_str().unwrap()
    );
    // The second time, nothing is sent, and a report that goes on from another is as old as that
    // one.
    for (from, changed) in [("report", 1), ("report", 1), ("second", 2)] {
        let ran = scene.run(&format!(
            "{RUN} --only-todo {from}.json --report second.json plan.json"
        ));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(
            ran.stderr.contains(&told) && ran.stdout.contains(&told),
            "{}",
            ran.stdout
        );
        assert_eq!(
            scene.report("second.json")["before"],
            json!({"started": started, "changed": changed, "gone": 0})
        );
    }
}

#[test]
fn a_label_that_can_not_be_typed_again_is_refused() {
    let mut scene = scene("rotation-label", "");
    let before = scene.simulator.request_count();
    for label in ["", " ", " a", "a\n", "\u{1b}[31m", "a\u{200b}"] {
        let mut drs = scene.command(&format!("{RUN} plan.json"));
        let ran = drs.args(["--rotation", label]).output().unwrap();
        assert_eq!(ran.status.code(), Some(2), "{label:?}");
    }
    assert_eq!(scene.simulator.request_count(), before);
    let ran = scene.run(&format!("{RUN} --rotation 2026-11 plan.json"));
    assert_ne!(ran.code, Some(2), "{}", ran.stderr);
}

#[test]
fn a_report_that_has_more_left_than_the_plan_is_not_replaced_unless_told_so() {
    let mut scene = scene("rotation-replace", "");
    let other = plan_for(ids(1), |_| "new-hunter2".to_owned());
    scene = scene.file("other.json", &other);
    let left = format!(
        "it has 1 end point still to be changed that this plan does not have, such as {} so",
        ids(2).last().unwrap()
    );
    let line = "--report report.json other.json";
    refused(&mut scene, line, &[&left, "--replace-report"]);
    // The new report has everything.
    let ran = scene.run(&format!("{RUN} --only-todo report.json {line}"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert_eq!(
        scene.report("report.json")["outcomes"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        scene.run(&format!("{RUN} --replace-report {line}")).code,
        Some(0)
    );
    assert_eq!(
        scene.report("report.json")["outcomes"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // Losing a changed end point doesn't matter.
    let mut scene = set(
        scene,
        "outcomes",
        json!([
            {"job_id": "a", "end_point_type": "so", "outcome": "changed"},
        ]),
    );
    assert_eq!(scene.run(&format!("{RUN} {line}")).code, Some(0));
}
