//! Compares the allocations of a call, and the peak memory of a run, with the plain client's. An
//! allocator counts this thread, and everything runs on it.

mod common;

use std::hint::black_box;

use allocation_counter::{AllocationInfo, measure};
use common::{
    accepting, ours, plain,
    server::{self, Kind},
    table,
};
use tokio::runtime::Runtime;

const MIB: f64 = 1024.0 * 1024.0;

fn main() {
    server::serve_if_asked();
    let server = server::Server::start(Kind::Accepting);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    allocations(&runtime, &server.endpoint);
    drop(server);
    peak(&runtime);
}

fn allocations(runtime: &Runtime, endpoint: &str) {
    table::head("allocations");
    let (client, plain_client) = (ours::client(endpoint), plain::Client::new(endpoint));
    for (items, goal) in [(1, Some(1.10)), (10, None), (1000, None)] {
        let call = |jobs| drop(black_box(runtime.block_on(ours::call(&client, jobs))));
        let ours = count(|| ours::plan(items), call);
        let call = |jobs: Vec<_>| drop(black_box(runtime.block_on(plain_client.call(&jobs))));
        let plain = count(|| plain::plan(items), call);
        table::row(&format!("call, {items} end points"), ours, plain, goal);
    }
    for items in [1, 1000] {
        let body = accepting(items);
        let ours = count(|| (), |()| drop(black_box(ours::decode(body.as_bytes()))));
        let plain = count(|| (), |()| drop(black_box(plain::decode(body.as_bytes()))));
        table::row(&format!("decode, {items} end points"), ours, plain, None);
    }
}

/// The allocations of one call on open connections: the fewest of several.
fn count<T>(input: impl Fn() -> T, mut call: impl FnMut(T)) -> f64 {
    let mut once = || {
        let input = input();
        measure(|| call(input)).count_total
    };
    once();
    (0..10).map(|_| once()).min().unwrap() as f64
}

/// The peak memory of a run, less its plan.
fn peak(runtime: &Runtime) {
    const CHANGES: usize = 100_000;
    table::head("MiB at the peak of a run, without its plan");
    for (kind, name, goal) in [
        (Kind::Accepting, "", None),
        (Kind::Rejecting, ", all rejected", Some(1.6)),
    ] {
        let server = server::Server::start(kind);
        let mut plan = None;
        let plan_bytes = measure(|| plan = Some(ours::plan(CHANGES))).bytes_current as f64;
        let client = ours::client(&server.endpoint);
        let ours = run(|| runtime.block_on(ours::change(&client, plan.take().unwrap(), 10, 64)));
        let client = plain::Client::new(&server.endpoint);
        let plan = plain::plan(CHANGES);
        let plain = run(|| runtime.block_on(client.change(plan, 10, 64)));
        let ours = ours.bytes_max as f64 / MIB;
        let name = format!("100,000 changes, 64 at a time{name}");
        table::row(&name, ours, plain.bytes_max as f64 / MIB, goal);
        if kind == Kind::Accepting {
            let met = if ours <= 30.0 { "yes" } else { "no, missed" };
            let plan = plan_bytes / MIB;
            println!("the plan has {plan:.1} MiB; at most 30 MiB more: {met}");
        }
    }
}

fn run<T>(run: impl FnOnce() -> T) -> AllocationInfo {
    let mut result = None;
    measure(|| result = Some(run()))
}
