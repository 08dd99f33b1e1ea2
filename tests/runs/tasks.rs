//! Are the states of tasks, and the results of their retries, true? Tested with the simulator, and
//! in [`answers`] with a table of bad responses.

mod answers;
#[cfg(target_os = "linux")]
mod memory;
mod phases;

use drs_api::{
    Client, Credentials, Error, Secret,
    tasks::{Phase, RetryKind, TaskRetry, TaskStates},
};
use drs_simulator::{
    Fault, Refusal, Simulator, Stage, Task,
    TaskState::{FullTransferStarted, IncreTransferFailed, IncreTransferStarted, Pausing},
    Times,
};
use futures_util::FutureExt as _;

fn client(simulator: &Simulator) -> Client {
    let client = Client::builder().endpoint(simulator.endpoint());
    client.token(simulator.token()).build().unwrap()
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("t{n}")).collect()
}

/// A simulator whose tasks `t0`, `t1`, and so on are in this state.
async fn with_tasks(count: usize, state: drs_simulator::TaskState) -> Simulator {
    let tasks = ids(count).into_iter().map(|id| Task::new(id, state));
    Simulator::builder().tasks(tasks).start().await.unwrap()
}

fn phases(states: &TaskStates) -> Vec<Phase> {
    states.tasks.iter().map(|task| task.phase()).collect()
}

fn kinds(retries: &[TaskRetry]) -> Vec<RetryKind> {
    retries.iter().map(|retry| retry.kind).collect()
}

#[tokio::test]
async fn states_come_in_the_order_asked_a_hundred_in_a_request_and_each_once() {
    let simulator = with_tasks(250, FullTransferStarted).await;
    let mut asked = ids(250);
    asked.reverse();
    let twice = asked.iter().chain(&asked);
    let client = client(&simulator);
    let states = client
        .task_states(simulator.project_id(), twice)
        .await
        .unwrap();
    let found: Vec<_> = states.tasks.iter().map(|task| &task.id).collect();
    assert_eq!(found, asked.iter().collect::<Vec<_>>());
    assert!(phases(&states).iter().all(|phase| *phase == Phase::Running));
    assert_eq!(simulator.request_count(), 3);
    let first = simulator.requests().remove(0).body.unwrap();
    let first: serde_json::Value = serde_json::from_slice(&first).unwrap();
    assert_eq!(first["jobs"].as_array().unwrap().len(), 100);
    let page = serde_json::json!({"cur_page": 1, "per_page": 100});
    assert_eq!(first["page_req"], page);
}

#[tokio::test]
async fn a_list_that_one_task_has_refused_is_asked_for_task_by_task() {
    for refusal in [Refusal::WholeRequest, Refusal::Batch400] {
        let tasks = ["a", "c"].map(|id| Task::new(id, IncreTransferStarted));
        let builder = Simulator::builder().refusal(refusal).tasks(tasks);
        let simulator = builder.start().await.unwrap();
        let client = client(&simulator);
        let states = client
            .task_states(simulator.project_id(), ["a", "b", "c"])
            .await;
        let states = states.unwrap();
        let expected = [Phase::Running, Phase::Unknown, Phase::Running];
        assert_eq!(phases(&states), expected, "{refusal:?}");
        let code = states.tasks[1].reply.error_code.as_deref();
        assert_eq!(code, Some("DRS.M05003"), "{refusal:?}");
        assert_eq!(simulator.request_count(), 4);
    }
}

#[tokio::test]
async fn nothing_is_asked_for_after_credentials_are_refused_and_every_task_says_why() {
    let simulator = with_tasks(250, IncreTransferStarted).await;
    let client = Client::builder().endpoint(simulator.endpoint());
    let client = client.token("another-token").build().unwrap();
    let states = client.task_states(simulator.project_id(), ids(250));
    let states = states.await.unwrap();
    assert_eq!(simulator.request_count(), 1);
    assert_eq!(states.tasks.len(), 250);
    for task in &states.tasks {
        assert_eq!(task.phase(), Phase::Unknown);
        assert_eq!(task.reply.status, Some(403));
        assert_eq!(task.reply.error_code.as_deref(), Some("DRS.M00100"));
        let cause = task.reply.cause.as_deref().unwrap();
        assert!(cause.contains("the token is expired"), "{cause}");
    }
}

#[tokio::test]
async fn a_lost_answer_costs_its_own_page_alone() {
    let simulator = with_tasks(150, IncreTransferStarted).await;
    simulator.fault(Fault::cut(Stage::AfterBody), Times::Next(1));
    let client = client(&simulator);
    let states = client.task_states(simulator.project_id(), ids(150)).await;
    let phases = phases(&states.unwrap());
    assert!(phases[..100].iter().all(|phase| *phase == Phase::Unknown));
    assert!(phases[100..].iter().all(|phase| *phase == Phase::Running));
}

#[tokio::test]
async fn what_can_not_be_sent_is_refused_before_anything_is() {
    let simulator = with_tasks(1, Pausing).await;
    let client = client(&simulator);
    for (project_id, id, field) in [("..", "t0", "project_id"), ("p", "", "jobs")] {
        let states = client.task_states(project_id, [id]).await.map(drop);
        let retries = client.retry_tasks(project_id, [id]).map(drop);
        for refused in [states, retries] {
            assert!(
                matches!(&refused, Err(Error::InvalidInput { field: named, .. }) if named == field),
                "{refused:?}"
            );
        }
    }
    assert_eq!(simulator.request_count(), 0);
}

