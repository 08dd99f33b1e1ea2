//! `--report`: what stands in the file, and when.

use std::{fs, os::unix::fs::PermissionsExt as _, time::Duration};

use serde_json::Value;

use crate::scene::{PLAN, RUN, Scene, many, wait_for};

fn mode(scene: &Scene, name: &str) -> u32 {
    fs::metadata(scene.path(name)).unwrap().permissions().mode() & 0o7777
}

#[test]
fn the_report_is_the_document_that_is_printed_and_only_its_owner_can_read_it() {
    let mut scene = Scene::new("report")
        .file("plan.yaml", PLAN)
        .file("report.json", "old");
    scene.mode("report.json", 0o644);
    let ran = scene.run(&format!(
        "{RUN} --output json --report report.json plan.yaml"
    ));
    assert_eq!(ran.code, Some(0));
    assert_eq!(
        fs::read_to_string(scene.path("report.json")).unwrap(),
        ran.stdout
    );
    assert_eq!(mode(&scene, "report.json"), 0o600);
    let left: Vec<_> = fs::read_dir(&scene.directory).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_link_is_replaced_and_what_it_leads_to_stays_as_it_was() {
    let mut scene = Scene::new("report-link")
        .file("plan.yaml", PLAN)
        .file("other", "other");
    std::os::unix::fs::symlink("other", scene.path("report.json")).unwrap();
    let ran = scene.run(&format!("{RUN} --report report.json plan.yaml"));
    assert_eq!(ran.code, Some(0));
    assert_eq!(scene.report("report.json")["changed"], 2);
    assert_eq!(fs::read_to_string(scene.path("other")).unwrap(), "other");
}

#[test]
fn a_report_that_can_no_longer_be_written_is_told_and_the_run_goes_on() {
    // Three seconds at least, in which it would be written twice.
    let (simulator, plan) = many(1_200);
    let scene = Scene::with("report-lost", simulator)
        .file("plan.json", &plan)
        .fault("always:regular,delay=100ms");
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
            if first.starts_with("drs: reports/report.json: the report could not be brought up")
            && last.starts_with("drs: reports/report.json: the report can't be written: ")),
        "{}",
        ran.stderr
    );
    assert_eq!(scene.report("elsewhere/report.json")["unconfirmed"], 1_200);
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
    // Ten seconds at least, if no one stopped it.
    let (simulator, plan) = many(4_000);
    let scene = Scene::with("report-grows", simulator)
        .file("plan.json", &plan)
        .fault("every=5:answer=400,body={\"error_code\":\"X\"}")
        .fault("always:regular,delay=100ms");
    let drs = scene.start(&format!("{RUN} --report report.json plan.json"));
    wait_for(|| scene.path("report.json").exists());
    let written = || {
        fs::metadata(scene.path("report.json"))
            .unwrap()
            .modified()
            .unwrap()
    };
    let mut seen: Vec<Value> = Vec::new();
    let mut times = Vec::new();
    wait_for(|| {
        let (time, report) = (written(), scene.report("report.json"));
        // Else it was replaced between the two.
        if seen.last() != Some(&report) && time == written() {
            seen.push(report);
            times.push(time);
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
        // The clock of a file system is coarse.
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
