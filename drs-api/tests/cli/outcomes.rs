//! The outcomes of end points: table, JSON, exit code.

use drs_simulator::{TaskState, task_in};
use serde_json::json;

use crate::scene::{PLAN, RUN, Scene, TASK};

/// A plan with one end point that is changed, and three that are refused.
fn mixed() -> String {
    let item = |id: &str| {
        format!("  - {{job_id: {id}, end_point_type: so, db_password: 'new-hunter2'}}\n")
    };
    let released = task_in(TaskState::ReleaseResourceComplete);
    let items = [TASK, &released, drs_simulator::PARENT_TASK, "no-such-task"].map(item);
    format!("jobs:\n{}", items.concat())
}

#[test]
fn the_table_says_what_became_of_each_and_what_to_do_next() {
    let mut scene = Scene::new("table")
        .file("plan.yaml", PLAN)
        .file("mixed.yaml", &mixed());
    scene.say("All is well.");
    assert_eq!(scene.run(&format!("{RUN} plan.yaml")).code, Some(0));
    scene.say("Some are refused.");
    assert_eq!(scene.run(&format!("{RUN} mixed.yaml")).code, Some(3));
    scene.say("The answer is lost after the change was made.");
    scene = scene.fault("next:cut=after-body,applied");
    assert_eq!(
        scene.run(&format!("{RUN} --retries 0 plan.yaml")).code,
        Some(4)
    );
    scene.say("A gateway answers in the service's place.");
    scene = scene.fault("next:answer=504,body=<html>");
    assert_eq!(
        scene.run(&format!("{RUN} --retries 0 plan.yaml")).code,
        Some(4)
    );
    scene.say("One result is left out, another is for something else.");
    scene = scene
        .fault("next:items=foreign-item")
        .fault("next:items=left-out");
    assert_eq!(scene.run(&format!("{RUN} plan.yaml")).code, Some(0));
    assert_eq!(scene.run(&format!("{RUN} plan.yaml")).code, Some(4));
    scene.say("The token is not accepted.");
    let line = format!("HW_AUTH_TOKEN=expired {RUN} --batch-size 1 plan.yaml");
    assert_eq!(scene.run(&line).code, Some(3));
    scene.check("table");
}

#[test]
fn the_exit_code_is_that_of_the_worst_and_a_lost_output_hides_none_of_it() {
    let refused = "no-such-task";
    let item = |id| format!("  - {{job_id: {id}, end_point_type: so, db_password: 'hunter2'}}\n");
    let three = [refused, TASK, "another"].map(item).concat();
    let mut scene = Scene::new("worst")
        .file("refused.yaml", &format!("jobs:\n{}", item(refused)))
        .file("three.yaml", &format!("jobs:\n{three}"));
    std::os::unix::fs::symlink("/dev/full", scene.path("full")).unwrap();
    let report = |scene: &Scene| {
        let report = scene.report("report.json");
        ["changed", "rejected", "unconfirmed", "not_sent"].map(|kind| report[kind].clone())
    };
    let run = format!("{RUN} --batch-size 1 --retries 0 --replace-report --report report.json");
    for output in ["", " > full"] {
        let ran = scene.run(&format!("{run} refused.yaml{output}"));
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
        assert_eq!(report(&scene), [0, 1, 0, 0]);
        // The second response is lost, the third refuses the credentials.
        scene = scene
            .fault("next:regular")
            .fault("next:cut=after-body")
            .fault("next:answer=401");
        let ran = scene.run(&format!("{run} --concurrency 1 three.yaml{output}"));
        assert_eq!(ran.code, Some(4), "{}", ran.stderr);
        assert_eq!(report(&scene), [0, 2, 1, 0]);
        // The first response is lost, the second refuses the credentials.
        scene = scene.fault("next:cut=after-body").fault("next:answer=401");
        let ran = scene.run(&format!("{run} --concurrency 1 three.yaml{output}"));
        assert_eq!(ran.code, Some(4), "{}", ran.stderr);
        assert_eq!(report(&scene), [0, 1, 1, 1]);
    }
}

#[test]
fn no_connection_means_not_sent() {
    let mut scene = Scene::new("not-sent").file("plan.yaml", PLAN);
    // Port 9 is "discard", which no machine serves.
    let line = "drs change-passwords --endpoint http://127.0.0.1:9 --retries 0 plan.yaml";
    assert_eq!(scene.run(line).code, Some(3));
    scene.check("not-sent");
}

