//! How the time for reading answers grows: not faster than the answer, or the request, does.

use std::{
    hint::black_box,
    sync::LazyLock,
    time::{Duration, Instant},
};

use http::StatusCode;

use crate::{body::RequestBody, types::EndPointType};

use super::mutated::{ID, OTHER_ID, end_point, read, request};

/// How long this thread has run, if the system tells; others may be busy at the same time.
fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = stat.and_then(|stat| stat.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// The shortest of three times.
fn time(request: &RequestBody, body: &[u8]) -> Duration {
    let once = || {
        let started = clock();
        black_box(read(request, StatusCode::BAD_REQUEST, body));
        clock() - started
    };
    (0..3).map(|_| once()).min().unwrap()
}

/// Compares the time for something with that for four times as much.
fn assert_not_quadratic(name: &str, time: impl Fn(usize) -> Duration) {
    let mut times = Vec::new();
    for _ in 0..3 {
        let (one, four) = (time(1), time(4));
        // Quadratic would be 16; a little time is mostly noise.
        if four < one.max(Duration::from_millis(8)) * 10 {
            println!("{name}: {one:?}, then {four:?}");
            return;
        }
        times.push((one, four));
    }
    panic!("{name}: {times:?}");
}

#[test]
fn four_times_the_answer_takes_no_more_than_about_four_times_the_time() {
    const SIZE: usize = 40_000;
    let filled = |start: &str, piece: &str, end: &str| {
        let (start, piece, end) = (start.to_owned(), piece.to_owned(), end.to_owned());
        Box::new(move |size: usize| {
            format!("{start}{}{end}", piece.repeat(size / piece.len())).into_bytes()
        }) as Box<dyn Fn(usize) -> Vec<u8>>
    };
    let item = format!(r#"{{"id":"{ID}","end_point_type":"so","status":"success"}},"#);
    let nearly = "a".repeat(9_999) + "c";
    for (name, answer) in [
        ("lists in lists", filled("", "[", "")),
        ("lists in a message", filled(r#"{"error_msg":"#, "[", "")),
        ("objects in objects", filled("", r#"{"a":"#, "")),
        ("one long string", filled(r#"{"error_msg":""#, "x", r#""}"#)),
        ("one long number", filled(r#"{"error_msg":"#, "1", "}")),
        ("escapes", filled(r#"{"error_msg":""#, r"\u0041", r#""}"#)),
        ("backslashes", filled(r#"{"error_msg":""#, r"\\", r#""}"#)),
        ("quotes", filled("", "\"", "")),
        ("tiny items", filled(r#"{"results":["#, "{},", "{}]}")),
        ("tiny strings", filled(r#"{"results":["#, "\"\",", "0]}")),
        ("the same result", filled(r#"{"results":["#, &item, "{}]}")),
        ("ids", filled("[", &format!("\"{OTHER_ID}\","), "0]")),
        ("the same key", filled("{", r#""a":1,"#, r#""b":1}"#)),
        (
            "the secret, nearly",
            filled(r#"{"error_msg":"\n"#, &nearly, r#""}"#),
        ),
        (
            "the secret's beginning",
            filled(r#"{"error_msg":"\n"#, "a", r#""}"#),
        ),
        (
            "the secret's first byte",
            filled(r#"{"error_msg":"\n"#, "a ", r#""}"#),
        ),
    ] {
        // Two long secrets that begin alike, and one that is the beginning of many.
        let secrets = [
            "a".repeat(10_000) + "b",
            "a".repeat(5_000) + "d",
            "aaaa".to_owned(),
        ];
        let jobs = secrets.iter().zip([EndPointType::So; 3]);
        let jobs = jobs
            .map(|(secret, side)| end_point(ID, side, secret))
            .collect();
        let request = request(jobs);
        assert_not_quadratic(name, |times| time(&request, &answer(times * SIZE)));
    }
}

#[test]
fn four_times_the_request_takes_no_more_than_about_four_times_the_time() {
    let of = |items: usize| {
        let password = |n: usize| format!("{}{n:08}", "a".repeat(20));
        let jobs = (0..items).map(|n| end_point(ID, EndPointType::So, &password(n)));
        (
            request(jobs.collect()),
            format!(r#"{{"error_msg":"\n{}"}}"#, "a".repeat(20 * items)),
        )
    };
    assert_not_quadratic("passwords that begin alike", |times| {
        let (request, answer) = of(times * 1_000);
        time(&request, answer.as_bytes())
    });
}
