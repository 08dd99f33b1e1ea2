//! What asks a run to end: Ctrl-C (SIGINT), SIGTERM, and SIGHUP, which a terminal sends when
//! it goes away. A signal that was ignored when the tool started stays ignored: `nohup` and a
//! shell's `&` count on it.

use std::io;

pub(crate) use platform::Signals;

#[cfg(unix)]
mod platform {
    use std::task::Poll;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::io;

    /// The signals that are caught.
    pub(crate) struct Signals(Vec<Signal>);

    impl Signals {
        pub(crate) fn catch() -> io::Result<Self> {
            let kinds = [
                SignalKind::interrupt(),
                SignalKind::terminate(),
                SignalKind::hangup(),
            ];
            let ignored = ignored();
            let caught = kinds.into_iter().filter(|kind| !is_in(ignored, *kind));
            caught.map(signal).collect::<io::Result<_>>().map(Self)
        }

        /// Waits for the next one; for ever if all are ignored.
        pub(crate) async fn next(&mut self) {
            std::future::poll_fn(|context| {
                let mut signals = self.0.iter_mut();
                match signals.any(|signal| signal.poll_recv(context).is_ready()) {
                    true => Poll::Ready(()),
                    false => Poll::Pending,
                }
            })
            .await;
        }
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
    use super::io;

    /// Ctrl-C alone.
    pub(crate) struct Signals;

    impl Signals {
        pub(crate) fn catch() -> io::Result<Self> {
            Ok(Self)
        }

        pub(crate) async fn next(&mut self) {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending().await
            }
        }
    }
}
