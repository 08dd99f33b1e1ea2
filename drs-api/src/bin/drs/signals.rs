//! What asks a run to end: Ctrl-C (SIGINT), SIGTERM, and SIGHUP, which a terminal sends when
//! it goes away. A signal that was ignored when the tool started stays ignored: `nohup` and a
//! shell's `&` count on it.

#[cfg(unix)]
use std::time::Duration;

use crate::status::Failure;

use tokio::runtime::{Builder, Runtime};

pub(crate) use platform::{Signals, spare_writers};

/// What everything is awaited in.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|e| Failure::other(format!("no event loop could be started: {e}")))
}

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To end in an orderly way.
    Stop,
    /// To end at once.
    End,
    /// What was asked for before.
    Nothing,
}

impl Signals {
    /// Awaits something until a signal comes; whether one came first.
    pub(crate) async fn before<T>(&mut self, something: impl Future<Output = T>) -> bool {
        tokio::select! {
            biased;
            _ = self.next() => true,
            _ = something => false,
        }
    }
}

#[cfg(unix)]
fn uncaught(error: std::io::Error) -> Failure {
    Failure::other(format!("signals can't be caught: {error}"))
}

/// Wrappers such as `timeout` and package managers pass on a signal that came to all of
/// their group, a few milliseconds later.
#[cfg(unix)]
const ONE_WISH: Duration = Duration::from_millis(500);

/// What a signal asks for whose kind came so long `before`, if it did. A hang-up never ends a
/// run: a terminal that is closed sends two. `stopping` notes that one has come.
#[cfg(unix)]
fn asked(stopping: &mut bool, before: Option<Duration>, is_hangup: bool) -> Asked {
    let is_first = !std::mem::replace(stopping, true);
    match before {
        Some(before) if before > ONE_WISH && !is_hangup => Asked::End,
        _ if is_first => Asked::Stop,
        _ => Asked::Nothing,
    }
}

/// Whether this process ignores a signal, by its status. Only Linux tells without unsafe
/// code; elsewhere none is taken for ignored.
#[cfg(unix)]
fn is_ignored(status: &str, number: i32) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The first signal is 1.
    mask.unwrap_or(0) << 1 >> number & 1 == 1
}

#[cfg(unix)]
mod platform {
    use std::{task::Poll, time::Instant};

    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::{Asked, Failure, asked, is_ignored, uncaught};

    /// The signals that are caught, and when each came last.
    pub(crate) struct Signals {
        caught: Vec<(SignalKind, Signal, Option<Instant>)>,
        stopping: bool,
    }

    impl Signals {
        /// Has to be called within a runtime.
        pub(crate) fn catch() -> Result<Self, Failure> {
            let kinds = [
                SignalKind::interrupt(),
                SignalKind::terminate(),
                SignalKind::hangup(),
            ];
            let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
            let heard = |kind: &SignalKind| !is_ignored(&status, kind.as_raw_value());
            let caught = kinds.into_iter().filter(heard);
            let caught = caught.map(|kind| Ok((kind, signal(kind).map_err(uncaught)?, None)));
            Ok(Self {
                caught: caught.collect::<Result<_, Failure>>()?,
                stopping: false,
            })
        }

        /// Waits for the next one; for ever if all are ignored.
        pub(crate) async fn next(&mut self) -> Asked {
            let Self { caught, stopping } = self;
            std::future::poll_fn(|context| {
                for (kind, signal, last) in caught.iter_mut() {
                    if signal.poll_recv(context).is_ready() {
                        let before = last.replace(Instant::now()).map(|last| last.elapsed());
                        let is_hangup = *kind == SignalKind::hangup();
                        return Poll::Ready(asked(stopping, before, is_hangup));
                    }
                }
                Poll::Pending
            })
            .await
        }
    }

    /// Lets a file that may grow no longer be an error of writing, as a closed pipe is, and not
    /// the end of the process. Has to be called within a runtime.
    pub(crate) fn spare_writers() -> Result<(), Failure> {
        let number = rustix::process::Signal::XFSZ.as_raw();
        // What was caught once stays so.
        let caught = signal(SignalKind::from_raw(number));
        caught.map(drop).map_err(uncaught)
    }
}

#[cfg(not(unix))]
mod platform {
    use super::{Asked, Failure};

    /// Ctrl-C alone, which nothing repeats.
    pub(crate) struct Signals(Asked);

    impl Signals {
        pub(crate) fn catch() -> Result<Self, Failure> {
            Ok(Self(Asked::Stop))
        }

        pub(crate) async fn next(&mut self) -> Asked {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            std::mem::replace(&mut self.0, Asked::End)
        }
    }

    pub(crate) fn spare_writers() -> Result<(), Failure> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_of_ignored_signals_has_a_bit_for_each() {
        let status = "Name:\tdrs\nSigIgn:\t0000000000001001\nSigCgt:\t0\n";
        assert!(is_ignored(status, 1));
        assert!(is_ignored(status, 13));
        assert!(!is_ignored(status, 2));
        assert!(!is_ignored(status, 15));
        assert!(!is_ignored("Name:\tdrs\n", 1));
    }

    #[test]
    fn a_repeated_wish_of_a_person_ends_a_run_at_once_and_nothing_else_does() {
        let after = |before: Option<u64>, is_hangup| {
            asked(&mut true, before.map(Duration::from_millis), is_hangup)
        };
        assert_eq!(asked(&mut false, None, false), Asked::Stop);
        assert_eq!(asked(&mut false, None, true), Asked::Stop);
        assert_eq!(after(Some(600), false), Asked::End);
        // A wrapper passes it on; it is another kind; a terminal was closed.
        assert_eq!(after(Some(50), false), Asked::Nothing);
        assert_eq!(after(None, false), Asked::Nothing);
        assert_eq!(after(Some(5_000), true), Asked::Nothing);
    }
}
