//! Tokens from a source that expire in the middle of a run, or that the service refuses.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use drs_api::{
    Credentials, Error, Secret,
    passwords::{Event, OutcomeKind, RetryReason},
};
use futures_util::StreamExt as _;

use super::*;

/// A source whose nth token is `token-n`, accepted once issued.
fn source(simulator: &Arc<Simulator>) -> (Credentials, Arc<AtomicU64>) {
    let asked = Arc::new(AtomicU64::new(0));
    let (count, simulator) = (Arc::clone(&asked), Arc::downgrade(simulator));
    let source = move || {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        let token = format!("token-{number}");
        if let Some(simulator) = simulator.upgrade() {
            simulator.accept_token(&token);
        }
        async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Ok::<_, Error>(Secret::from(token))
        }
    };
    (Credentials::source(source), asked)
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_of_a_run_is_renewed_once_and_the_run_completes() {
    for invalid in [
        InvalidToken::Service403,
        InvalidToken::Gateway401,
        InvalidToken::Iam401,
    ] {
        let simulator = Arc::new(simulator_that_refuses(invalid).await);
        let (credentials, asked) = source(&simulator);
        let client = client(&simulator, credentials);
        call(&client, simulator.project_id()).await.unwrap();
        simulator.end_token_after("token-1", 20);
        let report = run(&client, simulator.project_id()).await;
        assert!(report.all_changed(), "{:?}", report.stopped);
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        // Each refused request was resent once, and nothing else was.
        let refused = simulator
            .requests()
            .iter()
            .filter(|r| matches!(r.status, Some(401 | 403)))
            .count();
        assert!((1..=64).contains(&refused), "{refused}");
        let sent = usize::try_from(simulator.request_count()).unwrap();
        assert_eq!(sent, 1 + TASKS + refused);
    }
}

#[tokio::test]
async fn a_renewal_is_not_a_try_and_is_seen_in_the_events() {
    let simulator = Arc::new(simulator().await);
    let (credentials, _) = source(&simulator);
    let client = client(&simulator, credentials);
    call(&client, simulator.project_id()).await.unwrap();
    simulator.revoke_token("token-1");
    let options = Options::default().retry(drs_api::passwords::Retry::none());
    let plan = [end_point(0)];
    let run = client.change_passwords_with(simulator.project_id(), plan, options);
    let mut run = run.unwrap();
    let events = run.events();
    assert!(run.await.all_changed());
    let events: Vec<Event> = events.collect().await;
    let renewed = |event: &Event| {
        let renewed = RetryReason::CredentialRenewed;
        matches!(event, Event::RetryScheduled { reason, .. } if *reason == renewed)
    };
    assert_eq!(events.iter().filter(|e| renewed(e)).count(), 1);
}

#[tokio::test]
async fn the_same_token_again_stops_the_run() {
    let simulator = simulator().await;
    simulator.revoke_token(EXAMPLE_TOKEN);
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    let client = client(
        &simulator,
        Credentials::source(move || {
            count.fetch_add(1, Ordering::SeqCst);
            async { Ok::<_, Error>(Secret::from(EXAMPLE_TOKEN)) }
        }),
    );
    let report = run(&client, simulator.project_id()).await;
    assert_eq!(simulator.request_count(), 1);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    let stopped = report.stopped.unwrap();
    assert!(
        stopped.contains("returned no credential that is accepted"),
        "{stopped}"
    );
    assert!(stopped.contains("the token is expired"), "{stopped}");
}

#[tokio::test]
async fn ever_new_tokens_that_are_all_refused_stop_the_run() {
    let simulator = simulator().await;
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    let client = client(
        &simulator,
        Credentials::source(move || {
            let number = count.fetch_add(1, Ordering::SeqCst);
            async move { Ok::<_, Error>(Secret::from(format!("nothing-{number}"))) }
        }),
    );
    let report = run(&client, simulator.project_id()).await;
    assert_eq!(simulator.request_count(), 4);
    assert_eq!(asked.load(Ordering::SeqCst), 4);
    assert_eq!(report.count(OutcomeKind::Rejected), 1);
}

