//! Signals: which of them end a run, and how; and those that were ignored when the tool started.

use std::{
    fs,
    process::Stdio,
    thread::sleep,
    time::{Duration, Instant},
};

use drs_simulator::{Fault, Stage};

use crate::{
    child::program,
    scene::{PLAN, RUN, Scene, Started, ids, many, side_by_side, wait_for},
};

/// Only Linux tells which ones were.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
    for ignored in ["HUP", "INT", "TERM"] {
        let (simulator, plan) = many(40);
        let scene = Scene::with("ignored", simulator)
            .file("plan.json", &plan)
            .fault("always:regular,delay=300ms");
        let drs = scene.command(&format!("{RUN} plan.json"));
        // As `nohup` starts it, and `drs &` in a script.
        let script = format!("trap '' {ignored}; exec \"$0\" \"$@\"");
        let mut shell = program("sh");
        shell.args(["-c", &script]).arg(drs.get_program());
        shell.args(drs.get_args()).current_dir(&scene.directory);
        for (name, value) in drs.get_envs() {
            shell.env(name, value.unwrap());
        }
        shell.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = shell.spawn().unwrap();
        wait_for(|| scene.simulator.request_count() >= 1);
        let kill = format!("kill -{ignored} {}", child.id());
        let sent = program("sh").args(["-c", &kill]).status().unwrap();
        assert!(sent.success());
        let ran = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(ran.stderr).unwrap();
        assert_eq!((ran.status.code(), stderr.as_str()), (Some(0), ""));
        assert_eq!(scene.simulator.request_count(), 4);
    }
}

#[test]
fn sigterm_and_sighup_end_a_run_in_an_orderly_way() {
    ends_in_an_orderly_way("TERM");
    ends_in_an_orderly_way("HUP");
}

fn ends_in_an_orderly_way(signal: &str) {
    let (simulator, plan) = many(40);
    let scene = Scene::with("sigterm", simulator)
        .file("plan.json", &plan)
        .fault("always:regular,delay=500ms");
    let drs = scene.start(&format!(
        "{RUN} --output json --report report.json plan.json"
    ));
    scene.await_requests(1);
    drs.signal(signal);
    let ran = drs.end();
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.starts_with("drs: stopping: "), "{}", ran.stderr);
    let outcome = ran.json();
    // The first request goes alone; its response is awaited.
    assert_eq!(
        (outcome["changed"].as_u64(), outcome["not_sent"].as_u64()),
        (Some(10), Some(30))
    );
    assert_eq!(outcome, scene.report("report.json"));
    for end_point in outcome["outcomes"].as_array().unwrap() {
        let received = scene
            .simulator
            .counts(end_point["job_id"].as_str().unwrap(), "so")
            .received;
        assert_eq!(
            end_point["outcome"] == "not_sent",
            received == 0,
            "{end_point}"
        );
    }
}

#[test]
fn after_a_signal_an_answer_is_awaited_up_to_the_time_out_and_not_asked_for_again() {
    for fault in [
        "always:hang=after-body",
        "always:answer=503,header=Retry-After: 100",
    ] {
        let scene = Scene::new("signal-waits")
            .file("plan.yaml", PLAN)
            .fault(fault);
        let begun = Instant::now();
        let drs = scene.start(&format!("{RUN} --timeout 3 --output json plan.yaml"));
        scene.await_requests(1);
        drs.signal("TERM");
        let ran = drs.end();
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(50), "{fault}: {took:?}");
        assert_eq!(ran.code, Some(4), "{fault}: {}", ran.stderr);
        assert_eq!(ran.json()["stopped"], "the run was stopped", "{fault}");
        assert_eq!(scene.simulator.request_count(), 1, "{fault}");
        let hangs = fault.contains("hang");
        assert!(!hangs || took > Duration::from_secs(2), "{took:?}");
    }
}

#[test]
fn after_a_signal_no_state_is_read() {
    // The response comes late, and says that all is changed.
    let scene = Scene::new("signal-status")
        .file("plan.yaml", PLAN)
        .fault("next:regular,delay=2s");
    let drs = scene.start(&format!("{RUN} --status=30s plan.yaml"));
    scene.await_requests(1);
    drs.signal("TERM");
    let ran = drs.end();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!ran.stdout.contains("PHASE"), "{}", ran.stdout);
    assert_eq!(scene.simulator.request_count(), 1);
}

/// A signalled run whose request hangs.
fn hanging(name: &str, signal: &str) -> (Scene, Started) {
    let scene = Scene::new(name)
        .file("plan.yaml", PLAN)
        .fault("always:hang=after-body");
    let drs = scene.start(&format!(
        "{RUN} --timeout 5 --output json --report report.json plan.yaml"
    ));
    scene.await_requests(1);
    drs.signal(signal);
    (scene, drs)
}

