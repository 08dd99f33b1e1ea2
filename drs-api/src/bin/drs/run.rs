//! One run from its first request to its last: it is watched, and signals end it.

use std::io;

use drs_api::passwords::{Report, Run};
use futures_util::StreamExt as _;

use crate::progress::Progress;

/// Awaits the run. A first signal ends it in an orderly way, a second one at once.
pub(crate) async fn drive(mut run: Run, end_points: usize) -> io::Result<Report> {
    let mut signals = Signals::catch()?;
    let handle = run.handle();
    let mut events = run.events();
    let mut progress = Progress::start(end_points);
    let mut stopping = false;
    let report = loop {
        tokio::select! {
            report = &mut run => break report,
            Some(event) = events.next() => progress.note(&event),
            () = signals.next() => {
                if stopping {
                    break run.cancel();
                }
                stopping = true;
                handle.stop();
                progress.tell(
                    "stopping: no more is begun, what is under way is awaited; Ctrl-C again \
                     ends it at once",
                );
            }
        }
    };
    progress.end();
    Ok(report)
}

/// What asks a run to end: Ctrl-C, and SIGTERM where there is one.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    fn catch() -> io::Result<Self> {
        Ok(Self {})
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
