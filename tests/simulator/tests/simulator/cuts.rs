//! Connections that are cut or go silent at each stage, and what is stored then.
use std::io::ErrorKind;
use std::time::Duration;

use super::shared::{ask, path, sources};
use drs_simulator::{Counts, EXAMPLE_TASK, Fault, Simulator, Stage, Times};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const STAGES: &[Stage] = &[
    Stage::Accept,
    Stage::BeforeBody,
    Stage::InRequestBody,
    Stage::AfterBody,
    Stage::AfterStatusLine,
    Stage::InAnswerBody,
];

/// Sends a request on its own connection. Returns what came back until the end, or until a while of
/// silence, and how it ended: with a reset, cleanly, or not at all.
async fn exchange(simulator: &Simulator) -> (String, End) {
    let body = sources(&[EXAMPLE_TASK]).to_string();
    let head = format!(
        "PUT {} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-auth-token: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        path(simulator),
        simulator.token(),
        body.len(),
    );
    let mut stream = TcpStream::connect(simulator.address()).await.unwrap();
    // If the simulator has already cut the connection, writing fails, and reading tells why.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body.as_bytes()).await;
    let mut answer = Vec::new();
    let end = loop {
        let mut buffer = [0; 4096];
        match timeout(Duration::from_millis(500), stream.read(&mut buffer)).await {
            Err(_) => break End::Silence,
            Ok(Ok(0)) => break End::Close,
            Ok(Ok(read)) => answer.extend_from_slice(&buffer[..read]),
            Ok(Err(error)) if error.kind() == ErrorKind::ConnectionReset => break End::Reset,
            Ok(Err(error)) => panic!("{error}"),
        }
    };
    (String::from_utf8(answer).unwrap(), end)
}

#[derive(Debug, PartialEq)]
enum End {
    Reset,
    Close,
    Silence,
}

/// How much of the response arrives before the connection fails at this stage.
fn assert_answered_up_to(stage: Stage, answer: &str) {
    match stage {
        Stage::AfterStatusLine => assert_eq!(answer, "HTTP/1.1 200 OK\r\n"),
        Stage::InAnswerBody => {
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with("HTTP/1.1 200 OK\r\n"));
            assert!(head.contains("content-type: application/json"));
            let (_, length) = head.split_once("content-length: ").unwrap();
            let length: usize = length.lines().next().unwrap().parse().unwrap();
            assert_eq!(body.len(), length / 2);
        }
        _ => assert_eq!(answer, ""),
    }
}

/// The counts of the end point, with the fault before or after the change.
fn counts(stage: Stage, applied: bool) -> Counts {
    Counts {
        received: u64::from(stage >= Stage::AfterBody),
        stored: u64::from(stage >= Stage::AfterBody && applied),
    }
}

#[tokio::test]
async fn a_connection_is_reset_at_each_stage_with_the_change_stored_or_not() {
    for stage in STAGES.iter().copied() {
        for applied in [false, true] {
            let simulator = Simulator::start_default().await.unwrap();
            let fault = Fault::cut(stage);
            let fault = if applied { fault.applied() } else { fault };
            simulator.fault(fault, Times::Next(1));
            let (answer, end) = exchange(&simulator).await;
            assert_eq!(end, End::Reset, "{stage:?}");
            assert_answered_up_to(stage, &answer);
            let counted = simulator.counts(EXAMPLE_TASK, "so");
            assert_eq!(counted, counts(stage, applied), "{stage:?} {applied}");
            // The next one is served.
            assert_eq!(ask(&simulator, &sources(&[EXAMPLE_TASK])).await.status, 200);
        }
    }
}

#[tokio::test]
async fn a_connection_is_closed_in_order_where_all_was_read() {
    for stage in [
        Stage::AfterBody,
        Stage::AfterStatusLine,
        Stage::InAnswerBody,
    ] {
        let simulator = Simulator::start_default().await.unwrap();
        simulator.fault(Fault::close(stage), Times::Next(1));
        let (answer, end) = exchange(&simulator).await;
        assert_eq!(end, End::Close, "{stage:?}");
        assert_answered_up_to(stage, &answer);
    }
}

