//! The profile file of the vendor's SDKs, instead of credentials in the environment.

use std::fs;

use drs_simulator::{
    EXAMPLE_ACCESS_KEY, EXAMPLE_PROJECT, EXAMPLE_SECRET_KEY, EXAMPLE_SECURITY_TOKEN,
    EXAMPLE_TEMPORARY_KEY, EXAMPLE_TEMPORARY_SECRET_KEY,
};

use crate::scene::{PLAN, RUN, Ran, Scene};

/// Removes the credentials that every command has in its environment, and more.
const BARE: &str = "HW_AUTH_TOKEN= HUAWEICLOUD_SDK_PROJECT_ID=";

fn permanent() -> String {
    format!(
        "# the account's\n[global]\nak = other\nsk = other\n\n[basic]\nak = {EXAMPLE_ACCESS_KEY}\n\
         sk={EXAMPLE_SECRET_KEY}\nproject_id = {EXAMPLE_PROJECT}\niam_endpoint = https://x\n"
    )
}

/// A home folder with this profile file.
fn home(name: &str, profile: &str) -> Scene {
    let scene = Scene::new(name).file("plan.yaml", PLAN);
    fs::create_dir(scene.path(".huaweicloud")).unwrap();
    scene.file(".huaweicloud/credentials", profile)
}

fn run(scene: &mut Scene, variables: &str, options: &str) -> Ran {
    let home = scene.directory.display();
    let line = format!("{BARE} HOME={home} {variables} {RUN} {options} plan.yaml");
    scene.run(&line)
}

#[test]
fn a_profile_file_in_the_home_folder_is_all_that_a_run_needs() {
    let temporary = format!(
        "\u{feff}[Basic]\r\nAK: {EXAMPLE_TEMPORARY_KEY}\r\nSK: {EXAMPLE_TEMPORARY_SECRET_KEY}\r\n\
         security_token: {EXAMPLE_SECURITY_TOKEN}\r\nproject_id: {EXAMPLE_PROJECT}\r\n"
    );
    for profile in [permanent(), temporary] {
        let mut scene = home("profile-home", &profile);
        let ran = run(&mut scene, "", "-v");
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(scene.password("so"), "source-hunter2");
        let source = "drs: credentials: the access key in $DIRECTORY/.huaweicloud/credentials";
        assert!(ran.stderr.contains(source), "{}", ran.stderr);
        for secret in [EXAMPLE_TEMPORARY_SECRET_KEY, EXAMPLE_SECURITY_TOKEN] {
            assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret));
        }
    }
}

#[test]
fn a_variable_names_another_profile_file() {
    let mut scene = home("profile-variable", "[basic]\n").file("night", &permanent());
    let ran = run(&mut scene, "HUAWEICLOUD_SDK_CREDENTIALS_FILE=./night", "");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(scene.password("so"), "source-hunter2");
}

#[test]
fn options_and_the_environment_win_over_a_profile_file() {
    let wrong = permanent().replace(EXAMPLE_PROJECT, "wrong");
    for (profile, variables, options) in [
        // None of these reads it.
        ("nonsense", "HW_AUTH_TOKEN=token-of-the-drs-simulator", ""),
        ("nonsense", "", "--token-file token"),
        // These take the project from elsewhere.
        (wrong.as_str(), "", ""),
        (wrong.as_str(), "", "--project-id"),
    ] {
        let mut scene = home("profile-order", profile).file("token", "token-of-the-drs-simulator");
        let project = scene.simulator.project_id().to_owned();
        let (variables, options) = match options {
            "--project-id" => (variables.to_owned(), format!("--project-id {project}")),
            _ => {
                let project = format!("HUAWEICLOUD_SDK_PROJECT_ID={project}");
                (format!("{variables} {project}"), options.to_owned())
            }
        };
        let ran = run(&mut scene, &variables, &options);
        assert_eq!(ran.code, Some(0), "{variables} {options}\n{}", ran.stderr);
    }
    // A file does not complete half a key in the environment.
    let mut scene = home("profile-half", &permanent());
    let ran = run(&mut scene, "HUAWEICLOUD_SDK_AK=key", "");
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr
            .contains("set both HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("profile"), "{}", ran.stderr);
}

#[test]
fn a_profile_file_that_cannot_be_used_is_refused_before_anything_is_sent() {
    let secret = format!("sk = {EXAMPLE_SECRET_KEY}\n");
    let with = |lines: &str| format!("[basic]\n{lines}");
    for (profile, mode, expected) in [
        (String::new(), 0o600, "it has no section [basic]"),
        (
            "[global]\nak = a\n".to_owned(),
            0o600,
            "it has no section [basic]",
        ),
        (
            with(&secret),
            0o600,
            "section [basic] needs `ak = …` and `sk = …`",
        ),
        (
            with("ak = a\nsk =\n"),
            0o600,
            "section [basic] needs `ak = …` and `sk = …`",
        ),
        (
            with("ak = a\nsk = 'hunter2'\n"),
            0o600,
            "sk: it is in quotes",
        ),
        (
            with("ak = a\nsk = hunter2 hunter2\n"),
            0o600,
            "sk: it is in quotes, or has whitespace",
        ),
        (
            with("ak = a,b\nsk = hunter2\n"),
            0o600,
            "ak: it is in quotes, or has whitespace",
        ),
        (
            with("ak = a\nsk = [redacted]\n"),
            0o600,
            "sk: it is in quotes, or has whitespace",
        ),
        (
            with(&format!("ak = a\n{secret}project_id = a b\n")),
            0o600,
            "project_id: it is in quotes, or has whitespace",
        ),
        (
            with(&format!("ak = a\n{secret}")),
            0o600,
            "project: none is given",
        ),
        (format!("[basic\n{secret}"), 0o600, "line 1 is neither"),
        (format!("= {secret}"), 0o600, "line 1 is neither"),
        (
            permanent(),
            0o644,
            "it is open to others (mode 0644); if it is the right file, run `chmod 600` on it",
        ),
        (
            "#".repeat(65 * 1024),
            0o600,
            "it is longer than 65536 bytes",
        ),
    ] {
        let mut scene = home("profile-refused", &profile);
        scene.mode(".huaweicloud/credentials", mode);
        // It checks that the output contains no secret.
        let ran = run(&mut scene, "", "");
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{expected}\n{}", ran.stderr);
        assert_eq!(scene.simulator.connection_count(), 0);
    }
    let mut scene = home("profile-missing", &permanent());
    let ran = run(&mut scene, "HUAWEICLOUD_SDK_CREDENTIALS_FILE=hunter2", "");
    assert_eq!(ran.code, Some(2));
    let expected = "HUAWEICLOUD_SDK_CREDENTIALS_FILE: no such file";
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
}
