//! Records logs of every level and crate, and the messages of panics.

use std::{
    io,
    panic::{self, AssertUnwindSafe},
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
};

use tracing_subscriber::fmt::format::FmtSpan;

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static PAUSED: AtomicBool = AtomicBool::new(false);

/// The record so far.
pub(crate) struct Captured;

struct Writer;

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !PAUSED.load(Ordering::SeqCst) {
            lock(&LOG).extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Starts recording, including crates that log with `log`.
pub(crate) fn start() -> Captured {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(|| Writer)
        .init();
    Captured
}

/// Stops recording logs, or resumes.
pub(crate) fn pause(paused: bool) {
    PAUSED.store(paused, Ordering::SeqCst);
}

/// Runs what must panic, and records its message.
pub(crate) fn panicking<T>(run: impl FnOnce() -> T) {
    let before = panic::take_hook();
    panic::set_hook(Box::new(|info| lock(&PANICS).push(info.to_string())));
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    panic::set_hook(before);
    assert!(result.is_err(), "it did not panic");
}

impl Captured {
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&lock(&LOG)).into_owned()
    }

    pub(crate) fn panics(&self) -> Vec<String> {
        lock(&PANICS).clone()
    }
}
