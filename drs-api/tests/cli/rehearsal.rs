//! `--dry-run`, for readers and for CI.

use crate::scene::{PLAN, RUN, Scene, TASK, many};

#[test]
fn a_dry_run_counts_and_shows_three_requests_unless_all_are_wanted() {
    let (simulator, plan) = many(45);
    let mut scene = Scene::with("rehearsal", simulator).file("plan.json", &plan);
    let requests = |shown: &str| shown.matches("PUT http").count();
    let counts = "45 end points of 45 tasks in 5 requests, not sent.\n";
    let ran = scene.run(&format!("{RUN} --dry-run plan.json"));
    assert_eq!(
        requests(&ran.stdout.replace("$ENDPOINT", "http")),
        3,
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("… and 2 more requests (--all shows them)\n"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.ends_with(counts), "{}", ran.stdout);
    let ran = scene.run(&format!("{RUN} --dry-run --all plan.json"));
    assert_eq!(requests(&ran.stdout.replace("$ENDPOINT", "http")), 5);
    assert!(ran.stdout.ends_with(counts), "{}", ran.stdout);
    let json = scene
        .run(&format!("{RUN} --dry-run --output json plan.json"))
        .json();
    assert_eq!(json["requests"].as_array().unwrap().len(), 5);
    assert_eq!(scene.simulator.connection_count(), 0);
}

#[test]
fn offline_a_plan_is_checked_without_credentials_project_network_or_its_secrets() {
    let plan = format!(
        "jobs:\n- {{job_id: {TASK}, end_point_type: so, db_password_env: NOT_HERE}}\n\
         - {{job_id: {TASK}, end_point_type: ta, db_password_file: secrets/not-here, kerberos: {{key_tab_path: drs.keytab}}}}\n\
         - {{job_id: other, end_point_type: so}}\n"
    );
    let mut scene = Scene::new("rehearsal-offline")
        .file("plan.yaml", &plan)
        .file("whole.yaml", PLAN)
        .file("twice.yaml", &format!("{PLAN}{}", &PLAN["jobs:\n".len()..]));
    let line = "HW_AUTH_TOKEN= HUAWEICLOUD_SDK_PROJECT_ID= drs change-passwords --dry-run=offline";
    let ran = scene.run(&format!(
        "{line} --password-file also/missing --report no/folder plan.yaml"
    ));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let counts =
        "3 end points of 2 tasks in 1 request, not sent. Not on this machine: 4 named secrets.\n";
    assert!(ran.stdout.ends_with(counts), "{}", ran.stdout);
    assert!(
        !ran.stdout.contains("not-here") && ran.stderr.is_empty(),
        "{}",
        ran.stderr
    );
    let ran = scene.run(&format!("{line} whole.yaml"));
    assert!(
        ran.stdout
            .ends_with("Not on this machine: 0 named secrets.\n"),
        "{}",
        ran.stdout
    );
    let json = scene
        .run(&format!(
            "{line} --output json --password-env NOT_HERE plan.yaml"
        ))
        .json();
    assert_eq!(json["missing_secrets"], 4);
    // A mistake is a mistake there, too.
    for (plan, problem) in [
        ("twice.yaml", "is already in jobs[0]"),
        ("plan.yaml", "`db_password` is missing"),
        ("--only-todo report.json whole.yaml", "report.json: "),
    ] {
        let ran = scene.run(&format!("{line} {plan}"));
        assert_eq!(ran.code, Some(2), "{}", ran.stdout);
        assert!(ran.stderr.contains(problem), "{}", ran.stderr);
    }
    // Without it, a secret must be there.
    let ran = scene.run(&format!("{RUN} --dry-run plan.yaml"));
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
}
