//! What does a hostile answer cost?
//!
//! Sixteen mebibytes, the most that is read, made to cost more memory or time than they
//! should, once or in many answers of one run. The call is made by a child process, which then asks the system how much memory it
//! had at most.

#![cfg(target_os = "linux")]

use std::{
    env,
    time::{Duration, Instant},
};

use drs_api::{
    Client,
    passwords::{Options, Retry},
    types::{BatchModifyPwdReq, EndPointType, ModifyPwdEndPoint},
};
use drs_tests::{Act, Scripted, child, is_child, output, read_request};
use tokio::{io::AsyncWriteExt as _, net::TcpListener};

const MEBIBYTE: usize = 1024 * 1024;
/// The most that is read of an answer.
const LIMIT: usize = 16 * MEBIBYTE;
/// Begins the secret that the answers repeat.
const PASSWORD: &str = "test-Passw0rd-test-Passw0rd";
const TASK: &str = drs_simulator::EXAMPLE_TASK;

fn end_points() -> Vec<ModifyPwdEndPoint> {
    let end_point = |side| {
        let end_point = ModifyPwdEndPoint::builder()
            .job_id(TASK)
            .end_point_type(side)
            .db_password(PASSWORD.repeat(400));
        end_point.try_into().unwrap()
    };
    [EndPointType::So, EndPointType::Ta].map(end_point).into()
}

/// The most memory that this process has had, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.unwrap().trim().trim_end_matches(" kB");
    kibibytes.parse::<usize>().unwrap() * 1024
}

#[tokio::test]
#[ignore = "run by the other tests of this file, in a process of its own"]
async fn the_child() {
    if !is_child() {
        return;
    }
    let client = Client::builder()
        .endpoint(env::var("DRS_ENDPOINT").unwrap())
        .token("test-token");
    let client = client.build().unwrap();
    let before = peak();
    let started = Instant::now();
    let project_id = drs_simulator::EXAMPLE_PROJECT;
    if env::var("DRS_CALL").unwrap() == "raw" {
        let body = BatchModifyPwdReq::builder().jobs(end_points());
        let call = client.batch_reset_password().project_id(project_id);
        let answer = call.body(body).send().await;
        drop(answer);
    } else {
        let options = Options::default().retry(Retry::none());
        let run = client.change_passwords_with(project_id, end_points(), options);
        drop(run.unwrap().await);
    }
    let milliseconds = started.elapsed().as_millis();
    println!("\nCOST {} {milliseconds}", peak() - before);
}

/// What a call costs that is answered with this: memory in bytes, and time.
async fn cost(call: &str, status: &'static str, answer: &str) -> (usize, Duration) {
    let server = Scripted::start([Act::Answer(status, answer.to_owned())]);
    let server = server.await.unwrap();
    let mut command = child("the_child");
    command.env("DRS_ENDPOINT", &server.endpoint);
    command.env("DRS_CALL", call);
    let printed = output(command).await;
    let cost = printed.lines().find_map(|line| line.strip_prefix("COST "));
    let (bytes, milliseconds) = cost.unwrap().split_once(' ').unwrap();
    (
        bytes.parse().unwrap(),
        Duration::from_millis(milliseconds.parse().unwrap()),
    )
}

/// A piece, so often that the answer is just not too long, between a start and an end.
fn filled(start: &str, piece: &str, end: &str) -> String {
    let times = (LIMIT - start.len() - end.len()) / piece.len();
    format!("{start}{}{end}", piece.repeat(times))
}

