//! What a run does while the service fails.

use super::*;
use drs_api::passwords::Report;

/// The most attempts of a request.
const TRIES: usize = 4;

/// Changes 1,000 passwords, ten per request, while this happens to every request.
async fn run_against(fault: Fault, concurrency: usize) -> (Simulator, Report) {
    let simulator = simulator(500).await;
    simulator.fault(fault, Times::Always);
    let options = Options::default()
        .concurrency(concurrency)
        .retry(quick().max_tries(TRIES));
    let run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(500), options)
        .unwrap();
    let report = run.await;
    (simulator, report)
}

#[tokio::test]
async fn a_service_that_always_fails_gets_five_batches_and_no_more() {
    for (name, fault) in [
        ("500", Fault::answer(500, "")),
        ("501", Fault::answer(501, "<html></html>")),
        ("502", Fault::answer(502, r#"{"error_code":"APIGW.0201"}"#)),
        ("504", Fault::answer(504, "")),
        ("reset", Fault::cut(Stage::AfterBody)),
        ("closed", Fault::close(Stage::AfterStatusLine)),
    ] {
        for concurrency in [1, 4] {
            let (simulator, report) = run_against(fault.clone(), concurrency).await;
            let requests = simulator.request_count();
            assert!(requests <= 5 * TRIES as u64, "{name}: {requests} requests");
            // A 501 says that nothing was done, but still counts towards an outage.
            let kind = match name {
                "501" => OutcomeKind::Rejected,
                _ => OutcomeKind::Unconfirmed,
            };
            assert_eq!(report.count(kind), 50, "{name}");
            assert_eq!(report.count(OutcomeKind::NotSent), 950, "{name}");
            let stopped = report.stopped.as_deref().unwrap();
            assert!(stopped.contains("5 batches in a row"), "{name}: {stopped}");
            for outcome in &report.outcomes {
                let side = outcome.end_point_type.to_string();
                let received = simulator.counts(&outcome.job_id, &side).received;
                assert!(received <= 2, "{name}: sent {received} times");
                assert!(outcome.tries <= 2, "{name}: {outcome:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_outage_in_the_middle_of_a_run_leaves_the_rest_unsent() {
    let simulator = simulator(500).await;
    simulator.fault(Fault::regular(), Times::Next(10));
    simulator.fault(Fault::answer(500, ""), Times::Always);
    let options = Options::default().concurrency(8).retry(quick());
    let run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(500), options)
        .unwrap();
    let report = run.await;
    assert_eq!(report.count(OutcomeKind::Changed), 100);
    // Five batches, and those under way when the first of them failed.
    let unconfirmed = report.count(OutcomeKind::Unconfirmed);
    assert!((50..=130).contains(&unconfirmed), "{unconfirmed}");
}

#[tokio::test]
async fn while_the_service_fails_one_request_is_under_way_at_a_time() {
    let simulator = simulator(100).await;
    simulator.script(|number, _| match number {
        0..20 => Some(Fault::regular()),
        20..26 => Some(Fault::answer(500, "").delay(Duration::from_millis(5))),
        _ => Some(Fault::regular()),
    });
    let options = Options::default()
        .batch_size(2)
        .concurrency(4)
        .retry(quick().max_failed_batches(100));
    let mut run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(100), options)
        .unwrap();
    let mut events = run.events();
    let report = run.await;
    assert_eq!(
        report.count(OutcomeKind::Unconfirmed),
        12,
        "{:?}",
        report.stopped
    );
    assert_eq!(report.stopped, None);
    let (mut under_way, mut failed) = (0_usize, 0);
    while let Some(event) = events.next().await {
        match event {
            Event::RequestStarted { .. } => {
                under_way += 1;
                // Those under way when the third failed are not called back.
                if failed == 6 {
                    assert_eq!(under_way, 1);
                    return;
                }
            }
            Event::RequestEnded { status, .. } => {
                under_way -= 1;
                failed += usize::from(status == Some(500));
            }
            _ => {}
        }
    }
    panic!("nothing was sent after the outage");
}

#[tokio::test]
async fn pauses_grow_while_the_service_fails_and_end_with_the_outage() {
    let simulator = simulator(50).await;
    simulator.fault(Fault::answer(500, ""), Times::Next(9));
    let retry = quick()
        .first_delay(Duration::from_millis(40))
        .max_delay(Duration::from_millis(160))
        .max_failed_batches(100);
    let options = Options::default().batch_size(2).concurrency(1).retry(retry);
    let mut run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(50), options)
        .unwrap();
    let mut events = run.events();
    let started = std::time::Instant::now();
    let watch = tokio::spawn(async move {
        let mut sent = Vec::new();
        while let Some(event) = events.next().await {
            if let Event::RequestStarted { .. } = event {
                sent.push(started.elapsed());
            }
        }
        sent
    });
    let report = run.await;
    assert_eq!(report.count(OutcomeKind::Changed), 82);
    let sent = watch.await.unwrap();
    let pause = |from: usize, to: usize| sent[to] - sent[from];
    // A random part of 40, 80, 160, 160, 160, 160, and 160 ms.
    assert!(pause(3, 9) > Duration::from_millis(40), "{sent:?}");
}

#[tokio::test]
async fn a_service_that_throttles_never_counts_as_an_outage_and_one_that_is_unavailable_does() {
    let simulator = simulator(20).await;
    simulator.script(|number, _| match number {
        ..=12 => Some(Fault::answer(503, "").header("retry-after", "0")),
        13..=30 => Some(Fault::answer(429, "").header("retry-after", "0")),
        _ => None,
    });
    let options = Options::default()
        .batch_size(2)
        .concurrency(1)
        .retry(quick().max_tries(3).max_delay(Duration::from_millis(100)));
    let run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(20), options)
        .unwrap();
    let report = run.await;
    // Four batches used their three attempts, one batch fewer than ends the run.
    assert_eq!(report.stopped, None);
    assert_eq!(report.count(OutcomeKind::Changed), 32);
}

#[tokio::test]
async fn one_answer_that_is_none_of_an_outage_begins_the_count_anew() {
    let simulator = simulator(40).await;
    simulator.script(|number, _| match number % 5 {
        4 => Some(Fault::regular()),
        _ => Some(Fault::answer(500, "")),
    });
    let options = Options::default()
        .batch_size(2)
        .concurrency(1)
        .retry(quick());
    let run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(40), options)
        .unwrap();
    let report = run.await;
    assert_eq!(report.stopped, None);
    assert_eq!(report.count(OutcomeKind::NotSent), 0);
    assert_eq!(report.count(OutcomeKind::Changed), 16);
}

#[tokio::test]
async fn a_service_that_is_gone_in_the_middle_of_a_run_ends_it() {
    let simulator = simulator(100).await;
    let options = Options::default()
        .batch_size(2)
        .concurrency(1)
        .retry(quick().max_tries(2).max_failed_batches(3));
    let client = client(&simulator);
    let project = simulator.project_id().to_owned();
    let mut run = client
        .change_passwords_with(project, plan(100), options)
        .unwrap();
    let mut events = run.events();
    let mut simulator = Some(simulator);
    let watch = tokio::spawn(async move {
        while let Some(event) = events.next().await {
            if let Event::RequestEnded { request: 5, .. } = event {
                simulator.take();
            }
        }
    });
    let report = run.await;
    watch.await.unwrap();
    assert!(report.count(OutcomeKind::NotSent) > 150, "{report:?}");
    assert!(report.stopped.is_some());
}