#[tokio::test]
async fn each_task_is_retried_once_by_a_request_of_its_own() {
    let simulator = with_tasks(3, IncreTransferFailed).await;
    let client = client(&simulator);
    let twice = ids(3).into_iter().chain(ids(3));
    let mut retries = client.retry_tasks(simulator.project_id(), twice).unwrap();
    assert_eq!(simulator.request_count(), 0);
    assert_eq!(kinds(retries.outcomes()), [RetryKind::NotSent; 3]);
    while let Some(retry) = retries.next().await {
        assert_eq!(retry.kind, RetryKind::Accepted, "{retry:?}");
    }
    assert!(retries.next().await.is_none());
    assert_eq!(simulator.request_count(), 3);
    for id in ids(3) {
        assert_eq!(simulator.retries(&id), 1);
    }
    let states = client.task_states(simulator.project_id(), ids(3)).await;
    assert_eq!(phases(&states.unwrap()), [Phase::Running; 3]);
}

#[tokio::test]
async fn a_lost_answer_to_a_retry_is_not_sent_again_and_costs_no_other() {
    let simulator = with_tasks(3, IncreTransferFailed).await;
    simulator.script(|number, _| (number == 2).then(|| Fault::cut(Stage::AfterBody).applied()));
    let mut retries = client(&simulator)
        .retry_tasks(simulator.project_id(), ids(3))
        .unwrap();
    while retries.next().await.is_some() {}
    let expected = [
        RetryKind::Accepted,
        RetryKind::Unconfirmed,
        RetryKind::Accepted,
    ];
    assert_eq!(kinds(retries.outcomes()), expected);
    assert!(ids(3).iter().all(|id| simulator.retries(id) == 1));
}

#[tokio::test]
async fn a_retry_that_is_dropped_under_way_is_unconfirmed_and_not_begun_again() {
    let simulator = with_tasks(2, IncreTransferFailed).await;
    let slow = Fault::regular().delay(std::time::Duration::from_secs(60));
    simulator.fault(slow, Times::Next(1));
    let mut retries = client(&simulator)
        .retry_tasks(simulator.project_id(), ids(2))
        .unwrap();
    assert!(retries.next().now_or_never().is_none(), "it is under way");
    let expected = [RetryKind::Unconfirmed, RetryKind::NotSent];
    assert_eq!(kinds(retries.outcomes()), expected);
    simulator.clear_faults();
    assert_eq!(retries.next().await.unwrap().id, "t1");
    assert!(retries.next().await.is_none());
    let expected = [RetryKind::Unconfirmed, RetryKind::Accepted];
    assert_eq!(kinds(retries.outcomes()), expected);
    assert!(simulator.retries("t0") <= 1);
}

#[tokio::test]
async fn a_retry_with_a_wrong_password_is_accepted_and_the_state_says_that_it_failed() {
    let wrong = Task::new("t0", IncreTransferFailed).source_account("app");
    let simulator = Simulator::builder().tasks([wrong]).start().await.unwrap();
    simulator.set_account("app", "another-password");
    let client = client(&simulator);
    let mut retries = client.retry_tasks(simulator.project_id(), ["t0"]).unwrap();
    assert_eq!(retries.next().await.unwrap().kind, RetryKind::Accepted);
    assert_eq!(simulator.failed_logins("app"), 1);
    let states = client.task_states(simulator.project_id(), ["t0"]).await;
    let state = states.unwrap().tasks.remove(0);
    assert_eq!(state.phase(), Phase::Failed);
    assert_eq!(state.reply.error_code.as_deref(), Some("DRS.KE0002"));
}

#[tokio::test]
async fn without_credentials_nothing_is_retried_and_every_task_says_so() {
    let simulator = with_tasks(2, IncreTransferFailed).await;
    let source = || async { Err::<Secret, _>("the vault is sealed") };
    let client = Client::builder().endpoint(simulator.endpoint());
    let client = client
        .credentials(Credentials::source(source))
        .build()
        .unwrap();
    let project_id = simulator.project_id();
    let mut retries = client.retry_tasks(project_id, ids(2)).unwrap();
    while retries.next().await.is_some() {}
    assert_eq!(kinds(retries.outcomes()), [RetryKind::NotSent; 2]);
    let states = client.task_states(project_id, ids(2)).await.unwrap();
    assert_eq!(phases(&states), [Phase::Unknown; 2]);
    for reply in [&retries.outcomes()[0].reply, &states.tasks[1].reply] {
        let cause = reply.cause.as_deref().unwrap();
        assert!(cause.contains("the vault is sealed"), "{cause}");
    }
    assert_eq!(simulator.request_count(), 0);
}

#[tokio::test]
async fn outcomes_are_json_that_programs_can_read() {
    let failing = Task::new("t0", IncreTransferStarted).error_code("DRS.M05066");
    let simulator = Simulator::builder().tasks([failing]).start().await.unwrap();
    let client = client(&simulator);
    let states = client.task_states(simulator.project_id(), ["t0"]).await;
    let json = serde_json::to_value(states.unwrap()).unwrap();
    let task = &json["tasks"][0];
    assert_eq!(
        (&task["id"], &task["state"]),
        (&"t0".into(), &"INCRE_TRANSFER_STARTED".into())
    );
    assert_eq!(task["error_code"], "DRS.M05066");
    let mut retries = client.retry_tasks(simulator.project_id(), ["t0"]).unwrap();
    let json = serde_json::to_value(retries.next().await.unwrap()).unwrap();
    assert_eq!(
        (&json["id"], &json["retry"]),
        (&"t0".into(), &"refused".into())
    );
    assert_eq!(json["error_code"], "DRS.M00304");
}
