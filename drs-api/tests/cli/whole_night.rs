//! One night and its morning, and the next month. Each step is the command that the previous one
//! printed: 300 end points of two database accounts, a closed terminal, an outage, and a wrong
//! password.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use drs_simulator::{Fault, Stage};
use serde_json::{Value, json};

use crate::{
    child::program,
    scene::{RUN, Scene, ids, many},
};

const END_POINTS: usize = 300;
/// The first half belongs to one account, the rest to the other.
const OF_ONE: usize = 150;
/// More requests than any of these runs makes.
const NEVER: u64 = u64::MAX / 2;

/// How the service treats requests.
#[derive(Clone, Default)]
struct Service {
    /// The database refuses the second account's password.
    is_wrong: Arc<AtomicBool>,
    /// From this request on, responses are lost.
    outage_from: Arc<AtomicU64>,
}

impl Service {
    fn act(&self, scene: &Scene) {
        let service = self.clone();
        scene.simulator.script(move |request, items| {
            let is_two = |id: &str| id[..8].parse::<usize>().unwrap() >= OF_ONE;
            let failed = |id: &str| {
                json!({"id": id, "end_point_type": "so", "status": "failed",
                    "error_code": "DRS.KE0002", "error_msg": "wrong user name or password"})
            };
            let ids = items.iter().map(|item| item.job_id.as_str());
            let fault = if request >= service.outage_from.load(SeqCst) {
                Fault::cut(Stage::AfterBody)
            } else if service.is_wrong.load(SeqCst) && ids.clone().any(is_two) {
                let results: Vec<_> = ids.map(failed).collect();
                let answer = json!({"count": results.len(), "results": results});
                Fault::answer(200, answer.to_string())
            } else {
                Fault::regular()
            };
            Some(fault.delay(Duration::from_millis(60)))
        });
    }
}

fn received(scene: &Scene) -> Vec<u64> {
    let received = |id: String| scene.simulator.counts(&id, "so").received;
    ids(END_POINTS).map(received).collect()
}

/// Runs a command in a shell, with the environment of the others.
fn shell(scene: &Scene, script: &str) -> (Option<i32>, String) {
    let mut shell = program("sh");
    shell.args(["-c", script]).current_dir(&scene.directory);
    for (name, value) in scene.command("drs --version").get_envs() {
        shell.env(name, value.unwrap());
    }
    let ran = shell.output().unwrap();
    (ran.status.code(), String::from_utf8(ran.stdout).unwrap())
}

/// The output of `drs show`, and its command with this option.
fn show(scene: &Scene, option: &str) -> (Option<i32>, String, String) {
    let (code, shown) = shell(
        scene,
        concat!(env!("CARGO_BIN_EXE_drs"), " show report.json"),
    );
    let next = shown
        .lines()
        .find(|line| line.starts_with("  ") && line.contains(option));
    let next = next.unwrap_or_default().trim().to_owned();
    (code, shown, next)
}

/// Compares the report with the simulator, and returns the number of each outcome.
fn check(scene: &Scene, new: [&str; 2]) -> [u64; 4] {
    let report = scene.report("report.json");
    let received = received(scene);
    for (at, outcome) in report["outcomes"].as_array().unwrap().iter().enumerate() {
        let id = ids(END_POINTS).nth(at).unwrap();
        assert_eq!(outcome["job_id"], id.as_str());
        let stored = scene.simulator.password(&id, "so").unwrap();
        let new = new[usize::from(at >= OF_ONE)];
        match outcome["outcome"].as_str().unwrap() {
            "changed" => assert_eq!(stored, new, "{outcome}"),
            "rejected" => assert_ne!(stored, new, "{outcome}"),
            "not_sent" => assert_eq!(received[at], 0, "{outcome}"),
            _ => assert!(received[at] > 0, "it was under way: {outcome}"),
        }
    }
    ["changed", "rejected", "unconfirmed", "not_sent"].map(|kind| report[kind].as_u64().unwrap())
}

