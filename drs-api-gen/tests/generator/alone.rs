//! Runs a test in a process of its own, to measure what it does and nothing else.

use std::{env, fs, process::Command, sync::LazyLock, time::Instant};

/// Tells a test that it is alone in its process.
const ALONE: &str = "DRS_TEST_CHILD";

/// Whether this process runs a single test, so that its CPU time is that test's.
pub(super) fn is_alone() -> bool {
    env::var_os(ALONE).is_some()
}

/// Runs one test of this binary in a process of its own, and shows what it prints.
pub(super) fn run_alone(test: &str) {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args([test, "--exact", "--include-ignored", "--nocapture"]);
    child.env(ALONE, "1");
    let output = child.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    println!("{printed}");
    assert!(printed.contains("running 1 test\n"), "no test {test}");
    assert!(output.status.success(), "{complaint}");
}

/// The CPU time that this process has taken, in seconds, with threads that have ended: whatever
/// reads a document has one of its own. If the system doesn't tell, the time that has passed.
pub(super) fn cpu_time() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let stat = fs::read_to_string("/proc/self/stat").ok();
    let ticks = stat.and_then(|stat| {
        // The name of the program, in brackets, may have spaces.
        let fields = stat.rsplit_once(')')?.1.split_whitespace();
        fields.skip(11).take(2).map(|n| n.parse::<u32>().ok()).sum()
    });
    ticks.map_or_else(
        || START.elapsed().as_secs_f64(),
        |ticks: u32| f64::from(ticks) / 100.0,
    )
}
