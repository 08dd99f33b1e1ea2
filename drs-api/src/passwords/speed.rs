//! Compares the time of deciding with decoding the same JSON. A measurement rather than a check,
//! and useful only in a release build:
//!
//! `cargo test --release -p drs-api --lib -- --ignored --nocapture deciding_beside_decoding`

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use http::StatusCode;

use super::decide::{Key, decide};
use crate::{
    exchange::Exchange,
    types::{BatchModifyDbPwdResp, EndPointType},
};

/// The tasks' ids, each with both sides.
fn ids(results: usize) -> Vec<String> {
    // Scattered, as real ids are.
    let scattered = |n: usize| (n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (0..results / 2)
        .map(|n| format!("{:016x}-41b9-bc2b-{n:09x}", scattered(n)))
        .collect()
}

fn answer<'a>(results: impl Iterator<Item = Key<'a>>) -> Vec<u8> {
    let results: Vec<String> = results
        .map(|(id, side)| {
            format!(r#"{{"id":"{id}","end_point_type":"{side}","status":"success"}}"#)
        })
        .collect();
    let count = results.len();
    format!(r#"{{"results":[{}],"count":{count}}}"#, results.join(",")).into_bytes()
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let started = Instant::now();
    black_box(work());
    started.elapsed()
}

/// How long the generated types take to read an answer, and how long it takes to read it and to
/// decide: the shortest of three times.
fn measure(asked: &[Key<'_>], json: &[u8]) -> (Duration, Duration) {
    let decode = || time(|| serde_json::from_slice::<BatchModifyDbPwdResp>(json).unwrap());
    let exchange = Exchange {
        status: Some(StatusCode::OK),
        body: json.to_vec(),
        ..Exchange::default()
    };
    let decide = || time(|| decide(asked, &exchange));
    let shortest = |work: &dyn Fn() -> Duration| (0..3).map(|_| work()).min().unwrap();
    (shortest(&decode), shortest(&decide))
}

#[test]
#[ignore = "a measurement, for a release build on a quiet machine"]
fn deciding_beside_decoding() {
    println!("results    order           decoding  deciding   ratio  to in order");
    for results in [1_000, 10_000, 100_000, 1_000_000] {
        let ids = ids(results);
        let sides = |id| [(id, EndPointType::So), (id, EndPointType::Ta)];
        let asked: Vec<Key<'_>> = ids.iter().flat_map(|id| sides(id.as_str())).collect();
        let mut shuffled = asked.clone();
        fastrand::Rng::with_seed(7).shuffle(&mut shuffled);
        let first = asked[..1].iter().cycle().take(results).copied();
        let mut in_order = None;
        for (order, json) in [
            ("as asked", answer(asked.iter().copied())),
            ("reversed", answer(asked.iter().rev().copied())),
            ("shuffled", answer(shuffled.into_iter())),
            ("all the same", answer(first)),
        ] {
            let (decoding, deciding) = measure(&asked, &json);
            let in_order = *in_order.get_or_insert(deciding);
            let ratio = |other: Duration| deciding.as_secs_f64() / other.as_secs_f64();
            println!(
                "{results:>9}  {order:<13} {:>8.2} ms  {:>8.2} ms  {:>6.3}  {:>11.3}",
                decoding.as_secs_f64() * 1e3,
                deciding.as_secs_f64() * 1e3,
                ratio(decoding),
                ratio(in_order),
            );
        }
    }
}
