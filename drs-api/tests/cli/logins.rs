//! Credentials of IAM users and of the machine's agency, the order of sources, and the project of a
//! region.

use std::time::Duration;

use drs_simulator::{
    EXAMPLE_DOMAIN, EXAMPLE_PROJECT, EXAMPLE_REGION, EXAMPLE_TOKEN, EXAMPLE_USER,
    EXAMPLE_USER_PASSWORD, Fault, Machine, Simulator, Times,
};

use crate::scene::{PLAN, Ran, Scene};

/// Removes the credentials that every command has in its environment.
const BARE: &str = "HW_AUTH_TOKEN= HUAWEICLOUD_SDK_PROJECT_ID= HOME=/nonexistent";

/// The region finds everything, because the environment points it to the simulator.
fn scene(name: &str, machine: Option<Machine>) -> Scene {
    let builder = Simulator::builder();
    let builder = match machine {
        Some(machine) => builder.machine(machine),
        None => builder,
    };
    Scene::with(name, builder.start_blocking().unwrap()).file("plan.yaml", PLAN)
}

fn run(scene: &mut Scene, variables: &str, options: &str) -> Ran {
    let endpoint = scene.simulator.endpoint();
    let region = EXAMPLE_REGION.to_uppercase().replace('-', "_");
    let line = format!(
        "{BARE} HUAWEICLOUD_SDK_REGION_DRS_{region}={endpoint} \
         HUAWEICLOUD_SDK_IAM_ENDPOINT={endpoint} DRS_METADATA_ENDPOINT={endpoint} {variables} drs \
         change-passwords --region {EXAMPLE_REGION} {options} plan.yaml"
    );
    scene.run(&line)
}

fn user() -> String {
    format!(
        "HW_USER_NAME={EXAMPLE_USER} HW_USER_PASSWORD={EXAMPLE_USER_PASSWORD} \
         HW_DOMAIN_NAME={EXAMPLE_DOMAIN}"
    )
}

#[test]
fn an_agency_is_all_that_a_run_needs() {
    for machine in [
        Machine::default(),
        Machine::default().needs_token(),
        Machine::default().first_version(404),
        Machine::default().first_version(405),
        Machine::default().first_version(503),
    ] {
        let mut scene = scene("agency", Some(machine));
        let ran = run(&mut scene, "", "-v");
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(scene.password("so"), "source-hunter2");
        for said in [
            "drs: credentials: the agency of this machine",
            &format!("drs: project: {EXAMPLE_PROJECT}"),
        ] {
            assert!(ran.stderr.contains(said), "{}", ran.stderr);
        }
        // A key takes two requests, the project and the change one each.
        assert_eq!(scene.simulator.request_count(), 4);
    }
}

#[test]
fn a_user_of_iam_is_all_that_a_run_needs() {
    let mut scene = scene("user", None);
    let ran = run(&mut scene, &user(), "-v");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(scene.password("so"), "source-hunter2");
    assert!(
        ran.stderr.contains("credentials: the user in HW_USER_NAME"),
        "{}",
        ran.stderr
    );
    assert_eq!(scene.simulator.tokens_issued(), 1);
    assert_eq!(scene.simulator.request_count(), 3);
}

