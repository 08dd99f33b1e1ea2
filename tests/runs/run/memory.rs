//! What a run costs in memory.

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

#[tokio::test(flavor = "multi_thread")]
async fn memory_grows_with_the_plan_and_not_with_the_requests() {
    const CHANGES: usize = 100_000;
    let tasks = (0..CHANGES / 2).map(|n| Task::new(id(n), TaskState::IncreTransferStarted));
    let simulator = Simulator::builder().tasks(tasks).keep_requests(0);
    let simulator = simulator.start().await.unwrap();
    let options = Options::default().batch_size(10).concurrency(8);
    let mut run = client(&simulator)
        .change_passwords_with(simulator.project_id(), plan(CHANGES / 2), options)
        .unwrap();
    let mut events = run.events();
    let watch = tokio::spawn(async move {
        let mut ended = 0;
        let mut after_a_tenth = None;
        while let Some(event) = events.next().await {
            if let Event::BatchEnded { end_points } = event {
                ended += end_points.len();
                if ended >= CHANGES / 10 {
                    after_a_tenth.get_or_insert_with(resident);
                }
            }
        }
        (after_a_tenth.unwrap(), resident())
    });
    assert!(run.await.all_changed());
    let (early, late) = watch.await.unwrap();
    // The simulator stores a password for each change meanwhile, some 10 MB of them.
    let growth = late.saturating_sub(early);
    assert!(
        growth < 24 << 20,
        "nine tenths of the requests took {growth} bytes"
    );
}
