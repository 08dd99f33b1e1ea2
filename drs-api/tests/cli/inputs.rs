//! Where the plan, passwords, and credentials come from.

use crate::scene::{PLAN, RUN, Scene};

fn changed(scene: &Scene) {
    assert_eq!(scene.password("so"), "source-hunter2");
    assert_eq!(scene.password("ta"), "destination-hunter2");
}

const JSON: &str = r#"{"jobs": [
  {"job_id": "25df459d-a37c-41b9-bc2b-8c00ba32jb52", "end_point_type": "so", "db_password": "source-hunter2"},
  {"job_id": "25df459d-a37c-41b9-bc2b-8c00ba32jb52", "end_point_type": "ta", "db_password": "destination-hunter2"}
]}"#;

#[test]
fn a_plan_is_json_or_yaml_from_a_file_or_standard_input() {
    for (name, content) in [("plan.yaml", PLAN), ("plan.json", JSON)] {
        for line in [format!("{RUN} {name}"), format!("{RUN} - < {name}")] {
            let mut scene = Scene::new("inputs-plan").file(name, content);
            assert_eq!(scene.run(&line).code, Some(0), "{line}");
            changed(&scene);
        }
    }
}

pub(crate) const WITHOUT: &str = "\
jobs:
  - {job_id: 25df459d-a37c-41b9-bc2b-8c00ba32jb52, end_point_type: so}
  - {job_id: 25df459d-a37c-41b9-bc2b-8c00ba32jb52, end_point_type: ta, db_password: 'destination-hunter2'}
";

#[test]
fn items_without_a_password_get_the_one_given_apart() {
    for line in [
        format!("NEW=source-hunter2 {RUN} --password-env NEW plan.yaml"),
        format!("{RUN} --password-file password plan.yaml"),
        format!("{RUN} --password-file - plan.yaml < password"),
        format!("{RUN} --password-file of-windows plan.yaml"),
    ] {
        let mut scene = Scene::new("inputs-password")
            .file("plan.yaml", WITHOUT)
            .file("password", "source-hunter2\n")
            .file("of-windows", "\u{feff}source-hunter2\r\n");
        assert_eq!(scene.run(&line).code, Some(0), "{line}");
        changed(&scene);
    }
}

#[test]
fn what_no_one_could_type_is_no_password_and_no_token() {
    let mut scene = Scene::new("inputs-untypable")
        .file("plan.yaml", WITHOUT)
        .file("file", "hunter2\u{1}\n")
        .file(
            "plan-itself.yaml",
            &PLAN.replace("source-hunter2", "|\n      source-hunter2"),
        );
    for (line, place) in [
        (
            format!("NEW=hunter2\u{1} {RUN} --password-env NEW plan.yaml"),
            "plan.yaml: jobs[0]: environment variable NEW: it contains a line break or another control character",
        ),
        (
            format!("{RUN} --password-file file plan.yaml"),
            "plan.yaml: jobs[0]: file: it contains a line break or another control character",
        ),
        (
            format!("{RUN} --token-file file --password-env HW_AUTH_TOKEN plan.yaml"),
            "file: it contains a line break or another control character",
        ),
        (
            format!("{RUN} plan-itself.yaml"),
            "plan-itself.yaml: line 4, column 18: a secret must be in quotes, on one line",
        ),
    ] {
        let ran = scene.run(&line);
        assert_eq!(ran.code, Some(2), "{line}");
        let expected = format!("drs: {place}");
        assert!(ran.stderr.starts_with(&expected), "{}", ran.stderr);
    }
    assert_eq!(scene.simulator.connection_count(), 0);
}

#[test]
fn the_token_comes_from_a_file_too() {
    let mut scene = Scene::new("inputs-token").file("plan.yaml", PLAN);
    let token = scene.simulator.token().to_owned();
    scene = scene.file("token", &format!("{token}\n"));
    let line = format!("HW_AUTH_TOKEN=other {RUN} --token-file token plan.yaml");
    assert_eq!(scene.run(&line).code, Some(0));
    changed(&scene);
}

#[test]
fn terraforms_variables_do_as_well() {
    let line = |sdk_project: &str| {
        format!(
            "HW_AUTH_TOKEN= HUAWEICLOUD_SDK_PROJECT_ID={sdk_project} HW_ACCESS_KEY={} \
             HW_SECRET_KEY={} HW_PROJECT_ID={} HW_REGION_NAME=mars-north-1 \
             HUAWEICLOUD_SDK_REGION_DRS_MARS_NORTH_1=$ENDPOINT drs change-passwords plan.yaml",
            drs_simulator::EXAMPLE_ACCESS_KEY,
            drs_simulator::EXAMPLE_SECRET_KEY,
            drs_simulator::EXAMPLE_PROJECT,
        )
    };
    let mut scene = Scene::new("inputs-terraform").file("plan.yaml", PLAN);
    let ran = scene.run(&line(""));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    changed(&scene);

    let ran = scene.run(&line("other"));
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("set and differ"), "{}", ran.stderr);
}

#[test]
fn an_access_key_and_an_endpoint_come_from_the_environment() {
    let key = format!(
        "HW_AUTH_TOKEN= HUAWEICLOUD_SDK_AK={} HUAWEICLOUD_SDK_SK={}",
        drs_simulator::EXAMPLE_ACCESS_KEY,
        drs_simulator::EXAMPLE_SECRET_KEY
    );
    let mut scene = Scene::new("inputs-key").file("plan.yaml", PLAN);
    let line = format!(
        "{key} HUAWEICLOUD_SDK_REGION_DRS_MARS_NORTH_1=$ENDPOINT drs change-passwords \
         --region mars-north-1 plan.yaml"
    );
    let shown = scene.run(&format!("{line} --dry-run")).stdout;
    assert!(shown.contains("\nauthorization: [redacted]\n"), "{shown}");
    assert_eq!(scene.run(&line).code, Some(0));
    changed(&scene);
}

#[test]
fn a_file_that_others_can_read_is_refused_unless_told_otherwise() {
    let lines = [
        ("plan.yaml", format!("{RUN} plan.yaml")),
        (
            "password",
            format!("{RUN} --password-file password plan.yaml"),
        ),
        ("token", format!("{RUN} --token-file token plan.yaml")),
    ];
    for (file, line) in lines {
        for mode in [0o640, 0o604, 0o620, 0o644] {
            let mut scene = Scene::new("inputs-mode")
                .file("plan.yaml", PLAN)
                .file("password", "source-hunter2")
                .file("token", drs_simulator::EXAMPLE_TOKEN);
            scene.mode(file, mode);
            let ran = scene.run(&line);
            assert_eq!(ran.code, Some(2), "{line} {mode:o}");
            let expected = format!("drs: {file}: it is open to others (mode {mode:04o}); ");
            assert!(ran.stderr.starts_with(&expected), "{}", ran.stderr);
            assert_eq!(scene.simulator.connection_count(), 0);
            let line = format!("{line} --allow-readable-files");
            assert_eq!(scene.run(&line).code, Some(0), "{line} {mode:o}");
        }
    }
}
