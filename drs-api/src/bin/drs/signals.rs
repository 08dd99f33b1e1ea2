//! What asks a run to end: Ctrl-C (SIGINT), SIGTERM, and SIGHUP, which a terminal sends when
//! it goes away. A signal that was ignored when the tool started stays ignored: `nohup` and a
//! shell's `&` count on it.

use std::{
    io,
    time::{Duration, Instant},
};

pub(crate) use platform::{Signals, spare_writers};

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

/// Wrappers such as `timeout` and package managers pass on a signal that came to all of their
/// group, a few milliseconds later.
const ONE_WISH: Duration = Duration::from_millis(500);

/// When signals came: any, and of each kind the last.
#[derive(Default)]
struct Past {
    any: bool,
    last: [Option<Instant>; 3],
}

impl Past {
    /// A kind that is repeated ends the run, unless it is a terminal's: closing one sends it
    /// twice.
    fn note(&mut self, kind: usize, is_hangup: bool, now: Instant) -> Asked {
        let before = self.last[kind].replace(now);
        let repeated = before.is_some_and(|before| now.duration_since(before) > ONE_WISH);
        match (
            repeated && !is_hangup,
            std::mem::replace(&mut self.any, true),
        ) {
            (true, _) => Asked::End,
            (false, true) => Asked::Nothing,
            (false, false) => Asked::Stop,
        }
    }
}

#[cfg(unix)]
mod platform {
    use std::task::Poll;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::{Asked, Instant, Past, io};

    /// The signals that are caught, with their places in [`Past`].
    pub(crate) struct Signals(Vec<(usize, SignalKind, Signal)>, Past);

    impl Signals {
        /// Has to be called within a runtime.
        pub(crate) fn catch() -> io::Result<Self> {
            let kinds = [
                SignalKind::interrupt(),
                SignalKind::terminate(),
                SignalKind::hangup(),
            ];
            let ignored = ignored();
            let caught = kinds.into_iter().enumerate();
            let caught = caught.filter(|(_, kind)| !is_in(ignored, *kind));
            let caught = caught.map(|(place, kind)| Ok((place, kind, signal(kind)?)));
            Ok(Self(caught.collect::<io::Result<_>>()?, Past::default()))
        }

        /// Waits for the next one; for ever if all are ignored.
        pub(crate) async fn next(&mut self) -> Asked {
            let Self(signals, past) = self;
            std::future::poll_fn(|context| {
                let mut came = signals.iter_mut();
                match came.find_map(|(place, kind, signal)| {
                    let is_there = signal.poll_recv(context).is_ready();
                    is_there.then_some((place, kind))
                }) {
                    Some((place, kind)) => {
                        let is_hangup = *kind == SignalKind::hangup();
                        Poll::Ready(past.note(*place, is_hangup, Instant::now()))
                    }
                    None => Poll::Pending,
                }
            })
            .await
        }
    }

    /// Lets a file that may grow no longer be an error of writing, as a closed pipe is, and not
    /// the end of the process. Has to be called within a runtime.
    pub(crate) fn spare_writers() -> io::Result<()> {
        let number = rustix::process::Signal::XFSZ.as_raw();
        // What was caught once stays so.
        signal(SignalKind::from_raw(number)).map(drop)
    }

    /// The signals that this process ignores, a bit for each. Only Linux tells without unsafe
    /// code; elsewhere none is taken for ignored.
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status");
        status.map_or(0, |status| ignored_in(&status))
    }

    fn ignored_in(status: &str) -> u64 {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.unwrap_or(0)
    }

    fn is_in(mask: u64, kind: SignalKind) -> bool {
        let bit = u32::try_from(kind.as_raw_value() - 1);
        let bit = bit.ok().and_then(|bit| 1_u64.checked_shl(bit));
        bit.is_some_and(|bit| mask & bit != 0)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_mask_of_ignored_signals_has_a_bit_for_each() {
            let mask = ignored_in("Name:\tdrs\nSigIgn:\t0000000000001001\nSigCgt:\t0\n");
            assert!(is_in(mask, SignalKind::hangup()));
            assert!(is_in(mask, SignalKind::pipe()));
            assert!(!is_in(mask, SignalKind::interrupt()));
            assert!(!is_in(mask, SignalKind::terminate()));
            assert_eq!(ignored_in("Name:\tdrs\n"), 0);
        }
    }
}

#[cfg(not(unix))]
mod platform {
    use super::{Asked, Instant, Past, io};

    /// Ctrl-C alone.
    pub(crate) struct Signals(Past);

    impl Signals {
        pub(crate) fn catch() -> io::Result<Self> {
            Ok(Self(Past::default()))
        }

        pub(crate) async fn next(&mut self) -> Asked {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            self.0.note(0, false, Instant::now())
        }
    }

    pub(crate) fn spare_writers() -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_wish_of_a_person_ends_a_run_at_once_and_nothing_else_does() {
        const INT: usize = 0;
        const TERM: usize = 1;
        const HUP: usize = 2;
        let start = Instant::now();
        for (signals, asked) in [
            (&[(INT, 0)][..], Asked::Stop),
            (&[(HUP, 0)], Asked::Stop),
            // A wrapper passes it on.
            (&[(INT, 0), (INT, 50)], Asked::Nothing),
            (&[(INT, 0), (INT, 50), (INT, 400)], Asked::Nothing),
            (&[(INT, 0), (INT, 600)], Asked::End),
            (&[(INT, 0), (INT, 50), (INT, 600)], Asked::End),
            (&[(INT, 0), (TERM, 600)], Asked::Nothing),
            (&[(INT, 0), (TERM, 600), (TERM, 1_200)], Asked::End),
            (&[(HUP, 0), (HUP, 1), (HUP, 5_000)], Asked::Nothing),
            (&[(HUP, 0), (INT, 5_000)], Asked::Nothing),
        ] {
            let mut past = Past::default();
            let told = signals.iter().map(|(kind, milliseconds)| {
                past.note(
                    *kind,
                    *kind == HUP,
                    start + Duration::from_millis(*milliseconds),
                )
            });
            assert_eq!(told.last(), Some(asked), "{signals:?}");
        }
    }
}
