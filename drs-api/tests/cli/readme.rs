//! Runs the commands that the README and docs/drs.md show.

use std::{fs, os::unix::fs::PermissionsExt as _};

use drs_simulator::Simulator;

use crate::child::program;

use crate::{
    inputs::WITHOUT,
    scene::{PLAN, RUN, Scene, TASK},
};

/// A file of the package, or of the repository if only the repository has it.
fn text(name: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = [folder.join(name), folder.join("..").join(name)];
    let mut texts = paths
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok());
    texts.next().unwrap()
}

/// The block of a page that starts with this line.
fn block(page: &str, language: &str, first: &str) -> String {
    let page = text(page);
    let (_, rest) = page.split_once(&format!("```{language}\n{first}")).unwrap();
    let (block, _) = rest.split_once("```").unwrap();
    format!("{first}{block}")
}

/// Runs a script in a shell that finds the tool.
fn run(scene: &Scene, script: &str) -> (Option<i32>, String) {
    let tool = std::path::Path::new(env!("CARGO_BIN_EXE_drs"));
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", tool.parent().unwrap().display());
    let ran = program("sh")
        .args(["-c", script])
        .current_dir(&scene.directory)
        .env("PATH", path)
        .output()
        .unwrap();
    let stdout = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(String::from_utf8(ran.stderr).unwrap(), "");
    (ran.status.code(), stdout)
}

#[test]
fn the_two_lines_change_a_password_on_the_simulator() {
    let scene = Scene::new("page-lines");
    let lines = block("docs/drs.md", "sh", "cargo run -q -p drs-simulator");
    let [simulator, tool] = lines.lines().collect::<Vec<_>>()[..] else {
        panic!("{lines}");
    };
    // A simulator is already running, and the tool is built.
    assert_eq!(simulator, "cargo run -q -p drs-simulator -- --port 8480 &");
    let tool = tool
        .replace("cargo run -q -p drs-api --features cli --bin drs --", "drs")
        .replace("http://127.0.0.1:8480", &scene.simulator.endpoint());
    let (code, shown) = run(&scene, &tool);
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(scene.password("so"), "test-Passw0rd");
}

#[test]
fn the_tasks_for_a_rehearsal_are_those_of_one_plan_and_one_account() {
    let tasks = block("docs/drs.md", "yaml", "tasks:");
    let tasks = drs_simulator::TaskFile::parse(&tasks).unwrap();
    let simulator = Simulator::builder().tasks(tasks.tasks());
    let simulator = simulator.start_blocking().unwrap();
    for (account, password) in tasks.accounts() {
        simulator.set_account(account, password);
    }
    let ids = [
        TASK,
        "8d0e8e36-a618-490d-8a46-8c61ac9jb502",
        "dc67695a-ee3e-49b8-a022-a099bd81jb21",
        "9a470239-2308-4bb5-a6bc-1040402fjb21",
    ];
    let plan = |password: &str| {
        let ids = ids.map(str::to_owned).into_iter();
        crate::scene::plan_for(ids, |_| password.to_owned())
    };
    let mut scene = Scene::with("page-tasks", simulator)
        .file("plan.json", &plan("test-Passw0rd"))
        .file("wrong.json", &plan("hunter2"));
    let ran = scene.run(&format!("{RUN} wrong.json"));
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert_eq!(ran.stdout.matches("DRS.KE0002  ").count(), 2);
    let ran = scene.run(&format!("{RUN} plan.json"));
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
}

