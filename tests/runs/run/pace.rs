//! How many requests are under way at a time.

use super::*;

#[tokio::test]
async fn no_more_requests_are_under_way_than_allowed() {
    let simulator = simulator(60).await;
    simulator.fault(
        Fault::regular().delay(Duration::from_millis(10)),
        Times::Always,
    );
    let options = Options::default().batch_size(2).concurrency(3);
    let mut run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(60), options)
        .unwrap();
    let mut events = run.events();
    assert!(run.await.all_changed());
    let (mut now, mut most, mut before_the_first_answer) = (0, 0, None);
    while let Some(event) = events.next().await {
        match event {
            Event::RequestStarted { .. } => now += 1,
            Event::RequestEnded { .. } => {
                before_the_first_answer.get_or_insert(now);
                now -= 1;
            }
            _ => {}
        }
        most = most.max(now);
    }
    assert_eq!(most, 3);
    assert_eq!(
        before_the_first_answer,
        Some(1),
        "the first batch goes alone"
    );
}

#[tokio::test]
async fn a_service_that_throttles_is_asked_less_and_then_more_again() {
    let simulator = simulator(60).await;
    // The first 16 arrive at once on any machine, and half of them are too many.
    simulator.throttle(Some(Throttle::per_second(60.0).burst(8)));
    let options = Options::default().batch_size(2).concurrency(16);
    let retry = quick().first_delay(Duration::from_millis(20)).max_tries(20);
    let run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(60), options.retry(retry))
        .unwrap();
    let report = run.await;
    assert!(report.all_changed(), "{report:?}");
    let throttled = simulator
        .requests()
        .iter()
        .filter(|r| r.status == Some(429))
        .count();
    assert!(throttled > 0, "the simulator did throttle");
    assert!(throttled < 30, "of 60 requests {throttled} were throttled");
}

#[tokio::test]
async fn a_throttled_run_sends_one_at_a_time_and_one_more_after_every_five_answers() {
    let simulator = simulator(200).await;
    simulator.script(|number, _| {
        Some(match number {
            20 => Fault::answer(429, "").header("retry-after", "0"),
            _ => Fault::regular().delay(Duration::from_millis(10)),
        })
    });
    let options = Options::default().batch_size(2).concurrency(8);
    let mut run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(200), options.retry(quick()))
        .unwrap();
    let mut events = run.events();
    assert!(run.await.all_changed());
    let (mut under_way, mut most) = (0, 0);
    let mut answers_since = None;
    // If responses freed slots just before the 429, the next batches were already chosen.
    let mut chosen = 0;
    while let Some(event) = events.next().await {
        match event {
            Event::RequestStarted { attempt, .. } => {
                under_way += 1;
                // The throttled one is resent along with those that were under way.
                if let Some(answers) = answers_since.filter(|_| attempt == 1) {
                    let allowed = 8.min(1 + answers / 5);
                    if under_way > allowed {
                        assert!(chosen > 0, "{under_way} after {answers} answers");
                        chosen -= 1;
                    }
                    most = most.max(under_way);
                }
            }
            Event::RequestEnded { status, .. } => {
                match &mut answers_since {
                    Some(answers) => *answers += 1,
                    None if status == Some(429) => {
                        chosen = 8 - under_way;
                        answers_since = Some(0);
                    }
                    None => {}
                }
                under_way -= 1;
            }
            _ => {}
        }
    }
    assert_eq!(most, 8, "in the end as many again");
}

#[tokio::test]
async fn a_throttled_first_batch_does_not_show_that_the_credentials_are_accepted() {
    let simulator = simulator(100).await;
    let throttled = Fault::answer(429, "").header("retry-after", "0");
    simulator.fault(throttled, Times::Next(1));
    let options = Options::default().batch_size(2).concurrency(64);
    let run = client_with_token(&simulator, "test-wrong-token")
        .change_passwords_with(simulator.project_id(), plan(100), options.retry(quick()))
        .unwrap();
    assert!(run.await.stopped.is_some());
    assert_eq!(simulator.request_count(), 2);
}
