//! Does a run outlive the temporary access keys that sign it?

use std::time::Duration;

use drs_api::{
    Client, Credentials, Environment,
    login::Profile,
    passwords::{Options, OutcomeKind, Report},
    types::{EndPointType, ModifyPwdEndPoint},
};
use drs_simulator::{Fault, Machine, Simulator, Task, TaskState, Times};

const KEY_LIFETIME: Duration = Duration::from_secs(3);

fn id(number: usize) -> String {
    format!("{number:08}-a37c-41b9-bc2b-8c00ba32jb52")
}

/// A machine whose keys live for three seconds, and a DRS that takes 25 ms per response.
async fn simulator(tasks: usize) -> Simulator {
    let tasks = (0..tasks).map(|n| Task::new(id(n), TaskState::IncreTransferStarted));
    let machine = Machine::default().key_lifetime(KEY_LIFETIME);
    let simulator = Simulator::builder().tasks(tasks).machine(machine);
    simulator.start().await.unwrap()
}

/// The agency of the simulator's machine.
fn agency(simulator: &Simulator) -> Credentials {
    let endpoint = [("DRS_METADATA_ENDPOINT", simulator.endpoint())];
    let builder = Client::builder().environment(Environment::of(endpoint));
    builder.login(None, Profile::read).unwrap().credentials
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
    simulator.fault(
        Fault::regular().delay(Duration::from_millis(25)),
        Times::Always,
    );
    let report = run(&simulator, agency(&simulator), 1_000).await;
    assert!(report.all_changed(), "{:?}", report.stopped);
    // An expired key's signature would be refused, and none was.
    let keys = simulator.keys_issued();
    assert!(keys >= 3, "{keys}");
    // A key takes two requests, and the machine may return the same key twice.
    let asked = simulator.request_count() - 1_000;
    assert!(
        asked.is_multiple_of(2) && (keys..keys + 3).contains(&(asked / 2)),
        "{asked}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_cannot_be_renewed_is_used_to_its_end_and_then_stops_the_run() {
    let simulator = simulator(1_000).await;
    simulator.script(|number, items| match items {
        // The first key took two requests, and there was only one.
        [] if number > 2 => Some(Fault::answer(
            401,
            "Please configure Cloud Service Agency first",
        )),
        [] => None,
        _ => Some(Fault::regular().delay(Duration::from_millis(25))),
    });
    let begun = std::time::Instant::now();
    let report = run(&simulator, agency(&simulator), 1_000).await;
    // A key's expiry has a precision of one second.
    assert!(begun.elapsed() >= KEY_LIFETIME - Duration::from_millis(1_500));
    let count = |kind| report.count(kind);
    let (changed, not_sent) = (count(OutcomeKind::Changed), count(OutcomeKind::NotSent));
    assert!(changed > 0 && not_sent > 0, "{changed}, {not_sent}");
    assert_eq!(changed + not_sent, 1_000);
    let stopped = report.stopped.unwrap();
    assert!(stopped.contains("this machine has no agency"), "{stopped}");
    // Once before the key expires and once after; those who wait share the failure. No token was
    // issued any more.
    let sent = u64::try_from(changed).unwrap();
    assert_eq!(simulator.request_count(), 2 + sent + 2);
}
