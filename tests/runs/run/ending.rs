//! How a run is watched, and how it ends early.

use super::*;

#[tokio::test]
async fn a_stopped_run_awaits_what_is_under_way() {
    let simulator = simulator(100).await;
    simulator.fault(
        Fault::regular().delay(Duration::from_millis(50)),
        Times::Always,
    );
    let options = Options::default().batch_size(2).concurrency(4);
    let mut run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(100), options)
        .unwrap();
    let handle = run.handle();
    let mut events = run.events();
    let watch = tokio::spawn(async move {
        let (mut answered, mut sent_since_the_stop) = (0, None);
        while let Some(event) = events.next().await {
            match event {
                Event::RequestEnded { .. } => {
                    answered += 1;
                    if answered == 3 {
                        handle.stop();
                    }
                }
                Event::RunStopped { .. } => sent_since_the_stop = Some(0),
                Event::RequestStarted { .. } => {
                    sent_since_the_stop = sent_since_the_stop.map(|n| n + 1)
                }
                _ => {}
            }
        }
        sent_since_the_stop
    });
    let report = run.await;
    assert_eq!(watch.await.unwrap(), Some(0));
    assert_eq!(report.count(OutcomeKind::Unconfirmed), 0);
    let changed = report.count(OutcomeKind::Changed);
    assert!((6..200).contains(&changed), "{changed}");
    assert_eq!(report.count(OutcomeKind::NotSent), 200 - changed);
    assert_eq!(report.stopped.as_deref(), Some("the run was stopped"));
    assert_eq!(simulator.request_count() * 2, changed as u64);
}

#[tokio::test]
async fn a_cancelled_run_reports_at_once() {
    let simulator = simulator(10).await;
    simulator.fault(Fault::hang(Stage::AfterBody).applied(), Times::Always);
    let mut run = client(&simulator)
        .change_passwords_with(
            simulator.project_id(),
            plan(10),
            Options::default().batch_size(2),
        )
        .unwrap();
    let pause = tokio::time::sleep(Duration::from_millis(200));
    let report = tokio::select! {
        _ = &mut run => panic!("the simulator never answers"),
        () = pause => run.cancel(),
    };
    let kinds = [OutcomeKind::Unconfirmed, OutcomeKind::NotSent].map(|kind| report.count(kind));
    assert_eq!(kinds, [2, 18]);
    assert_eq!(simulator.password(&id(0), "so").as_deref(), Some(NEW));
}

#[tokio::test]
async fn a_handle_knows_at_any_moment_what_the_run_knows() {
    let simulator = simulator(20).await;
    let mut run = client(&simulator)
        .change_passwords_with(
            simulator.project_id(),
            plan(20),
            Options::default().batch_size(2),
        )
        .unwrap();
    let handle = run.handle();
    assert_eq!(handle.report().count(OutcomeKind::NotSent), 40);
    let mut events = run.events();
    let watch = tokio::spawn(async move {
        let mut known = Vec::new();
        while let Some(event) = events.next().await {
            if let Event::BatchEnded { .. } = event {
                known.push(handle.report().count(OutcomeKind::Changed));
            }
        }
        known
    });
    assert!(run.await.all_changed());
    let known = watch.await.unwrap();
    assert!(known.is_sorted(), "{known:?}");
    assert_eq!(known.last(), Some(&40));
}

