//! A stack that is large enough for whatever [`Document::parse`](crate::Document::parse)
//! lets through: an exhausted stack ends the program, and no one can catch it.

use std::{panic::resume_unwind, thread};

/// Name of the threads that this crate works on. A panic of progenitor's comes back as an
/// error, and by then the program's panic hook has reported it; a hook that knows this
/// name can keep silent.
pub const WORKER_THREAD: &str = "drs-api-gen";

/// The parser nests about a hundred levels, at some 30 kB each in a debug build.
const SIZE: usize = 64 * 1024 * 1024;

/// Runs `work` on a thread with a large stack, or here if there can be no other thread.
pub(crate) fn on_large_stack<T: Send>(work: impl Fn() -> T + Send + Sync) -> T {
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .name(WORKER_THREAD.to_owned())
            .stack_size(SIZE)
            .spawn_scoped(scope, &work);
        match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => work(),
        }
    })
}
