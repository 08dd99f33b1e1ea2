//! `--report`: the file's content at every moment.

use std::{fs, os::unix::fs::PermissionsExt as _, time::Duration};

use serde_json::Value;

use crate::scene::{PLAN, RUN, Scene, many, wait_for};

/// A report of an earlier run.
pub(crate) const OLD: &str = r#"{"schema":1,"tool":"drs 0.1.0","api_document":"1","endpoint":"x","project_id":"x","started":"2026-01-01T00:00:00Z","outcomes":[]}"#;

fn mode(scene: &Scene, name: &str) -> u32 {
    fs::metadata(scene.path(name)).unwrap().permissions().mode() & 0o7777
}

#[test]
fn the_report_is_the_document_that_is_printed_and_only_its_owner_can_read_it() {
    let mut scene = Scene::new("report")
        .file("plan.yaml", PLAN)
        .file("report.json", OLD);
    scene.mode("report.json", 0o644);
    let ran = scene.run(&format!(
        "{RUN} --output json --report report.json plan.yaml"
    ));
    assert_eq!(ran.code, Some(0));
    let text = fs::read_to_string(scene.path("report.json")).unwrap();
    let text = text.replace(&scene.simulator.endpoint(), "$ENDPOINT");
    let text = text.replace(env!("CARGO_BIN_EXE_drs"), "drs");
    assert_eq!(text, ran.stdout);
    assert_eq!(mode(&scene, "report.json"), 0o600);
    assert_eq!(
        names(&scene),
        [".report.json.lock", "plan.yaml", "report.json"]
    );
}

