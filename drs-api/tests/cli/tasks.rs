//! `drs status` and `drs retry`: does replication run after a change, and which tasks are retried?

use std::fs;

use drs_simulator::{
    Simulator, Task,
    TaskState::{
        self, FullTransferFailed, IncreTransferFailed, IncreTransferStarted, Pausing,
        StartJobFailed,
    },
};
use serde_json::Value;

use crate::scene::{RUN, Scene, ids, plan_for};

pub(crate) const STATUS: &str = "drs status --endpoint $ENDPOINT";
pub(crate) const RETRY: &str = "drs retry --endpoint $ENDPOINT";
const NEW: &str = "new-hunter2";

/// The state of each of the forty tasks of a night.
fn state(number: usize) -> TaskState {
    match number {
        0..10 => IncreTransferFailed,
        10..12 => FullTransferFailed,
        12..15 => Pausing,
        15 => StartJobFailed,
        _ => IncreTransferStarted,
    }
}

/// Forty tasks with one account, whose password was changed in the database. The plan has a wrong
/// password for the tasks 3 and 20.
fn night(name: &str) -> Scene {
    let tasks = ids(40).enumerate().map(|(number, id)| {
        let task = Task::new(id, state(number)).source_account("app");
        match state(number) {
            IncreTransferFailed | FullTransferFailed => task.error_code("DRS.KE0002"),
            _ => task,
        }
    });
    let simulator = Simulator::builder().tasks(tasks).start_blocking().unwrap();
    simulator.set_account("app", NEW);
    let wrong: Vec<String> = [3, 20].map(|number| ids(40).nth(number).unwrap()).into();
    let plan = plan_for(ids(40), |id| match wrong.iter().any(|wrong| wrong == id) {
        true => "wrong-hunter2".to_owned(),
        false => NEW.to_owned(),
    });
    Scene::with(name, simulator).file("plan.json", &plan)
}

/// Makes a report look as if its run had been that long ago, plus a minute.
pub(crate) fn age(scene: &Scene, hours: i64) {
    let mut report = scene.report("report.json");
    for name in ["started", "ended"] {
        let time: jiff::Timestamp = report[name].as_str().unwrap().parse().unwrap();
        let time = time - jiff::SignedDuration::from_secs(hours * 3600 + 61);
        report[name] = time.to_string().into();
    }
    fs::write(scene.path("report.json"), report.to_string()).unwrap();
}

/// How often each task was retried.
fn retried(scene: &Scene) -> Vec<u64> {
    ids(40).map(|id| scene.simulator.retries(&id)).collect()
}

fn id(number: usize) -> String {
    ids(40).nth(number).unwrap()
}

/// Whether each state in the JSON matches the simulator.
fn assert_true(scene: &Scene, page: &Value) {
    let tasks = page["tasks"].as_array().unwrap();
    for task in tasks {
        let state = scene.simulator.state(task["id"].as_str().unwrap()).unwrap();
        assert_eq!(task["state"], state.as_str(), "{task}");
        let phase = match state {
            IncreTransferStarted | TaskState::FullTransferStarted => "running",
            Pausing => "paused",
            _ => "failed",
        };
        assert_eq!(task["phase"], phase, "{task}");
    }
}

