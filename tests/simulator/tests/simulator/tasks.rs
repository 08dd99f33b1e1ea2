//! States of tasks, retries, and the accounts that tasks log in to.

use super::shared::{Answer, ask, client, item, send, sources};
use drs_simulator::{
    Fault, ItemFault, PARENT_TASK, Refusal, Simulator, Task, TaskState, Times, task_in,
};
use serde_json::{Value, json};

async fn post(simulator: &Simulator, operation: &str, body: &Value) -> Answer {
    let url = format!(
        "{}/v3/{}/jobs/{operation}",
        simulator.endpoint(),
        simulator.project_id()
    );
    let request = client().post(url).header("x-auth-token", simulator.token());
    send(request.json(body)).await
}

async fn list(simulator: &Simulator, body: &Value) -> Answer {
    post(simulator, "batch-status", body).await
}

async fn retry(simulator: &Simulator, ids: &[&str]) -> Answer {
    let jobs: Vec<Value> = ids.iter().map(|id| json!({"job_id": id})).collect();
    post(simulator, "batch-retry-task", &json!({ "jobs": jobs })).await
}

/// What the response says about each task.
fn told(answer: &Answer, property: &str) -> Vec<String> {
    let results = answer.body["results"].as_array().unwrap().iter();
    let told = results.map(|result| result[property].as_str().unwrap_or("-").to_owned());
    told.collect()
}

/// Tasks whose source uses the account `app`, with these passwords.
async fn with_account(passwords: &[&str], password: &str) -> Simulator {
    let tasks = passwords.iter().enumerate().map(|(at, password)| {
        Task::new(format!("t{at}"), TaskState::IncreTransferFailed)
            .source_account("app")
            .source_password(password)
    });
    let simulator = Simulator::builder().tasks(tasks).start().await.unwrap();
    simulator.set_account("app", password);
    simulator
}

#[tokio::test]
async fn each_state_is_told_by_its_name_and_with_its_error() {
    let failing = Task::new("failing", TaskState::IncreTransferStarted).error_code("DRS.M05066");
    let simulator = Simulator::start_default().await.unwrap();
    simulator.add_task(failing);
    let mut ids: Vec<String> = TaskState::ALL.iter().map(|state| task_in(*state)).collect();
    ids.push("failing".to_owned());
    let page = json!({"cur_page": 1, "per_page": 100});
    let answer = list(&simulator, &json!({"jobs": ids, "page_req": page})).await;
    assert_eq!((answer.status, &answer.body["count"]), (200, &json!(31)));
    assert_eq!(told(&answer, "id"), ids);
    let names = TaskState::ALL.iter().map(|state| match state {
        TaskState::StartjobFailed => "START_JOB_FAILED",
        state => state.as_str(),
    });
    let mut names: Vec<_> = names.collect();
    names.push("INCRE_TRANSFER_STARTED");
    assert_eq!(told(&answer, "status"), names);
    let codes = told(&answer, "error_code");
    assert_eq!(codes.iter().filter(|code| *code != "-").count(), 1);
    assert_eq!(codes[30], "DRS.M05066");
}

#[tokio::test]
async fn a_page_has_five_states_unless_the_request_says_otherwise() {
    let tasks = (1..=12).map(|n| Task::new(format!("t{n}"), TaskState::Pausing));
    let builder = Simulator::builder().tasks(tasks);
    let simulator = builder.start().await.unwrap();
    let ids: Vec<String> = (1..=12).map(|n| format!("t{n}")).collect();
    for (page, first, count) in [
        (Value::Null, "t1", 5),
        (json!({}), "t1", 5),
        (json!({"cur_page": 3}), "t11", 2),
        (json!({"cur_page": 2, "per_page": 10}), "t11", 2),
        (json!({"cur_page": 0, "per_page": 0}), "t1", 12),
        (json!({"per_page": 100}), "t1", 12),
    ] {
        let answer = list(&simulator, &json!({"jobs": ids, "page_req": page})).await;
        assert_eq!(answer.body["count"], count, "{page}");
        assert_eq!(told(&answer, "id")[0], first, "{page}");
    }
}

