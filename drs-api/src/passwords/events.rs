//! What happens in a run, as it happens.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::{OutcomeKind, StopReason};
use crate::{codes::Code, types::EndPointType};

/// The events of a [`Run`](super::Run), in order. They end with the run.
///
/// Read them with [`recv`](Self::recv), or as a [`Stream`].
///
/// ```
/// use drs_api::passwords::{Event, Run};
///
/// async fn watched(mut run: Run) {
///     let mut events = run.events();
///     // A spawned run goes on by itself; its report is in the handle.
///     let report = tokio::spawn(run);
///     while let Some(event) = events.recv().await {
///         if let Event::RetryScheduled { reason, delay, .. } = event {
///             println!("again in {delay:?}: {reason}");
///         }
///     }
///     assert!(report.await.is_ok_and(|report| report.all_changed()));
/// }
/// ```
#[derive(Debug)]
#[must_use = "events that are not read are kept; drop the stream if you don't want them"]
pub struct Events {
    pub(super) receiver: mpsc::UnboundedReceiver<Event>,
}

impl Events {
    /// Waits for the next event; `None` once the run has ended.
    pub async fn recv(&mut self) -> Option<Event> {
        self.receiver.recv().await
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.receiver.poll_recv(context)
    }
}

/// One side of one task.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EndPointId {
    /// The task.
    pub job_id: String,
    /// Its side.
    pub end_point_type: EndPointType,
}

impl EndPointId {
    /// One side of one task.
    pub fn new(job_id: impl Into<String>, end_point_type: EndPointType) -> Self {
        Self {
            job_id: job_id.into(),
            end_point_type,
        }
    }
}

/// Something that happened in a [`Run`](super::Run).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A request is about to be sent.
    #[non_exhaustive]
    RequestStarted {
        /// Number of the request in the run, from 1.
        request: u64,
        /// The end points that it asks to change.
        end_points: Vec<EndPointId>,
        /// Which try it is for them, from 1.
        attempt: usize,
    },
    /// A request has ended, with an answer or without one.
    #[non_exhaustive]
    RequestEnded {
        /// Number of the request.
        request: u64,
        /// The service's id of it, for a support ticket.
        request_id: Option<String>,
        /// HTTP status, if there was an answer.
        status: Option<u16>,
        /// Error code of the answer as a whole.
        error_code: Option<String>,
        /// What that code means, if it is known.
        code: Option<Code>,
        /// Why there was no whole answer.
        failure: Option<String>,
        /// What this answer alone says of each of its end points.
        results: Vec<(EndPointId, OutcomeKind)>,
        /// How long it took.
        elapsed: Duration,
    },
    /// End points will be sent again.
    #[non_exhaustive]
    RetryScheduled {
        /// Which.
        end_points: Vec<EndPointId>,
        /// Why.
        reason: RetryReason,
        /// After how long.
        delay: Duration,
    },
    /// A batch has ended, or a part of it: nothing more is tried for these end points.
    #[non_exhaustive]
    BatchEnded {
        /// Which.
        end_points: Vec<EndPointId>,
    },
    /// No further request will be started.
    #[non_exhaustive]
    RunStopped {
        /// Why.
        reason: StopReason,
        /// The same for people, as in [`Report::stopped`](super::Report::stopped).
        sentence: String,
    },
}

/// Why end points are sent again. `Display` says it to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryReason {
    /// There was no connection: nothing was sent.
    NotConnected,
    /// The request was sent and the answer lost. It may have been carried out, so it is sent once
    /// more at most.
    AnswerLost,
    /// The service is busy.
    ServiceBusy,
    /// The service did not let the request in, and nothing was done: as often as it takes.
    Throttled,
    /// The task is busy.
    TaskBusy,
    /// The credential was refused, and another one obtained.
    CredentialRenewed,
    /// The request was refused as a whole: each task is asked once alone.
    TaskByTask,
}

impl fmt::Display for RetryReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotConnected => "no connection",
            Self::AnswerLost => "the response was lost",
            Self::ServiceBusy => "the service is busy",
            Self::Throttled => "the service takes no more requests now",
            Self::TaskBusy => "the task is busy",
            Self::CredentialRenewed => "the credential was refused, and renewed",
            Self::TaskByTask => "each task alone",
        })
    }
}
