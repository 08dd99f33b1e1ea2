//! Only the intended identity is used, and a credential service may have a hiccup.
//! `transcripts/identity.txt`, `profile.txt`, and `hiccups.txt` have the output of each run.

use std::{fs, time::Duration};

use drs_simulator::{
    EXAMPLE_ACCESS_KEY, EXAMPLE_PROJECT, EXAMPLE_SECRET_KEY, Fault, Machine, Simulator, Stage,
};

use crate::scene::{PLAN, RUN, Ran, Scene, side_by_side};

/// Removes the credentials that every command has in its environment.
const BARE: &str = "HW_AUTH_TOKEN= HUAWEICLOUD_SDK_PROJECT_ID= HOME=.";
const KEY: &str = "HW_ACCESS_KEY=access-key-of-the-drs-simulator HW_SECRET_KEY=$SECRET_KEY";

/// A home folder, with a profile file if given.
fn scene(name: &str, simulator: Simulator, profile: &str) -> Scene {
    let scene = Scene::with(name, simulator)
        .file("plan.yaml", PLAN)
        .file("token", "token-of-the-drs-simulator");
    fs::create_dir(scene.path(".huaweicloud")).unwrap();
    match profile {
        "" => scene,
        profile => scene.file(".huaweicloud/credentials", profile),
    }
}

fn simulator() -> Simulator {
    Simulator::builder().start_blocking().unwrap()
}

fn profile(more: &str) -> String {
    format!(
        "[basic]\nak = {EXAMPLE_ACCESS_KEY}\nsk = {EXAMPLE_SECRET_KEY}\n\
         project_id = {EXAMPLE_PROJECT}\n{more}"
    )
}