#[test]
fn the_example_for_cron_mails_nothing_if_nothing_is_left_and_keeps_a_report() {
    let scene = Scene::new("page-cron").file("drs-rotation.yaml", WITHOUT);
    let endpoint = scene.simulator.endpoint();
    let key = drs_simulator::EXAMPLE_ACCESS_KEY;
    let secret = drs_simulator::EXAMPLE_SECRET_KEY;
    let scene = scene.file(
        "drs-rotation.env",
        &format!(
            "HUAWEICLOUD_SDK_AK='{key}'\nHUAWEICLOUD_SDK_SK='{secret}'\n\
             HUAWEICLOUD_SDK_REGION_DRS_AP_SOUTHEAST_1={endpoint}\n"
        ),
    );
    let scene = scene.file("drs-password", "source-hunter2\n");
    let directory = scene.directory.display();
    let script = block("docs/drs.md", "sh", "#!/bin/sh")
        .replace("/etc/", &format!("{directory}/"))
        .replace("/var/lib/drs/", &format!("{directory}/"));
    let (code, shown) = run(&scene, &script);
    assert_eq!((code, shown.as_str()), (Some(0), ""));
    assert_eq!(scene.report("report.json")["changed"], 2);
    assert_eq!(scene.password("so"), "source-hunter2");
    let report = fs::metadata(scene.path("report.json")).unwrap();
    assert_eq!(report.permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_readme_shows_what_a_run_prints() {
    let shown = block("README.md", "text", "$ drs change-passwords");
    assert!(text("tests/cli/transcripts/table.txt").contains(&shown));
}

#[test]
fn the_logins_of_the_readme_need_the_region_alone() {
    use drs_simulator::{EXAMPLE_DOMAIN, EXAMPLE_USER, EXAMPLE_USER_PASSWORD, Machine, Simulator};
    let simulator = Simulator::builder().machine(Machine::default());
    let simulator = simulator.start_blocking().unwrap();
    let scene = Scene::with("readme-logins", simulator).file("plan.yaml", PLAN);
    let endpoint = scene.simulator.endpoint();
    let lines = block("README.md", "sh", "drs change-passwords --region")
        .replace("_USER_NAME=...", &format!("_USER_NAME={EXAMPLE_USER}"))
        .replace(
            "_USER_PASSWORD=...",
            &format!("_USER_PASSWORD={EXAMPLE_USER_PASSWORD}"),
        )
        .replace(
            "_DOMAIN_NAME=...",
            &format!("_DOMAIN_NAME={EXAMPLE_DOMAIN}"),
        );
    let script = format!(
        "set -e\nexport HUAWEICLOUD_SDK_REGION_DRS_AP_SOUTHEAST_1={endpoint}\n\
         export HUAWEICLOUD_SDK_IAM_ENDPOINT={endpoint} DRS_METADATA_ENDPOINT={endpoint}\n{lines}"
    );
    let (code, shown) = run(&scene, &script);
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(shown.matches("2 changed").count(), 2, "{shown}");
    assert_eq!(scene.simulator.keys_issued(), 1);
    assert_eq!(scene.simulator.tokens_issued(), 1);
}

#[test]
fn the_commands_of_the_readme_rehearse_change_and_send_what_is_left() {
    let scene = Scene::new("readme-commands").file("plan.yaml", WITHOUT);
    let endpoint = scene.simulator.endpoint();
    let values = [
        (
            "_AK=...",
            format!("_AK={}", drs_simulator::EXAMPLE_ACCESS_KEY),
        ),
        (
            "_SK=...",
            format!("_SK={}", drs_simulator::EXAMPLE_SECRET_KEY),
        ),
        ("NEW_PASSWORD=...", "NEW_PASSWORD=source-hunter2".to_owned()),
    ];
    let mut script =
        format!("exec 2>&1\nexport HUAWEICLOUD_SDK_REGION_DRS_AP_SOUTHEAST_1={endpoint}\n");
    script += &block("README.md", "sh", "export HUAWEICLOUD_SDK_AK");
    for (from, to) in values {
        script = script.replace(from, &to);
    }
    let (code, shown) = run(&scene, &script);
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(scene.report("report.json")["changed"], 2);
    assert_eq!(scene.password("so"), "source-hunter2");
    assert_eq!(scene.simulator.request_count(), 1);
}

#[test]
fn the_line_for_a_table_makes_a_plan_of_it() {
    let line = block("docs/drs.md", "sh", "jq -Rn");
    let mut scene =
        Scene::new("page-table").file("table.csv", &format!("{TASK},so,source-hunter2\n"));
    // The message about a table leads to the same line.
    let told = scene.run(&format!("{RUN} table.csv")).stderr;
    assert!(told.contains("see drs help plan"), "{told}");
    assert!(scene.run("drs help plan").stdout.contains(line.trim()));
    if !program_is_there("jq") {
        eprintln!("not tested: no jq here");
        return;
    }
    let (code, shown) = run(&scene, &format!("umask 077; {line}"));
    assert_eq!((code, shown.as_str()), (Some(0), ""));
    assert_eq!(scene.run(&format!("{RUN} plan.json")).code, Some(0));
    assert_eq!(scene.password("so"), "source-hunter2");
}

fn program_is_there(name: &str) -> bool {
    let ran = program(name).arg("--version").output();
    ran.is_ok_and(|ran| ran.status.success())
}
