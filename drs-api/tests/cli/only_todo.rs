//! `--only-todo`: what is sent again after an earlier report, and what the new report says.

use serde_json::{Value, json};

use crate::scene::{RUN, Scene, ids, many, plan_for};

const FIRST: &str = "--report report.json plan.json";
const AGAIN: &str = "--only-todo report.json --report report.json plan.json";

fn outcomes(report: &Value) -> Vec<String> {
    let outcomes = report["outcomes"].as_array().unwrap().iter();
    outcomes
        .map(|outcome| outcome["outcome"].as_str().unwrap().to_owned())
        .collect()
}

fn scene(name: &str, end_points: usize) -> Scene {
    let (simulator, plan) = many(end_points);
    Scene::with(name, simulator).file("plan.json", &plan)
}

fn received(scene: &Scene, end_points: usize) -> Vec<u64> {
    let received = |id: String| scene.simulator.counts(&id, "so").received;
    ids(end_points).map(received).collect()
}

#[test]
fn only_what_is_not_changed_is_sent_again_and_the_report_has_all() {
    let mut scene = scene("todo", 3)
        .fault("next:regular")
        .fault("next:answer=400,body={\"error_code\":\"DRS.M00304\"}");
    let one = format!("{RUN} --batch-size 1 --retries 0 --concurrency 1");
    assert_eq!(scene.run(&format!("{one} {FIRST}")).code, Some(3));
    let report = scene.report("report.json");
    assert_eq!(outcomes(&report), ["changed", "rejected", "changed"]);
    let ran = scene.run(&format!("{one} {AGAIN}"));
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    assert!(
        ran.stderr
            .contains("or later, and not sent again: 2 end points; 1 to send now"),
        "{}",
        ran.stderr
    );
    assert_eq!(received(&scene, 3), [1, 2, 1]);
    assert_eq!(outcomes(&scene.report("report.json")), ["changed"; 3]);
    // Nothing is left, and nothing is sent.
    let ran = scene.run(&format!("{one} --output json {AGAIN}"));
    assert_eq!((ran.code, &ran.json()["changed"]), (Some(0), &json!(3)));
    assert_eq!(received(&scene, 3), [1, 2, 1]);
}

#[test]
fn a_refused_password_is_not_sent_again_and_is_named_with_what_to_do() {
    let mut scene = scene("todo-wrong", 20)
        .fault("next:regular")
        .fault("next:answer=400,body={\"error_code\":\"DRS.KE0002\"}");
    assert_eq!(scene.run(&format!("{RUN} {FIRST}")).code, Some(3));
    for _ in 0..2 {
        let ran = scene.run(&format!("{RUN} {AGAIN}"));
        assert_eq!(ran.code, Some(3), "{}", ran.stdout);
        let told = ran.stderr;
        for part in [
            "not sent (10)",
            "DRS.KE0002",
            "check these passwords in the database",
        ] {
            assert!(told.contains(part), "{told}");
        }
        assert!(ran.stdout.contains("00000010-"), "{}", ran.stdout);
        assert!(
            ran.stdout.contains("10 changed, 10 rejected, "),
            "{}",
            ran.stdout
        );
        assert_eq!(received(&scene, 20), [1; 20]);
    }
}

#[test]
fn a_crash_does_not_make_a_refused_password_be_sent_again() {
    let mut scene = scene("todo-crash", 30)
        .fault("next:regular")
        .fault("next:answer=400,body={\"error_code\":\"DRS.KE0002\"}")
        .fault("next:hang=after-body");
    let mut drs = scene.start(&format!("{RUN} --concurrency 1 {FIRST}"));
    scene.await_requests(3);
    crate::scene::wait_for(|| {
        let text = std::fs::read_to_string(scene.path("report.json")).unwrap();
        text.contains("DRS.KE0002")
    });
    drs.kill();
    let report = scene.report("report.json");
    assert_eq!(report["ended"], Value::Null);
    assert_eq!(
        (&report["changed"], &report["unconfirmed"]),
        (&json!(10), &json!(20))
    );
    let ran = scene.run(&format!("{RUN} {AGAIN}"));
    assert!(
        ran.stdout
            .contains("20 changed, 0 rejected, 10 unconfirmed"),
        "{}",
        ran.stdout
    );
    assert_eq!(received(&scene, 30)[10..20], [1; 10]);
}

