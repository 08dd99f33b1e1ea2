//! What `drs status` says about tasks that aren't running, where sending or retrying would not help.

use drs_simulator::{
    Simulator, Task,
    TaskState::{
        ChangeJobFailed, ChildTransferFailed, ChildTransferStarted, IncreTransferFailed,
        IncreTransferStarted, NodeUpgradeFailed, ReleaseResourceComplete, WaitingForStart,
    },
};

use crate::{
    scene::{RUN, Scene, ids, plan_for},
    tasks::{STATUS, age, changed},
};

#[test]
fn a_task_in_a_state_that_allows_no_change_has_the_next_step_of_its_state() {
    let console = "look at it in the DRS console";
    let expected = [
        (ChangeJobFailed, console),
        (ChildTransferFailed, console),
        (NodeUpgradeFailed, console),
        (WaitingForStart, console),
        (ChildTransferStarted, "wait, and read it again"),
        (
            ReleaseResourceComplete,
            "it has ended; take it out of the plan",
        ),
    ];
    let tasks = ids(6)
        .zip(expected)
        .map(|(id, (state, _))| Task::new(id, state));
    let simulator = Simulator::builder().tasks(tasks).start_blocking().unwrap();
    let plan = plan_for(ids(7), |_| "new-hunter2".to_owned());
    let mut scene = Scene::with("steps-state", simulator).file("plan.json", &plan);
    let ran = scene.run(&format!("{RUN} --report report.json plan.json"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(
        ran.stdout
            .contains("0 changed, 7 rejected, 0 unconfirmed, 0 not sent"),
        "{}",
        ran.stdout
    );
    let page = scene.run(&format!("{STATUS} --output json report.json"));
    let page = page.json();
    let steps = expected.map(|(_, step)| step);
    // A task that does not exist can't get a password either.
    for (id, step) in ids(7).zip(steps.into_iter().chain(["The task does not exist"])) {
        let mut tasks = page["tasks"].as_array().unwrap().iter();
        let task = tasks.find(|task| task["id"] == id).unwrap();
        assert_eq!(task["next_step"], step, "{task}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_does_not_hide_that_a_task_is_not_running() {
    for (state, code) in [(IncreTransferFailed, 5), (IncreTransferStarted, 1)] {
        for output in ["table", "json"] {
            let mut scene = changed("steps-full", state);
            age(&scene, 0);
            let ran = scene.run(&format!(
                "{STATUS} --output {output} report.json > /dev/full"
            ));
            assert_eq!(ran.code, Some(code), "{}", ran.stderr);
            assert!(ran.stderr.contains("standard output"), "{}", ran.stderr);
        }
    }
}