#[test]
fn a_night_ends_with_each_task_retried_once_that_may_be_and_no_other() {
    let mut scene = night("tasks-night");
    let ran = scene.run(&format!("{RUN} --report report.json plan.json"));
    assert_eq!(ran.code, Some(3), "{}", ran.stdout);
    assert_eq!(scene.simulator.failed_logins("app"), 2);
    age(&scene, 0);

    let ran = scene.run(&format!("{STATUS} report.json"));
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("\nTasks running: 24 of 40. "),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("does not prove"), "{}", ran.stdout);
    let line = |number: usize| {
        let line = ran
            .stdout
            .lines()
            .find(|line| line.starts_with(&id(number)));
        line.unwrap().to_owned()
    };
    assert!(
        line(0).ends_with(
            "DRS.KE0002  once, since it is a login: drs retry --endpoint $ENDPOINT report.json"
        ),
        "{}",
        line(0)
    );
    assert!(
        line(10).contains("drs retry --full --endpoint $ENDPOINT report.json"),
        "{}",
        line(10)
    );
    assert!(
        line(12).contains(&format!("--paused {}", id(12))),
        "{}",
        line(12)
    );
    assert!(line(15).contains("DRS console"), "{}", line(15));

    // Unattended, it needs confirmation.
    let ran = scene.run(&format!("{RETRY} report.json"));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert_eq!(retried(&scene), [0; 40]);
    // The response to the second retry is lost.
    scene = scene
        .fault("next=3:regular")
        .fault("next:cut=after-body,applied");
    let ran = scene.run(&format!("{RETRY} --yes --wait 1s report.json"));
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    let expected: Vec<u64> = (0..40).map(|n| u64::from(n < 10 && n != 3)).collect();
    assert_eq!(retried(&scene), expected);
    assert!(
        ran.stderr.contains(&format!(
            "{}: left out; DRS may lack the new password of a side: send that first, as `drs show` \
             says\n",
            id(3)
        )),
        "{}",
        ran.stderr
    );
    for (kind, count) in [("accepted", 8), ("unconfirmed", 1)] {
        let row = format!(" INCRE_TRANSFER_FAILED  {kind}");
        assert_eq!(ran.stdout.matches(&row).count(), count, "{}", ran.stdout);
    }
    assert!(ran.stdout.contains("too early"), "{}", ran.stdout);
    for (number, why) in [
        (
            10,
            "this may change data: drs retry --full --endpoint $ENDPOINT report.json",
        ),
        (12, "find out who paused it, and why: drs retry --paused"),
        (15, "look at it in the DRS console"),
    ] {
        let told = format!("\ndrs: {}: left out; {why}", id(number));
        assert!(ran.stderr.contains(&told), "{}", ran.stderr);
    }

    let more = format!("--full --paused {} --yes --wait 0s --output json", id(13));
    let ran = scene.run(&format!("{RETRY} {more} report.json"));
    assert_eq!(
        ran.json()["tasks"].as_array().unwrap().len(),
        3,
        "{}",
        ran.stderr
    );
    assert_eq!(ran.json()["early"], true);
    assert_eq!(ran.json()["retries"].as_array().unwrap().len(), 3);
    assert!(ran.stderr.contains("rows twice") && ran.stderr.contains("cutover"));
    let expected: Vec<u64> = expected
        .iter()
        .enumerate()
        .map(|(n, retried)| retried + u64::from(matches!(n, 10 | 11 | 13)))
        .collect();
    assert_eq!(retried(&scene), expected);

    // One failed login for each wrong password of the plan, and none for a retry.
    assert_eq!(scene.simulator.failed_logins("app"), 2);
    let ran = scene.run(&format!("{STATUS} --output json report.json"));
    assert_eq!(ran.code, Some(5));
    let page = ran.json();
    assert_eq!(page["tasks"].as_array().unwrap().len(), 40);
    assert_true(&scene, &page);
    let running = page["tasks"].as_array().unwrap().iter();
    let running = running.filter(|task| task["phase"] == "running").count();
    assert_eq!(running, 24 + 9 + 3);
    let ran = scene.run(&format!("{RETRY} --yes report.json"));
    assert!(ran.stderr.contains("nothing to retry"), "{}", ran.stderr);
    assert_eq!(retried(&scene), expected);
}

