//! What a run keeps of many long responses.

use drs_tests::read_request;
use tokio::{io::AsyncWriteExt as _, net::TcpListener};

use super::*;

/// How many responses a run gets, and how many end points each is about.
const ANSWERS: usize = 64;
const END_POINTS: usize = 250;
/// How many are under way at a time.
const CONCURRENCY: usize = 2;

#[tokio::test]
#[ignore = "run by the other tests of this file, in a process of its own"]
async fn the_child_with_many_answers() {
    if !is_child() {
        return;
    }
    let client = client();
    let plan: Vec<_> = (0..ANSWERS * END_POINTS)
        .map(|n| source_of(format!("t{n}")))
        .collect();
    let options = Options::default()
        .batch_size(END_POINTS)
        .concurrency(CONCURRENCY)
        .retry(Retry::none());
    let project_id = drs_simulator::EXAMPLE_PROJECT;
    let run = client.change_passwords_with(project_id, plan, options);
    let before = peak();
    let report = run.unwrap().await;
    let codes = report
        .outcomes
        .iter()
        .filter(|o| o.reply.error_code.is_some());
    println!("\nKEPT {} {}", peak() - before, codes.count());
}

/// Responds to every request with results of this length for its end points.
async fn answer_item_by_item(listener: TcpListener, length: usize) -> std::io::Result<()> {
    let text = "x".repeat(length / END_POINTS / 2 - 100);
    loop {
        let (mut stream, _) = listener.accept().await?;
        let request = read_request(&mut stream).await?;
        let request = String::from_utf8_lossy(&request);
        let ids = request.split(r#""job_id":""#).skip(1);
        let results: Vec<String> = ids
            .filter_map(|id| id.split_once('"'))
            .map(|(id, _)| {
                format!(
                    r#"{{"id":"{id}","end_point_type":"so","status":"failed","error_code":"{text}","error_msg":"{text}"}}"#
                )
            })
            .collect();
        let body = format!(r#"{{"results":[{}]}}"#, results.join(","));
        let length = body.len();
        let head =
            format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
    }
}

/// The peak memory of a run with 64 responses, and how many end points have a code.
async fn kept(endpoint: &str) -> (usize, usize) {
    let mut command = child("hostile::many::the_child_with_many_answers");
    command.env("DRS_ENDPOINT", endpoint);
    let printed = output(command).await;
    let kept = printed.lines().find_map(|line| line.strip_prefix("KEPT "));
    let (bytes, codes) = kept.unwrap().split_once(' ').unwrap();
    (bytes.parse().unwrap(), codes.parse().unwrap())
}

/// Checks what a run keeps of 64 responses of this length, and of as many results, against a limit.
async fn assert_little_is_kept(length: usize, limit: usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(answer_item_by_item(listener, length));
    let item_by_item = kept(&endpoint).await;
    server.abort();
    let half = "x".repeat(length / 2 - 100);
    let flat = format!(r#"{{"error_code":"{half}","error_msg":"{half}"}}"#);
    let server = Scripted::start([Act::Answer("400 Bad Request", flat)]);
    let flat = kept(&server.await.unwrap().endpoint).await;
    for (name, (bytes, codes)) in [("item by item", item_by_item), ("flat", flat)] {
        println!("{name}: {} MiB", bytes / MEBIBYTE);
        assert_eq!(codes, ANSWERS * END_POINTS, "{name}");
        // A body under way exists twice while its pieces are joined.
        let under_way = CONCURRENCY * 2 * length;
        assert!(bytes < limit + under_way, "{name}: {bytes}");
    }
}

#[tokio::test]
#[ignore = "slow: 160 MiB of answers; .ci/run runs it"]
async fn what_a_run_keeps_of_many_long_answers_stays_small() {
    // Each text is longer than what is kept of it: 125 MiB if all of that were kept once.
    assert_little_is_kept(5 * MEBIBYTE / 2, 112 * MEBIBYTE).await;
}

#[tokio::test]
#[ignore = "the same with answers of 16 MiB, which takes minutes in a debug build"]
async fn what_a_run_keeps_of_64_answers_of_16_mebibytes_stays_small() {
    assert_little_is_kept(LIMIT, 256 * MEBIBYTE).await;
}
