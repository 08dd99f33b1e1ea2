//! Does a run outlive the temporary access keys that it is signed with?

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use drs_api::{
    AccessKey, Client, Credentials,
    passwords::{Options, OutcomeKind, Report},
    types::{EndPointType, ModifyPwdEndPoint},
};
use drs_simulator::{Fault, Machine, Simulator, Task, TaskState, Times};
use serde_json::Value;

const KEY_LIFETIME: Duration = Duration::from_secs(3);

fn id(number: usize) -> String {
    format!("{number:08}-a37c-41b9-bc2b-8c00ba32jb52")
}

/// A machine whose keys live for three seconds, and a DRS that takes 25 ms for each answer.
async fn simulator(tasks: usize) -> Simulator {
    let tasks = (0..tasks).map(|n| Task::new(id(n), TaskState::IncreTransferStarted));
    let machine = Machine::default().key_lifetime(KEY_LIFETIME);
    let simulator = Simulator::builder().tasks(tasks).machine(machine);
    simulator.start().await.unwrap()
}

/// The keys of the simulator's machine. From the nth on it is said that there are none.
fn machine_keys(endpoint: &str, fails_from: u64) -> (Credentials, Arc<AtomicU64>) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{endpoint}/openstack/latest/securitykey");
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    let source = move || {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        let request = http.get(&url);
        async move {
            if number >= fails_from {
                return Err("the machine has no agency any more".to_owned());
            }
            let begun = SystemTime::now();
            let answer = request.send().await.map_err(|e| e.to_string())?;
            let answer: Value = answer.json().await.map_err(|e| e.to_string())?;
            let text = |name: &str| answer["credential"][name].as_str().unwrap_or_default();
            Ok(AccessKey::new(text("access"), text("secret"))
                .security_token(text("securitytoken"))
                .expires_at(begun + KEY_LIFETIME))
        }
    };
    (Credentials::access_key_source(source), asked)
}

async fn run(simulator: &Simulator, credentials: Credentials, tasks: usize) -> Report {
    let client = Client::builder().endpoint(simulator.endpoint());
    let client = client.credentials(credentials).build().unwrap();
    let plan = (0..tasks).map(|n| ModifyPwdEndPoint::new(id(n), EndPointType::So, "test-New-1"));
    let options = Options::default().batch_size(1).concurrency(4);
    let project = simulator.project_id();
    let run = client.change_passwords_with(project, plan, options);
    run.unwrap().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_batches_with_keys_that_live_three_seconds_change_all_passwords() {
    let simulator = simulator(1_000).await;
    let (credentials, asked) = machine_keys(&simulator.endpoint(), u64::MAX);
    simulator.fault(
        Fault::regular().delay(Duration::from_millis(25)),
        Times::Always,
    );
    let report = run(&simulator, credentials, 1_000).await;
    assert!(report.all_changed(), "{:?}", report.stopped);
    // It refuses a signature by a key that has expired: there was none.
    assert_eq!(
        simulator.request_count() - asked.load(Ordering::SeqCst),
        1_000
    );
    assert!(simulator.keys_issued() >= 3, "{}", simulator.keys_issued());
    assert_eq!(simulator.keys_issued(), asked.load(Ordering::SeqCst));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_cannot_be_renewed_is_used_to_its_end_and_then_stops_the_run() {
    let simulator = simulator(1_000).await;
    let (credentials, asked) = machine_keys(&simulator.endpoint(), 2);
    simulator.fault(
        Fault::regular().delay(Duration::from_millis(25)),
        Times::Always,
    );
    let begun = std::time::Instant::now();
    let report = run(&simulator, credentials, 1_000).await;
    assert!(begun.elapsed() >= KEY_LIFETIME - Duration::from_millis(500));
    let count = |kind| report.count(kind);
    let (changed, not_sent) = (count(OutcomeKind::Changed), count(OutcomeKind::NotSent));
    assert!(changed > 0 && not_sent > 0, "{changed}, {not_sent}");
    assert_eq!(changed + not_sent, 1_000);
    let stopped = report.stopped.unwrap();
    assert!(stopped.contains("has no agency any more"), "{stopped}");
    // Once before its end and once after it; those who wait share the failure.
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}
