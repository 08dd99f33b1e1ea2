//! What is sent: how a plan is split, and where a run stops.

use std::collections::BTreeMap;

use super::*;

/// The end points of each request.
fn sent(requests: &[Request]) -> Vec<Vec<(String, String)>> {
    requests
        .iter()
        .map(|request| {
            let body: Value = serde_json::from_slice(request.body.as_ref().unwrap()).unwrap();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let jobs = body["jobs"].as_array().unwrap();
            jobs.iter()
                .map(|job| (text(&job["job_id"]), text(&job["end_point_type"])))
                .collect()
        })
        .collect()
}

#[tokio::test]
async fn the_end_points_of_a_task_go_together_whatever_their_order() {
    let simulator = simulator(5).await;
    let mut changes = plan(5);
    // All sources, then all destinations.
    changes.sort_by_key(|change| change.end_point_type);
    let options = Options::default().batch_size(4);
    let run = client(&simulator)
        .change_passwords_with(simulator.project_id(), changes.clone(), options)
        .unwrap();
    let report = run.await;
    assert!(report.all_changed());
    let sizes: Vec<_> = sent(&simulator.requests()).iter().map(Vec::len).collect();
    assert_eq!(sizes, [4, 4, 2]);
    for request in sent(&simulator.requests()) {
        let mut sides: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (job_id, side) in request {
            sides.entry(job_id).or_default().push(side);
        }
        assert!(
            sides.values().all(|sides| *sides == ["so", "ta"]),
            "{sides:?}"
        );
    }
    let order: Vec<_> = report
        .outcomes
        .iter()
        .map(|o| (o.job_id.clone(), o.end_point_type))
        .collect();
    let asked: Vec<_> = changes
        .iter()
        .map(|c| (c.job_id.clone(), c.end_point_type))
        .collect();
    assert_eq!(order, asked);
}

#[tokio::test]
async fn a_body_stays_below_its_limit() {
    let simulator = simulator(40).await;
    let options = Options::default().batch_size(1000).batch_bytes(1000);
    let run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(40), options)
        .unwrap();
    assert!(run.await.all_changed());
    let sizes: Vec<_> = simulator
        .requests()
        .iter()
        .map(|request| request.body.as_ref().unwrap().len())
        .collect();
    assert!(sizes.iter().all(|size| *size <= 1000), "{sizes:?}");
    assert!(sizes.len() < 20, "{sizes:?}");
}

#[tokio::test]
async fn a_refused_token_costs_one_request() {
    let simulator = simulator(1000).await;
    let options = Options::default()
        .batch_size(2)
        .concurrency(64)
        .retry(quick());
    let run = client_with_token(&simulator, "test-wrong-token")
        .change_passwords_with(simulator.project_id(), plan(1000), options)
        .unwrap();
    let report = run.await;
    assert_eq!(simulator.request_count(), 1);
    assert_eq!(report.count(OutcomeKind::Rejected), 2);
    assert_eq!(report.count(OutcomeKind::NotSent), 1998);
    let stopped = report.stopped.unwrap();
    assert!(
        stopped.contains("credentials") && stopped.contains("DRS.M00100"),
        "{stopped}"
    );
}

#[tokio::test]
async fn an_unknown_project_costs_one_request() {
    let simulator = simulator(100).await;
    let options = Options::default().batch_size(2).concurrency(64);
    let run = client(&simulator)
        .change_passwords_with("0000", plan(100), options)
        .unwrap();
    let report = run.await;
    assert_eq!(simulator.request_count(), 1);
    assert_eq!(
        report.outcomes[0].reply.error_code.as_deref(),
        Some("DRS.M00261")
    );
}

#[tokio::test]
async fn a_service_that_is_not_there_is_tried_as_often_as_one_batch_is() {
    let simulator = simulator(1).await;
    let client = client(&simulator);
    simulator.stop().await;
    let options = Options::default().batch_size(2).retry(quick().max_tries(3));
    let mut run = client
        .change_passwords_with("p", plan(1000), options)
        .unwrap();
    let events = run.events();
    let report = run.await;
    let sent = events.filter(|e| std::future::ready(matches!(e, Event::RequestStarted { .. })));
    assert_eq!(sent.count().await, 3);
    assert_eq!(report.count(OutcomeKind::NotSent), 2000);
    let cause = report.outcomes[0].reply.cause.as_deref().unwrap();
    assert!(cause.contains("onnect"), "{cause}");
}