/// The content of the scene's folder.
fn names(scene: &Scene) -> Vec<String> {
    let entries = fs::read_dir(&scene.directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[test]
fn the_report_says_which_run_it_is_about_and_after_bad_input_it_is_still_yesterdays() {
    let mut scene = Scene::new("report-header").file("plan.yaml", PLAN);
    let line = format!("{RUN} --report report.json plan.yaml");
    assert_eq!(scene.run(&line).code, Some(0));
    let report = scene.report("report.json");
    assert_eq!(report["schema"], 1);
    assert_eq!(report["tool"], concat!("drs ", env!("CARGO_PKG_VERSION")));
    assert_eq!(report["api_document"], drs_api::Client::spec_version());
    assert_eq!(report["endpoint"], scene.simulator.endpoint());
    assert_eq!(report["project_id"], scene.simulator.project_id());
    let time = |name: &str| report[name].as_str().unwrap().to_owned();
    let (started, ended) = (time("started"), time("ended"));
    assert!(started <= ended && ended.ends_with('Z') && ended.len() == 20);
    assert_eq!(
        scene.run(&format!("{line} --project-id ../x")).code,
        Some(2)
    );
    assert_eq!(scene.report("report.json"), report);
}

#[test]
fn what_a_link_leads_to_is_replaced_and_the_link_stays() {
    for there in [true, false] {
        let mut scene = Scene::new("report-link").file("plan.yaml", PLAN);
        fs::create_dir(scene.path("volume")).unwrap();
        if there {
            scene = scene.file("volume/report.json", OLD);
        }
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(to, scene.path(name)).unwrap();
        };
        link("volume", "folder");
        link("folder/report.json", "second");
        link("second", "report.json");
        let ran = scene.run(&format!("{RUN} --report report.json plan.yaml"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(scene.report("volume/report.json")["changed"], 2);
        for name in ["folder", "second", "report.json"] {
            assert!(scene.path(name).is_symlink(), "{name}");
        }
    }
}

#[test]
fn what_is_no_report_is_not_replaced_for_it_may_be_the_only_copy_of_a_secret() {
    let plan = "jobs: [{job_id: 25df459d-a37c-41b9-bc2b-8c00ba32jb52, end_point_type: so, db_password_file: secret}]";
    let mut scene = Scene::new("report-secret")
        .file("plan.yaml", plan)
        .file("secret", "hunter2\n")
        .file("other.json", "{\"jobs\": []}")
        .file("half.json", &OLD[..OLD.len() / 2])
        .file("empty", "");
    for name in ["secret", "plan.yaml", "other.json", "half.json"] {
        let before = fs::read(scene.path(name)).unwrap();
        for option in ["--dry-run", ""] {
            let ran = scene.run(&format!("{RUN} {option} --report {name} plan.yaml"));
            assert_eq!(ran.code, Some(2), "{}", ran.stdout);
            for part in ["it is not a report of drs", "name another file\n"] {
                assert!(ran.stderr.contains(part), "{}", ran.stderr);
            }
        }
        assert_eq!(fs::read(scene.path(name)).unwrap(), before);
    }
    assert_eq!(scene.simulator.request_count(), 0);
    let ran = scene.run(&format!("{RUN} --report empty plan.yaml"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(scene.report("empty")["changed"], 1);
}

#[test]
fn what_is_no_file_is_not_replaced() {
    let mut scene = Scene::new("report-device").file("plan.yaml", PLAN);
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, scene.path(name)).unwrap();
    };
    link("/dev/null", "device");
    link("/proc/self/fd/1", "descriptor");
    link("loop", "loop");
    let made = crate::child::program("mkfifo")
        .arg(scene.path("pipe"))
        .status();
    assert!(made.unwrap().success());
    for path in [
        "/dev/stdout",
        "/dev/null",
        "/dev/shm/report.json",
        "/proc/self/fd/1",
        "device",
        "descriptor",
        "pipe",
        "loop",
        "..",
        "missing/report.json",
    ] {
        for options in ["", "--dry-run"] {
            let ran = scene.run(&format!("{RUN} --report {path} {options} plan.yaml"));
            assert_eq!(ran.code, Some(2), "{path}");
            let expected = format!("drs: --report {path}: the report can't be written: ");
            assert!(ran.stderr.starts_with(&expected), "{}", ran.stderr);
        }
    }
    assert!(fs::symlink_metadata("/dev/stdout").unwrap().is_symlink());
    assert_eq!(scene.simulator.connection_count(), 0);
}

#[test]
fn a_report_on_standard_output_is_json_alone_and_a_dash_is_no_file() {
    let mut scene = Scene::new("report-stdout").file("plan.yaml", PLAN);
    for option in ["--output json", "--report -"] {
        let ran = scene.run(&format!("{RUN} {option} plan.yaml"));
        assert_eq!(
            (ran.json()["changed"].as_u64(), ran.stderr.as_str()),
            (Some(2), ""),
            "{option}"
        );
    }
    let ran = scene.run(&format!("{RUN} --report - --status plan.yaml"));
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("name a file"), "{}", ran.stderr);
    assert!(!scene.path("-").exists());
}

#[test]
fn two_runs_do_not_share_a_report_and_a_crash_leaves_nothing_beside_it() {
    let mut scene = Scene::new("report-lock")
        .file("plan.yaml", PLAN)
        .file(".report.json.new", "left by a crash")
        .fault("next:hang=after-body");
    let line = format!("{RUN} --report report.json plan.yaml");
    let mut first = scene.start(&line);
    scene.await_requests(1);
    let ran = scene.run(&line);
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("another run is using this report"),
        "{}",
        ran.stderr
    );
    assert_eq!(scene.simulator.request_count(), 1);
    first.kill();
    assert_eq!(scene.run(&line).code, Some(0));
    assert_eq!(
        names(&scene),
        [".report.json.lock", "plan.yaml", "report.json"]
    );
}

#[test]
fn a_report_that_can_no_longer_be_written_is_told_and_the_run_goes_on() {
    // At least three seconds, in which it would be written twice.
    let (simulator, plan) = many(1_200);
    let scene = Scene::with("report-lost", simulator)
        .file("plan.json", &plan)
        .fault("always:regular,delay=250ms");
    fs::create_dir(scene.path("reports")).unwrap();
    let drs = scene.start(&format!("{RUN} --report reports/report.json plan.json"));
    scene.await_requests(1);
    fs::rename(scene.path("reports"), scene.path("elsewhere")).unwrap();
    let ran = drs.end();
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("\n1200 changed, "),
        "the outcomes are printed"
    );
    let told: Vec<_> = ran.stderr.lines().collect();
    assert!(
        matches!(told[..], [first, last]
            if first.starts_with("drs: the report could not be brought up to date: ")
            && last.starts_with("drs: --report reports/report.json: the report can't be written: ")),
        "{}",
        ran.stderr
    );
    assert_eq!(scene.report("elsewhere/report.json")["unconfirmed"], 1_200);
}

