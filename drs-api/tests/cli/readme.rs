//! What the README shows of the tool, run as it stands there.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use crate::{inputs::WITHOUT, scene::Scene};

/// The shell block of the README that a line begins.
fn block(first: &str) -> String {
    // In a package it stands beside the manifest.
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = ["../README.md", "README.md"].map(|path| folder.join(path));
    let readme = readme
        .iter()
        .find_map(|path| fs::read_to_string(path).ok())
        .unwrap();
    let (_, rest) = readme.split_once(&format!("```sh\n{first}")).unwrap();
    let (block, _) = rest.split_once("```").unwrap();
    format!("{first}{block}")
}

/// Runs a script by a shell that finds the tool.
fn run(scene: &Scene, script: &str) -> (Option<i32>, String) {
    let tool = std::path::Path::new(env!("CARGO_BIN_EXE_drs"));
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", tool.parent().unwrap().display());
    let ran = Command::new("sh")
        .args(["-c", script])
        .current_dir(&scene.directory)
        .env_clear()
        .env("PATH", path)
        .output()
        .unwrap();
    let stdout = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(String::from_utf8(ran.stderr).unwrap(), "");
    (ran.status.code(), stdout)
}

#[test]
fn the_two_lines_change_a_password_on_the_simulator() {
    let scene = Scene::new("readme-lines");
    let lines = block("cargo run -q -p drs-simulator");
    let [simulator, tool] = lines.lines().collect::<Vec<_>>()[..] else {
        panic!("{lines}");
    };
    // One is under way already, and the tool is built.
    assert_eq!(simulator, "cargo run -q -p drs-simulator -- --port 8480 &");
    let tool = tool
        .replace("cargo run -q -p drs-api --features cli --bin drs --", "drs")
        .replace("http://127.0.0.1:8480", &scene.simulator.endpoint());
    let (code, shown) = run(&scene, &tool);
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(scene.password("so"), "test-Passw0rd");
}

#[test]
fn the_example_for_cron_mails_a_table_and_keeps_a_report() {
    let scene = Scene::new("readme-cron").file("drs-rotation.yaml", WITHOUT);
    let endpoint = scene.simulator.endpoint();
    let key = drs_simulator::EXAMPLE_ACCESS_KEY;
    let secret = drs_simulator::EXAMPLE_SECRET_KEY;
    let scene = scene.file(
        "drs-rotation.env",
        &format!(
            "HUAWEICLOUD_SDK_AK={key}\nHUAWEICLOUD_SDK_SK={secret}\nNEW_PASSWORD=source-hunter2\n\
             HUAWEICLOUD_SDK_REGION_DRS_AP_SOUTHEAST_1={endpoint}\n"
        ),
    );
    let directory = scene.directory.display();
    let script = block("#!/bin/sh")
        .replace("/etc/", &format!("{directory}/"))
        .replace("/var/lib/drs/", &format!("{directory}/"));
    let (code, shown) = run(&scene, &script);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.ends_with("Nothing is left to do.\n"), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
    assert_eq!(scene.report("report.json")["changed"], 2);
    assert_eq!(scene.password("so"), "source-hunter2");
    let report = fs::metadata(scene.path("report.json")).unwrap();
    assert_eq!(report.permissions().mode() & 0o777, 0o600);
}
