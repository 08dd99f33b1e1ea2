//! Compares the time of calls, runs, decoding, and signing with the plain client's. criterion
//! measures it, and one table shows its medians.

mod common;

use std::{fs, hint::black_box, path::Path, time::Duration};

use common::{PROJECT, TOKEN, accepting, ours, plain, server, table};
use criterion::{BatchSize, Criterion, SamplingMode};
use drs_api::{Secret, signing};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use tokio::runtime::Runtime;

const BATCH: usize = 10;
const OURS: &str = "drs-api";
const PLAIN: &str = "plain";

fn main() {
    server::serve_if_asked();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("criterion");
    // Nothing of an earlier run may end up in the table.
    let _ = fs::remove_dir_all(&folder);
    let mut criterion = Criterion::default()
        .output_directory(&folder)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let server = server::Server::start(server::Kind::Accepting);
    let runtime = Runtime::new().unwrap();
    let mut rows = calls(&mut criterion, &runtime, &server.endpoint);
    rows.extend(runs(&mut criterion, &runtime, &server.endpoint));
    rows.extend(alone(&mut criterion));
    criterion.final_summary();

    table::head("microseconds");
    for (group, goal) in rows {
        let [ours, plain] = [OURS, PLAIN].map(|id| median(&folder, &group, id));
        if let (Some(ours), Some(plain)) = (ours, plain) {
            table::row(&group, ours / 1e3, plain / 1e3, goal);
        }
    }
}

/// The group's name, and the largest acceptable ratio.
type Row = (String, Option<f64>);

fn calls(criterion: &mut Criterion, runtime: &Runtime, endpoint: &str) -> Vec<Row> {
    let (client, plain_client) = (ours::client(endpoint), plain::Client::new(endpoint));
    let mut rows = Vec::new();
    for items in [1, 10, 1000] {
        let name = format!("call, {items} end points");
        let mut group = criterion.benchmark_group(&name);
        group.bench_function(OURS, |bencher| {
            let call = |jobs| runtime.block_on(ours::call(&client, jobs));
            bencher.iter_batched(|| ours::plan(items), call, BatchSize::SmallInput);
        });
        group.bench_function(PLAIN, |bencher| {
            let call = |jobs: Vec<_>| runtime.block_on(plain_client.call(&jobs));
            bencher.iter_batched(|| plain::plan(items), call, BatchSize::SmallInput);
        });
        rows.push((name, None));
    }
    rows
}

fn runs(criterion: &mut Criterion, runtime: &Runtime, endpoint: &str) -> Vec<Row> {
    let (client, plain_client) = (ours::client(endpoint), plain::Client::new(endpoint));
    let mut rows = Vec::new();
    for changes in [1, 1_000, 100_000] {
        for concurrency in [1, 8, 64] {
            let name = format!("{changes} changes, {concurrency} at a time");
            let mut group = criterion.benchmark_group(&name);
            if changes > 1_000 {
                group.sample_size(10).sampling_mode(SamplingMode::Flat);
            }
            group.bench_function(OURS, |bencher| {
                let run = |plan| runtime.block_on(ours::change(&client, plan, BATCH, concurrency));
                bencher.iter_batched(|| ours::plan(changes), run, BatchSize::PerIteration);
            });
            group.bench_function(PLAIN, |bencher| {
                let run = |plan| runtime.block_on(plain_client.change(plan, BATCH, concurrency));
                bencher.iter_batched(|| plain::plan(changes), run, BatchSize::PerIteration);
            });
            // At least 0.95 of the throughput.
            let goal = (changes, concurrency) == (100_000, 64);
            rows.push((name, goal.then_some(1.0 / 0.95)));
        }
    }
    rows
}

/// What needs no server. A signature is compared with the hashes that it needs at least.
fn alone(criterion: &mut Criterion) -> Vec<Row> {
    let mut rows = Vec::new();
    for items in [1, 1000] {
        let name = format!("decode, {items} end points");
        let body = accepting(items);
        let mut group = criterion.benchmark_group(&name);
        group.bench_function(OURS, |b| {
            b.iter(|| ours::decode(black_box(body.as_bytes())))
        });
        group.bench_function(PLAIN, |b| {
            b.iter(|| plain::decode(black_box(body.as_bytes())))
        });
        drop(group);
        rows.push((name, None));

        let name = format!("sign, {items} end points");
        let request = signing::Request {
            method: "PUT",
            path: &format!("/v3/{PROJECT}/jobs/batch-modify-pwd"),
            query: &[],
            headers: &[
                ("content-type", "application/json"),
                ("host", "127.0.0.1"),
                ("x-project-id", PROJECT),
                ("x-sdk-date", "20200608T023900Z"),
            ],
            // About as long as a request.
            body: body.as_bytes(),
        };
        let key = Secret::from(TOKEN);
        let canonical = request.canonical_request();
        let mut group = criterion.benchmark_group(&name);
        group.bench_function(OURS, |b| {
            b.iter(|| black_box(&request).authorization("key", &key))
        });
        group.bench_function(PLAIN, |b| {
            b.iter(|| {
                let body = Sha256::digest(black_box(request.body));
                let to_sign = Sha256::digest(black_box(&canonical));
                let mut mac = Hmac::<Sha256>::new_from_slice(TOKEN.as_bytes()).unwrap();
                mac.update(&to_sign);
                (body, mac.finalize())
            });
        });
        drop(group);
        rows.push((name, None));
    }
    rows
}

/// What criterion measured, in nanoseconds.
fn median(folder: &Path, group: &str, id: &str) -> Option<f64> {
    let file = folder.join(group).join(id).join("new/estimates.json");
    let estimates = fs::read_to_string(file).ok()?;
    let estimates: serde_json::Value = serde_json::from_str(&estimates).ok()?;
    estimates["median"]["point_estimate"].as_f64()
}
