//! How does a run work: what does it refuse, what does it send, and when does it end?

mod batches;
mod ending;
#[cfg(target_os = "linux")]
mod memory;
mod outage;
mod pace;
mod throttled;

use std::time::Duration;

use drs_api::{
    Client, Error,
    passwords::{EndPointId, Event, Options, OutcomeKind, Retry},
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

/// Both end points of this many tasks.
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
    Retry::default()
        .first_delay(Duration::from_millis(2))
        .max_delay(Duration::from_millis(100))
}

/// Why a plan is refused, before anything is sent.
async fn refusal(project_id: &str, plan: Vec<ModifyPwdEndPoint>, options: Options) -> String {
    let simulator = simulator(1).await;
    let error = client(&simulator)
        .change_passwords_with(project_id, plan, options)
        .unwrap_err();
    assert!(matches!(error, Error::InvalidInput { .. }));
    assert_eq!(simulator.connection_count(), 0);
    error.to_string()
}

#[test]
fn what_threads_share_can_be_shared_and_a_run_can_be_spawned() {
    fn shared<T: Send + Sync + 'static>() {}
    fn spawned<T: Send + 'static>() {}
    shared::<Client>();
    shared::<drs_api::ClientBuilder>();
    shared::<drs_api::Credentials>();
    shared::<Error>();
    shared::<drs_api::passwords::Report>();
    shared::<drs_api::passwords::RunHandle>();
    shared::<drs_api::passwords::Events>();
    spawned::<drs_api::passwords::Run>();
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
    let message = report.outcomes[0].reply.error_msg.as_deref().unwrap();
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
    for varies in ["endpoint", "started", "ended"] {
        assert!(json[varies].is_string(), "{varies}");
        json[varies] = format!("[{varies}]").into();
    }
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

#[tokio::test]
async fn options_beyond_all_measure_do_no_harm() {
    let simulator = simulator(3).await;
    simulator.fault(Fault::answer(502, ""), Times::Next(1));
    let retry = Retry::default()
        .max_tries(usize::MAX)
        .first_delay(Duration::from_millis(5))
        .max_delay(Duration::ZERO)
        .deadline(Duration::MAX);
    let options = Options::default()
        .batch_size(usize::MAX)
        .batch_bytes(usize::MAX)
        .concurrency(usize::MAX)
        .retry(retry);
    let run = client(&simulator).change_passwords_with(simulator.project_id(), plan(3), options);
    assert!(run.unwrap().await.all_changed());
}
