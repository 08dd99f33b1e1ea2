//! A whole plan, run again with the report of an earlier run: what that met is neither forgotten
//! nor sent again in silence.

use crate::scene::{RUN, Scene, ids, many, plan_for};

const WRONG: &str = "next:answer=400,body={\"error_code\":\"DRS.KE0002\"}";
const STATE: &str = "next:answer=400,body={\"error_code\":\"DRS.M00304\"}";
const WHOLE: &str = "--report report.json plan.json";

fn received(scene: &Scene) -> Vec<u64> {
    let received = |id: String| scene.simulator.counts(&id, "so").received;
    ids(2).map(received).collect()
}

/// A scene with a report in which the second of two passwords met DRS.KE0002.
fn refused(name: &str, options: &str) -> Scene {
    let (simulator, plan) = many(2);
    let mut scene = Scene::with(name, simulator)
        .file("plan.json", &plan)
        .fault("next:regular")
        .fault(WRONG);
    let one = format!("{RUN} --batch-size 1 --concurrency 1 {options} {WHOLE}");
    assert_eq!(scene.run(&one).code, Some(3));
    assert_eq!(received(&scene), [1, 1]);
    scene
}

#[test]
fn a_whole_plan_is_refused_if_its_report_has_a_wrong_password_that_it_would_send_again() {
    let mut scene = refused("history-wrong", "");
    let before = scene.report("report.json");
    for option in ["", "--dry-run", "--rotation 2026-11", "-q"] {
        let ran = scene.run(&format!("{RUN} {option} {WHOLE}"));
        assert_eq!(ran.code, Some(2), "{option}: {}", ran.stdout);
        let id = ids(2).last().unwrap();
        for part in [
            "DRS.KE0002",
            &format!("1 password again, such as that of {id} so"),
            "--only-refused report.json",
            "--only-todo report.json",
            "--replace-report",
        ] {
            assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
        }
    }
    assert_eq!(received(&scene), [1, 1]);
    assert_eq!(scene.report("report.json"), before);
    // A plan without that end point may be run; and what the sentence names may, too.
    scene = scene.file("part.json", &plan_for(ids(1), |_| "new-hunter2".to_owned()));
    let part = "--only-todo report.json --report report.json part.json";
    assert_eq!(scene.run(&format!("{RUN} {part}")).code, Some(3));
    let ran = scene.run(&format!("{RUN} --only-refused report.json {WHOLE}"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(received(&scene), [1, 2]);
    // Nothing is left of it.
    assert_eq!(scene.run(&format!("{RUN} {WHOLE}")).code, Some(0));
}

#[test]
fn a_whole_plan_is_sent_where_its_passwords_are_said_to_be_others() {
    let mut scene = refused("history-replace", "");
    let ran = scene.run(&format!("{RUN} --replace-report {WHOLE}"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let mut scene = refused("history-label", "--rotation november");
    let ran = scene.run(&format!("{RUN} --rotation november {WHOLE}"));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    let ran = scene.run(&format!("{RUN} --rotation december {WHOLE}"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(received(&scene), [2, 2]);
}

#[test]
fn what_an_earlier_run_left_unconfirmed_is_not_called_rejected_by_a_run_of_the_whole_plan() {
    let (simulator, plan) = many(1);
    let mut scene = Scene::with("history-fold", simulator)
        .file("plan.json", &plan)
        .fault("next:cut=after-body,applied");
    let line = format!("{RUN} --retries 0 {WHOLE}");
    assert_eq!(scene.run(&line).code, Some(4));
    let mut report = scene.report("report.json");
    report["started"] = "2026-01-01T00:00:00Z".into();
    scene = scene.file("report.json", &report.to_string()).fault(STATE);
    let ran = scene.run(&line);
    assert_eq!(ran.code, Some(4), "{}", ran.stdout);
    let report = scene.report("report.json");
    assert_eq!(report["outcomes"][0]["outcome"], "unconfirmed");
    assert_eq!(report["outcomes"][0]["error_code"], "DRS.M00304");
    // It has this run's passwords.
    assert_ne!(report["started"], "2026-01-01T00:00:00Z");
    assert_eq!(scene.run(&line).code, Some(0));
    assert_eq!(scene.report("report.json")["changed"], 1);
}

#[test]
fn an_end_point_that_is_left_and_not_in_the_plan_is_told() {
    for (option, faults) in [
        ("--only-refused", [WRONG, WRONG]),
        ("--only-todo", [STATE, STATE]),
    ] {
        let (simulator, plan) = many(2);
        let mut scene = Scene::with("history-gone", simulator).file("plan.json", &plan);
        for fault in faults {
            scene = scene.fault(fault);
        }
        let one = "--batch-size 1 --concurrency 1";
        assert_eq!(scene.run(&format!("{RUN} {one} {WHOLE}")).code, Some(3));
        scene = scene.file("part.json", &plan_for(ids(1), |_| "new-hunter2".to_owned()));
        let line = format!("{RUN} {option} report.json --report report.json part.json");
        let ran = scene.run(&line);
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
        assert_eq!(scene.report("report.json")["before"]["gone"], 1);
        // A command would send nothing.
        assert!(!ran.stdout.contains("is sent by"), "{}", ran.stdout);
        let id = ids(2).last().unwrap();
        let told = format!("not sent (1), because the plan does not have them, such as {id} so");
        assert!(ran.stderr.contains(&told), "{}", ran.stderr);
        assert!(
            !ran.stderr.contains("instead of --only-todo"),
            "{}",
            ran.stderr
        );
        assert_eq!(received(&scene), [2, 1]);
    }
}
