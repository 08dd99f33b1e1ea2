//! What can't be started: one sentence, exit code 2, and nothing is sent.

use crate::scene::{PLAN, RUN, Scene};

const ITEM: &str = "job_id: 25df459d-a37c-41b9-bc2b-8c00ba32jb52";

#[test]
fn bad_input_is_refused_with_one_sentence_and_nothing_is_sent() {
    let twice = format!("{PLAN}{}", &PLAN["jobs:\n".len()..]);
    let files = [
        ("not-json.txt", "password is hunter2".to_owned()),
        (
            "syntax.json",
            "{\"jobs\": [\n  {\"db_password\": \"hunter2\" \"job_id\"".to_owned(),
        ),
        (
            "syntax.yaml",
            "jobs:\n  - db_password: \"hunter2\n".to_owned(),
        ),
        (
            "tag.yaml",
            "jobs:\n  - db_password: !vault hunter2\n".to_owned(),
        ),
        (
            "key-twice.yaml",
            "jobs:\n  - db_password: 'hunter2'\n    db_password: 'hunter2'\n".to_owned(),
        ),
        ("empty.yaml", String::new()),
        ("no-items.yaml", "jobs: []\n".to_owned()),
        (
            "missing.yaml",
            format!("jobs:\n  - {ITEM}\n    db_password: 'hunter2'\n"),
        ),
        (
            "no-password.yaml",
            format!("jobs:\n  - {ITEM}\n    end_point_type: so\n"),
        ),
        (
            "unknown.yaml",
            format!(
                "jobs:\n  - {ITEM}\n    end_point_type: so\n    db_password: 'hunter2'\n    db_pasword: hunter2\n"
            ),
        ),
        (
            "enum.yaml",
            format!("jobs:\n  - {ITEM}\n    end_point_type: source\n    db_password: 'hunter2'\n"),
        ),
        (
            "number.yaml",
            format!("jobs:\n  - {ITEM}\n    end_point_type: so\n    db_password: 424242\n"),
        ),
        (
            "blank.yaml",
            format!("jobs:\n  - {ITEM}\n    end_point_type: so\n    db_password: ''\n"),
        ),
        ("twice.yaml", twice),
        ("two-lines", "hunter2\nhunter2\n".to_owned()),
        ("nothing", String::new()),
    ];
    let mut scene = Scene::new("refusals").file("plan.yaml", PLAN);
    for (name, content) in &files {
        scene = scene.file(name, content);
    }
    std::fs::write(scene.path("latin1.yaml"), b"jobs: \xe9").unwrap();
    scene.mode("latin1.yaml", 0o600);
    std::fs::create_dir(scene.path("directory")).unwrap();

    scene.say("The plan.");
    let plans = ["no-such-file.yaml", "directory", "latin1.yaml"];
    let plans = plans.into_iter().chain(files.iter().map(|(name, _)| *name));
    let mut lines: Vec<String> = plans
        .filter(|name| name.contains('.') || *name == "directory")
        .map(|name| format!("{RUN} {name}"))
        .collect();
    lines.push(format!("{RUN} - < no-items.yaml"));
    for options in [
        "--password-env NEW no-password.yaml",
        // The password where a name belongs.
        "--password-env hunter2 no-password.yaml",
        "--password-file no-such-file no-password.yaml",
        "--password-file two-lines no-password.yaml",
        "--password-file nothing no-password.yaml",
        "--password-file - -",
        "--token-file no-such-file plan.yaml",
        "--project-id ../x plan.yaml",
        "--report missing/report.json plan.yaml",
        "--report directory plan.yaml",
        "--report /dev/null plan.yaml",
        "--report directory/../plan.yaml plan.yaml",
    ] {
        lines.push(format!("{RUN} {options}"));
    }
    lines.extend([
        format!("HW_AUTH_TOKEN= {RUN} plan.yaml"),
        format!("HUAWEICLOUD_SDK_PROJECT_ID= {RUN} plan.yaml"),
        "drs change-passwords plan.yaml".to_owned(),
        "drs change-passwords --region EU plan.yaml".to_owned(),
        "drs change-passwords --endpoint http://drs.example.com plan.yaml".to_owned(),
    ]);
    for line in &lines {
        let ran = scene.run(line);
        assert_eq!(ran.code, Some(2), "{line}");
        assert_eq!(ran.stdout, "", "{line}");
        assert_eq!(ran.stderr.lines().count(), 1, "{line}\n{}", ran.stderr);
        assert!(!ran.stderr.contains("424242"), "{line}\n{}", ran.stderr);
    }
    scene.check("refusals");
    assert_eq!(scene.simulator.connection_count(), 0);
}

#[test]
fn bad_usage_is_refused_too() {
    let mut scene = Scene::new("usage").file("plan.yaml", PLAN);
    for line in [
        "drs".to_owned(),
        "drs change".to_owned(),
        "drs change-passwords".to_owned(),
        format!("{RUN} --batch-size 0 plan.yaml"),
        format!("{RUN} --timeout 0 plan.yaml"),
        format!("{RUN} --retries -1 plan.yaml"),
        format!("{RUN} --language de plan.yaml"),
        format!("{RUN} --output xml plan.yaml"),
        format!("{RUN} --region ap-southeast-1 plan.yaml"),
        format!("{RUN} --password plan.yaml"),
        format!("{RUN} --password-env A --password-file b plan.yaml"),
    ] {
        assert_eq!(scene.run(&line).code, Some(2), "{line}");
    }
    assert_eq!(scene.simulator.connection_count(), 0);
}

#[test]
fn a_file_that_its_owner_can_not_read_is_refused() {
    let mut scene = Scene::new("unreadable").file("plan.yaml", PLAN);
    scene.mode("plan.yaml", 0);
    if std::fs::File::open(scene.path("plan.yaml")).is_ok() {
        // Root reads everything.
        return;
    }
    let ran = scene.run(&format!("{RUN} plan.yaml"));
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.starts_with("drs: plan.yaml: it can't be read: "),
        "{}",
        ran.stderr
    );
}
