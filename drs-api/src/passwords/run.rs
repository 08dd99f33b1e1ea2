//! A run: its requests, some at a time, and the handles to it.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::sync::mpsc;

use crate::Client;

use super::{Events, Options, Report, batch, plan::Plan, state::State};

/// A run under way: awaited, it gives the [`Report`].
///
/// Nothing is sent before it is first awaited, in a Tokio runtime. Dropped, it sends nothing
/// more, and its [`handle`](Self::handle) still gives the report; [`cancel`](Self::cancel)
/// does both in one.
#[must_use = "a run does nothing unless it is awaited"]
pub struct Run {
    driver: Pin<Box<dyn Future<Output = ()> + Send>>,
    state: Arc<State>,
}

impl Run {
    pub(super) fn new(client: Client, plan: Plan, options: Options) -> Self {
        let state = Arc::new(State::new(client, plan, options));
        Self {
            driver: Box::pin(drive(Ends(Arc::clone(&state)))),
            state,
        }
    }

    /// A handle to watch and stop the run from elsewhere.
    pub fn handle(&self) -> RunHandle {
        RunHandle {
            state: Arc::clone(&self.state),
        }
    }

    /// What happens from here on, event by event. A later call takes the place of an earlier
    /// one. Events that are not read are kept, so read them or drop the stream.
    pub fn events(&mut self) -> Events {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.state.send_events_to(sender);
        Events { receiver }
    }

    /// Ends the run at once: what was answered stays, what is under way is unconfirmed, the
    /// rest is not sent.
    ///
    /// For an orderly end, in which the answers of what is under way are awaited, use
    /// [`RunHandle::stop`] and await the run.
    pub fn cancel(self) -> Report {
        self.state.stop("the run was cancelled");
        drop(self.driver);
        self.state.report()
    }
}

impl Future for Run {
    type Output = Report;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Report> {
        self.driver
            .as_mut()
            .poll(context)
            .map(|()| self.state.report())
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("changes", &self.state.plan.changes.len())
            .field("batches", &self.state.plan.batches())
            .finish_non_exhaustive()
    }
}

/// Watches and stops a [`Run`]. Clones belong to the same run.
#[derive(Clone)]
pub struct RunHandle {
    state: Arc<State>,
}

impl RunHandle {
    /// Ends the run in an orderly way: nothing more is begun, and what is under way is
    /// awaited, at most for the client's request time-out.
    pub fn stop(&self) {
        self.state.stop("the run was stopped");
    }

    /// What is known now. What is under way is unconfirmed; what has not been sent yet is
    /// not sent, which may change at any moment until the run has ended.
    pub fn report(&self) -> Report {
        self.state.report()
    }
}

impl fmt::Debug for RunHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunHandle").finish_non_exhaustive()
    }
}

/// Ends the stream of events with the run, also one that is dropped before its end.
struct Ends(Arc<State>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Sends the batches, some at a time.
async fn drive(ends: Ends) {
    let state = &ends.0;
    let mut under_way = FuturesUnordered::new();
    let mut next = 0;
    loop {
        while next < state.plan.batches() && under_way.len() < state.slots() && !state.is_stopped()
        {
            under_way.push(batch::send(Arc::clone(state), next));
            next += 1;
        }
        if under_way.next().await.is_none() {
            break;
        }
    }
    state.complete();
}
