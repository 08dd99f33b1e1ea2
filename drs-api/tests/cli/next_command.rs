//! Runs the command that a run prints for the rest in a shell, unchanged.

use std::process::Command;

use crate::{
    child::program,
    scene::{RUN, Scene, ids, many, plan_for},
};

/// The commands below a table.
fn commands(shown: &str) -> Vec<String> {
    let lines = shown.lines().filter(|line| line.starts_with("  "));
    lines.map(|line| line.trim().to_owned()).collect()
}

/// Has a shell run a command with the environment of another one.
pub(crate) fn shell(scene: &Scene, script: &str) -> (Option<i32>, String) {
    let of: Command = scene.command("drs --version");
    let mut shell = program("sh");
    shell.args(["-c", script]).current_dir(&scene.directory);
    for (name, value) in of.get_envs() {
        shell.env(name, value.unwrap());
    }
    let ran = shell.output().unwrap();
    let shown = [ran.stdout, ran.stderr].concat();
    (ran.status.code(), String::from_utf8(shown).unwrap())
}

const STATE: &str = "next:answer=400,body={\"error_code\":\"DRS.M00304\"}";
const WRONG: &str = "next:answer=400,body={\"error_code\":\"DRS.KE0002\"}";

#[test]
fn what_is_left_is_sent_by_the_printed_command_whatever_is_in_its_words() {
    let (simulator, plan) = many(2);
    let odd = "it's a \"plan\" $HOME `id` \\ .json";
    let scene = Scene::with("next-odd", simulator)
        .file(odd, &plan)
        .fault("next:regular")
        .fault(STATE);
    let drs = env!("CARGO_BIN_EXE_drs");
    let quoted = format!("'{}'", odd.replace('\'', r"'\''"));
    let script = format!(
        "{drs} change-passwords --endpoint {} --batch-size=1 --report 'a report.json' {quoted}",
        scene.simulator.endpoint()
    );
    let (code, shown) = shell(&scene, &script);
    assert_eq!(code, Some(3), "{shown}");
    let next = commands(&shown);
    assert_eq!(next.len(), 1, "{shown}");
    // It fails once more, and the command is the same.
    let scene = scene.fault(STATE);
    let (code, shown) = shell(&scene, &next[0]);
    assert_eq!(code, Some(3), "{shown}");
    assert_eq!(commands(&shown), next);
    let (code, shown) = shell(&scene, &next[0]);
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(commands(&shown), [""; 0], "{shown}");
    assert_eq!(scene.simulator.request_count(), 4);
}

#[test]
fn no_command_is_printed_where_it_could_not_be_run_and_without_a_report_that_is_said() {
    let (simulator, plan) = many(1);
    let mut scene = Scene::with("next-none", simulator)
        .file("plan.json", &plan)
        .fault(STATE)
        .fault(STATE)
        .fault(STATE);
    for input in ["-", "/dev/stdin"] {
        let line = format!("{RUN} --report report.json {input} < plan.json");
        let ran = scene.run(&line);
        assert_eq!(commands(&ran.stdout), [""; 0], "{}", ran.stderr);
        let way = "What is left (1) is sent by the same plan with --only-todo report.json.";
        assert!(ran.stdout.contains(way), "{}", ran.stdout);
    }
    let shown = scene.run(&format!("{RUN} plan.json")).stdout;
    assert_eq!(
        commands(&shown[shown.find("TASK").unwrap()..]),
        [""; 0],
        "{shown}"
    );
    assert!(
        shown.contains("a run can't continue from this one"),
        "{shown}"
    );
}

#[test]
fn a_refused_password_is_sent_by_a_command_of_its_own_once_the_plan_is_corrected() {
    let (simulator, plan) = many(4);
    let mut scene = Scene::with("next-refused", simulator)
        .file("plan.json", &plan)
        .fault("next:regular")
        .fault(WRONG)
        .fault(STATE)
        .fault("next:regular");
    let ran = scene.run(&format!(
        "{RUN} --batch-size 1 --concurrency 1 --report report.json plan.json"
    ));
    assert_eq!(ran.code, Some(3), "{}", ran.stdout);
    let received = |scene: &Scene| -> Vec<u64> {
        ids(4)
            .map(|id| scene.simulator.counts(&id, "so").received)
            .collect()
    };
    let next = commands(&ran.stdout);
    assert!(
        next[0].contains(" --only-todo ") && next[1].contains(" --only-refused "),
        "{next:?}"
    );
    assert_eq!(next.len(), 2);
    let first = "\nCorrect the plan first. Then what got a DRS.KE0002 (1) is sent by:\n";
    assert!(ran.stdout.contains(first), "{}", ran.stdout);
    // `hide` shortened the program's name.
    let next = next
        .iter()
        .map(|command| command.replace("$ENDPOINT", &scene.simulator.endpoint()));
    let next: Vec<_> = next
        .map(|c| c.replacen("drs", env!("CARGO_BIN_EXE_drs"), 1))
        .collect();

    let (code, shown) = shell(&scene, &next[0]);
    assert_eq!(code, Some(3), "{shown}");
    assert_eq!(received(&scene), [1, 1, 2, 1]);
    assert!(
        shown.contains("because a wrong password was refused (DRS.KE0002)"),
        "{shown}"
    );

    let corrected = plan_for(ids(4), |_| "right-hunter2".to_owned());
    scene = scene.file("plan.json", &corrected);
    let (code, shown) = shell(&scene, &next[1]);
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(received(&scene), [1, 2, 2, 1]);
    let report = scene.report("report.json");
    assert_eq!(report["changed"], 4);
    let stored = |at: usize| {
        scene
            .simulator
            .password(&ids(4).nth(at).unwrap(), "so")
            .unwrap()
    };
    assert_eq!([stored(0), stored(1)], ["new-hunter2", "right-hunter2"]);
    // What `--only-refused` leaves out was not lost by a connection.
    let longer = plan_for(ids(5), |_| "right-hunter2".to_owned());
    scene = scene.file("plan.json", &longer);
    let ran = scene.run(&format!("{RUN} --only-refused report.json plan.json"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(
        ran.stdout
            .contains("\nleft out by --only-refused (1): send what is left.\n"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("connection"), "{}", ran.stdout);
    // Both together would ask two questions at once.
    let both = scene.run(&format!("{RUN} --only-todo a --only-refused b plan.json"));
    assert_eq!(both.code, Some(2));
}
