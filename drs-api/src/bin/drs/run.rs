//! One run from its first request to its last: it is watched, and signals end it.

use std::{io, time::Duration};

use drs_api::passwords::{OutcomeKind, Report, Run};
use futures_util::{FutureExt as _, StreamExt as _};

use crate::{progress::Progress, signals::Signals};

/// Awaits the run. A first signal ends it in an orderly way, a second one at once.
pub(crate) async fn drive(mut run: Run, end_points: usize, verbose: u8) -> io::Result<Report> {
    let mut signals = Signals::catch()?;
    let handle = run.handle();
    let mut events = run.events();
    let mut progress = Progress::start(end_points, verbose > 0);
    let mut clock = tokio::time::interval(Duration::from_secs(1));
    let mut stopping = false;
    let report = loop {
        tokio::select! {
            report = &mut run => break report,
            Some(event) = events.next() => progress.note(&event),
            _ = clock.tick() => progress.tick(|| handle.report().count(OutcomeKind::Rejected)),
            () = signals.next() => {
                if stopping {
                    break run.cancel();
                }
                stopping = true;
                handle.stop();
                progress.tell(
                    "stopping: nothing more is sent, and answers under way are awaited; a second \
                     signal ends it at once",
                );
            }
        }
    };
    // What happened last.
    while let Some(event) = events.next().now_or_never().flatten() {
        progress.note(&event);
    }
    progress.end();
    Ok(report)
}