#[test]
fn what_an_earlier_run_may_have_changed_is_not_called_unchanged_by_a_later_one() {
    let mut scene = scene("todo-fold", 1).fault("next:cut=after-body,applied");
    let one = format!("{RUN} --retries 0");
    assert_eq!(scene.run(&format!("{one} {FIRST}")).code, Some(4));
    scene = scene.fault("next:answer=400,body={\"error_code\":\"DRS.M00304\"}");
    assert_eq!(scene.run(&format!("{one} {AGAIN}")).code, Some(4));
    let outcome = &scene.report("report.json")["outcomes"][0];
    assert_eq!(outcome["outcome"], "unconfirmed");
    assert_eq!(outcome["error_code"], "DRS.M00304");
    assert_eq!(scene.run(&format!("{one} {AGAIN}")).code, Some(0));
}

#[test]
fn end_points_that_the_plan_does_not_have_stay_in_the_report() {
    let mut scene = scene("todo-others", 3);
    assert_eq!(scene.run(&format!("{RUN} {FIRST}")).code, Some(0));
    scene = scene.file("part.json", &plan_for(ids(1), |_| "new-hunter2".to_owned()));
    let line = "--only-todo report.json --report report.json part.json";
    let ran = scene.run(&format!("{RUN} {line}"));
    assert_eq!(ran.code, Some(0));
    assert_eq!(scene.report("report.json")["changed"], 3);
}

#[test]
fn what_is_no_report_of_this_plan_is_refused_and_nothing_is_sent() {
    let mut scene = scene("todo-refused", 1);
    scene.run(&format!("{RUN} {FIRST}"));
    let requests = scene.simulator.request_count();
    let good = scene.report("report.json");
    let with = |name: &str, value: Value| {
        let mut report = good.clone();
        report[name] = value;
        report.to_string()
    };
    let twice = json!([good["outcomes"][0], good["outcomes"][0]]);
    for (content, problem) in [
        (
            "hunter2".to_owned(),
            "it is not a report of drs (at line 1)",
        ),
        ("{}".to_owned(), "it is not a report of drs"),
        (with("schema", json!(2)), "it is a report of schema 2"),
        (
            with("project_id", json!("x")),
            "it is about the project x, and this run about 054ba152d480d55b2f5dc0069e7ddef0; if \
             that is right, run the whole plan without --only-todo or --only-refused\n",
        ),
        (
            good.to_string().replace("00000000-", "10000000-"),
            "it is of another plan: no end point is in both\n",
        ),
        (
            with("endpoint", json!("https://x")),
            "it is about the endpoint ",
        ),
        (with("outcomes", twice), "it has the same end point twice"),
        (
            with("outcomes", json!([{"job_id": "hunter2"}])),
            "it is not a report of drs",
        ),
    ] {
        scene = scene.file("old.json", &content);
        for option in ["", "--dry-run"] {
            let ran = scene.run(&format!("{RUN} {option} --only-todo old.json plan.json"));
            assert_eq!(ran.code, Some(2), "{}", ran.stdout);
            let expected = format!("drs: old.json: {problem}");
            assert!(ran.stderr.starts_with(&expected), "{}", ran.stderr);
        }
    }
    assert_eq!(scene.simulator.request_count(), requests);
}

#[test]
fn the_whole_plan_has_to_be_right_also_what_is_changed() {
    let mut scene = scene("todo-twice", 1);
    scene.run(&format!("{RUN} {FIRST}"));
    let twice = plan_for(ids(1).chain(ids(1)), |_| "new-hunter2".to_owned());
    scene = scene.file("plan.json", &twice);
    let ran = scene.run(&format!("{RUN} {AGAIN}"));
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("is already in jobs[0]"),
        "{}",
        ran.stderr
    );
}