#[tokio::test]
async fn a_list_that_can_not_be_read_is_refused() {
    let simulator = Simulator::start_default().await.unwrap();
    let page = json!({"per_page": 101});
    for (body, code, place) in [
        (json!({}), "DRS.M00201", "jobs"),
        (json!({"jobs": []}), "DRS.M00201", "jobs"),
        (json!({"jobs": [""]}), "DRS.M00201", "jobs/0"),
        (json!({"jobs": ["a", "a"]}), "DRS.M00301", "jobs/1"),
        (
            json!({"jobs": ["a"], "page_req": page}),
            "DRS.M00202",
            "page_req/per_page",
        ),
    ] {
        let answer = list(&simulator, &body).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{body}");
        assert!(answer.message().ends_with(place), "{}", answer.message());
    }
}

#[tokio::test]
async fn a_task_that_does_not_exist_is_refused_as_the_simulator_is_told_to() {
    for (refusal, status, ids) in [
        (Refusal::PerItem, 200, vec![PARENT_TASK, "unknown"]),
        (Refusal::Batch400, 400, vec!["unknown"]),
        (Refusal::WholeRequest, 400, vec![]),
    ] {
        let builder = Simulator::builder().refusal(refusal);
        let simulator = builder.start().await.unwrap();
        let answer = list(&simulator, &json!({"jobs": [PARENT_TASK, "unknown"]})).await;
        assert_eq!(answer.status, status, "{refusal:?}");
        if ids.is_empty() {
            assert_eq!(answer.code(), "DRS.M05003");
        } else {
            assert_eq!(told(&answer, "id"), ids);
            assert_eq!(told(&answer, "error_code").pop().unwrap(), "DRS.M05003");
        }
    }
}

#[tokio::test]
async fn a_retry_lets_a_failed_or_paused_task_go_on() {
    use TaskState::*;
    let simulator = Simulator::start_default().await.unwrap();
    for (state, after) in [
        (IncreTransferFailed, IncreTransferStarted),
        (FullTransferFailed, FullTransferStarted),
        (Pausing, IncreTransferStarted),
        (StartJobFailed, Startjobing),
    ] {
        let id = task_in(state);
        let answer = retry(&simulator, &[&id]).await;
        let expected = json!({"count": 1, "results": [{"id": id, "status": "success"}]});
        assert_eq!((answer.status, answer.body), (200, expected), "{state}");
        assert_eq!(simulator.state(&id), Some(after));
        assert_eq!(simulator.retries(&id), 1);
    }
}

#[tokio::test]
async fn a_retry_is_refused_in_every_other_state() {
    let simulator = Simulator::start_default().await.unwrap();
    let (running, deleted) = (
        task_in(TaskState::IncreTransferStarted),
        task_in(TaskState::Deleted),
    );
    let ids = [&running, &deleted, PARENT_TASK, "unknown"];
    let answer = retry(&simulator, &ids).await;
    assert_eq!(
        told(&answer, "error_code"),
        ["DRS.M00304", "DRS.M05004", "DRS.M00307", "DRS.M05003"]
    );
    assert_eq!(told(&answer, "status"), ["failed"; 4]);
    assert!(ids.iter().all(|id| simulator.retries(id) == 0));
    let twice = retry(&simulator, &["a", "a"]).await;
    assert_eq!((twice.status, twice.code()), (400, "DRS.M00301"));
}

