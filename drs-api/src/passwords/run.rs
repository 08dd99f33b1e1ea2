//! A run: its requests, some at a time, and the handles to it.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::sync::mpsc;

use crate::Client;

use super::{
    Events, Options, Report, StopReason, board::Board, drive::drive, plan::Plan, service::Drs,
    stop::Stop,
};

/// A run under way: await it to get the [`Report`].
///
/// Nothing is sent before it is first awaited, in a Tokio runtime. Once dropped, it sends nothing
/// more, and its [`handle`](Self::handle) still returns the report; [`cancel`](Self::cancel) does
/// both. If you spawn it as a task, await the task's handle for the report, or nobody learns what
/// failed.
///
/// ```
/// use drs_api::{Client, Error, types::ModifyPwdEndPoint};
///
/// async fn rotate(client: &Client, plan: Vec<ModifyPwdEndPoint>) -> Result<(), Error> {
///     let report = client.change_passwords("054ba152d480d55b2f5dc0069e7ddef0", plan)?.await;
///     for outcome in report.to_do() {
///         println!("{} {}: {}", outcome.job_id, outcome.end_point_type, outcome.kind);
///     }
///     Ok(())
/// }
/// ```
#[must_use = "a run does nothing unless it is awaited"]
pub struct Run {
    driver: Pin<Box<dyn Future<Output = ()> + Send>>,
    board: Arc<Board>,
}

impl Run {
    pub(super) fn new(client: Client, plan: Plan, options: Options) -> Self {
        let board = Arc::new(Board::new(plan, client.endpoint()));
        let service = Drs::new(client, &board.plan);
        let ends = Ends(Arc::clone(&board));
        let driver = async move {
            drive(&ends.0, &options, &service).await;
            ends.0.complete();
        };
        Self {
            driver: Box::pin(driver),
            board,
        }
    }

    /// A handle to watch and stop the run from elsewhere.
    pub fn handle(&self) -> RunHandle {
        RunHandle {
            board: Arc::clone(&self.board),
        }
    }

    /// What happens from here on, event by event. A later call takes the place of an earlier
    /// one. Events that are not read are kept, so read them or drop the stream.
    pub fn events(&mut self) -> Events {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.board.send_events_to(sender);
        Events { receiver }
    }

    /// Ends the run at once: what was answered stays, what is under way is unconfirmed, the
    /// rest is not sent.
    ///
    /// For an orderly end, in which the answers of what is under way are awaited, use
    /// [`RunHandle::stop`] and await the run.
    pub fn cancel(self) -> Report {
        let stop = Stop::new(StopReason::Cancelled, "the run was cancelled");
        self.board.stop(stop);
        drop(self.driver);
        self.board.report()
    }
}

impl Future for Run {
    type Output = Report;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Report> {
        let ended = self.driver.as_mut().poll(context);
        ended.map(|()| self.board.report())
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("changes", &self.board.plan.changes.len())
            .field("batches", &self.board.plan.batches.len())
            .finish_non_exhaustive()
    }
}

/// Watches and stops a [`Run`]. Clones belong to the same run.
///
/// ```
/// use drs_api::passwords::{Report, Run};
///
/// /// Ends a run in an orderly way when `signal` comes.
/// async fn until(signal: impl Future<Output = ()> + Send + 'static, run: Run) -> Report {
///     let handle = run.handle();
///     tokio::spawn(async move {
///         signal.await;
///         handle.stop();
///     });
///     run.await
/// }
/// ```
#[derive(Clone)]
#[must_use = "without it the run can't be stopped from elsewhere"]
pub struct RunHandle {
    board: Arc<Board>,
}

impl RunHandle {
    /// Ends the run in an orderly way: nothing more is begun, and what is under way is awaited.
    /// Each request takes at most the client's request time-out, and what its credentials take.
    /// The report's stop reason is [`StopReason::Cancelled`], as after [`Run::cancel`].
    pub fn stop(&self) {
        let stop = Stop::new(StopReason::Cancelled, "the run was stopped");
        self.board.stop(stop);
    }

    /// What is known now. What is under way is unconfirmed; what has not been sent yet is
    /// not sent, which may change at any moment until the run has ended.
    pub fn report(&self) -> Report {
        self.board.report()
    }
}

impl fmt::Debug for RunHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunHandle").finish_non_exhaustive()
    }
}

/// Ends the stream of events with the run, also one that is dropped before its end.
struct Ends(Arc<Board>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.end();
    }
}
