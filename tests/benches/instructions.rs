//! Compares the instructions of a call with the plain client's. callgrind counts them, so they
//! hardly vary between runs. Needs valgrind, on Linux.
//!
//! Each case runs in its own process. The server is another, and is not counted.

mod common;

use std::{
    env,
    hint::black_box,
    process::{Command, ExitCode},
};

use common::{
    accepting, ours, plain,
    server::{self, Kind},
    table,
};

/// Tells this program which case to run.
const CASE: &str = "DRS_BENCH_CASE";
/// The server's address.
const ENDPOINT: &str = "DRS_BENCH_ENDPOINT";

/// What to do, with how many end points, with which server, and the largest acceptable ratio.
const CASES: &[(&str, usize, Kind, Option<f64>)] = &[
    ("call", 1, Kind::Accepting, Some(1.05)),
    ("call", 1, Kind::Behind, Some(1.30)),
    ("call", 10, Kind::Accepting, None),
    ("call", 1000, Kind::Accepting, Some(1.35)),
    ("run", 1000, Kind::Accepting, Some(1.30)),
    ("run", 1000, Kind::Rejecting, Some(2.5)),
    ("decode", 1, Kind::Accepting, None),
    ("decode", 1000, Kind::Accepting, None),
];

fn main() -> ExitCode {
    server::serve_if_asked();
    if let Ok(case) = env::var(CASE) {
        run(&case);
        return ExitCode::SUCCESS;
    }
    let version = Command::new("valgrind").arg("--version").output();
    let Ok(version) = version else {
        println!("valgrind is not installed; instructions are not counted");
        return ExitCode::SUCCESS;
    };
    table::head("instructions");
    for &(what, items, kind, goal) in CASES {
        let server = server::Server::start(kind);
        let [ours, plain] =
            ["ours", "plain"].map(|who| count(&format!("{what} {items} {who}"), &server.endpoint));
        let with = match kind {
            Kind::Accepting => "",
            Kind::Behind => ", seven more headers",
            Kind::Rejecting => ", all rejected",
        };
        table::row(
            &format!("{what}, {items} end points{with}"),
            ours,
            plain,
            goal,
        );
    }
    print!("counted by {}", String::from_utf8_lossy(&version.stdout));
    ExitCode::SUCCESS
}

/// The instructions of one call, as an average.
fn count(case: &str, endpoint: &str) -> f64 {
    let mut command = Command::new("valgrind");
    // PERFORMANCE.md explains how to keep a profile.
    let out =
        env::var("CALLGRIND_OUT").map(|folder| format!("{folder}/{}", case.replace(' ', "-")));
    let out = out.unwrap_or_else(|_| "/dev/null".to_owned());
    command
        .args([
            "--tool=callgrind",
            "--collect-atstart=no",
            "--toggle-collect=*counted_part*",
        ])
        .arg(format!("--callgrind-out-file={out}"))
        .arg(env::current_exe().unwrap())
        .envs([(CASE, case), (ENDPOINT, endpoint)]);
    let output = command.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}");
    let collected = printed.split("Collected : ").nth(1).unwrap();
    let collected: f64 = collected
        .split_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    collected / TIMES as f64
}

const WARM_UP: usize = 3;
const TIMES: usize = 10;

/// Runs one case. The first calls, which open connections, are not counted.
fn run(case: &str) {
    let mut words = case.split(' ');
    let what = words.next().unwrap();
    let items: usize = words.next().unwrap().parse().unwrap();
    let is_ours = words.next() == Some("ours");
    if what == "decode" {
        let body = accepting(items);
        return repeat(
            || (),
            |()| {
                if is_ours {
                    drop(black_box(ours::decode(body.as_bytes())));
                } else {
                    drop(black_box(plain::decode(body.as_bytes())));
                }
            },
        );
    }
    let endpoint = env::var(ENDPOINT).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    if what == "run" && is_ours {
        let client = ours::client(&endpoint);
        let run = |plan| drop(runtime.block_on(ours::change(&client, plan, 10, 64)));
        repeat(|| ours::plan(items), run);
    } else if what == "run" {
        let client = plain::Client::new(&endpoint);
        let run = |plan| drop(runtime.block_on(client.change(plan, 10, 64)));
        repeat(|| plain::plan(items), run);
    } else if is_ours {
        let client = ours::client(&endpoint);
        let call = |jobs| drop(black_box(runtime.block_on(ours::call(&client, jobs))));
        repeat(|| ours::plan(items), call);
    } else {
        let client = plain::Client::new(&endpoint);
        let call = |jobs: Vec<_>| drop(black_box(runtime.block_on(client.call(&jobs))));
        repeat(|| plain::plan(items), call);
    }
}

fn repeat<T>(input: impl Fn() -> T, mut call: impl FnMut(T)) {
    (0..WARM_UP).for_each(|_| call(input()));
    for _ in 0..TIMES {
        let input = input();
        counted_part(|| call(input));
    }
}

/// callgrind counts while this function runs; it finds it by name.
#[inline(never)]
fn counted_part(call: impl FnOnce()) {
    call();
    // Without this, the call would be a tail call and replace this function.
    black_box(());
}
