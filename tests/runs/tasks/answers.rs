//! Bad responses to both operations, and what may be said after each: nothing false, and no retry
//! twice.

mod about_retries;
mod about_states;
mod row;

use drs_api::Client;
use drs_tests::{Act::Close, Scripted};

use row::{RUNS, Row, ok, refused, results};

fn client(server: &Scripted) -> Client {
    let client = Client::builder().endpoint(&server.endpoint);
    client.token("test-token").build().unwrap()
}

fn told(word: impl ToString, code: Option<&String>) -> String {
    match code {
        Some(code) => format!("{} {code}", word.to_string()),
        None => word.to_string(),
    }
}

/// Starts the server of a row, if it has one.
async fn start(row: &Row) -> Scripted {
    let server = Scripted::start(row.acts.clone()).await.unwrap();
    if let Some(Close) = row.acts.first() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    server
}

#[tokio::test]
async fn after_each_bad_answer_about_states_nothing_false_is_said() {
    for row in about_states::rows() {
        let server = start(&row).await;
        let states = client(&server).task_states("p1", ["t1", "t2"]).await;
        let states = states.unwrap();
        let found = states.tasks.iter();
        let found: Vec<_> = found
            .map(|task| told(task.phase(), task.reply.error_code.as_ref()))
            .collect();
        let name = row.name;
        assert_eq!(found, row.expected, "{name}: {states:?}");
        assert_eq!(server.requests().len(), row.requests, "{name}");
        for task in states.tasks.iter().filter(|task| task.state.is_none()) {
            let reply = &task.reply;
            assert!(
                reply.cause.is_some() || reply.error_code.is_some(),
                "{name}: {task:?}"
            );
        }
    }
}

#[tokio::test]
async fn after_each_bad_answer_to_a_retry_nothing_false_is_said_and_nothing_is_sent_again() {
    for row in about_retries::rows() {
        let server = start(&row).await;
        let mut retries = client(&server).retry_tasks("p1", ["t1", "t2"]).unwrap();
        while retries.next().await.is_some() {}
        let found = retries.outcomes().iter();
        let found: Vec<_> = found
            .map(|retry| told(retry.kind, retry.reply.error_code.as_ref()))
            .collect();
        let name = row.name;
        assert_eq!(found, row.expected, "{name}: {retries:?}");
        let requests = server.requests();
        assert_eq!(requests.len(), row.requests, "{name}");
        for id in ["t1", "t2"] {
            let about = requests.iter().filter(|request| request.contains(id));
            assert!(about.count() <= 1, "{name}: {id} was retried twice");
        }
        for retry in retries.outcomes() {
            let reply = &retry.reply;
            let is_explained = reply.cause.is_some() || reply.error_code.is_some();
            let needs_none = matches!(retry.kind.to_string().as_str(), "accepted" | "not_sent");
            assert!(is_explained || needs_none, "{name}: {retry:?}");
        }
    }
}

#[tokio::test]
async fn what_is_odd_about_states_is_remarked_a_thousand_times_at_most() {
    let foreign = |n| format!(r#"{{"id":"{}x{n}","status":"PAUSING"}}"#, "y".repeat(1000));
    let foreign: Vec<String> = (0..1500).map(foreign).collect();
    let mut all: Vec<&str> = foreign.iter().map(String::as_str).collect();
    all.push(RUNS);
    let server = Scripted::start([ok(results(&all))]).await.unwrap();
    let states = client(&server).task_states("p1", ["t1"]).await.unwrap();
    assert_eq!(states.tasks[0].phase().to_string(), "running");
    assert_eq!(states.remarks.len(), 1000);
    assert!(states.remarks.iter().all(|remark| remark.len() < 200));
}

#[tokio::test]
async fn texts_of_answers_are_kept_short() {
    let long = "z".repeat(100_000);
    let result = format!(
        r#"{{"id":"t1","status":"{long}","error_code":"{long}","error_message":"{long}"}}"#
    );
    let server = Scripted::start([ok(results(&[&result]))]).await.unwrap();
    let states = client(&server).task_states("p1", ["t1"]).await.unwrap();
    assert!(format!("{states:?}").len() < 1500);
    let result = format!(r#"{{"id":"t1","status":"failed","error_msg":"{long}"}}"#);
    for answer in [ok(results(&[&result])), ok(&*long), refused(&*long)] {
        let server = Scripted::start([answer]).await.unwrap();
        let mut retries = client(&server).retry_tasks("p1", ["t1"]).unwrap();
        let retry = retries.next().await.unwrap();
        assert!(format!("{retry:?}").len() < 2500);
    }
}

#[tokio::test]
async fn a_token_that_an_answer_quotes_is_not_kept() {
    let quoting = r#"{"id":"t1","status":"failed","error_msg":"no such token: test-token"}"#;
    let plain = r#"{"error_code":"DRS.M05003","error_msg":"test-token"}"#;
    for answer in [ok(results(&[quoting])), refused(plain), ok("test-token")] {
        let server = Scripted::start([answer]).await.unwrap();
        let client = client(&server);
        let states = client.task_states("p1", ["t1"]).await.unwrap();
        let mut retries = client.retry_tasks("p1", ["t1"]).unwrap();
        let retry = retries.next().await.unwrap();
        let shown = format!("{states:?} {retry:?}");
        assert!(!shown.contains("test-token"), "{shown}");
    }
}
