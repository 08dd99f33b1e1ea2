//! What many long responses cost at once: few of them are in memory at a time.

use std::{io, sync::Arc};

use drs_tests::read_request;
use futures_util::{StreamExt as _, stream};
use tokio::{io::AsyncWriteExt as _, net::TcpListener};

use super::*;

/// The most memory that a process may use, whatever the response.
const MOST: usize = 256 * MEBIBYTE;

/// Makes this many calls, or a run of this many batches, some at a time. It uses one thread, like
/// `drs`: with several, the allocator keeps what each has freed.
#[tokio::test]
#[ignore = "run by the other tests of this file, in a process of its own"]
async fn the_child_with_answers_at_once() {
    if !is_child() {
        return;
    }
    let number = |name| env::var(name).unwrap().parse::<usize>().unwrap();
    let (answers, at_once) = (number("DRS_ANSWERS"), number("DRS_AT_ONCE"));
    let client = client();
    let project_id = drs_simulator::EXAMPLE_PROJECT;
    if env::var("DRS_CALL").unwrap() == "raw" {
        let calls = stream::iter(0..answers).map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                let body = BatchModifyPwdReq::builder().jobs(end_points());
                let call = client.batch_reset_password().project_id(project_id);
                drop(call.body(body).send().await);
            })
        });
        calls
            .buffer_unordered(at_once)
            .for_each(|call| async { call.unwrap() })
            .await;
    } else {
        let plan: Vec<_> = (0..answers).map(|n| source_of(format!("t{n}"))).collect();
        let options = Options::default()
            .batch_size(1)
            .concurrency(at_once)
            .retry(Retry::none());
        let run = client.change_passwords_with(project_id, plan, options);
        let report = run.unwrap().await;
        assert_eq!(report.stopped, None);
    }
    println!("\nPEAK {}", peak());
}

/// Responds to every request with a 400 and this body, all at the same time.
async fn answer_all(listener: TcpListener, body: Arc<String>) -> io::Result<()> {
    loop {
        let (mut stream, _) = listener.accept().await?;
        let body = Arc::clone(&body);
        tokio::spawn(async move {
            read_request(&mut stream).await?;
            let length = body.len();
            let head = format!(
                "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(body.as_bytes()).await
        });
    }
}

/// Long responses that could cost more than others.
fn shapes() -> [(&'static str, String); 10] {
    let filled = |start: &str, piece: &str, end: &str| {
        let times = (LIMIT - start.len() - end.len()) / piece.len();
        format!("{start}{}{end}", piece.repeat(times))
    };
    let failure = format!(
        r#"{{"id":"{TASK}","end_point_type":"so","status":"failed","error_code":"DRS.M00304"}},"#
    );
    let message = r#"{"error_code":"DRS.M00304","error_msg":""#;
    let many = "{},".repeat(490_000);
    [
        ("one long message", filled(message, "x", r#""}"#)),
        ("many results", filled(r#"{"results":["#, &failure, "{}]}")),
        ("many values", format!(r#"{{"results":[{many}{{}}]}}"#)),
        ("nested lists", filled("", "[", "")),
        ("nested objects", filled("", r#"{"error":"#, "")),
        ("digits", filled(r#"{"count":"#, "7", "}")),
        ("escapes", filled(message, r"\u0041", r#""}"#)),
        ("one long key", filled(r#"{""#, "k", r#"":1}"#)),
        (
            "a page",
            filled("<html>", "<p>The service is busy.</p>", "</html>"),
        ),
        (
            "unknown properties",
            filled("{", r#""property":"value","#, r#""last":1}"#),
        ),
    ]
}

/// The peak memory of a process with these responses.
async fn height(call: &str, body: &str, answers: usize, at_once: usize) -> usize {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(answer_all(listener, Arc::new(body.to_owned())));
    let mut command = child("hostile::at_once::the_child_with_answers_at_once");
    command.env("DRS_ENDPOINT", endpoint);
    command.env("DRS_CALL", call);
    command.env("DRS_ANSWERS", answers.to_string());
    command.env("DRS_AT_ONCE", at_once.to_string());
    let printed = output(command).await;
    server.abort();
    let peak = printed.lines().find_map(|line| line.strip_prefix("PEAK "));
    peak.unwrap().parse().unwrap()
}

async fn assert_few_are_in_memory(names: &[&str], answers: usize, at_once: &[usize]) {
    for (name, body) in shapes() {
        if !names.is_empty() && !names.contains(&name) {
            continue;
        }
        for at_once in at_once {
            for call in ["run", "raw"] {
                let started = Instant::now();
                let bytes = height(call, &body, answers, *at_once).await;
                let (mebibytes, time) = (bytes / MEBIBYTE, started.elapsed());
                println!("{name}, {at_once} at a time, {call}: {mebibytes} MiB, {time:.1?}");
                assert!(
                    bytes < MOST,
                    "{name}, {at_once} at a time, {call}: {mebibytes} MiB"
                );
            }
        }
    }
}

#[tokio::test]
#[ignore = "slow: 512 MiB of answers; .ci/run runs it"]
async fn of_answers_that_come_at_once_few_are_in_memory() {
    assert_few_are_in_memory(&["digits"], 17, &[16]).await;
}

#[tokio::test]
#[ignore = "the same with each shape, which takes an hour in a debug build"]
async fn of_64_answers_of_16_mebibytes_few_are_in_memory() {
    assert_few_are_in_memory(&[], 65, &[4, 16, 64]).await;
}