/// A scene in which the vendor's task was changed, with its report.
pub(crate) fn changed(name: &str, state: TaskState) -> Scene {
    let task = Task::new(crate::scene::TASK, state);
    let simulator = Simulator::builder().tasks([task]).start_blocking().unwrap();
    let mut scene = Scene::with(name, simulator).file("plan.yaml", crate::scene::PLAN);
    let ran = scene.run(&format!("{RUN} --report report.json plan.yaml"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    scene
}

#[test]
fn a_task_is_said_to_run_a_minute_after_its_change_and_not_before() {
    let mut scene = changed("tasks-early", IncreTransferStarted);
    let ran = scene.run(&format!("{STATUS} report.json"));
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    let row = "  too early  INCRE_TRANSFER_STARTED        drs status --wait 2m --endpoint $ENDPOINT \
               report.json\n";
    assert!(ran.stdout.contains(row), "{}", ran.stdout);
    age(&scene, 0);
    let ran = scene.run(&format!("{STATUS} report.json"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("\nTasks running: 1 of 1. "),
        "{}",
        ran.stdout
    );
}

#[test]
fn the_states_of_a_plan_are_read_without_its_passwords() {
    let mut scene = changed("tasks-plan", Pausing).file(
        "env.yaml",
        "jobs: [{job_id: 25df459d-a37c-41b9-bc2b-8c00ba32jb52, end_point_type: so, \
         db_password_env: \"NOT_SET\"}]",
    );
    let ran = scene.run(&format!("{STATUS} env.yaml"));
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    assert!(ran.stdout.contains("paused"), "{}", ran.stdout);
    assert!(ran.stdout.contains(" REPORT\n"), "{}", ran.stdout);
}

#[test]
fn credentials_that_may_not_read_states_get_one_sentence() {
    let mut scene = changed("tasks-permission", IncreTransferFailed)
        .fault("always:answer=403,body={\"error_code\":\"DRS.M00102\"}");
    let paused = format!("{RETRY} --paused {}", crate::scene::TASK);
    for line in [STATUS, RETRY, &paused] {
        let ran = scene.run(&format!("{line} --wait 5s report.json"));
        assert_eq!(ran.code, Some(5));
        assert_eq!(ran.stdout, "");
        let told = "drs:migrationJob:get (DRS.M00102)";
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    }
}

#[test]
fn without_a_change_no_state_is_read_and_a_wait_has_no_end_that_a_clock_would_lack() {
    let refusal = "always:answer=400,body={\"error_code\":\"DRS.M00304\"}";
    let mut scene = changed("tasks-unchanged", IncreTransferStarted);
    age(&scene, 0);
    let ran = scene.run(&format!("{STATUS} --wait {} report.json", u64::MAX));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    scene = scene.fault(refusal);
    let ran = scene.run(&format!("{RUN} --status=30s plan.yaml"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(!ran.stdout.contains("PHASE"), "{}", ran.stdout);
}

#[test]
fn what_a_retry_must_not_touch_is_refused_before_anything_is_retried() {
    let mut scene = changed("tasks-refused", IncreTransferFailed);
    age(&scene, 24);
    for (arguments, said) in [
        ("report.json", "--old-report"),
        ("plan.yaml", "it is not a report"),
        ("--old-report --paused t1 report.json", "no paused task"),
        ("--project-id other report.json", "it is about the project"),
        ("missing.json", "it is not there"),
    ] {
        let ran = scene.run(&format!("{RETRY} --yes {arguments}"));
        assert_eq!(ran.code, Some(2), "{arguments}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{arguments}: {}", ran.stderr);
    }
    assert_eq!(scene.simulator.retries(crate::scene::TASK), 0);
    let ran = scene.run(&format!("{RETRY} --yes --old-report --wait 0s report.json"));
    assert_eq!(
        scene.simulator.retries(crate::scene::TASK),
        1,
        "{}",
        ran.stderr
    );
}

#[test]
fn a_report_of_a_crash_of_the_future_or_of_another_version_retries_nothing() {
    let mut scene = changed("tasks-report", IncreTransferFailed);
    let whole = scene.report("report.json");
    for (name, value, said) in [
        ("ended", Value::Null, "had not ended"),
        ("started", "2999-01-01T00:00:00Z".into(), "from the future"),
        ("started", Value::Null, "over a day old"),
        ("schema", 0.into(), "it is a report of schema 0"),
        ("project_id", Value::Null, "it is about the project ?"),
    ] {
        let mut report = whole.clone();
        report[name] = value;
        scene = scene.file("report.json", &report.to_string());
        let ran = scene.run(&format!("{RETRY} --yes --wait 0s report.json"));
        assert_eq!(ran.code, Some(2), "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{name}: {}", ran.stderr);
    }
    assert_eq!(scene.simulator.retries(crate::scene::TASK), 0);
}

#[test]
fn a_run_can_read_the_states_of_what_it_changed() {
    let mut scene = night("tasks-after");
    let ran = scene.run(&format!("{RUN} --report report.json --status=1s plan.json"));
    // Refused passwords matter more.
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let (_, states) = ran
        .stdout
        .split_once("TASK                                  PHASE")
        .unwrap();
    let tasks = states
        .lines()
        .filter(|line| line.contains("-5a7e-"))
        .count();
    assert_eq!(tasks, 38, "{states}");
    assert!(states.contains("too early"), "{states}");
    let mut scene = changed("tasks-after-all", Pausing);
    // Even if nothing is left to send.
    let nothing = "--only-todo report.json --report report.json --status=0s plan.yaml";
    let ran = scene.run(&format!("{RUN} {nothing}"));
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    assert!(ran.stdout.contains("paused"), "{}", ran.stdout);
    let ran = scene.run(&format!("{RUN} --report report.json --status=0s plan.yaml"));
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    let asked = scene.simulator.request_count();
    let ran = scene.run(&format!("{RUN} --status --output json plan.yaml"));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    let ran = scene.run(&format!("{RUN} plan.yaml"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        scene.simulator.request_count(),
        asked + 1,
        "no state is read unasked"
    );
}
