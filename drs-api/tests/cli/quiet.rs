//! What a run prints for people who want little output, and what `drs show` prints of its report.

use crate::{
    next_command::shell,
    scene::{PLAN, RUN, Scene, many},
};

#[test]
fn a_quiet_run_prints_nothing_if_nothing_is_left() {
    let mut scene = Scene::new("quiet-done").file("plan.yaml", PLAN);
    let line = format!("{RUN} -q --report report.json plan.yaml");
    for options in ["", "--only-todo report.json"] {
        // The response is odd, but nothing is left to do.
        scene = scene.fault("next:items=foreign-item");
        let ran = scene.run(&format!("{line} {options}"));
        assert_eq!(
            (ran.code, ran.stdout, ran.stderr),
            (Some(0), String::new(), String::new())
        );
    }
    assert_eq!(scene.report("report.json")["changed"], 2);
    // JSON stays the same.
    let ran = scene.run(&format!("{RUN} -q --output json plan.yaml"));
    assert_eq!(ran.json()["changed"], 2);
    let ran = scene.run(&format!("{RUN} -q -v plan.yaml"));
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
}

#[test]
fn a_quiet_run_prints_what_is_left_and_not_what_is_changed() {
    let (simulator, plan) = many(20);
    let mut scene = Scene::with("quiet-left", simulator)
        .file("plan.json", &plan)
        .fault("next:items=foreign-item")
        .fault("next:answer=400,body={\"error_code\":\"DRS.M00304\"}");
    let ran = scene.run(&format!("{RUN} -q --batch-size 1 plan.json"));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(3), ""));
    assert_eq!(
        ran.stdout.matches("-5a7e-4000-").count(),
        1,
        "{}",
        ran.stdout
    );
    for part in ["Remark: ", "DRS.M00304 (1): ", "19 changed, 1 rejected, "] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
}

#[test]
fn a_cause_that_many_rows_share_is_printed_once() {
    let (simulator, plan) = many(40);
    let mut scene = Scene::with("quiet-shared", simulator)
        .file("plan.json", &plan)
        .fault("next:cut=after-body")
        .fault("next:answer=504,body=<html>")
        .fault("always:cut=after-body");
    let ran = scene.run(&format!("{RUN} --retries 0 --concurrency 1 plan.json"));
    assert_eq!(ran.code, Some(4));
    // Rows with the same cause are adjacent, and none is missing.
    assert_eq!(ran.stdout.matches("-5a7e-4000-").count(), 40);
    for cause in ["Connection reset", "failed to process the request"] {
        assert_eq!(ran.stdout.matches(cause).count(), 1, "{}", ran.stdout);
    }
    assert_eq!(
        ran.stdout.matches(" as above\n").count(),
        38,
        "{}",
        ran.stdout
    );
}

#[test]
fn show_prints_a_report_as_its_run_did_with_its_exit_code() {
    let (simulator, plan) = many(30);
    let mut scene = Scene::with("quiet-show", simulator).file("plan.json", &plan);
    let line = format!("{RUN} --batch-size 10 --concurrency 1 --retries 0 --report report.json");
    for (faults, options, code) in [
        (
            &[
                "next:regular",
                "next:answer=400,body={\"error_code\":\"DRS.KE0002\"}",
            ][..],
            "",
            3,
        ),
        (&["next:cut=after-body"], "--replace-report", 4),
        (&[], "--only-todo report.json", 0),
        (&[], "--only-todo report.json --output json", 0),
        (&["always:answer=401"], "-q", 3),
    ] {
        for fault in faults {
            scene = scene.fault(fault);
        }
        let ran = scene.run(&format!("{line} {options} plan.json"));
        assert_eq!(ran.code, Some(code), "{}", ran.stdout);
        let options = options.replace("--only-todo report.json", "");
        let options = options.replace("--replace-report", "");
        let shown = scene.run(&format!("drs show {options} report.json"));
        assert_eq!((shown.code, shown.stderr.as_str()), (Some(code), ""));
        // It says first which run that was.
        let title = shown.stdout.split_once("\n\n").unwrap_or_default();
        let shown = match options.contains("json") {
            true => &*shown.stdout,
            false => title.1,
        };
        assert_eq!(shown, ran.stdout);
        let report = scene.report("report.json");
        for name in ["started", "ended", "project_id"] {
            let value = report[name].as_str().unwrap();
            assert!(
                options.contains("json") || title.0.contains(value),
                "{title:?}"
            );
        }
    }
}