#[test]
fn json_is_one_document_and_nothing_else() {
    let mut scene = Scene::new("json")
        .file("plan.yaml", PLAN)
        .file("mixed.yaml", &mixed());
    assert_eq!(
        scene.run(&format!("{RUN} --output json plan.yaml")).code,
        Some(0)
    );
    assert_eq!(
        scene.run(&format!("{RUN} --output json mixed.yaml")).code,
        Some(3)
    );
    scene = scene.fault("next:cut=after-body");
    let line = format!("{RUN} --output json --retries 0 plan.yaml");
    assert_eq!(scene.run(&line).code, Some(4));
    let line = format!("HW_AUTH_TOKEN=expired {RUN} --output json --batch-size 1 plan.yaml");
    assert_eq!(scene.run(&line).code, Some(3));
    scene.check("json");
}

#[test]
fn json_has_the_documented_shape() {
    let plan = "jobs: [{job_id: t1, end_point_type: so, db_password: 'a'}, {job_id: t1, end_point_type: ta, db_password: 'b'}]";
    let answer = json!({"count": 2, "results": [
        {"id": "t1", "end_point_type": "so", "status": "success"},
        {"id": "t1", "end_point_type": "ta", "status": "failed",
         "error_code": "DRS.M00304", "error_msg": "no"},
    ]});
    let mut scene = Scene::new("json-shape")
        .file("plan.yaml", plan)
        .fault(&format!(
            "next:answer=200,header=x-request-id: r1,body={answer}"
        ));
    let ran = scene.run(&format!("{RUN} --output json plan.yaml"));
    assert_eq!(ran.code, Some(3));
    let expected = json!({
        "changed": 1, "rejected": 1, "unconfirmed": 0, "not_sent": 0,
        "outcomes": [
            {"job_id": "t1", "end_point_type": "so", "outcome": "changed", "tries": 1},
            {"job_id": "t1", "end_point_type": "ta", "outcome": "rejected", "status": 200,
             "error_code": "DRS.M00304", "error_msg": "no", "request_id": "r1", "tries": 1},
        ],
    });
    let mut document = ran.json();
    for name in [
        "schema",
        "tool",
        "api_document",
        "endpoint",
        "project_id",
        "started",
        "ended",
        "command",
    ] {
        assert!(
            document.as_object_mut().unwrap().remove(name).is_some(),
            "{name}"
        );
    }
    assert_eq!(document, expected);
}

#[test]
fn nothing_from_the_service_steers_a_terminal() {
    let unseen = "\u{202e}c\u{9b}d\u{200b}e\u{feff}f\u{e0041}g\u{2066}h\u{61c}";
    let message = format!("a\nb\u{1b}]0;t\u{7}{unseen}");
    let answer = json!({"error_code": "X\u{1b}[2J", "error_msg": message});
    let mut scene = Scene::new("steering")
        .file("plan.yaml", PLAN)
        .fault(&format!("always:answer=400,body={answer}"));
    let steers = |c: char| c != '\n' && (c.is_control() || unseen.contains(c) && !c.is_ascii());
    let ran = scene.run(&format!(
        "{RUN} --output json --report report.json plan.yaml"
    ));
    let report = std::fs::read_to_string(scene.path("report.json")).unwrap();
    for text in [&ran.stdout, &report] {
        assert!(!text.contains(steers), "{text:?}");
    }
    // Escaped, it means the same.
    assert_eq!(ran.json()["outcomes"][0]["error_msg"], message.as_str());
    let ran = scene.run(&format!("{RUN} plan.yaml"));
    assert!(!ran.stdout.contains(steers), "{:?}", ran.stdout);
    assert!(
        ran.stdout.contains(r"a\u{a}b\u{1b}]0;t\u{7}\u{202e}c"),
        "{}",
        ran.stdout
    );
}

#[test]
fn standard_output_that_can_not_be_written_is_told_and_the_report_is_there() {
    let mut scene = Scene::new("full").file("plan.yaml", PLAN);
    std::os::unix::fs::symlink("/dev/full", scene.path("full")).unwrap();
    let ran = scene.run(&format!("{RUN} --report report.json plan.yaml > full"));
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.starts_with("drs: standard output: "),
        "{}",
        ran.stderr
    );
    assert_eq!(scene.report("report.json")["changed"], 2);
}
