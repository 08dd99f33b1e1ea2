//! A service that accepts few requests: patience costs no attempts, and has an end.

use std::time::Instant;

use super::*;
use drs_simulator::RetryAfter;

#[tokio::test]
async fn end_points_wait_for_a_service_that_takes_few_requests_a_second() {
    let simulator = simulator(150).await;
    // Thirty requests at one per 50 ms, five at once: like one per second, twenty times as fast.
    simulator.throttle(Some(
        Throttle::per_second(20.0)
            .burst(5)
            .retry_after(RetryAfter::None),
    ));
    let retry = Retry::default()
        .first_delay(Duration::from_millis(25))
        .max_delay(Duration::from_secs(1))
        .deadline(Duration::from_secs(15));
    let options = Options::default().retry(retry);
    let run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(150), options)
        .unwrap();
    let report = run.await;
    assert!(
        report.all_changed(),
        "{:?} {:?}",
        report.stopped,
        report.to_do().next()
    );
}

#[tokio::test]
async fn the_time_that_a_service_names_holds_for_the_whole_run() {
    let simulator = simulator(40).await;
    // One request per second.
    simulator.throttle(Some(Throttle::per_second(1.0).burst(1)));
    let options = Options::default().batch_size(10).retry(Retry::default());
    let run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(40), options)
        .unwrap();
    let report = run.await;
    assert!(
        report.all_changed(),
        "{:?} {:?}",
        report.stopped,
        report.to_do().next()
    );
    let requests = simulator.requests();
    let throttled = requests.iter().filter(|r| r.status == Some(429)).count();
    assert!(
        throttled <= requests.len() / 2 + 4,
        "{throttled} of {}",
        requests.len()
    );
}

#[tokio::test]
async fn a_service_that_throttles_without_end_stops_the_run_after_the_deadline() {
    let simulator = simulator(100).await;
    let throttled = Fault::answer(429, "").header("retry-after", "0");
    simulator.fault(throttled, Times::Always);
    let retry = quick().deadline(Duration::from_millis(700));
    let started = Instant::now();
    let options = Options::default().batch_size(2).retry(retry);
    let run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(100), options)
        .unwrap();
    let report = run.await;
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(
        report.stopped.as_deref().unwrap().contains("throttled"),
        "{:?}",
        report.stopped
    );
    assert_eq!(report.count(OutcomeKind::Rejected), 2);
    assert_eq!(report.count(OutcomeKind::NotSent), 198);
}

#[tokio::test]
async fn a_service_that_is_unavailable_without_end_gets_five_batches() {
    let simulator = simulator(100).await;
    simulator.fault(Fault::answer(503, ""), Times::Always);
    let options = Options::default()
        .batch_size(2)
        .concurrency(1)
        .retry(quick());
    let run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(100), options)
        .unwrap();
    let report = run.await;
    assert!(
        report
            .stopped
            .as_deref()
            .unwrap()
            .contains("5 batches in a row")
    );
    assert_eq!(report.count(OutcomeKind::NotSent), 190);
}
