//! How does a run go about it: what it refuses, what it sends, and when it ends?

use std::{collections::BTreeMap, time::Duration};

use drs_api::{
    Client, Error,
    passwords::{Event, Options, OutcomeKind, Retry},
    types::{EndPointType, KerberosVo, Language, ModifyPwdEndPoint},
};
use drs_simulator::{Fault, Request, Simulator, Stage, Task, TaskState, Throttle, Times};
use futures_util::StreamExt as _;
use serde_json::Value;

const NEW: &str = "test-New-1";

fn id(number: usize) -> String {
    format!("{number:08}-a37c-41b9-bc2b-8c00ba32jb52")
}

fn end_point(job_id: &str, side: EndPointType) -> ModifyPwdEndPoint {
    let end_point = ModifyPwdEndPoint::builder()
        .job_id(job_id)
        .end_point_type(side)
        .db_password(NEW);
    end_point.try_into().unwrap()
}

/// Both end points of so many tasks.
fn plan(tasks: usize) -> Vec<ModifyPwdEndPoint> {
    (0..tasks)
        .flat_map(|n| [EndPointType::So, EndPointType::Ta].map(|side| end_point(&id(n), side)))
        .collect()
}

async fn simulator(tasks: usize) -> Simulator {
    let tasks = (0..tasks).map(|n| Task::new(id(n), TaskState::IncreTransferStarted));
    Simulator::builder().tasks(tasks).start().await.unwrap()
}

fn client(simulator: &Simulator) -> Client {
    client_with_token(simulator, simulator.token())
}

fn client_with_token(simulator: &Simulator, token: &str) -> Client {
    let client = Client::builder()
        .endpoint(simulator.endpoint())
        .token(token);
    client
        .request_timeout(Duration::from_secs(5))
        .build()
        .unwrap()
}

fn quick() -> Retry {
    Retry::default().first_delay(Duration::from_millis(2))
}

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

/// What a plan is refused for; nothing may have been sent.
async fn refusal(project_id: &str, plan: Vec<ModifyPwdEndPoint>, options: Options) -> String {
    let simulator = simulator(1).await;
    let error = client(&simulator)
        .change_passwords_with(project_id, plan, options)
        .unwrap_err();
    assert!(matches!(error, Error::InvalidInput { .. }));
    assert_eq!(simulator.connection_count(), 0);
    error.to_string()
}

#[tokio::test]
async fn bad_input_is_refused_with_its_name_before_anything_is_sent() {
    let default = Options::default;
    let one = || vec![end_point(&id(0), EndPointType::So)];
    let mut no_password = plan(2);
    no_password[3].db_password = "".into();
    let mut no_task = plan(2);
    no_task[2].job_id.clear();
    let mut twice = plan(2);
    twice.push(end_point(&id(1), EndPointType::Ta));
    let mut file_by_mistake = one();
    let kerberos = KerberosVo::builder().krb5_conf_file("x".repeat(9 << 20));
    file_by_mistake[0].kerberos = Some(kerberos.try_into().unwrap());
    let mut refusals = Vec::new();
    for (project_id, plan, options) in [
        ("p", vec![], default()),
        ("p", no_password, default()),
        ("p", no_task, default()),
        ("p", twice, default()),
        ("p", file_by_mistake, default()),
        ("", one(), default()),
        (".", one(), default()),
        ("..", one(), default()),
        ("a/b", one(), default()),
        ("a\r\nb", one(), default()),
        (&"a".repeat(257), one(), default()),
        ("p", one(), default().batch_size(0)),
        ("p", one(), default().concurrency(0)),
        ("p", one(), default().retry(Retry::default().max_tries(0))),
    ] {
        refusals.push(refusal(project_id, plan, options).await);
    }
    insta::assert_snapshot!(refusals.join("\n"));
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
    assert_eq!(report.outcomes[0].error_code.as_deref(), Some("DRS.M00261"));
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
    let sent = events.filter(|e| std::future::ready(matches!(e, Event::Sent { .. })));
    assert_eq!(sent.count().await, 3);
    assert_eq!(report.count(OutcomeKind::NotSent), 2000);
    let cause = report.outcomes[0].cause.as_deref().unwrap();
    assert!(cause.contains("onnect"), "{cause}");
}

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
            Event::Sent { .. } => now += 1,
            Event::Answered { .. } => {
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
    let simulator = simulator(200).await;
    simulator.throttle(Some(Throttle::per_second(400.0).burst(20)));
    let options = Options::default().batch_size(2).concurrency(16);
    let retry = quick().first_delay(Duration::from_millis(20)).max_tries(20);
    let run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(200), options.retry(retry))
        .unwrap();
    let report = run.await;
    assert!(report.all_changed(), "{report:?}");
    let throttled = simulator
        .requests()
        .iter()
        .filter(|r| r.status == Some(429))
        .count();
    assert!(throttled > 0, "the simulator did throttle");
    assert!(
        throttled < 100,
        "of 200 requests {throttled} were throttled"
    );
}

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
    let listener = tokio::spawn(async move {
        let (mut answered, mut seen) = (0, Vec::new());
        while let Some(event) = events.next().await {
            answered += usize::from(matches!(event, Event::Answered { .. }));
            if answered == 3 {
                handle.stop();
            }
            seen.push(event);
        }
        seen
    });
    let report = run.await;
    let seen = listener.await.unwrap();
    let sent = |events: &[Event]| {
        let sent = events.iter().filter(|e| matches!(e, Event::Sent { .. }));
        sent.count()
    };
    let stopped = seen.iter().position(|e| matches!(e, Event::Stopped { .. }));
    assert_eq!(sent(&seen[stopped.unwrap()..]), 0);
    assert_eq!(report.count(OutcomeKind::Unconfirmed), 0);
    let changed = report.count(OutcomeKind::Changed);
    assert_eq!(changed, sent(&seen) * 2);
    assert!(changed < 200);
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
            if let Event::Settled { .. } = event {
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
            Event::Sent {
                request,
                end_points,
                attempt,
            } => format!("sent {request} {end_points} {attempt}"),
            Event::Answered {
                request,
                status,
                changed,
                ..
            } => format!("answered {request} {status:?} {changed}"),
            Event::Again {
                end_points, reason, ..
            } => format!("again {end_points} {reason}"),
            Event::Settled { end_points } => format!("settled {end_points}"),
            other => format!("{other:?}"),
        })
        .collect()
        .await;
    let expected = [
        "sent 1 2 1",
        "answered 1 Some(502) 0",
        "again 2 the answer was lost",
        "sent 2 2 2",
        "answered 2 Some(200) 2",
        "settled 2",
    ];
    assert_eq!(told, expected);
    assert!(report.outcomes.iter().all(|outcome| outcome.tries == 2));
}