#[test]
fn a_night_of_300_end_points_is_done_by_the_commands_that_it_prints() {
    let (simulator, _) = many(END_POINTS);
    let file = |at: usize| if at < OF_ONE { "one" } else { "two" };
    let item = |(at, id): (usize, String)| {
        format!(
            "- {{job_id: {id}, end_point_type: so, db_password_file: {}}}\n",
            file(at)
        )
    };
    let items: String = ids(END_POINTS).enumerate().map(item).collect();
    let mut scene = Scene::with("whole-night", simulator)
        .file("plan.yaml", &format!("jobs:\n{items}"))
        .file("one", "one-hunter2\n")
        .file("two", "typo-hunter2\n");
    let service = Service::default();
    service.is_wrong.store(true, SeqCst);
    service.outage_from.store(NEVER, SeqCst);
    service.act(&scene);

    // Closing the terminal hangs up twice.
    let night = format!("{RUN} --retries 0 --concurrency 2 --report report.json plan.yaml");
    let drs = scene.start(&night);
    scene.await_requests(8);
    drs.signal("HUP");
    drs.signal("HUP");
    assert_eq!(drs.end().code, Some(3));
    let passwords = ["one-hunter2", "typo-hunter2"];
    let [changed, rejected, unconfirmed, not_sent] = check(&scene, passwords);
    assert!(changed >= 50 && not_sent >= 150, "{changed} {not_sent}");
    assert_eq!((rejected, unconfirmed), (0, 0));

    // The next run meets the wrong password, and then an outage.
    let (code, shown, next) = show(&scene, "--only-todo");
    assert_eq!(code, Some(3));
    assert!(
        shown.contains("Ended early: the run was stopped."),
        "{shown}"
    );
    service
        .outage_from
        .store(scene.simulator.request_count() + 14, SeqCst);
    assert_eq!(shell(&scene, &next).0, Some(4));
    let [_, rejected, unconfirmed, _] = check(&scene, passwords);
    assert!(rejected > 0 && unconfirmed > 0, "{rejected} {unconfirmed}");
    let refused = |scene: &Scene| -> Vec<usize> {
        let report = scene.report("report.json");
        let outcomes = report["outcomes"].as_array().unwrap().iter().enumerate();
        let wrong = |(_, outcome): &(usize, &Value)| outcome["error_code"] == "DRS.KE0002";
        outcomes.filter(wrong).map(|(at, _)| at).collect()
    };
    let once = refused(&scene);
    assert_eq!(once.len() as u64, rejected);
    assert!(once.iter().all(|at| received(&scene)[*at] == 1));

    // In the morning, the service is back. Only what was refused remains.
    service.outage_from.store(NEVER, SeqCst);
    let (code, shown, next) = show(&scene, "--only-todo");
    assert_eq!(code, Some(4));
    assert!(
        shown.contains("Ended early: the service failed over"),
        "{shown}"
    );
    let before = received(&scene);
    shell(&scene, &next);
    let after = received(&scene);
    assert!(
        once.iter().all(|at| after[*at] == before[*at]),
        "sent again after DRS.KE0002"
    );
    let (_, shown, none) = show(&scene, "--only-todo");
    assert_eq!(none, "", "{shown}");
    let all = refused(&scene);
    assert_eq!(all, (OF_ONE..END_POINTS).collect::<Vec<_>>());

    // The password is corrected, and only what it was refused for is sent.
    fs::write(scene.path("two"), "two-hunter2\n").unwrap();
    service.is_wrong.store(false, SeqCst);
    let (_, shown, next) = show(&scene, "--only-refused");
    assert!(shown.contains("check it in the database"), "{shown}");
    let (code, shown) = shell(&scene, &next);
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(received(&scene)[..OF_ONE], after[..OF_ONE]);
    let passwords = ["one-hunter2", "two-hunter2"];
    assert_eq!(check(&scene, passwords), [300, 0, 0, 0]);
    let (code, shown, _) = show(&scene, "--only");
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        shown.contains("300 changed, 0 rejected, 0 unconfirmed, 0 not sent."),
        "{shown}"
    );

    // A month later, somebody runs it as before, with new passwords.
    let mut report = scene.report("report.json");
    report["started"] = "2026-01-01T02:30:00Z".into();
    scene = scene
        .file("report.json", &report.to_string())
        .file("one", "february-hunter2\n")
        .file("two", "february-hunter2\n");
    let before = received(&scene);
    let ran = scene.run(&night.replace("--report", "--only-todo report.json --report"));
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr
            .contains("over a day old, and the plan may have other"),
        "{}",
        ran.stderr
    );
    assert_eq!(received(&scene), before);
    assert_eq!(scene.run(&night).code, Some(0));
    assert_eq!(check(&scene, ["february-hunter2"; 2]), [300, 0, 0, 0]);
}
