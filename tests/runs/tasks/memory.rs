//! What a hostile response about tasks costs: a mebibyte, made to cost more memory than it should.
//! A child process makes the calls, then asks the system for its peak memory.

use drs_api::Client;
use drs_tests::{Act, Scripted, child, is_child, output};

const MEBIBYTE: usize = 1024 * 1024;

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
    let endpoint = std::env::var("DRS_ENDPOINT").unwrap();
    let client = Client::builder().endpoint(endpoint).token("test-token");
    let client = client.build().unwrap();
    let before = peak();
    let ids: Vec<String> = (0..100).map(|n| format!("t{n}")).collect();
    let states = client.task_states("p1", &ids).await.unwrap();
    let mut retries = client.retry_tasks("p1", ["t1"]).unwrap();
    retries.next().await.unwrap();
    println!("\nPEAK {}", peak() - before);
    drop((states, retries));
}

#[tokio::test]
async fn a_hostile_answer_costs_a_few_times_its_size() {
    let filled = |start: &str, piece: &str, end: &str| {
        let times = (MEBIBYTE - start.len() - end.len()) / piece.len();
        format!("{start}{}{end}", piece.repeat(times))
    };
    let state = r#"{"id":"t1","status":"PAUSING"},"#;
    for (name, status, answer, most) in [
        (
            "one long state",
            "200 OK",
            filled(r#"{"results":[{"id":"t1","status":""#, "x", r#""}]}"#),
            10,
        ),
        (
            "one long code",
            "400 Bad Request",
            filled(r#"{"error_code":""#, "x", r#""}"#),
            10,
        ),
        (
            "one long message",
            "200 OK",
            filled(r#"{"error_code":"DRS.M05066","error_msg":""#, "x", r#""}"#),
            10,
        ),
        ("lists in lists", "200 OK", filled("", "[", ""), 10),
        ("no JSON", "200 OK", filled("", "<", ""), 10),
        // A value takes more memory than its text.
        (
            "empty results",
            "200 OK",
            filled(r#"{"results":["#, "{},", "{}]}"),
            160,
        ),
        (
            "the same state",
            "200 OK",
            filled(r#"{"results":["#, state, "{}]}"),
            160,
        ),
    ] {
        let server = Scripted::start([Act::Answer(status, answer)])
            .await
            .unwrap();
        let mut command = child("tasks::memory::the_child");
        command.env("DRS_ENDPOINT", &server.endpoint);
        let printed = output(command).await;
        let peak = printed.lines().find_map(|line| line.strip_prefix("PEAK "));
        let mebibytes = peak.unwrap().parse::<usize>().unwrap() / MEBIBYTE;
        println!("{name}: {mebibytes} MiB");
        assert!(mebibytes < most, "{name}: {mebibytes} MiB");
    }
}
