//! How the time of a run grows with its changes, from 1,000 to 1,000,000. A line is fitted to the
//! logarithms; its slope is 1 if time is proportional to changes.

mod common;

use std::time::{Duration, Instant};

use common::{ours, plain, server};

const BATCH: usize = 10;
const CONCURRENCY: usize = 64;

fn main() {
    server::serve_if_asked();
    let server = server::Server::start(server::Kind::Accepting);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let client = ours::client(&server.endpoint);
    let plain_client = plain::Client::new(&server.endpoint);

    println!("{BATCH} changes a request, {CONCURRENCY} requests at a time; microseconds a change");
    println!(
        "{:>9} {:>9} {:>9} {:>7}",
        "changes", "drs-api", "plain", "ratio"
    );
    let mut points: [Vec<(f64, f64)>; 2] = Default::default();
    // The first run opens the connections and is not shown.
    for (round, changes) in [
        1_000, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000,
    ]
    .into_iter()
    .enumerate()
    {
        // The fastest of several, if they are short.
        let times = (100_000 / changes).clamp(1, 10);
        let ours = shortest(
            times,
            || ours::plan(changes),
            |plan| {
                drop(runtime.block_on(ours::change(&client, plan, BATCH, CONCURRENCY)));
            },
        );
        let plain = shortest(
            times,
            || plain::plan(changes),
            |plan| {
                drop(runtime.block_on(plain_client.change(plan, BATCH, CONCURRENCY)));
            },
        );
        if round == 0 {
            continue;
        }
        let each = [ours, plain].map(|time| time.as_secs_f64() * 1e6 / changes as f64);
        println!(
            "{changes:>9} {:>9.2} {:>9.2} {:>7.3}",
            each[0],
            each[1],
            each[0] / each[1]
        );
        for (points, time) in points.iter_mut().zip([ours, plain]) {
            points.push(((changes as f64).ln(), time.as_secs_f64().ln()));
        }
    }
    let [ours, plain] = points.map(|points| slope(&points));
    println!("time grows with changes to the power of: drs-api {ours:.3}, plain {plain:.3}");
}

fn shortest<T>(times: usize, input: impl Fn() -> T, mut run: impl FnMut(T)) -> Duration {
    let mut once = || {
        let input = input();
        let started = Instant::now();
        run(input);
        started.elapsed()
    };
    (0..times).map(|_| once()).min().unwrap_or_default()
}

/// The slope of the least-squares line.
fn slope(points: &[(f64, f64)]) -> f64 {
    let mean =
        |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let covariance: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    covariance / points.iter().map(|p| (p.0 - x).powi(2)).sum::<f64>()
}
