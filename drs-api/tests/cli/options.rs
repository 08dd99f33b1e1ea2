//! What the options do.

use std::time::{Duration, Instant};

use crate::scene::{PLAN, RUN, Scene, many};

#[test]
fn help_and_version_say_what_there_is() {
    let mut scene = Scene::new("help");
    for line in [
        "drs --version",
        "drs --help",
        "drs change-passwords --help",
        "drs status --help",
        "drs retry --help",
        "drs completions --help",
    ] {
        assert_eq!(scene.run(line).code, Some(0), "{line}");
    }
    scene.check("help");
}

#[test]
fn the_help_fits_on_a_page() {
    let scene = Scene::new("help-fits");
    let output = scene
        .command("drs change-passwords --help")
        .env("COLUMNS", "80")
        .output();
    let help = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(help.lines().count() < 50, "{}", help.lines().count());
    for line in help.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn completions_are_for_each_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = Scene::new("completions").run(&format!("drs completions {shell}"));
        assert_eq!(ran.code, Some(0));
        for expected in ["change-passwords", "dry-run"] {
            assert!(ran.stdout.contains(expected), "{shell}: {expected}");
        }
    }
}

#[test]
fn a_dry_run_shows_what_would_be_sent_and_sends_nothing() {
    let plan = format!(
        "{PLAN}    kerberos:\n      key_tab_file: 'BQI-keytab-hunter2'\n      domain_name: example.com\n"
    );
    let mut scene = Scene::new("dry-run").file("plan.yaml", &plan);
    for options in ["", "--batch-size 1 --language zh-cn", "--output json"] {
        let line = format!("{RUN} --dry-run --report report.json {options} plan.yaml");
        assert_eq!(scene.run(&line).code, Some(0));
    }
    let region = "drs change-passwords --region ap-southeast-1 --dry-run plan.yaml";
    assert_eq!(scene.run(region).code, Some(0));
    scene.check("dry-run");
    assert_eq!(scene.simulator.connection_count(), 0);
    assert!(!scene.path("report.json").exists());
}

#[test]
fn a_dry_run_checks_all_that_a_run_checks() {
    let mut scene = Scene::new("dry-run-checks")
        .file("plan.yaml", PLAN)
        .file("twice.yaml", &format!("{PLAN}{}", &PLAN["jobs:\n".len()..]));
    for line in [
        format!("{RUN} --dry-run twice.yaml"),
        format!("HW_AUTH_TOKEN= {RUN} --dry-run plan.yaml"),
        "drs change-passwords --dry-run plan.yaml".to_owned(),
        format!("{RUN} --dry-run --report missing/report.json plan.yaml"),
    ] {
        assert_eq!(scene.run(&line).code, Some(2), "{line}");
    }
}

#[test]
fn a_dry_run_shows_credentials_of_no_kind_and_asks_no_one_for_them() {
    let mut scene = Scene::new("dry-run-credentials")
        .file("plan.yaml", PLAN)
        .file("token", "token-hunter2\n");
    let key = "HW_AUTH_TOKEN= HUAWEICLOUD_SDK_AK=key-hunter2 HUAWEICLOUD_SDK_SK=secret-hunter2";
    for (variables, options, header) in [
        ("HW_AUTH_TOKEN=token-hunter2".to_owned(), "", "x-auth-token"),
        (String::new(), "--token-file token", "x-auth-token"),
        (key.to_owned(), "", "authorization"),
        (
            format!("{key} HUAWEICLOUD_SDK_SECURITY_TOKEN=security-hunter2"),
            "",
            "x-security-token",
        ),
    ] {
        for format in ["table", "json"] {
            let line = format!("{variables} {RUN} {options} --output {format} --dry-run plan.yaml");
            // A secret in the output would fail the test.
            let ran = scene.run(&line);
            assert_eq!(ran.code, Some(0), "{line}\n{}", ran.stderr);
            let shown = ran.stdout.replace('"', "");
            assert!(shown.contains(&format!("{header}: [redacted]")), "{shown}");
        }
    }
    assert_eq!(scene.simulator.connection_count(), 0);
}

