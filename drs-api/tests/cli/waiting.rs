//! What ends the waiting of `drs status`, of `drs retry`, and of a run with `--status`.

use drs_simulator::TaskState::{IncreTransferFailed, Startjobing};

use crate::{
    scene::{RUN, TASK, wait_for},
    tasks::{RETRY, STATUS, age, changed},
};

#[test]
fn waiting_ends_when_all_is_settled_or_the_time_is_over() {
    let mut scene = changed("tasks-wait", Startjobing);
    age(&scene, 0);
    let before = scene.simulator.request_count();
    let ran = scene.run(&format!("{STATUS} --wait 2s report.json"));
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    assert_eq!(scene.simulator.request_count() - before, 2);
    scene.simulator.set_state(TASK, IncreTransferFailed);
    scene.run(&format!("{STATUS} --wait 5s report.json"));
    assert_eq!(scene.simulator.request_count() - before, 3);
}

#[test]
fn a_signal_ends_all_waiting() {
    let scene = changed("tasks-signal", Startjobing);
    for line in [
        format!("{STATUS} --wait 1h report.json"),
        format!("{RUN} --report report.json --status=1h plan.yaml"),
    ] {
        let asked = scene.simulator.requests().len();
        let is_asked = || {
            let requests = scene.simulator.requests();
            requests[asked..]
                .iter()
                .any(|request| request.path.ends_with("batch-status"))
        };
        let started = scene.start(&line);
        wait_for(is_asked);
        // The response is read, and the wait has started.
        std::thread::sleep(std::time::Duration::from_millis(300));
        started.signal("TERM");
        let ran = started.end();
        assert_eq!(ran.code, Some(5), "{line}: {}", ran.stderr);
        assert!(ran.stdout.contains("changing"), "{line}: {}", ran.stdout);
    }
    scene.simulator.set_state(TASK, IncreTransferFailed);
    let started = scene.start(&format!("{RETRY} --yes --wait 1h report.json"));
    wait_for(|| scene.simulator.retries(TASK) == 1);
    std::thread::sleep(std::time::Duration::from_millis(300));
    started.signal("INT");
    let ran = started.end();
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    assert!(ran.stdout.contains(" accepted"), "{}", ran.stdout);
}
