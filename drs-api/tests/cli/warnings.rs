//! How `drs status` and `drs retry` warn against a false sense of success, and against one login
//! too many.

use std::fs;

use drs_simulator::{
    Simulator, Task,
    TaskState::{IncreTransferFailed, IncreTransferStarted},
};

use crate::{
    scene::{PLAN, RUN, Scene, TASK},
    tasks::{RETRY, STATUS, age, changed},
};

#[test]
fn a_wrong_password_is_retried_once_and_then_said_to_be_wrong() {
    let task = Task::new(TASK, IncreTransferFailed)
        .source_account("app")
        .error_code("DRS.KE0002");
    let simulator = Simulator::builder().tasks([task]).start_blocking().unwrap();
    simulator.set_account("app", "source-hunter2");
    let mut scene = Scene::with("tasks-wrong", simulator).file("plan.yaml", PLAN);
    let ran = scene.run(&format!("{RUN} --report report.json plan.yaml"));
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    // Meanwhile, somebody changed it in the database again.
    scene.simulator.set_account("app", "another-hunter2");
    let ran = scene.run(&format!("{STATUS} report.json"));
    assert!(ran.stdout.contains("  once, since"), "{}", ran.stdout);
    let ran = scene.run(&format!("{RETRY} --yes --wait 0s report.json"));
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    let step = "a password is wrong: check both in the database, and retry no more";
    assert!(ran.stdout.contains(step), "{}", ran.stdout);
}

#[test]
fn tasks_that_run_without_their_new_password_are_no_success() {
    let mut scene = changed("tasks-unchanged", IncreTransferStarted);
    age(&scene, 0);
    let mut report = scene.report("report.json");
    report["outcomes"][1]["outcome"] = "rejected".into();
    scene = scene.file("report.json", &report.to_string());
    let ran = scene.run(&format!("{STATUS} report.json"));
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("send that first, as `drs show` says"),
        "{}",
        ran.stdout
    );
    // Nor is it a missing permission if the credentials are refused.
    let mut scene = scene.fault("always:answer=401,body={\"error_code\":\"DRS.M00100\"}");
    let ran = scene.run(&format!("{STATUS} report.json"));
    assert_eq!(ran.code, Some(5));
    let said = "drs: the service rejected these credentials (DRS.M00100)\n";
    assert_eq!(ran.stderr, said);
}

#[test]
fn what_changes_while_somebody_thinks_about_a_retry_is_told_and_not_retried() {
    let mut scene = changed("tasks-meanwhile", IncreTransferFailed)
        .fault("next=1:regular")
        .fault("next:answer=500");
    let ran = scene.run(&format!("{RETRY} --yes --wait 0s report.json"));
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    let told = "not retried: its state is unknown by now";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    assert_eq!(scene.simulator.retries(TASK), 0);
    // A second retry of the same report waits for nothing and sends nothing.
    let lock = fs::File::create(scene.path(".report.json.lock")).unwrap();
    lock.lock().unwrap();
    let ran = scene.run(&format!("{RETRY} --yes --wait 0s report.json"));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("can't be locked"), "{}", ran.stderr);
    assert_eq!(scene.simulator.retries(TASK), 0);
}