#[tokio::test]
async fn a_connection_falls_silent_at_each_stage_with_the_change_stored_or_not() {
    // All at once, because each takes a while.
    let cases = STAGES.iter().copied().flat_map(|s| [(s, false), (s, true)]);
    let mut tests = tokio::task::JoinSet::new();
    for (stage, applied) in cases {
        tests.spawn(async move {
            let simulator = Simulator::start_default().await.unwrap();
            let fault = Fault::hang(stage);
            let fault = if applied { fault.applied() } else { fault };
            simulator.fault(fault, Times::Always);
            let (answer, end) = exchange(&simulator).await;
            assert_eq!(end, End::Silence, "{stage:?}");
            assert_answered_up_to(stage, &answer);
            let counted = simulator.counts(EXAMPLE_TASK, "so");
            assert_eq!(counted, counts(stage, applied), "{stage:?} {applied}");
        });
    }
    tests.join_all().await;
}

#[tokio::test]
async fn a_client_with_a_large_body_is_stuck_in_it_when_nothing_is_read() {
    let simulator = Simulator::start_default().await.unwrap();
    // Half of it exceeds the kernel's buffers, which may be 32 MiB at either end.
    let length = 256 << 20;
    let body = vec![0; length];
    for stage in [Stage::BeforeBody, Stage::InRequestBody] {
        simulator.fault(Fault::hang(stage), Times::Next(1));
        let head = format!(
            "PUT {} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n",
            path(&simulator)
        );
        let mut stream = TcpStream::connect(simulator.address()).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let write = stream.write_all(&body);
        assert!(timeout(Duration::from_millis(500), write).await.is_err());
    }
    assert!(simulator.requests().iter().all(|request| !request.complete));
}

#[tokio::test]
async fn a_cut_on_accept_counts_connections_and_no_request() {
    let simulator = Simulator::start_default().await.unwrap();
    simulator.fault(Fault::cut(Stage::Accept), Times::Every(2));
    let mut ends = Vec::new();
    for _ in 0..4 {
        let (answer, end) = exchange(&simulator).await;
        ends.push((answer.starts_with("HTTP/1.1 200"), end));
    }
    let served = (true, End::Close);
    let cut = (false, End::Reset);
    assert_eq!(ends[0], served);
    assert_eq!(ends[1], cut);
    assert_eq!(ends[2], served);
    assert_eq!(ends[3], cut);
    assert_eq!(simulator.connection_count(), 4);
    assert_eq!(simulator.request_count(), 2);
}

#[tokio::test]
async fn a_scripted_cut_at_an_early_stage_counts_as_received_and_stores_nothing() {
    let simulator = Simulator::start_default().await.unwrap();
    simulator.script(|_, _| Some(Fault::cut(Stage::BeforeBody).applied()));
    let (answer, end) = exchange(&simulator).await;
    assert_eq!((answer.as_str(), end), ("", End::Reset));
    let counted = simulator.counts(EXAMPLE_TASK, "so");
    assert_eq!(
        counted,
        Counts {
            received: 1,
            stored: 0
        }
    );
}

#[tokio::test]
async fn a_silent_connection_ends_with_its_client_and_with_the_simulator() {
    let simulator = Simulator::start_default().await.unwrap();
    simulator.fault(Fault::hang(Stage::AfterBody), Times::Always);
    exchange(&simulator).await;
    // An open connection doesn't keep the simulator from stopping.
    let mut stream = TcpStream::connect(simulator.address()).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    while simulator.request_count() < 2 {
        tokio::task::yield_now().await;
    }
    simulator.stop().await;
    let mut rest = Vec::new();
    let end = timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
    assert!(end.is_ok());
}
