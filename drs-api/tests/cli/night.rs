//! Rehearses a night: a long plan, a slow service, a lost terminal, an outage.

use std::{collections::HashMap, time::Duration};

use drs_simulator::{Fault, Simulator, Stage, Task, TaskState};
use serde_json::Value;

use crate::scene::{RUN, Scene, ids, plan_for};

const END_POINTS: usize = 2_000;
/// End points in one request.
const BATCH: usize = 10;
/// The batch that meets a wrong password.
const WRONG: usize = 345;
const SLOW: Duration = Duration::from_millis(40);

fn new(id: &str) -> String {
    format!("new-hunter2-{id}")
}

fn number(id: &str) -> usize {
    id[..8].parse().unwrap()
}

/// Whether a task is in the batch of the wrong password.
fn is_suspect(id: &str) -> bool {
    number(id) / BATCH == WRONG / BATCH
}

/// How the service responds: slowly, with an ambiguous DRS.KE0002 about the wrong password, and
/// from some request on not at all, or only through a gateway.
fn service(scene: &Scene, outage_from: u64) {
    let first = scene.simulator.request_count();
    scene.simulator.script(move |request, items| {
        let wrong = items.iter().any(|item| number(&item.job_id) == WRONG);
        Some(if wrong {
            Fault::answer(400, r#"{"error_code":"DRS.KE0002","error_msg":"wrong"}"#).delay(SLOW)
        } else if request <= first + outage_from {
            Fault::regular().delay(SLOW)
        } else if request % 3 == 0 {
            Fault::answer(504, "<html>").applied()
        } else if request % 3 == 1 {
            Fault::cut(Stage::AfterBody)
        } else {
            Fault::cut(Stage::AfterBody).applied()
        })
    });
}

/// Compares a report with the simulator. Returns the number of each outcome.
fn check(scene: &Scene) -> HashMap<String, usize> {
    let report = scene.report("report.json");
    let mut counts = HashMap::new();
    for (outcome, id) in report["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .zip(ids(END_POINTS))
    {
        assert_eq!(outcome["job_id"], id.as_str());
        let kind = outcome["outcome"].as_str().unwrap();
        let stored = scene.simulator.password(&id, "so").unwrap();
        match kind {
            "changed" => assert_eq!(stored, new(&id)),
            "rejected" => assert_ne!(stored, new(&id)),
            "not_sent" => assert_eq!(scene.simulator.counts(&id, "so").received, 0, "{outcome}"),
            _ => assert_eq!(kind, "unconfirmed"),
        }
        if is_suspect(&id) {
            assert!(scene.simulator.counts(&id, "so").received <= 1, "{id}");
        }
        *counts.entry(kind.to_owned()).or_default() += 1;
    }
    assert_eq!(counts.values().sum::<usize>(), END_POINTS);
    counts
}

#[test]
fn after_a_lost_terminal_and_an_outage_the_plan_is_done_and_no_refused_password_was_sent_twice() {
    let tasks = ids(END_POINTS).map(|id| Task::new(id, TaskState::IncreTransferStarted));
    let simulator = Simulator::builder().tasks(tasks).keep_requests(0);
    let mut scene = Scene::with("night", simulator.start_blocking().unwrap())
        .file("plan.json", &plan_for(ids(END_POINTS), new));
    let line = format!("{RUN} --report report.json --retries 0");

    // The terminal disappears in the middle.
    service(&scene, u64::MAX / 2);
    let drs = scene.start(&format!("{line} plan.json"));
    scene.await_requests(60);
    drs.signal("HUP");
    let ran = drs.end();
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let counts = check(&scene);
    assert_eq!(counts["rejected"], BATCH);
    assert!(
        counts["changed"] >= 500 && counts["not_sent"] >= 500,
        "{counts:?}"
    );
    assert!(!counts.contains_key("unconfirmed"), "{counts:?}");
    assert!(scene.report("report.json")["ended"].is_string());

    // Then an outage.
    service(&scene, 20);
    let again = format!("{line} --only-todo report.json plan.json");
    let ran = scene.run(&again);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    let counts = check(&scene);
    assert!(counts["unconfirmed"] > 0, "{counts:?}");
    assert_eq!(counts["rejected"], BATCH);

    // In the morning the service is back.
    service(&scene, u64::MAX / 2);
    let mut runs = 0;
    let counts = loop {
        runs += 1;
        assert!(runs < 5, "the plan is never done");
        let ran = scene.run(&again);
        assert!(
            ran.stderr.contains("because a wrong password was refused"),
            "{}",
            ran.stderr
        );
        let counts = check(&scene);
        if ran.code == Some(3) {
            break counts;
        }
    };
    assert_eq!(counts["rejected"], BATCH);
    assert_eq!(counts["changed"], END_POINTS - BATCH);

    // The database's password is corrected, and a separate plan sends its batch.
    scene.simulator.clear_faults();
    let suspects = ids(END_POINTS).filter(|id| is_suspect(id));
    scene = scene.file("rest.json", &plan_for(suspects, new));
    assert_eq!(scene.run(&format!("{RUN} rest.json")).code, Some(0));
    let held = scene.simulator.passwords();
    for id in ids(END_POINTS) {
        assert_eq!(held[&(id.clone(), "so")], new(&id));
    }
    let all: Value = scene.report("report.json");
    assert_eq!(all["outcomes"].as_array().unwrap().len(), END_POINTS);
}
