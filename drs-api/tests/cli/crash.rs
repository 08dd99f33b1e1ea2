//! After a crash, the report is true, and running the plan again completes it.

use std::{thread, time::Duration};

use drs_simulator::{Fault, Simulator, Task, TaskState, Times};

use crate::scene::{RUN, Scene, ids, plan_for};

/// The crashes are distributed over threads that mostly wait.
const THREADS: u32 = 4;
/// The least duration of a run with four requests at a time; the report is written once a second.
const SHORTEST: Duration = Duration::from_millis(2_500);
/// How many changes are in a request.
const IN_REQUEST: usize = 10;

#[test]
fn after_kill_9_at_any_moment_the_report_is_true_and_the_plan_can_be_run_again() {
    crash_so_often(4, 2_000);
}

#[test]
#[ignore = "slow: 20 crashes; .ci/run runs it"]
fn after_each_of_many_crashes_the_report_is_true_and_the_plan_can_be_run_again() {
    crash_so_often(20, 5_000);
}

fn crash_so_often(crashes: u32, items: usize) {
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| thread::spawn(move || crash(thread, crashes, items)))
        .collect();
    let partly: u32 = threads.into_iter().map(|t| t.join().unwrap()).sum();
    // Otherwise nothing was tested.
    assert!(
        partly >= crashes / 4,
        "{partly} reports were partly written"
    );
}

/// Runs a thread's share of the crashes. Returns how often a report listed changed end points.
///
/// Each crash is random within its part of a run, so together they cover all of it. Parts are
/// counted in requests, because time says little on a busy machine.
fn crash(thread: u32, crashes: u32, items: usize) -> u32 {
    let requests = u32::try_from(items / IN_REQUEST).unwrap();
    let delay = SHORTEST * 4 / requests;
    let stretch_length = u64::from(requests / crashes);
    let all = || ids(items);
    let tasks = all().map(|id| Task::new(id, TaskState::IncreTransferStarted));
    let simulator = Simulator::builder()
        .tasks(tasks)
        .keep_requests(0)
        .start_blocking()
        .unwrap();
    let mut scene = Scene::with(&format!("crash-{thread}"), simulator);
    let line = format!("{RUN} --report report.json plan.json");
    let mut partly = 0;
    for round in 0..crashes / THREADS {
        let new = move |id: &str| format!("hunter2-{round}-{id}");
        scene = scene.file("plan.json", &plan_for(all(), new));
        let _ = std::fs::remove_file(scene.path("report.json"));
        let received = |id: &str| scene.simulator.counts(id, "so").received;
        let before: Vec<_> = all().map(|id| received(&id)).collect();

        scene
            .simulator
            .fault(Fault::regular().delay(delay), Times::Always);
        let requests_before = scene.simulator.request_count();
        let mut drs = scene.start(&line);
        crate::scene::wait_for(|| scene.path("report.json").exists());
        let stretch = u64::from(round * THREADS + thread);
        let requests = fastrand::u64(stretch * stretch_length..(stretch + 1) * stretch_length);
        let begun = requests_before + requests;
        crate::scene::wait_for(|| scene.simulator.request_count() >= begun);
        drs.kill();

        let report = scene.report("report.json");
        let outcomes = report["outcomes"].as_array().unwrap();
        assert_eq!(outcomes.len(), items);
        for ((outcome, id), before) in outcomes.iter().zip(all()).zip(before) {
            assert_eq!(outcome["job_id"], id.as_str());
            match outcome["outcome"].as_str().unwrap() {
                "changed" => {
                    assert_eq!(scene.simulator.password(&id, "so"), Some(new(&id)));
                }
                "not_sent" => assert_eq!(received(&id), before, "{id} had arrived"),
                "unconfirmed" => {}
                other => panic!("{id}: {other}"),
            }
        }
        let changed = report["changed"].as_u64().unwrap();
        partly += u32::from(changed > 0 && changed < items as u64);

        scene.simulator.clear_faults();
        let again = scene.run(&line);
        assert_eq!(again.code, Some(0), "{}", again.stdout);
        assert_eq!(scene.report("report.json")["changed"], items);
        for id in all() {
            assert_eq!(scene.simulator.password(&id, "so"), Some(new(&id)));
        }
    }
    partly
}
