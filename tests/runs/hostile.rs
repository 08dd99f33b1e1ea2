//! What does a hostile response cost?
//!
//! Sixteen mebibytes, the most that is read, made to cost more memory or time than they should. A
//! child process makes the call, then asks the system for its peak memory.

mod at_once;
mod many;

use std::{
    env,
    time::{Duration, Instant},
};

use drs_api::{
    Client,
    passwords::{Options, Retry},
    types::{BatchModifyPwdReq, EndPointType, ModifyPwdEndPoint},
};
use drs_tests::{Act, Scripted, child, is_child, output};

const MEBIBYTE: usize = 1024 * 1024;
/// The most that is read of a response.
const LIMIT: usize = 16 * MEBIBYTE;
/// The start of the secret that the responses repeat.
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

/// A client of the server that the parent named.
fn client() -> Client {
    let client = Client::builder()
        .endpoint(env::var("DRS_ENDPOINT").unwrap())
        .token("test-token");
    client.build().unwrap()
}

/// The change of this task's source.
fn source_of(job_id: String) -> ModifyPwdEndPoint {
    ModifyPwdEndPoint::new(job_id, EndPointType::So, "test-Passw0rd")
}

/// The peak memory of this process, in bytes.
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
    let client = client();
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

/// What a call with this response costs: memory in bytes, and time.
async fn cost(call: &str, status: &'static str, answer: &str) -> (usize, Duration) {
    let server = Scripted::start([Act::Answer(status, answer.to_owned())]);
    let server = server.await.unwrap();
    let mut command = child("hostile::the_child");
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

/// Makes calls with responses of this size, in each of the shapes that could cost more.
async fn an_answer_costs_a_few_times_its_size(length: usize) {
    // A piece, repeated between a start and an end until the response is just short enough.
    let filled = |start: &str, piece: &str, end: &str| {
        let times = (length - start.len() - end.len()) / piece.len();
        format!("{start}{}{end}", piece.repeat(times))
    };
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
            let many = "{},".repeat(490_000 / 16 * (length / MEBIBYTE));
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
            // A value takes more memory than its text; too many values cost nothing.
            let of_values = name.contains("result") || name.contains("values");
            let most = 10 * if of_values { LIMIT } else { length };
            assert!(bytes < most, "{name}, {call}: {mebibytes} MiB");
            assert!(time < Duration::from_secs(60), "{name}, {call}: {time:?}");
        }
    }
}

#[tokio::test]
async fn a_hostile_answer_costs_a_few_times_its_size() {
    an_answer_costs_a_few_times_its_size(MEBIBYTE).await;
}

#[tokio::test]
#[ignore = "slow: answers of 16 MiB; .ci/run runs it"]
async fn a_hostile_answer_of_the_most_that_is_read_costs_a_few_times_its_size() {
    an_answer_costs_a_few_times_its_size(LIMIT).await;
}
