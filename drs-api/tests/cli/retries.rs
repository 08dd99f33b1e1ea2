//! What `drs retry` and `drs status` print and how they are called, apart from which tasks are
//! retried.

use drs_simulator::TaskState::{IncreTransferFailed, IncreTransferStarted};

use crate::{
    next_command::shell,
    scene::{RUN, TASK, wait_for},
    tasks::{RETRY, STATUS, age, changed},
};

#[test]
fn of_two_retries_of_one_report_at_the_same_time_the_second_is_refused() {
    // The answer to the first one's retry does not come.
    let mut scene = changed("retries-two", IncreTransferFailed)
        .fault("next=2:regular")
        .fault("next:hang=after-body");
    let before = scene.simulator.request_count();
    let mut first = scene.start(&format!("{RETRY} --yes report.json"));
    wait_for(|| scene.simulator.request_count() == before + 3);
    let ran = scene.run(&format!("{RETRY} --yes --wait 0s report.json"));
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("another run is using this report"),
        "{}",
        ran.stderr
    );
    assert_eq!(scene.simulator.request_count(), before + 3);
    first.kill();
    // A report that can't be locked is not taken, and neither is what may never end.
    let ran = scene.run(&format!("{RETRY} --yes - < report.json"));
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
    assert_eq!(scene.simulator.retries(TASK), 0);
}

#[test]
fn a_task_whose_refused_password_was_corrected_is_for_the_console() {
    let scene = changed("retries-corrected", IncreTransferFailed);
    let mut report = scene.report("report.json");
    report["outcomes"][0]["earlier"] =
        serde_json::json!([{"status": 200, "error_code": "DRS.KE0002"}]);
    let mut scene = scene.file("report.json", &report.to_string());
    let said = "its report has a DRS.KE0002: retry it in the DRS console";
    let ran = scene.run(&format!("{RETRY} --yes --wait 0s report.json"));
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    assert_eq!(scene.simulator.retries(TASK), 0);
    let ran = scene.run(&format!("{STATUS} --wait 0s report.json"));
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    assert!(!ran.stdout.contains("drs retry"), "{}", ran.stdout);
}

#[test]
fn what_became_of_each_retry_is_on_standard_output_as_rows_or_as_json() {
    for (fault, kind, code) in [
        ("next:regular", "accepted", ""),
        ("next:cut=after-body", "unconfirmed", ""),
        (
            "next:answer=429,body={\"error_code\":\"APIGW.0308\"}",
            "",
            "APIGW.0308",
        ),
    ] {
        for output in ["table", "json"] {
            let mut scene = changed("retries-rows", IncreTransferFailed)
                .fault("next=2:regular")
                .fault(fault);
            let line = format!("{RETRY} --yes --wait 0s --output {output} report.json");
            let ran = scene.run(&line);
            assert_eq!(ran.code, Some(5), "{}", ran.stderr);
            if output == "json" {
                let retry = &ran.json()["retries"][0];
                assert_eq!(retry["id"], TASK);
                assert!(kind.is_empty() || retry["retry"] == kind, "{retry}");
                assert_eq!(retry["error_code"].as_str().unwrap_or_default(), code);
            } else {
                let (head, rest) = ran.stdout.split_once('\n').unwrap();
                assert!(
                    head.starts_with("TASK ") && head.contains(" RETRY "),
                    "{head}"
                );
                let row = format!("{TASK}  INCRE_TRANSFER_FAILED  {kind}");
                assert!(rest.starts_with(&row), "{}", ran.stdout);
                assert!(rest.lines().next().unwrap().contains(code), "{rest}");
                assert!(rest.contains("PHASE"), "the states follow: {rest}");
            }
        }
    }
}

#[test]
fn the_printed_commands_reach_the_service_as_the_one_that_printed_them() {
    let mut scene = changed("retries-command", IncreTransferFailed);
    age(&scene, 0);
    let options = "--endpoint $ENDPOINT --project-id 054ba152d480d55b2f5dc0069e7ddef0 --timeout 9";
    let whole = |command: &str, scene: &crate::scene::Scene| {
        let command = command.replace("$ENDPOINT", &scene.simulator.endpoint());
        command.replacen("drs", env!("CARGO_BIN_EXE_drs"), 1)
    };
    // A run names the command for the states.
    let line = format!("drs change-passwords {options} --report report.json plan.yaml");
    let ran = scene.run(&line);
    let status = format!("`drs status {options} report.json` says which tasks run");
    assert!(ran.stdout.contains(&status), "{}", ran.stdout);
    age(&scene, 0);
    // That one names the command for a retry, which a shell runs as it is.
    let ran = scene.run(&format!("drs status {options} --wait 0s report.json"));
    let retry = format!("drs retry {options} report.json");
    assert!(
        ran.stdout.contains(&format!("  {retry}\n")),
        "{}",
        ran.stdout
    );
    let retry = whole(&retry, &scene);
    let (code, shown) = shell(&scene, &retry);
    assert_eq!(code, Some(2), "{shown}");
    assert!(shown.contains("unattended, pass --yes"), "{shown}");
    let (code, shown) = shell(&scene, &format!("{retry} --yes --wait 0s"));
    assert_eq!(code, Some(5), "{shown}");
    assert_eq!(scene.simulator.retries(TASK), 1);
    // As does a report, by the words of its run.
    let shown = scene.run("drs show report.json").stdout;
    assert!(shown.contains(&status), "{shown}");
}

#[test]
fn a_quiet_status_prints_what_does_not_run_and_nothing_if_all_does() {
    let mut scene = changed("retries-quiet", IncreTransferStarted);
    // Too early to say is something to be said.
    let ran = scene.run(&format!("{STATUS} -q report.json"));
    assert_eq!(ran.code, Some(5));
    assert!(ran.stdout.contains("too early"), "{}", ran.stdout);
    age(&scene, 0);
    let ran = scene.run(&format!("{STATUS} -q report.json"));
    assert_eq!(
        (ran.code, ran.stdout, ran.stderr),
        (Some(0), String::new(), String::new())
    );
    // Right after a run it is too early, and --status says so.
    let ran = scene.run(&format!("{RUN} -q --status=0s plan.yaml"));
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with("TASK ") && ran.stdout.contains("PHASE"),
        "{}",
        ran.stdout
    );
    scene.simulator.set_state(TASK, IncreTransferFailed);
    let ran = scene.run(&format!("{STATUS} -q report.json"));
    assert_eq!(ran.code, Some(5));
    assert!(ran.stdout.contains("failed"), "{}", ran.stdout);
}