#[tokio::test]
async fn a_hostile_answer_costs_a_few_times_its_size() {
    let nearly = PASSWORD.repeat(399) + "!";
    let success = format!(r#"{{"id":"{TASK}","end_point_type":"so","status":"success"}},"#);
    for (name, answer) in [
        ("lists in lists", filled("", "[", "")),
        ("objects in objects", filled("", r#"{"error":"#, "")),
        (
            "one long message",
            filled(r#"{"error_code":"c","error_msg":""#, "x", r#""}"#),
        ),
        ("one long code", filled(r#"{"error_code":""#, "x", r#""}"#)),
        (
            "one long status",
            filled(r#"{"results":[{"status":""#, "x", r#""}]}"#),
        ),
        (
            "escapes",
            filled(r#"{"error_code":"c","error_msg":""#, r"\u0041", r#""}"#),
        ),
        ("nothing that can be read", filled("", "<", "")),
        ("no text at all", filled("", "\u{0}", "")),
        ("empty results", filled(r#"{"results":["#, "{},", "{}]}")),
        ("as many values as are read", {
            let many = "{},".repeat(490_000);
            format!(r#"{{"results":[{many}{{}}]}}"#)
        }),
        (
            "the same result",
            filled(r#"{"results":["#, &success, "{}]}"),
        ),
        (
            "the secret, nearly",
            filled(r#"{"error_code":"c","error_msg":"\t"#, &nearly, r#""}"#),
        ),
    ] {
        for (call, status) in [("run", "200 OK"), ("raw", "400 Bad Request")] {
            let (bytes, time) = cost(call, status, &answer).await;
            let mebibytes = bytes / MEBIBYTE;
            println!("{name}, {status}, {call}: {mebibytes} MiB, {time:?}");
            assert!(bytes < 10 * LIMIT, "{name}, {call}: {mebibytes} MiB");
            assert!(time < Duration::from_secs(60), "{name}, {call}: {time:?}");
        }
    }
}

/// How many answers a run gets, and how many end points each is about.
const ANSWERS: usize = 64;
const END_POINTS: usize = 250;
/// How many of them are under way at a time.
const CONCURRENCY: usize = 2;

#[tokio::test]
#[ignore = "run by the other tests of this file, in a process of its own"]
async fn the_child_with_many_answers() {
    if !is_child() {
        return;
    }
    let client = Client::builder()
        .endpoint(env::var("DRS_ENDPOINT").unwrap())
        .token("test-token");
    let client = client.build().unwrap();
    let end_point = |n: usize| {
        let end_point = ModifyPwdEndPoint::builder()
            .job_id(format!("t{n}"))
            .end_point_type(EndPointType::So)
            .db_password("test-Passw0rd");
        end_point.try_into().unwrap()
    };
    let plan: Vec<ModifyPwdEndPoint> = (0..ANSWERS * END_POINTS).map(end_point).collect();
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

/// Answers every request with results of this length for the end points that it asks for.
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

/// What a run has at its height that gets 64 answers, and how many end points have a code.
async fn kept(endpoint: &str) -> (usize, usize) {
    let mut command = child("the_child_with_many_answers");
    command.env("DRS_ENDPOINT", endpoint);
    let printed = output(command).await;
    let kept = printed.lines().find_map(|line| line.strip_prefix("KEPT "));
    let (bytes, codes) = kept.unwrap().split_once(' ').unwrap();
    (bytes.parse().unwrap(), codes.parse().unwrap())
}

/// Holds what a run keeps of 64 answers of this length, and of as many results, to a limit.
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
        // A body under way is there twice while its pieces are put together.
        let under_way = CONCURRENCY * 2 * length;
        assert!(bytes < limit + under_way, "{name}: {bytes}");
    }
}

#[tokio::test]
async fn what_a_run_keeps_of_many_long_answers_stays_small() {
    // Each text is longer than what is kept of it: 125 MiB if all of that were kept once.
    assert_little_is_kept(5 * MEBIBYTE / 2, 112 * MEBIBYTE).await;
}

#[tokio::test]
#[ignore = "the same with answers of 16 MiB, which takes minutes in a debug build"]
async fn what_a_run_keeps_of_64_answers_of_16_mebibytes_stays_small() {
    assert_little_is_kept(LIMIT, 256 * MEBIBYTE).await;
}