#[tokio::test]
async fn messages_come_in_the_language_asked_for() {
    let simulator = Simulator::builder().tasks([]).start().await.unwrap();
    let run = client(&simulator)
        .change_passwords_with(
            simulator.project_id(),
            plan(1),
            Options::default().language(Language::ZhCn),
        )
        .unwrap();
    let report = run.await;
    let message = report.outcomes[0].error_msg.as_deref().unwrap();
    assert!(!message.is_ascii(), "{message}");
}

#[tokio::test]
async fn the_report_says_in_json_what_is_known_and_no_more() {
    let simulator = simulator(1).await;
    let mut changes = plan(2);
    changes.truncate(3);
    let run = client(&simulator).change_passwords(simulator.project_id(), changes);
    let report = run.unwrap().await;
    assert!(!report.all_changed());
    assert_eq!(report.to_do().count(), 1);
    let mut json = serde_json::to_value(&report).unwrap();
    json["outcomes"][2]["request_id"] = "[id]".into();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap());
}

#[tokio::test]
async fn an_echoed_password_is_blanked_in_the_report() {
    let simulator = simulator(1).await;
    for fault in [
        Fault::echo(400),
        Fault::echo(200),
        Fault::echo_raw(400),
        Fault::echo_raw(200),
    ] {
        simulator.fault(fault, Times::Next(1));
        let run = client(&simulator)
            .change_passwords(simulator.project_id(), plan(1))
            .unwrap();
        let report = run.await;
        let shown = format!("{report:?}{}", serde_json::to_string(&report).unwrap());
        assert!(!shown.contains(NEW), "{shown}");
        assert!(shown.contains("[redacted]"), "{shown}");
    }
}

/// Resident memory of this process, in bytes.
#[cfg(target_os = "linux")]
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    let kilobytes: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn memory_grows_with_the_plan_and_not_with_the_requests() {
    const CHANGES: usize = 100_000;
    let tasks = (0..CHANGES / 2).map(|n| Task::new(id(n), TaskState::IncreTransferStarted));
    let simulator = Simulator::builder().tasks(tasks).keep_requests(0);
    let simulator = simulator.start().await.unwrap();
    let options = Options::default().batch_size(10).concurrency(8);
    let mut run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(CHANGES / 2), options)
        .unwrap();
    let mut events = run.events();
    let watch = tokio::spawn(async move {
        let mut settled = 0;
        let mut after_a_tenth = None;
        while let Some(event) = events.next().await {
            if let Event::Settled { end_points } = event {
                settled += end_points;
                if settled >= CHANGES / 10 {
                    after_a_tenth.get_or_insert_with(resident);
                }
            }
        }
        (after_a_tenth.unwrap(), resident())
    });
    assert!(run.await.all_changed());
    let (early, late) = watch.await.unwrap();
    // The simulator stores a password for each change meanwhile, some 10 MB of them.
    let growth = late.saturating_sub(early);
    assert!(
        growth < 24 << 20,
        "nine tenths of the requests took {growth} bytes"
    );
}
