//! What `drs retry` and `drs status` print and how they are called, apart from which tasks are
//! retried.

use drs_simulator::{
    Simulator, Task,
    TaskState::{IncreTransferFailed, IncreTransferStarted, Pausing},
};
use serde_json::json;

use crate::{
    next_command::shell,
    scene::{RUN, Scene, TASK, ids, plan_for, wait_for},
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
    report["outcomes"][0]["earlier"] = json!([{"status": 200, "error_code": "DRS.KE0002"}]);
    let mut scene = scene.file("report.json", &report.to_string());
    let said = "a password met DRS.KE0002 before: retry or resume it in the DRS console";
    let ran = scene.run(&format!("{RETRY} --yes --wait 0s report.json"));
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    assert_eq!(scene.simulator.retries(TASK), 0);
    let ran = scene.run(&format!("{STATUS} --wait 0s report.json"));
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    assert!(!ran.stdout.contains("drs retry"), "{}", ran.stdout);
}

#[test]
fn a_task_of_which_one_side_is_not_changed_is_not_retried() {
    let mut scene = changed("tasks-half", IncreTransferFailed);
    let mut report = scene.report("report.json");
    for (name, value, why) in [
        (
            "outcome",
            "unconfirmed",
            "DRS may lack the new password of a side: send that first, as `drs show` says",
        ),
        (
            "error_msg",
            "DRS.KE0002",
            "a password met DRS.KE0002 before: retry or resume it in the DRS console",
        ),
    ] {
        report["outcomes"][1][name] = value.into();
        let text = report.to_string();
        scene = scene.file("report.json", &text);
        let ran = scene.run(&format!("{RETRY} --yes report.json"));
        let told = format!("{}: left out; {why}\n", TASK);
        assert!(ran.stderr.contains(&told), "{}", ran.stderr);
        report["outcomes"][1]["outcome"] = "changed".into();
    }
    assert_eq!(scene.simulator.retries(TASK), 0);
}

#[test]
fn what_became_of_each_retry_is_on_standard_output_as_rows_or_as_json() {
    for (fault, kind, code) in [
        ("next:regular", "accepted", ""),
        ("next:cut=after-body", "unconfirmed", ""),
        (
            "next:answer=429,body={\"error_code\":\"APIGW.0308\"}",
            "refused",
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
            // Whoever waits for the states is told so.
            let accepted = usize::from(kind == "accepted");
            let told = format!("{accepted} of 1 retries accepted; their states follow, in 0 s");
            assert!(ran.stderr.contains(&told), "{}", ran.stderr);
            if output == "json" {
                let retry = &ran.json()["retries"][0];
                assert_eq!(retry["id"], TASK);
                assert_eq!(retry["retry"], kind, "{retry}");
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
    let status = format!("`drs status {options} report.json` shows which tasks are running");
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

#[test]
fn a_command_that_cant_be_printed_is_named_without_how_the_service_is_reached() {
    let mut scene = changed("retries-stdin", Pausing);
    age(&scene, 0);
    let token = scene.simulator.token().to_owned();
    scene = scene.file("token", &token);
    let line = format!("{STATUS} --token-file - report.json < token");
    let ran = scene.run(&line);
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    let step = format!("find out who paused it, and why: drs retry --paused {TASK}\n");
    assert!(ran.stdout.contains(&step), "{}", ran.stdout);
}

#[test]
fn a_task_that_is_paused_and_had_a_refused_password_is_resumed_in_the_console() {
    let mut scene = changed("retries-paused", Pausing);
    let mut report = scene.report("report.json");
    report["outcomes"][0]["earlier"] = json!([{"status": 200, "error_code": "DRS.KE0002"}]);
    scene = scene.file("report.json", &report.to_string());
    let said = "a password met DRS.KE0002 before: retry or resume it in the DRS console";
    let ran = scene.run(&format!("{STATUS} report.json"));
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    assert!(!ran.stdout.contains("--paused"), "{}", ran.stdout);
    let ran = scene.run(&format!("{RETRY} --yes --paused {TASK} report.json"));
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
    let told = format!("{TASK}: left out; {said}");
    assert!(ran.stderr.contains(&told), "{}", ran.stderr);
}

#[test]
fn a_task_that_logged_in_nowhere_is_not_called_retried() {
    // The first one's credentials are refused, so the second task's retry is not sent.
    let tasks = ids(2).map(|id| Task::new(id, IncreTransferFailed).error_code("DRS.KE0002"));
    let simulator = Simulator::builder().tasks(tasks).start_blocking().unwrap();
    let plan = plan_for(ids(2), |_| "new-hunter2".to_owned());
    let mut scene = Scene::with("retries-unsent", simulator).file("plan.json", &plan);
    let ran = scene.run(&format!("{RUN} --report report.json plan.json"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    scene = scene
        .fault("next=2:regular")
        .fault("next:answer=401,body={\"error_code\":\"APIGW.0301\"}");
    let ran = scene.run(&format!("{RETRY} --yes --wait 0s report.json"));
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    let (_, states) = ran.stdout.split_once("PHASE").unwrap();
    let row = |number| {
        let id = ids(2).nth(number).unwrap();
        states.lines().find(|line| line.starts_with(&id)).unwrap()
    };
    for number in [0, 1] {
        let is_first = row(number).contains("once, since it is a login: drs retry");
        let is_alike = row(number).ends_with("as above");
        assert!(is_first || number == 1 && is_alike, "{states}");
    }
}

#[test]
fn a_run_says_of_a_task_whose_other_side_is_left_that_it_is() {
    let refusal = json!({"results": [
        {"id": TASK, "end_point_type": "so", "status": "success"},
        {"id": TASK, "end_point_type": "ta", "status": "failed", "error_code": "DRS.M00304"},
    ]});
    let scene = changed("retries-half", IncreTransferStarted);
    let mut scene = scene.fault(&format!("next:answer=200,body={refusal}"));
    let line = format!("{RUN} --report half.json --status=0s plan.yaml");
    let ran = scene.run(&line);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let (_, states) = ran.stdout.split_once("PHASE").unwrap();
    let step = "DRS may lack the new password of a side: send that first";
    assert!(states.contains(step), "{states}");
}

#[test]
fn a_closed_pipe_does_not_hide_that_passwords_were_rejected() {
    let scene = changed("retries-pipe", IncreTransferStarted)
        .fault("next:answer=400,body={\"error_code\":\"DRS.M00304\"}");
    let line = scene.command(&format!("{RUN} --status=0s plan.yaml"));
    let mut script = format!("exec 3>&1; (sleep 1; {}", env!("CARGO_BIN_EXE_drs"));
    for word in line.get_args() {
        script += &format!(" '{}'", word.to_str().unwrap());
    }
    script += "; echo $? >&3) | true";
    let (_, shown) = shell(&scene, &script);
    assert!(shown.contains("standard output: Broken pipe"), "{shown}");
    assert!(shown.starts_with("3\n"), "{shown}");
}
