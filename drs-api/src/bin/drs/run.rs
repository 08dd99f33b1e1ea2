//! One run from its first request to its last: it is watched, and signals end it.

use std::time::Duration;

use drs_api::passwords::{Event, OutcomeKind, Report, Run};
use futures_util::{FutureExt as _, StreamExt as _};

use tokio::runtime::{Builder, Runtime};

use crate::{
    progress::Progress,
    signals::{Asked, Signals},
    status::Failure,
};

/// What everything is awaited in.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|e| Failure::other(format!("no event loop could be started: {e}")))
}

/// Awaits the run. `doubt` is called when an answer was not all good.
pub(crate) async fn drive(
    mut run: Run,
    mut signals: Signals,
    progress: Progress,
    doubt: impl Fn(),
) -> Report {
    let handle = run.handle();
    let mut events = run.events();
    let mut clock = tokio::time::interval(Duration::from_secs(1));
    let report = loop {
        tokio::select! {
            // A signal that is there already comes before the first request.
            biased;
            asked = signals.next() => match asked {
                Asked::End => break run.cancel(),
                Asked::Stop => {
                    handle.stop();
                    progress.tell(
                        "stopping: nothing more is sent, and answers under way are awaited; press \
                         Ctrl-C again to end at once",
                    );
                }
                Asked::Nothing => {}
            },
            Some(event) = events.next() => {
                if let Event::RequestEnded { status: Some(_), results, .. } = &event
                    && results.iter().any(|(_, kind)| *kind != OutcomeKind::Changed)
                {
                    doubt();
                }
                progress.note(&event);
            }
            _ = clock.tick() => progress.tick(&handle),
            report = &mut run => break report,
        }
    };
    // What happened last.
    while let Some(event) = events.next().now_or_never().flatten() {
        progress.note(&event);
    }
    progress.end();
    report
}
