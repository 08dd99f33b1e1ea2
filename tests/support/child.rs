//! Starts every process of the tests in the same state, whoever runs them: default signals, a known
//! umask, no standard input, and its own environment.
//!
//! Other packages link to this file.

use std::{ffi::OsStr, process::Command, process::Stdio, sync::Once};

/// The variables a program needs to run. Proxies and credentials are not among them.
const KEPT: &[&str] = &[
    "PATH",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "SystemRoot",
];

/// A command that runs a program.
pub fn program(path: impl AsRef<OsStr>) -> Command {
    static ONCE: Once = Once::new();
    ONCE.call_once(forget_who_runs_the_tests);
    let mut command = Command::new(path);
    let kept = KEPT
        .iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)));
    command
        .env_clear()
        .envs(kept)
        .env("TZ", "UTC")
        .env("LANG", "C.UTF-8")
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null());
    command
}

#[cfg(not(unix))]
fn forget_who_runs_the_tests() {}

#[cfg(unix)]
fn forget_who_runs_the_tests() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    // Outside the runtime of a test.
    let handled = std::thread::spawn(handle_ignored_signals).join();
    assert!(handled.is_ok(), "a signal can't be handled");
}

/// Children ignore what this process ignores, such as SIGHUP under nohup. What it handles, a child
/// handles by default.
#[cfg(unix)]
fn handle_ignored_signals() {
    use tokio::signal::unix::{SignalKind, signal};
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let ignored = ignored.unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let _within = runtime.enter();
    for kind in [
        SignalKind::hangup(),
        SignalKind::interrupt(),
        SignalKind::quit(),
        SignalKind::terminate(),
    ] {
        if ignored & (1 << (kind.as_raw_value() - 1)) != 0 {
            drop(signal(kind).unwrap());
        }
    }
}
