//! Plans that no one would write with good intent: they are read or refused, with no panic, no
//! password in what is said of them, and no time that grows faster than the plan.
//!
//! `PROPTEST_CASES` says how many plans are tried.

use std::time::{Duration, Instant};

use proptest::{prelude::*, sample::select, test_runner::Config};

use crate::plan::tests::parse;

const PASSWORD: &str = "Zq7LkVx2Bw9T\"\\é";

/// Plans as people write them, to begin with.
const PLANS: [&str; 4] = [
    r#"{"jobs":[{"job_id":"a","end_point_type":"so","db_password":"Zq7LkVx2Bw9T\"\\é"},{"job_id":"a","end_point_type":"ta","db_password":"Zq7LkVx2Bw9T\u0022"}]}"#,
    "# rotation\njobs:\n- job_id: a\n  end_point_type: so\n  db_password: 'Zq7LkVx2Bw9T\"\\é'\n- job_id: b\n  end_point_type: ta\n  db_password: \"Zq7LkVx2Bw9T\"\n  kerberos:\n    key_tab_file: 'Zq7LkVx2Bw9T'\n",
    "jobs:\n- &x\n  job_id: a\n  end_point_type: so\n  db_password: |\n    Zq7LkVx2Bw9T\n- *x\n",
    "---\njobs: [{job_id: a, end_point_type: so, db_password: \"Zq7LkVx2Bw9T\\x22\"}]\n...\n",
];

/// What is put into them.
const PIECES: [&str; 28] = [
    "\"",
    "'",
    "\\",
    "\\u00e9",
    "\\ud800",
    "\\x",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    ": ",
    "- ",
    "\n",
    "\n  ",
    "\t",
    "#",
    "&a ",
    "*a",
    "!!int ",
    "!!binary ",
    "? ",
    "| ",
    "%",
    "99999999999999999999999",
    "Zq7LkVx2Bw9T",
    "\u{0}",
];

#[derive(Clone, Debug)]
enum Mutation {
    Insert(usize, &'static str),
    Delete(usize, usize),
    Repeat(usize, usize),
    Cut(usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = 0..300_usize;
    prop_oneof![
        4 => (at.clone(), select(&PIECES[..])).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        2 => (at.clone(), 1..30_usize).prop_map(|(at, n)| Mutation::Delete(at, n)),
        2 => (at.clone(), 1..60_usize).prop_map(|(at, n)| Mutation::Repeat(at, n)),
        1 => at.prop_map(Mutation::Cut),
    ]
}

fn mutate(plan: &str, mutations: &[Mutation]) -> String {
    let mut plan: Vec<char> = plan.chars().collect();
    for mutation in mutations {
        let length = plan.len();
        let place = |at: usize| at.checked_rem(length).unwrap_or(0);
        match *mutation {
            Mutation::Insert(at, piece) => drop(plan.splice(place(at)..place(at), piece.chars())),
            Mutation::Delete(at, n) => drop(plan.drain(place(at)..length.min(place(at) + n))),
            Mutation::Repeat(at, n) => {
                let piece = plan[place(at)..length.min(place(at) + n)].to_vec();
                drop(plan.splice(place(at)..place(at), piece));
            }
            Mutation::Cut(at) => plan.truncate(place(at)),
        }
    }
    plan.into_iter().collect()
}

fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok();
    Config {
        cases: cases.and_then(|cases| cases.parse().ok()).unwrap_or(5_000),
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_mutated_plan_is_read_or_refused_and_not_shown(
        plan in select(&PLANS[..]),
        mutations in prop::collection::vec(mutation(), 1..6),
    ) {
        let plan = mutate(plan, &mutations);
        if let Err(problem) = parse(&plan, Some(&PASSWORD.into())) {
            prop_assert!(!problem.contains(&PASSWORD[..8]), "{plan}\n{problem}");
            prop_assert_eq!(problem.lines().count(), 1);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        drop(parse(&text, None));
    }
}

/// How long it takes to read a plan, the shortest of three times.
fn time(plan: &str) -> Duration {
    let once = || {
        let started = Instant::now();
        drop(parse(plan, None));
        started.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap()
}

/// Compares the time for something with that for four times as much.
fn assert_not_quadratic(name: &str, plan: impl Fn(usize) -> String) {
    let compare = || {
        let (one, four) = (time(&plan(1)), time(&plan(4)));
        println!("{name}: {one:?}, then {four:?}");
        // Quadratic would be 16; a little time is mostly noise.
        four < one.max(Duration::from_millis(8)) * 10
    };
    assert!((0..3).any(|_| compare()), "{name}");
}

#[test]
fn four_times_the_plan_takes_no_more_than_about_four_times_the_time() {
    const SIZE: usize = 20_000;
    let item = "- {job_id: a, end_point_type: so, db_password: 'b'}\n";
    for (name, start, piece, end) in [
        ("items", "jobs:\n", item, ""),
        ("lists in lists", "jobs: ", "[", ""),
        ("objects in objects", "jobs: ", "{a: ", ""),
        ("items in items", "", "- ", ""),
        ("one long string", "jobs: \"", "x", "\""),
        ("escapes", "jobs: \"", "\\u0041", "\""),
        ("one long plain text", "jobs: ", "x ", ""),
        ("lines of plain text", "jobs:\n", "  x\n", ""),
        ("a block of text", "jobs: |\n", "  x\n", ""),
        ("blanks", "jobs:", " ", "[]"),
        ("empty lines", "jobs:\n", "\n", "[]"),
        ("comments", "jobs: []\n", "# x\n", ""),
        ("questions", "", "? ", ""),
        ("quotes", "jobs: ", "'", ""),
        ("documents", "jobs: []\n", "---\n", ""),
    ] {
        assert_not_quadratic(name, |times| {
            let filling = piece.repeat(times * SIZE / piece.len());
            format!("{start}{filling}{end}")
        });
    }
    assert_not_quadratic("keys that are all different", |times| {
        (0..times * SIZE / 10)
            .map(|n| format!("k{n}: 1\n"))
            .collect()
    });
}