#[test]
fn show_says_first_how_long_ago_a_run_was() {
    let mut scene = Scene::new("quiet-show-age").file("plan.yaml", PLAN);
    scene.run(&format!("{RUN} --report report.json plan.yaml"));
    // The night before last; and by a clock that is wrong.
    for (seconds, title) in [(-90_000, "Run of 25h"), (90_000, "Run: begun ")] {
        let mut report = scene.report("report.json");
        let ended = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
        report["ended"] = ended.to_string().into();
        scene = scene.file("report.json", &report.to_string());
        let shown = scene.run("drs show report.json");
        assert!(shown.stdout.starts_with(title), "{}", shown.stdout);
    }
}

#[test]
fn show_prints_old_reports_and_those_of_a_crash_and_nothing_else() {
    let mut scene = Scene::new("quiet-show-old")
        .file("plan.yaml", PLAN)
        .fault("always:hang=after-body");
    let mut drs = scene.start(&format!("{RUN} --report report.json plan.yaml"));
    scene.await_requests(1);
    drs.kill();
    let shown = scene.run("drs show report.json");
    assert_eq!(shown.code, Some(4));
    for part in [
        "The run had not ended when this was written.",
        "2 unconfirmed",
        " --only-todo report.json ",
    ] {
        assert!(shown.stdout.contains(part), "{}", shown.stdout);
    }
    // Whoever can write it could have put another command there.
    scene.mode("report.json", 0o646);
    let shown = scene.run("drs show report.json");
    assert_eq!(shown.code, Some(4));
    assert!(
        shown
            .stdout
            .contains("the same plan with --only-todo report.json"),
        "{}",
        shown.stdout
    );
    // As the first version wrote it.
    let mut old = scene.report("report.json");
    old.as_object_mut().unwrap().remove("command");
    scene = scene.file("old.json", &old.to_string());
    let shown = scene.run("drs show old.json");
    assert_eq!(shown.code, Some(4), "{}", shown.stderr);
    assert!(
        shown
            .stdout
            .contains("the same plan with --only-todo old.json"),
        "{}",
        shown.stdout
    );
    for file in ["plan.yaml", "missing.json"] {
        let shown = scene.run(&format!("drs show {file}"));
        assert_eq!((shown.code, shown.stdout.as_str()), (Some(2), ""));
        assert!(
            shown.stderr.starts_with(&format!("drs: {file}: it ")),
            "{}",
            shown.stderr
        );
    }
}

#[test]
fn show_refuses_a_pipe_which_may_never_end_and_a_plan_may_come_from_one() {
    let scene = Scene::new("quiet-pipe").file("plan.yaml", PLAN);
    let drs = env!("CARGO_BIN_EXE_drs");
    let (code, shown) = shell(&scene, &format!("mkfifo pipe && timeout 9 {drs} show pipe"));
    assert_eq!(code, Some(2), "{shown}");
    assert!(shown.contains("not a regular file"), "{shown}");
    let endpoint = scene.simulator.endpoint();
    let run = format!("{drs} change-passwords --endpoint {endpoint}");
    let script = format!("chmod 600 pipe; cat plan.yaml > pipe & timeout 9 {run} pipe");
    let (code, shown) = shell(&scene, &script);
    assert_eq!(code, Some(0), "{shown}");
}
