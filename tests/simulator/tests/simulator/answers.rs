//! What the simulator returns, stores, and remembers when all goes well.

use super::shared::{ask, item, path, request, send, sources};
use drs_simulator::{Counts, EXAMPLE_PROJECT, EXAMPLE_TASK, Simulator, Task, TaskState};
use serde_json::json;

#[tokio::test]
async fn the_pages_example_changes_both_passwords() {
    let simulator = Simulator::start_default().await.unwrap();
    assert_eq!(simulator.project_id(), EXAMPLE_PROJECT);
    let body = json!({"jobs": [item(EXAMPLE_TASK, "so", "one"), item(EXAMPLE_TASK, "ta", "two")]});
    let answer = ask(&simulator, &body).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.body,
        json!({
            "count": 2,
            "results": [
                {"id": EXAMPLE_TASK, "status": "success", "end_point_type": "so"},
                {"id": EXAMPLE_TASK, "status": "success", "end_point_type": "ta"},
            ],
        })
    );
    let stored = |side| simulator.password(EXAMPLE_TASK, side);
    assert_eq!(stored("so").as_deref(), Some("one"));
    assert_eq!(stored("ta").as_deref(), Some("two"));
    assert_eq!(stored("xx"), None);
    assert_eq!(simulator.password("unknown", "so"), None);
}

#[tokio::test]
async fn a_keytab_is_stored_and_stays_when_none_is_sent() {
    let simulator = Simulator::start_default().await.unwrap();
    let mut with = item(EXAMPLE_TASK, "so", "one");
    with["kerberos"] = json!({"key_tab_file": "keytab", "domain_name": "EXAMPLE.COM"});
    ask(&simulator, &json!({"jobs": [with]})).await;
    ask(&simulator, &sources(&[EXAMPLE_TASK])).await;
    let key_tab = simulator.key_tab_file(EXAMPLE_TASK, "so");
    assert_eq!(key_tab.as_deref(), Some("keytab"));
    assert_eq!(simulator.key_tab_file(EXAMPLE_TASK, "ta"), None);
}

#[tokio::test]
async fn requests_are_remembered_as_they_came() {
    let simulator = Simulator::start_default().await.unwrap();
    let body = sources(&[EXAMPLE_TASK]);
    let first = request(&simulator, &body).header("X-Language", "zh-cn");
    send(first).await;
    ask(&simulator, &sources(&["unknown"])).await;

    let requests = simulator.requests();
    assert_eq!((simulator.request_count(), requests.len()), (2, 2));
    let first = &requests[0];
    assert_eq!((first.number, first.method.as_str()), (1, "PUT"));
    assert_eq!(first.path, path(&simulator));
    assert_eq!(first.headers["x-language"], "zh-cn");
    assert_eq!(first.headers["x-auth-token"], simulator.token());
    assert_eq!(first.body.as_deref(), Some(body.to_string().as_bytes()));
    assert!(first.complete);
    assert_eq!((first.stored, first.status), (1, Some(200)));
    assert_eq!((requests[1].stored, requests[1].status), (0, Some(200)));

    let shown = format!("{requests:?} {simulator:?}");
    assert!(!shown.contains("\"new\""), "{shown}");
    assert!(!shown.contains(simulator.token()), "{shown}");

    simulator.forget_requests();
    assert_eq!(
        (simulator.request_count(), simulator.requests().len()),
        (2, 0)
    );
}

#[tokio::test]
async fn each_end_point_is_counted_when_it_arrives_and_when_it_is_stored() {
    let simulator = Simulator::start_default().await.unwrap();
    let count = |received, stored| Counts { received, stored };
    ask(&simulator, &sources(&[EXAMPLE_TASK])).await;
    ask(&simulator, &sources(&[EXAMPLE_TASK, "unknown"])).await;
    // Refused as a whole, but received.
    ask(&simulator, &sources(&[EXAMPLE_TASK, EXAMPLE_TASK])).await;
    assert_eq!(simulator.counts(EXAMPLE_TASK, "so"), count(4, 2));
    assert_eq!(simulator.counts(EXAMPLE_TASK, "ta"), count(0, 0));
    assert_eq!(simulator.counts("unknown", "so"), count(1, 0));
}

#[tokio::test]
async fn memory_of_requests_can_be_bounded() {
    let builder = Simulator::builder().keep_requests(2).keep_bodies(false);
    let simulator = builder.start().await.unwrap();
    for _ in 0..5 {
        ask(&simulator, &sources(&[EXAMPLE_TASK])).await;
    }
    assert_eq!(simulator.request_count(), 5);
    let requests = simulator.requests();
    let numbers: Vec<u64> = requests.iter().map(|r| r.number).collect();
    assert_eq!(numbers, [4, 5]);
    assert!(requests.iter().all(|r| r.body.is_none() && r.stored == 1));

    let builder = Simulator::builder().keep_requests(0);
    let simulator = builder.start().await.unwrap();
    ask(&simulator, &sources(&[EXAMPLE_TASK])).await;
    assert_eq!(
        (simulator.request_count(), simulator.requests().len()),
        (1, 0)
    );
}

#[tokio::test]
async fn a_connection_is_kept_and_counted_once() {
    let simulator = Simulator::start_default().await.unwrap();
    let client = super::shared::client();
    for _ in 0..3 {
        let request = client
            .put(super::shared::url(&simulator))
            .header("x-auth-token", simulator.token())
            .json(&sources(&[EXAMPLE_TASK]));
        assert_eq!(send(request).await.status, 200);
    }
    assert_eq!(simulator.connection_count(), 1);
}

#[tokio::test]
async fn every_answer_has_a_request_id_of_its_own() {
    let simulator = Simulator::start_default().await.unwrap();
    let first = ask(&simulator, &sources(&[EXAMPLE_TASK])).await;
    let second = ask(&simulator, &json!({})).await;
    assert!(first.request_id.is_some() && second.request_id.is_some());
    assert_ne!(first.request_id, second.request_id);
}

#[tokio::test]
async fn an_answer_that_breaks_the_spec_becomes_a_500_that_says_so() {
    let spec = include_str!("../../drs-v3.yaml");
    let other = spec.replace("        - success\n", "        - done\n");
    assert_ne!(spec, other);
    let simulator = Simulator::builder().spec(other).start().await.unwrap();
    let answer = ask(&simulator, &sources(&[EXAMPLE_TASK])).await;
    assert_eq!((answer.status, answer.code()), (500, "SIMULATOR"));
    assert!(answer.message().contains("results/0/status"));
    assert!(answer.message().contains("enum"));
}

#[tokio::test]
async fn a_hundred_thousand_tasks_are_added_at_once_and_read_at_once() {
    let tasks = (0..100_000).map(|n| Task::new(format!("task-{n}"), TaskState::Pausing));
    let simulator = Simulator::builder().tasks([]).start().await.unwrap();
    assert_eq!(simulator.task_count(), 0);
    simulator.add_tasks(tasks);
    let passwords = simulator.passwords();
    assert_eq!(
        (simulator.task_count(), passwords.len()),
        (100_000, 200_000)
    );
    let last = &passwords[&("task-99999".to_owned(), "ta")];
    assert_eq!(last, "initial");
}

#[test]
fn a_program_without_a_runtime_can_start_one_and_stop_it() {
    let simulator = Simulator::builder().start_blocking().unwrap();
    let address = simulator.address();
    assert!(std::net::TcpStream::connect(address).is_ok());
    drop(simulator);
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[tokio::test]
async fn after_stop_the_port_is_closed() {
    let simulator = Simulator::start_default().await.unwrap();
    let address = simulator.address();
    simulator.stop().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