#[test]
fn no_command_goes_on_from_a_report_that_could_not_be_written() {
    let scene = Scene::new("report-unwritten")
        .file("plan.yaml", PLAN)
        .fault("always:answer=400,delay=1s,body={\"error_code\":\"DRS.M00304\"}");
    fs::create_dir(scene.path("reports")).unwrap();
    let drs = scene.start(&format!("{RUN} --report reports/report.json plan.yaml"));
    scene.await_requests(1);
    fs::rename(scene.path("reports"), scene.path("elsewhere")).unwrap();
    let ran = drs.end();
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(!ran.stdout.contains("--only-todo"), "{}", ran.stdout);
    let way = "a run can't continue from this one";
    assert!(ran.stdout.contains(way), "{}", ran.stdout);
}

#[test]
fn the_report_begins_with_everything_unconfirmed() {
    let scene = Scene::new("report-begins")
        .file("plan.yaml", PLAN)
        .fault("always:hang=after-body");
    let _drs = scene.start(&format!("{RUN} --report report.json plan.yaml"));
    scene.await_requests(1);
    let report = scene.report("report.json");
    assert_eq!(report["unconfirmed"], 2);
    assert_eq!(report["outcomes"][0]["outcome"], "unconfirmed");
    assert_eq!(mode(&scene, "report.json"), 0o600);
}

#[test]
fn the_report_is_only_ever_improved_and_says_not_sent_at_the_end_alone() {
    // At least ten seconds, if nothing stopped it: writes to a slow disk are rarer.
    let (simulator, plan) = many(4_000);
    let scene = Scene::with("report-grows", simulator)
        .file("plan.json", &plan)
        .fault("every=5:answer=400,body={\"error_code\":\"X1\"}")
        .fault("always:regular,delay=250ms");
    let drs = scene.start(&format!("{RUN} --report report.json plan.json"));
    wait_for(|| scene.path("report.json").exists());
    let written = || {
        use std::os::unix::fs::MetadataExt as _;
        let metadata = fs::metadata(scene.path("report.json")).unwrap();
        (metadata.modified().unwrap(), metadata.ino())
    };
    let mut seen: Vec<Value> = Vec::new();
    let mut times = Vec::new();
    let mut last_written = None;
    wait_for(|| {
        let now = written();
        // Reading this many outcomes takes long.
        if last_written == Some(now) {
            return false;
        }
        let report = scene.report("report.json");
        // Otherwise, it was replaced between the two.
        if now != written() {
            return false;
        }
        last_written = Some(now);
        if seen.last() != Some(&report) {
            seen.push(report);
            times.push(now.0);
            if seen.len() == 3 {
                drs.signal("TERM");
            }
        }
        seen.last().is_some_and(|last| last["not_sent"] != 0)
    });
    assert_eq!(drs.end().code, Some(3));
    let last = seen.pop().unwrap();
    times.pop();
    for pair in times.windows(2) {
        let pause = pair[1].duration_since(pair[0]).unwrap();
        // A file system's clock is coarse.
        assert!(pause > Duration::from_millis(980), "{pause:?}");
    }
    assert!(last["rejected"].as_u64() > Some(0) && last["not_sent"].as_u64() > Some(0));
    assert!(seen.len() >= 3, "{}", seen.len());
    for pair in seen.windows(2) {
        assert!(pair[0]["changed"].as_u64() < pair[1]["changed"].as_u64());
    }
    for report in &seen {
        assert_eq!(
            (&report["not_sent"], &report["rejected"]),
            (&0.into(), &0.into())
        );
        let outcomes = report["outcomes"].as_array().unwrap();
        for (then, at_last) in outcomes.iter().zip(last["outcomes"].as_array().unwrap()) {
            let kept = then["outcome"] == "unconfirmed" || then["outcome"] == at_last["outcome"];
            assert!(kept, "{then} {at_last}");
        }
    }
}