#[test]
fn a_signal_of_the_same_kind_half_a_second_later_ends_a_run_at_once() {
    for signal in ["INT", "TERM"] {
        let (scene, drs) = hanging("signals-again", signal);
        let begun = Instant::now();
        sleep(Duration::from_millis(700));
        drs.signal(signal);
        let ran = drs.end();
        assert!(begun.elapsed() < Duration::from_secs(4), "{signal}");
        assert_eq!(ran.code, Some(4));
        assert_eq!(ran.json(), scene.report("report.json"));
        assert_eq!(ran.json()["unconfirmed"], 2);
    }
}

#[test]
fn a_closed_terminal_and_a_wrapper_that_repeats_a_signal_do_not_end_a_run_at_once() {
    side_by_side(
        [("HUP", 30), ("HUP", 1_000), ("INT", 50), ("TERM", 50)],
        |(signal, pause)| {
            let (_scene, drs) = hanging(&format!("signals-repeated-{signal}-{pause}"), signal);
            let begun = Instant::now();
            sleep(Duration::from_millis(pause));
            drs.signal(signal);
            let ran = drs.end();
            // The response is awaited until the time-out.
            assert!(begun.elapsed() > Duration::from_secs(3), "{signal} {pause}");
            assert_eq!(ran.code, Some(4), "{signal} {pause}");
            assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
            assert!(
                ran.stderr.contains("press Ctrl-C again to end at once"),
                "{}",
                ran.stderr
            );
        },
    );
}

#[test]
fn a_file_that_may_not_grow_and_a_closed_pipe_are_errors_and_not_the_end_of_the_process() {
    // A report of some hundred end points exceeds the limit, and so does the table.
    let (simulator, plan) = many(300);
    let scene = Scene::with("signals-limit", simulator).file("plan.json", &plan);
    let run = |script: &str, line: &str| {
        let drs = scene.command(&format!("{RUN} {line} plan.json"));
        let mut shell = program("bash");
        shell.args(["-c", script]).arg(drs.get_program());
        shell.args(drs.get_args()).current_dir(&scene.directory);
        for (name, value) in drs.get_envs() {
            shell.env(name, value.unwrap());
        }
        let ran = shell.output().unwrap();
        (ran.status.code(), String::from_utf8(ran.stderr).unwrap())
    };
    let (code, told) = run("ulimit -f 8; exec \"$0\" \"$@\"", "--report report.json");
    assert_eq!(code, Some(2), "{told}");
    assert!(
        told.contains("the report can't be written: File too large"),
        "{told}"
    );
    assert_eq!(scene.simulator.request_count(), 0);
    for output in ["table", "json"] {
        let (code, told) = run(
            "ulimit -f 8; exec \"$0\" \"$@\" > out",
            &format!("--output {output}"),
        );
        assert_eq!(code, Some(1), "{told}");
        assert!(
            told.starts_with("drs: standard output: File too large"),
            "{told}"
        );
    }
    let (code, told) = run(
        "\"$0\" \"$@\" | true; exit ${PIPESTATUS[0]}",
        "--output json --report report.json",
    );
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.starts_with("drs: standard output: Broken pipe"),
        "{told}"
    );
    assert_eq!(scene.report("report.json")["changed"], 300);
}

#[test]
fn a_refused_password_is_in_the_report_at_once() {
    let (simulator, plan) = many(20);
    let scene = Scene::with("signals-wrong", simulator).file("plan.json", &plan);
    let refused = ids(10).collect::<Vec<_>>();
    scene.simulator.script(move |_, items| {
        Some(match refused.contains(&items[0].job_id) {
            true => Fault::answer(400, r#"{"error_code":"DRS.KE0002"}"#),
            false => Fault::hang(Stage::AfterBody),
        })
    });
    let modified = || {
        fs::metadata(scene.path("report.json"))
            .ok()?
            .modified()
            .ok()
    };
    // It would be there a second later anyway; a busy machine may take longer, but not three times.
    let in_time = (0..3).any(|_| {
        let _ = fs::remove_file(scene.path("report.json"));
        let mut drs = scene.start(&format!("{RUN} --report report.json plan.json"));
        wait_for(|| modified().is_some());
        let begun = modified().unwrap();
        wait_for(|| {
            let text = fs::read_to_string(scene.path("report.json"));
            text.is_ok_and(|text| text.contains("DRS.KE0002"))
        });
        let took = modified().unwrap().duration_since(begun).unwrap();
        drs.kill();
        took < Duration::from_millis(700)
    });
    assert!(in_time);
}