#[test]
fn what_is_shown_is_what_is_sent() {
    let mut scene = Scene::new("dry-run-sent").file("plan.yaml", PLAN);
    let line = format!("{RUN} --language zh-cn --batch-size 1 --output json plan.yaml");
    let shown = scene.run(&format!("{line} --dry-run")).json();
    assert_eq!(scene.run(&line).code, Some(0));
    let sent = scene.simulator.requests();
    assert_eq!(shown["requests"].as_array().unwrap().len(), sent.len());
    for (shown, sent) in shown["requests"].as_array().unwrap().iter().zip(sent) {
        assert_eq!(shown["method"], sent.method);
        assert!(shown["url"].as_str().unwrap().ends_with(&sent.path));
        let added = ["user-agent", "host", "content-length"];
        let names: Vec<_> = sent.headers.keys().map(|name| name.as_str()).collect();
        for name in &names {
            let value = shown["headers"].get(name);
            assert!(added.contains(name) || value.is_some(), "{name}");
        }
        assert!(
            shown["headers"]
                .as_object()
                .unwrap()
                .keys()
                .all(|name| names.contains(&&**name))
        );
        let mut body: serde_json::Value = serde_json::from_slice(&sent.body.unwrap()).unwrap();
        body["jobs"][0]["db_password"] = "[redacted]".into();
        let mut shown = shown["body"].clone();
        // It marks output that is not a plan.
        assert!(shown.as_object_mut().unwrap().remove("dry_run").is_some());
        assert_eq!(shown, body);
    }
}

#[test]
fn the_project_comes_from_the_option_or_else_from_the_environment() {
    let mut scene = Scene::new("project").file("plan.yaml", PLAN);
    assert_eq!(scene.run(&format!("{RUN} plan.yaml")).code, Some(0));
    let ran = scene.run(&format!("{RUN} --project-id other plan.yaml"));
    assert!(ran.stdout.contains("DRS.M00261"), "{}", ran.stdout);
    let line = format!("HUAWEICLOUD_SDK_PROJECT_ID=other {RUN} plan.yaml --project-id");
    let ran = scene.run(&format!("{line} {}", drs_simulator::EXAMPLE_PROJECT));
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
}

#[test]
fn batch_size_is_the_number_of_end_points_in_a_request() {
    let (simulator, plan) = many(7);
    let mut scene = Scene::with("batch-size", simulator).file("plan.json", &plan);
    scene.run(&format!("{RUN} --batch-size 3 plan.json"));
    assert_eq!(scene.simulator.request_count(), 3);
}

#[test]
fn concurrency_is_the_number_of_requests_under_way() {
    let (simulator, plan) = many(20);
    let scene = Scene::with("concurrency", simulator)
        .file("plan.json", &plan)
        .fault("next:regular")
        .fault("always:hang=after-body");
    let _drs = scene.start(&format!("{RUN} --batch-size 1 --concurrency 3 plan.json"));
    // The first one goes alone.
    scene.await_requests(4);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(scene.simulator.request_count(), 4);
}

#[test]
fn the_timeout_is_for_one_request() {
    let mut scene = Scene::new("timeout")
        .file("plan.yaml", PLAN)
        .fault("always:hang=after-body");
    let begun = Instant::now();
    let ran = scene.run(&format!("{RUN} --timeout 1 --retries 0 plan.yaml"));
    assert_eq!(ran.code, Some(4));
    let took = begun.elapsed();
    assert!((1..20).contains(&took.as_secs()), "{took:?}");
}

#[test]
fn retries_are_tries_after_the_first() {
    for retries in [0, 2] {
        let mut scene = Scene::new("retries")
            .file("plan.yaml", PLAN)
            .fault("always:answer=503");
        let ran = scene.run(&format!("{RUN} --retries {retries} plan.yaml"));
        assert_eq!(ran.code, Some(4), "{}", ran.stdout);
        assert_eq!(scene.simulator.request_count(), retries + 1);
    }
}

#[test]
fn the_language_is_that_of_the_services_messages() {
    let mut scene = Scene::new("language").file(
        "plan.yaml",
        "jobs: [{job_id: no-such-task, end_point_type: so, db_password: 'hunter2'}]",
    );
    let ran = scene.run(&format!("{RUN} --language zh-cn --output json plan.yaml"));
    let message = ran.json()["outcomes"][0]["error_msg"].clone();
    assert!(!message.as_str().unwrap().is_ascii(), "{message}");
}