#[test]
fn what_names_credentials_of_another_kind_ends_the_search_and_is_overruled_by_an_option() {
    let mut scene = scene("identity", simulator(), "");
    scene.say("What the vendor's tools use before any other.");
    for (variable, option) in [
        ("HUAWEICLOUD_OIDC_PROVIDER_URN=x", "--credentials env"),
        ("HUAWEICLOUD_SDK_IDP_ID=x", "--token-file token"),
        ("HUAWEICLOUD_SDK_ID_TOKEN_FILE=x", "--credentials env"),
        ("HW_ASSUME_ROLE_AGENCY_NAME=x", "--token-file token"),
    ] {
        let ran = scene.run(&format!("{variable} {RUN} plan.yaml"));
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert_eq!(scene.simulator.connection_count(), 0);
        let name = variable.trim_end_matches("=x");
        assert!(ran.stderr.contains(name), "{}", ran.stderr);
        let mut other = self::scene("identity-option", simulator(), "");
        let ran = other.run(&format!("{variable} {RUN} {option} plan.yaml"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    scene.say("What they use before the agency of the machine.");
    for variable in [
        "HC_CONTAINER_CREDENTIALS_FULL_URI=x",
        "HW_SHARED_CONFIG_FILE=x",
        "HW_PROFILE=x",
    ] {
        let ran = scene.run(&format!("HW_AUTH_TOKEN= {variable} {RUN} plan.yaml"));
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        let mut other = self::scene("identity-token", simulator(), "");
        let ran = other.run(&format!("{variable} {RUN} plan.yaml"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    scene.say("Two kinds, and half a user.");
    for variables in [
        "HW_USER_NAME=u HW_USER_PASSWORD=p HW_DOMAIN_NAME=d",
        "HW_AUTH_TOKEN= HW_USER_NAME=u",
    ] {
        let ran = scene.run(&format!("{variables} {RUN} plan.yaml"));
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    }
    assert_eq!(scene.simulator.connection_count(), 0);
    scene.check("identity");
}

#[test]
fn a_profile_for_an_identity_provider_ends_the_search_unless_it_is_asked_for() {
    for (more, key) in [("idp_id = x\n", true), ("id_token_file = x\n", false)] {
        let profile = match key {
            true => profile(more),
            false => format!("[basic]\n{more}"),
        };
        let mut scene = scene("identity-profile", simulator(), &profile);
        let ran = scene.run(&format!("{BARE} {RUN} plan.yaml"));
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        let name = more.split_once(' ').unwrap().0;
        assert!(ran.stderr.contains(&format!("`{name}`")), "{}", ran.stderr);
        assert_eq!(scene.simulator.connection_count(), 0);
        let asked = scene.run(&format!("{BARE} {RUN} --credentials profile plan.yaml"));
        assert_eq!(
            asked.code,
            Some(if key { 0 } else { 2 }),
            "{}",
            asked.stderr
        );
    }
}

#[test]
fn terraforms_names_are_all_that_a_run_needs() {
    let other = "f".repeat(32);
    let simulator = Simulator::builder()
        .project_id(other.as_str())
        .region("night-shift")
        .start_blocking();
    let mut scene = scene("identity-terraform", simulator.unwrap(), "");
    let variables = KEY.replace("$SECRET_KEY", EXAMPLE_SECRET_KEY);
    // The project of another name than the region's.
    let ran = scene.run(&format!(
        "{BARE} {variables} HW_REGION_NAME=ap-southeast-1 HW_PROJECT_NAME=night-shift \
         HW_AUTH_URL=$ENDPOINT/v3 HUAWEICLOUD_SDK_REGION_DRS_AP_SOUTHEAST_1=$ENDPOINT drs \
         change-passwords -v plan.yaml"
    ));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stderr.contains(&format!("project: {other}")),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_profile_is_read_as_the_sdk_reads_it_and_refused_by_its_line() {
    let mut transcript = scene("profile-lines", simulator(), "");
    for (what, profile) in [
        ("A section twice.", profile("\n[global]\n[BASIC]\n")),
        ("A key twice.", profile("AK = hunter2\n")),
        (
            "A value over two lines.",
            profile("security_token = hunter2\n  hunter2\n"),
        ),
        ("Neither section nor key.", profile("hunter2\n")),
        ("A key before any section.", "ak = hunter2\n".to_owned()),
        ("No file of keys.", "#".repeat(65 * 1024)),
    ] {
        transcript.say(what);
        transcript = transcript.file(".huaweicloud/credentials", &profile);
        let ran = transcript.run(&format!("{BARE} {RUN} plan.yaml"));
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    }
    assert_eq!(transcript.simulator.connection_count(), 0);
    transcript.check("profile");
}

#[test]
fn iam_is_asked_where_the_profile_says() {
    let simulator = simulator();
    let more = format!("iam_endpoint = {}\n", simulator.endpoint());
    let profile = profile(&more).replace(&format!("project_id = {EXAMPLE_PROJECT}\n"), "");
    let mut scene = scene("profile-iam", simulator, &profile);
    let ran = scene.run(&format!(
        "{BARE} HUAWEICLOUD_SDK_IAM_ENDPOINT=http://127.0.0.1:1 \
         HUAWEICLOUD_SDK_REGION=ap-southeast-1 {RUN} plan.yaml"
    ));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

/// A run whose first requests fail, by their numbers.
fn hiccup(
    name: &str,
    machine: Machine,
    variables: &str,
    failing: &'static [(u64, Hiccup)],
) -> (Scene, Ran) {
    let simulator = Simulator::builder().machine(machine).start_blocking();
    let mut scene = scene(name, simulator.unwrap(), "");
    script(&scene, failing);
    let ran = scene.run(&line(variables));
    (scene, ran)
}

fn line(variables: &str) -> String {
    format!(
        "{BARE} {variables} HUAWEICLOUD_SDK_REGION_DRS_AP_SOUTHEAST_1=$ENDPOINT \
         HUAWEICLOUD_SDK_IAM_ENDPOINT=$ENDPOINT DRS_METADATA_ENDPOINT=$ENDPOINT drs \
         change-passwords --region ap-southeast-1 plan.yaml"
    )
}

#[derive(Clone, Copy)]
enum Hiccup {
    Status(u16),
    Reset,
    Silence,
}

fn script(scene: &Scene, failing: &'static [(u64, Hiccup)]) {
    scene.simulator.script(move |number, _| {
        let (_, hiccup) = failing.iter().find(|(at, _)| *at == number)?;
        Some(match hiccup {
            Hiccup::Status(status) => Fault::answer(*status, ""),
            Hiccup::Reset => Fault::close(Stage::AfterBody),
            Hiccup::Silence => Fault::regular().delay(Duration::from_secs(30)),
        })
    });
}

#[test]
fn one_hiccup_of_the_metadata_service_or_of_iam_ends_no_run() {
    let project = "HUAWEICLOUD_SDK_PROJECT_ID=054ba152d480d55b2f5dc0069e7ddef0";
    let token = "HW_AUTH_TOKEN=token-of-the-drs-simulator";
    let machine = Machine::default().needs_token();
    let cases = [
        // The token, the key, both again, and the change.
        (project, &[(2, Hiccup::Status(503))][..], 5),
        (project, &[(2, Hiccup::Status(429))], 5),
        (project, &[(2, Hiccup::Reset)], 5),
        (project, &[(2, Hiccup::Silence)], 5),
        // No token, so no key either.
        (project, &[(1, Hiccup::Status(503))], 5),
        (project, &[(1, Hiccup::Reset)], 4),
        // The project twice, and the change.
        (token, &[(1, Hiccup::Status(503))], 3),
        (token, &[(1, Hiccup::Status(429))], 3),
        (token, &[(1, Hiccup::Reset)], 3),
        (token, &[(1, Hiccup::Silence)], 3),
    ];
    side_by_side(
        cases.into_iter().enumerate(),
        |(number, (variables, failing, requests))| {
            let (scene, ran) = hiccup(&format!("hiccup-{number}"), machine, variables, failing);
            assert_eq!(ran.code, Some(0), "{}", ran.stderr);
            assert_eq!(scene.simulator.request_count(), requests, "{variables}");
        },
    );
}

#[test]
fn what_fails_twice_says_which_host_failed_and_not_that_something_was_not_found() {
    let cases = [
        ("IAM fails.", "HW_AUTH_TOKEN=x", Fault::answer(503, "")),
        ("IAM refuses.", "HW_AUTH_TOKEN=x", Fault::answer(401, "")),
        (
            "IAM breaks off.",
            "HW_AUTH_TOKEN=x",
            Fault::close(Stage::AfterBody),
        ),
        (
            "A login is never repeated.",
            "HW_USER_NAME=u HW_USER_PASSWORD=p HW_DOMAIN_NAME=d",
            Fault::answer(503, ""),
        ),
        ("The metadata service fails.", "", Fault::answer(503, "")),
        (
            "It is silent.",
            "",
            Fault::regular().delay(Duration::from_secs(30)),
        ),
    ];
    let scenes = side_by_side(
        cases.into_iter().enumerate(),
        |(number, (what, variables, fault))| {
            let machine = Machine::default();
            let simulator = Simulator::builder().machine(machine).start_blocking();
            let mut scene = scene(&format!("hiccups-{number}"), simulator.unwrap(), "");
            scene.simulator.script(move |_, _| Some(fault.clone()));
            scene.say(what);
            let ran = scene.run(&line(variables));
            assert_eq!(ran.code, Some(2), "{}", ran.stderr);
            assert!(!ran.stderr.contains("not found"), "{}", ran.stderr);
            scene.say(&format!("{} requests.", scene.simulator.request_count()));
            scene
        },
    );
    let mut whole = scene("hiccups", simulator(), "");
    scenes.iter().for_each(|scene| whole.append(scene));
    whole.check("hiccups");
}

#[test]
fn an_id_of_a_project_that_can_be_none_is_not_used_and_not_shown() {
    for id in ["a/b", "a\u{202e}b", &"f".repeat(65), ""] {
        let simulator = Simulator::builder().project_id(id).start_blocking();
        let mut scene = scene("project-id", simulator.unwrap(), "");
        let ran = scene.run(&line("HW_AUTH_TOKEN=token-of-the-drs-simulator"));
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(
            ran.stderr
                .contains("no project named ap-southeast-1 with a usable id"),
            "{}",
            ran.stderr
        );
        assert!(id.is_empty() || !ran.stderr.contains(id), "{}", ran.stderr);
        assert_eq!(scene.simulator.request_count(), 1);
    }
}
