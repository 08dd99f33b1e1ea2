//! How much memory a run takes.

use drs_tests::{child, is_child, output};

use super::*;

/// Resident memory of this process, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    let kilobytes: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

/// How many bytes more this process uses after the last tenth of the requests than after the first.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the other tests of this file, in a process of its own"]
async fn the_child() {
    if !is_child() {
        return;
    }
    let changes: usize = std::env::var("DRS_CHANGES").unwrap().parse().unwrap();
    let tasks = (0..changes / 2).map(|n| Task::new(id(n), TaskState::IncreTransferStarted));
    let simulator = Simulator::builder().tasks(tasks).keep_requests(0);
    let simulator = simulator.start().await.unwrap();
    let options = Options::default().batch_size(10).concurrency(8);
    let mut run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(changes / 2), options)
        .unwrap();
    let mut events = run.events();
    let watch = tokio::spawn(async move {
        let mut ended = 0;
        let mut after_a_tenth = None;
        while let Some(event) = events.next().await {
            if let Event::BatchEnded { end_points, .. } = event {
                ended += end_points.len();
                if ended >= changes / 10 {
                    after_a_tenth.get_or_insert_with(resident);
                }
            }
        }
        (after_a_tenth.unwrap(), resident())
    });
    assert!(run.await.all_changed());
    let (early, late) = watch.await.unwrap();
    println!("\nGROWTH {}", late.saturating_sub(early));
}

async fn growth(changes: usize) -> usize {
    let mut command = child("run::memory::the_child");
    command.env("DRS_CHANGES", changes.to_string());
    let printed = output(command).await;
    let growth = printed
        .lines()
        .find_map(|line| line.strip_prefix("GROWTH "));
    growth.unwrap().parse().unwrap()
}

// Meanwhile, the simulator stores a password for each change, some 100 bytes of them.

#[tokio::test]
async fn memory_grows_with_the_plan_and_not_with_the_requests() {
    let growth = growth(10_000).await;
    assert!(
        growth < 4 << 20,
        "nine tenths of the requests took {growth} bytes"
    );
}

#[tokio::test]
#[ignore = "slow: 100,000 changes; .ci/run runs it"]
async fn memory_grows_with_a_long_plan_and_not_with_the_requests() {
    let growth = growth(100_000).await;
    assert!(
        growth < 24 << 20,
        "nine tenths of the requests took {growth} bytes"
    );
}
