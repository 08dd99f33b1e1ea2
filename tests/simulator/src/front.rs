//! What every request passes before it reaches the service: numbering, reading, remembering, and
//! faults.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{HeaderName, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body as _, Incoming};
use tokio::time::sleep;

use crate::answer::Answer;
use crate::change::{self, Item};
use crate::fault::{Fault, Plan, Stage, Step, Stores};
use crate::received::Received;
use crate::service::{Passage, Service};
use crate::task::Side;
use crate::throttle::Bucket;

pub(crate) struct Front {
    pub(crate) service: Arc<Service>,
    pub(crate) received: Received,
    pub(crate) plan: Plan,
    pub(crate) bucket: Bucket,
    pub(crate) body_limit: usize,
    pub(crate) connections: AtomicU64,
}

/// What happens to a request.
pub(crate) enum Reply {
    Regular(Response<Full<Bytes>>),
    /// The connection leaves HTTP for these steps.
    Fault(Vec<Step>),
}

impl Front {
    /// Responds to a request. An error means that the client went away.
    pub(crate) async fn handle(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> hyper::Result<Reply> {
        let (head, mut body) = request.into_parts();
        let number = self.received.arrived(&head);
        let fault = self.plan.for_request(number);
        if let Some(fault) = &fault
            && let Some(stage) = fault.stage()
            && stage < Stage::AfterBody
        {
            if stage == Stage::InRequestBody {
                read_half(&mut body).await?;
            }
            wait(fault.delay).await;
            return Ok(Reply::Fault(fault.early()));
        }
        let body = read(body, self.body_limit).await?;
        self.received.completed(number, body.as_ref());
        let too_large = body.is_none();
        let body = body.unwrap_or_default();
        let items = change::items(&body);
        self.count(&items);
        let fault = fault.or_else(|| self.plan.by_script(number, &items));
        let passage = Passage {
            request_id: format!("{number:032x}"),
            too_large,
            throttled: match fault {
                None => self.bucket.take().err(),
                Some(_) => None,
            },
            stores: fault.as_ref().map_or(Stores::All, Fault::stores),
        };
        let answer = self.regular(number, &head, &body, &passage);
        let (status, reply) = match &fault {
            Some(fault) if !fault.only_delays() => {
                let (status, steps) = fault.render(&body, &answer);
                (status, Reply::Fault(steps))
            }
            _ => (Some(answer.status), Reply::Regular(answer.into_response())),
        };
        if let Some(fault) = fault {
            wait(fault.delay).await;
        }
        self.received.answered(number, status);
        Ok(reply)
    }

    /// The service's response.
    fn regular(&self, number: u64, head: &Parts, body: &Bytes, passage: &Passage) -> Answer {
        let mut answer = self.service.respond(head, body, passage);
        self.received.stored(number, answer.stored);
        let clock = &self.service.access.clock;
        if clock.is_moved() {
            // Otherwise hyper writes the machine's time.
            let date = httpdate::fmt_http_date(clock.now());
            answer = answer.header(header::DATE, &date);
        }
        let request_id = HeaderName::from_static("x-request-id");
        answer.header(request_id, &passage.request_id)
    }

    fn count(&self, items: &[Item]) {
        let mut store = self.service.store();
        for item in items {
            if let Some(side) = Side::parse(&item.end_point_type) {
                store.count_received(&item.job_id, side);
            }
        }
    }
}

/// Reads a body to its end even if it is too large, which makes it `None`: a client that is still
/// sending may not see an answer that comes early.
async fn read(mut body: Incoming, limit: usize) -> hyper::Result<Option<Bytes>> {
    let mut whole = BytesMut::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        length = length.saturating_add(data.len());
        if length <= limit {
            whole.extend_from_slice(&data);
        } else {
            whole = BytesMut::new();
        }
    }
    Ok((length <= limit).then(|| whole.freeze()))
}

/// Not only `sleep`: a timer takes a millisecond even for zero.
async fn wait(delay: Duration) {
    if !delay.is_zero() {
        sleep(delay).await;
    }
}

/// Reads half of a body, or the first piece of one without a length.
async fn read_half(body: &mut Incoming) -> hyper::Result<()> {
    let half = body.size_hint().exact().map_or(1, |length| length / 2);
    let mut length = 0;
    while length < half {
        let Some(frame) = body.frame().await else {
            break;
        };
        length += frame?.data_ref().map_or(0, |data| data.len() as u64);
    }
    Ok(())
}