#[test]
fn a_source_can_be_chosen_whatever_else_there_is() {
    let key = "HUAWEICLOUD_SDK_AK=wrong HUAWEICLOUD_SDK_SK=wrong";
    let token = format!("HW_AUTH_TOKEN={EXAMPLE_TOKEN}");
    for (source, variables, said) in [
        (
            "user",
            format!("{} {key}", user()),
            "the user in HW_USER_NAME",
        ),
        ("env", format!("{} {token}", user()), "the environment"),
        ("agency", key.to_owned(), "the agency of this machine"),
    ] {
        let mut scene = scene("chosen", Some(Machine::default()));
        let ran = run(
            &mut scene,
            &variables,
            &format!("-v --credentials {source}"),
        );
        assert_eq!(ran.code, Some(0), "{source}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    let mut scene = scene("chosen-profile", None);
    let ran = run(&mut scene, "", "--credentials profile");
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("no profile file"), "{}", ran.stderr);
}

#[test]
fn a_user_beside_a_key_or_half_a_user_is_refused() {
    for (variables, said) in [
        (
            format!("{} HW_AUTH_TOKEN=t", user()),
            "unset one kind of credentials",
        ),
        (
            "HW_USER_NAME=u HW_DOMAIN_NAME=d".to_owned(),
            "a user of IAM needs HW_DOMAIN_NAME, HW_USER_NAME and HW_USER_PASSWORD",
        ),
        ("HW_USER_PASSWORD=p".to_owned(), "set all of them or none"),
    ] {
        let mut scene = scene("half-a-user", None);
        let ran = run(&mut scene, &variables, "");
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
        assert_eq!(scene.simulator.request_count(), 0);
    }
}

/// The response, the expected message, and the number of requests.
type Row = (
    &'static str,
    Option<Machine>,
    Option<Fault>,
    &'static str,
    u64,
);

#[test]
fn each_failure_of_an_agency_is_one_sentence_and_sends_nothing_to_the_service() {
    let here = || Some(Machine::default());
    let rows: [Row; 9] = [
        (
            "no service",
            None,
            None,
            "answered with HTTP status 404; this machine has no agency",
            2,
        ),
        (
            "no agency",
            Some(Machine::default().without_agency()),
            None,
            "answered with HTTP status 401; this machine has no agency: on its page",
            2,
        ),
        (
            "a dead service",
            here(),
            Some(Fault::close(drs_simulator::Stage::AfterBody)),
            "did not answer (error sending request",
            2,
        ),
        (
            "401",
            here(),
            Some(Fault::answer(401, "Unauthorized")),
            "HTTP status 401; run again in a minute",
            2,
        ),
        (
            "403",
            here(),
            Some(Fault::answer(403, "")),
            "this machine's settings block it",
            1,
        ),
        (
            "500",
            here(),
            Some(Fault::answer(500, "")),
            "HTTP status 500; run again in a minute",
            2,
        ),
        (
            "a key without a date",
            Some(Machine::default().first_version(404)),
            Some(Fault::answer(
                200,
                r#"{"credential":{"access":"a","secret":"hidden-1"}}"#,
            )),
            "failed (key: it is incomplete); run again",
            2,
        ),
        (
            "an unreadable key",
            Some(Machine::default().first_version(404)),
            Some(Fault::answer(200, "hidden-1")),
            "with HTTP status 200",
            2,
        ),
        (
            "an expired key",
            Some(Machine::default().key_lifetime(Duration::ZERO)),
            None,
            "it has expired already; check the clock",
            2,
        ),
    ];
    for (name, machine, fault, said, requests) in rows {
        let mut scene = scene("agency-failure", machine);
        if let Some(fault) = fault {
            match machine.is_some_and(|machine| format!("{machine:?}").contains("404")) {
                // The second request is for the key.
                true => scene
                    .simulator
                    .script(move |number, _| (number == 2).then(|| fault.clone())),
                false => scene.simulator.fault(fault, Times::Always),
            }
        }
        let ran = run(&mut scene, "", &format!("--project-id {EXAMPLE_PROJECT}"));
        assert_eq!(ran.code, Some(2), "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{name}: {}", ran.stderr);
        assert!(!ran.stderr.contains("hidden-1"), "{name}: {}", ran.stderr);
        // A key is the agency's, however the run ends.
        let lacking = ran
            .stderr
            .contains("the environment has no credentials (set");
        assert_eq!(lacking, name != "an expired key", "{name}");
        assert_eq!(scene.simulator.request_count(), requests, "{name}");
    }
}

#[test]
fn each_failure_of_a_login_is_one_sentence_and_is_not_repeated() {
    let body = r#"{"error":{"code":401,"message":"The account is locked."}}"#;
    for (password, fault, said) in [
        (
            "wrong",
            None,
            "name, password or account of the user is wrong",
        ),
        (
            EXAMPLE_USER_PASSWORD,
            Some(Fault::answer(401, body)),
            "the user is locked",
        ),
        (
            EXAMPLE_USER_PASSWORD,
            Some(Fault::answer(403, "{}")),
            "may not log in this way",
        ),
        (
            EXAMPLE_USER_PASSWORD,
            Some(Fault::answer(404, "")),
            "not the address of IAM",
        ),
        (
            EXAMPLE_USER_PASSWORD,
            Some(Fault::answer(500, "")),
            "IAM failed",
        ),
        ("wrong", Some(Fault::answer(201, "{}")), "without a token"),
    ] {
        let mut scene = scene("login-failure", None);
        if let Some(fault) = fault {
            scene.simulator.fault(fault, Times::Always);
        }
        let variables = user().replace(EXAMPLE_USER_PASSWORD, password);
        let ran = run(
            &mut scene,
            &variables,
            &format!("--project-id {EXAMPLE_PROJECT}"),
        );
        assert_eq!(ran.code, Some(2), "{said}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
        assert!(
            !ran.stderr.contains(EXAMPLE_USER_PASSWORD),
            "{}",
            ran.stderr
        );
        assert_eq!(scene.simulator.request_count(), 1, "{said}");
    }
}

#[test]
fn a_region_without_a_project_or_with_several_needs_the_id() {
    let token = format!("HW_AUTH_TOKEN={EXAMPLE_TOKEN}");
    let several = Simulator::builder().other_project("f".repeat(32), EXAMPLE_REGION);
    let mut scene =
        Scene::with("several-projects", several.start_blocking().unwrap()).file("plan.yaml", PLAN);
    let ran = run(&mut scene, &token, "");
    assert_eq!(ran.code, Some(2));
    for said in [
        "several projects are named",
        EXAMPLE_PROJECT,
        &"f".repeat(32),
        "pass --project-id",
    ] {
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    // IAM's message is shown without terminal control characters.
    let mut scene = Scene::with(
        "hostile-iam",
        Simulator::builder().start_blocking().unwrap(),
    );
    scene = scene.file("plan.yaml", PLAN);
    let body = r#"{"error_code":"IAM.1","error_msg":"\u001b[2Jgone\u202e"}"#;
    scene
        .simulator
        .fault(Fault::answer(500, body), Times::Always);
    let ran = run(&mut scene, &token, "");
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("IAM.1") && ran.stderr.contains("gone"),
        "{}",
        ran.stderr
    );
    assert!(
        !ran.stderr.contains(['\u{1b}', '\u{202e}']),
        "{}",
        ran.stderr
    );
    let elsewhere = Simulator::builder().region("cn-north-4");
    let mut scene =
        Scene::with("no-project", elsewhere.start_blocking().unwrap()).file("plan.yaml", PLAN);
    let ran = run(&mut scene, &token, "");
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("has no project named"),
        "{}",
        ran.stderr
    );
}