#[tokio::test]
async fn a_retried_task_with_a_wrong_password_fails_again_and_the_fifth_locks_the_account() {
    let simulator = with_account(&["wrong", "right"], "right").await;
    for failed in 1..=5 {
        let answer = retry(&simulator, &["t0"]).await;
        assert_eq!(told(&answer, "status"), ["success"], "it is accepted");
        assert_eq!(simulator.failed_logins("app"), failed);
        assert_eq!(simulator.is_account_locked("app"), failed == 5);
        let state = list(&simulator, &json!({"jobs": ["t0"]})).await;
        assert_eq!(told(&state, "status"), ["INCRE_TRANSFER_FAILED"]);
        assert_eq!(told(&state, "error_code"), ["DRS.KE0002"]);
    }
    retry(&simulator, &["t1"]).await;
    assert_eq!(simulator.state("t1"), Some(TaskState::IncreTransferFailed));
    simulator.set_account("app", "right");
    retry(&simulator, &["t1"]).await;
    assert_eq!(simulator.state("t1"), Some(TaskState::IncreTransferStarted));
    assert_eq!(simulator.retries("t1"), 2);
}

#[tokio::test]
async fn a_login_that_succeeds_starts_the_count_to_five_again() {
    let simulator = with_account(&["wrong"], "right").await;
    for _ in 0..4 {
        retry(&simulator, &["t0"]).await;
    }
    let right = json!({"jobs": [item("t0", "so", "right")]});
    assert_eq!(told(&ask(&simulator, &right).await, "status"), ["success"]);
    let wrong = json!({"jobs": [item("t0", "so", "wrong")]});
    ask(&simulator, &wrong).await;
    assert_eq!(simulator.failed_logins("app"), 5);
    assert!(!simulator.is_account_locked("app"));
}

#[tokio::test]
async fn a_database_refuses_a_wrong_new_password_and_locks_the_account_at_the_fifth() {
    let simulator = with_account(&["old"], "right").await;
    let change = async |password: &str| {
        let jobs = [item("t0", "so", password), item("t0", "ta", password)];
        ask(&simulator, &json!({ "jobs": jobs })).await
    };
    for failed in 1..=5 {
        let answer = change("wrong").await;
        assert_eq!(answer.status, 200);
        assert_eq!(told(&answer, "error_code"), ["DRS.KE0002", "-"]);
        assert_eq!(simulator.password("t0", "so").as_deref(), Some("old"));
        assert_eq!(simulator.password("t0", "ta").as_deref(), Some("wrong"));
        assert_eq!(simulator.failed_logins("app"), failed);
    }
    assert!(simulator.is_account_locked("app"));
    let answer = change("right").await;
    assert_eq!(told(&answer, "error_code"), ["DRS.KE0002", "-"]);
    assert_eq!(simulator.counts("t0", "so").stored, 0);
}

#[tokio::test]
async fn what_a_fault_does_not_carry_out_logs_in_to_no_database() {
    let simulator = with_account(&["wrong"], "right").await;
    simulator.fault(Fault::answer(504, ""), Times::Next(1));
    let url = format!(
        "{}/v3/{}/jobs/batch-retry-task",
        simulator.endpoint(),
        simulator.project_id()
    );
    let body = json!({"jobs": [{"job_id": "t0"}]});
    let sent = client().post(url).header("x-auth-token", simulator.token());
    assert_eq!(sent.json(&body).send().await.unwrap().status(), 504);
    assert_eq!(
        (simulator.retries("t0"), simulator.failed_logins("app")),
        (0, 0)
    );
}

#[tokio::test]
async fn of_an_item_that_a_fault_has_failed_nothing_is_stored() {
    let simulator = with_account(&["old", "old"], "new").await;
    simulator.fault(Fault::items(ItemFault::Failed), Times::Next(2));
    let answer = ask(&simulator, &sources(&["t0", "t1"])).await;
    assert_eq!(told(&answer, "status"), ["failed", "success"]);
    assert_eq!(told(&answer, "error_code"), ["DRS.M05066", "-"]);
    assert_eq!(simulator.password("t0", "so").as_deref(), Some("old"));
    assert_eq!(simulator.password("t1", "so").as_deref(), Some("new"));
    let answer = retry(&simulator, &["t0", "t1"]).await;
    assert_eq!(told(&answer, "status"), ["failed", "success"]);
    assert_eq!(simulator.retries("t0") + simulator.retries("t1"), 1);
}
