//! What happens in a run, for those who watch it.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use tokio::sync::mpsc;

/// What happens in a [`Run`](super::Run), as it happens. It ends with the run.
#[derive(Debug)]
pub struct Events {
    pub(super) receiver: mpsc::UnboundedReceiver<Event>,
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.receiver.poll_recv(context)
    }
}

/// Something that happened in a [`Run`](super::Run).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A request is about to be sent.
    Sent {
        /// Number of the request in the run, from 1.
        request: u64,
        /// How many end points it holds.
        end_points: usize,
        /// Which try it is for them, from 1.
        attempt: usize,
    },
    /// A request has ended.
    Answered {
        /// Number of the request.
        request: u64,
        /// The service's id of it, for a support ticket.
        request_id: Option<String>,
        /// HTTP status, if there was an answer.
        status: Option<u16>,
        /// Error code of the answer as a whole.
        error_code: Option<String>,
        /// Why there was no whole answer.
        failure: Option<String>,
        /// How many of its end points are changed by this answer.
        changed: usize,
        /// How long it took.
        elapsed: Duration,
    },
    /// End points will be asked again.
    Again {
        /// How many.
        end_points: usize,
        /// Why.
        reason: String,
        /// After how long.
        delay: Duration,
    },
    /// A batch has ended; nothing more is tried for its end points.
    Settled {
        /// How many.
        end_points: usize,
    },
    /// Nothing more will be begun.
    Stopped {
        /// Why.
        reason: String,
    },
}