#[tokio::test]
async fn what_happens_is_told_in_order() {
    let simulator = simulator(2).await;
    simulator.fault(
        Fault::answer(502, "").header("x-request-id", "r"),
        Times::Next(1),
    );
    let mut run = client(&simulator)
        .change_passwords_with(
            simulator.project_id(),
            plan(1),
            Options::default().retry(quick()),
        )
        .unwrap();
    let events = run.events();
    let report = run.await;
    let told: Vec<_> = events
        .map(|event| match event {
            Event::RequestStarted {
                request,
                end_points,
                attempt,
                ..
            } => format!("sent {request} {} {attempt}", sides(&end_points)),
            Event::RequestEnded {
                request,
                status,
                results,
                ..
            } => {
                let kinds: Vec<_> = results.iter().map(|(_, kind)| kind.to_string()).collect();
                format!("answered {request} {status:?} {}", kinds.join(" "))
            }
            Event::RetryScheduled {
                end_points, reason, ..
            } => format!("again {} {reason}", sides(&end_points)),
            Event::BatchEnded { end_points, .. } => format!("ended {}", sides(&end_points)),
            other => format!("{other:?}"),
        })
        .collect()
        .await;
    let expected = [
        "sent 1 so,ta 1",
        "answered 1 Some(502) unconfirmed unconfirmed",
        "again so,ta the response was lost",
        "sent 2 so,ta 2",
        "answered 2 Some(200) changed changed",
        "ended so,ta",
    ];
    assert_eq!(told, expected);
    assert!(report.outcomes.iter().all(|outcome| outcome.tries == 2));
}

/// The sides of one task's end points.
fn sides(end_points: &[EndPointId]) -> String {
    assert!(
        end_points
            .iter()
            .all(|id| id.job_id == end_points[0].job_id)
    );
    let sides: Vec<_> = end_points
        .iter()
        .map(|id| id.end_point_type.to_string())
        .collect();
    sides.join(",")
}

#[tokio::test]
async fn a_refusal_is_told_before_the_stop_that_follows_from_it() {
    let simulator = simulator(2).await;
    let options = Options::default().batch_size(2);
    let mut run = client_with_token(&simulator, "test-wrong-token")
        .change_passwords_with(simulator.project_id(), plan(2), options)
        .unwrap();
    let events = run.events();
    let _ = run.await;
    let told: Vec<_> = events
        .map(|event| match event {
            Event::RequestStarted { .. } => "sent",
            Event::RequestEnded { .. } => "answered",
            Event::RunStopped { .. } => "stopped",
            Event::BatchEnded { .. } => "batch ended",
            _ => "other",
        })
        .collect()
        .await;
    assert_eq!(told, ["sent", "answered", "stopped", "batch ended"]);
}

#[tokio::test]
async fn a_dropped_run_sends_nothing_more_and_its_handle_has_the_report() {
    let simulator = simulator(10).await;
    let answered = Fault::regular();
    simulator.fault(answered, Times::Next(1));
    simulator.fault(Fault::hang(Stage::AfterBody), Times::Always);
    let options = Options::default().batch_size(2).concurrency(1);
    let mut run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(10), options)
        .unwrap();
    let handle = run.handle();
    let mut events = run.events();
    let mut sent = 0;
    while sent < 2 {
        tokio::select! {
            _ = &mut run => panic!("the simulator never answers"),
            event = events.next() => sent += usize::from(matches!(event, Some(Event::RequestStarted { .. }))),
        }
    }
    drop(run);
    // The stream of events ends although the handle still exists.
    let rest: Vec<_> = events.collect().await;
    assert!(
        matches!(rest.last(), Some(Event::RunStopped { .. })),
        "{rest:?}"
    );
    let report = handle.report();
    let kinds = [
        OutcomeKind::Changed,
        OutcomeKind::Unconfirmed,
        OutcomeKind::NotSent,
    ];
    assert_eq!(kinds.map(|kind| report.count(kind)), [2, 2, 16]);
    assert_eq!(report.stopped.as_deref(), Some("the run was dropped"));
}

#[tokio::test]
async fn a_run_that_is_at_its_end_can_not_be_stopped() {
    let simulator = simulator(1).await;
    let run = client(&simulator)
        .change_passwords(simulator.project_id(), plan(1))
        .unwrap();
    let handle = run.handle();
    let report = run.await;
    handle.stop();
    assert_eq!(handle.report(), report);
    assert_eq!(report.stopped, None);
}