#[tokio::test]
async fn a_source_that_fails_costs_no_request() {
    let simulator = simulator().await;
    let client = client(
        &simulator,
        Credentials::source(|| async { Err::<Secret, _>("IAM is down") }),
    );
    let report = run(&client, simulator.project_id()).await;
    assert_eq!(simulator.connection_count(), 0);
    assert_eq!(report.count(OutcomeKind::NotSent), TASKS);
    let stopped = report.stopped.unwrap();
    assert!(stopped.contains("IAM is down"), "{stopped}");
    let error = call(&client, simulator.project_id()).await.unwrap_err();
    assert!(error.to_string().contains("IAM is down"), "{error}");
}

#[tokio::test]
async fn a_source_that_fails_in_the_middle_of_a_run_stops_it() {
    let simulator = simulator().await;
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    let client = client(
        &simulator,
        Credentials::source(move || {
            let first = count.fetch_add(1, Ordering::SeqCst) == 0;
            async move {
                match first {
                    true => Ok(Secret::from(EXAMPLE_TOKEN)),
                    false => Err("IAM is down"),
                }
            }
        }),
    );
    simulator.end_token_after(EXAMPLE_TOKEN, 20);
    let report = run(&client, simulator.project_id()).await;
    assert_eq!(report.count(OutcomeKind::Changed), 20);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    let stopped = report.stopped.unwrap();
    assert!(stopped.contains("IAM is down"), "{stopped}");
    // Requests under way, and nothing after them.
    assert!(simulator.request_count() <= 20 + 64);
}

#[tokio::test]
async fn a_single_call_is_sent_once_and_the_next_one_asks_for_a_token_anew() {
    let simulator = Arc::new(simulator().await);
    let (credentials, asked) = source(&simulator);
    let client = client(&simulator, credentials);
    call(&client, simulator.project_id()).await.unwrap();
    call(&client, simulator.project_id()).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    simulator.revoke_token("token-1");
    let error = call(&client, simulator.project_id()).await.unwrap_err();
    assert_eq!(error.answer().unwrap().status, 403);
    assert_eq!(
        (simulator.request_count(), asked.load(Ordering::SeqCst)),
        (3, 1)
    );
    call(&client, simulator.project_id()).await.unwrap();
    assert_eq!(
        (simulator.request_count(), asked.load(Ordering::SeqCst)),
        (4, 2)
    );
}

/// A gateway that refuses everything about one task, and accepts the rest.
async fn refuse_one_task(listener: tokio::net::TcpListener, refused: Arc<AtomicU64>) {
    use tokio::io::AsyncWriteExt as _;
    while let Ok((mut stream, _)) = listener.accept().await {
        let refused = Arc::clone(&refused);
        tokio::spawn(async move {
            loop {
                let request = drs_tests::read_request(&mut stream)
                    .await
                    .unwrap_or_default();
                let request = String::from_utf8_lossy(&request).into_owned();
                let Some((_, rest)) = request.split_once(r#""job_id":""#) else {
                    return;
                };
                let task = &rest[..36];
                let (status, body) = if task == id(1) {
                    // Meanwhile, each new credential is accepted for the others.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    refused.fetch_add(1, Ordering::SeqCst);
                    let body = r#"{"error_code":"APIGW.0301","error_msg":"no"}"#.to_owned();
                    ("401 Unauthorized", body)
                } else {
                    let result = r#""end_point_type":"so","status":"success""#;
                    let body = format!(r#"{{"results":[{{"id":"{task}",{result}}}],"count":1}}"#);
                    ("200 OK", body)
                };
                let length = body.len();
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}");
                if stream.write_all(answer.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
    }
}

#[tokio::test]
async fn a_batch_that_is_refused_with_every_credential_stops_the_run_though_others_are_accepted() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let refused = Arc::new(AtomicU64::new(0));
    tokio::spawn(refuse_one_task(listener, Arc::clone(&refused)));
    let asked = AtomicU64::new(0);
    let source = move || {
        let token = format!("token-{}", asked.fetch_add(1, Ordering::SeqCst));
        async move { Ok::<_, Error>(Secret::from(token)) }
    };
    let client = Client::builder()
        .endpoint(endpoint)
        .credentials(Credentials::source(source))
        .build()
        .unwrap();
    let options = Options::default().batch_size(1).concurrency(2);
    let plan: Vec<_> = (0..TASKS).map(end_point).collect();
    let run = client.change_passwords_with("p", plan, options).unwrap();
    let report = run.await;
    assert!(report.stopped.is_some());
    assert_eq!(report.outcomes[1].kind, OutcomeKind::Rejected);
    // Once, and once more with each of three new credentials.
    assert_eq!(refused.load(Ordering::SeqCst), 4);
}
