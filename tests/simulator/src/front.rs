//! What every request passes before the service sees it: numbering, reading,
//! remembering, and the faults that act on it.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, Response, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use tokio::time::sleep;
use tower_service::Service as _;

use crate::change::{self, Item};
use crate::fault::{Fault, Plan, Regular, Stage, Step};
use crate::received::Received;
use crate::service::{Passage, Service, Stored};
use crate::task::Side;
use crate::throttle::Bucket;

pub(crate) struct Front {
    pub(crate) service: Arc<Service>,
    pub(crate) router: Router,
    pub(crate) received: Received,
    pub(crate) plan: Plan,
    pub(crate) bucket: Bucket,
    pub(crate) body_limit: usize,
    pub(crate) connections: AtomicU64,
}

/// What becomes of a request.
pub(crate) enum Reply {
    Regular(Response<Body>),
    /// The connection is taken from HTTP, for these steps.
    Fault(Vec<Step>),
}

/// A body that was read to its end.
enum Arrived {
    Whole(Bytes),
    TooLarge,
}

impl Front {
    /// Answers a request. An error means that the client went away; then there is no one to answer.
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
        let (body, too_large) = match read(body, self.body_limit).await? {
            Arrived::Whole(body) => (body, false),
            Arrived::TooLarge => (Bytes::new(), true),
        };
        self.received
            .completed(number, (!too_large).then_some(&body));
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
            store: fault.as_ref().is_none_or(Fault::stores),
        };
        let response = self.regular(number, head, body.clone(), passage).await;
        let (status, reply) = match &fault {
            Some(fault) if !fault.only_delays() => {
                let (status, steps) = fault.render(&body, buffered(response).await);
                (status, Reply::Fault(steps))
            }
            _ => (Some(response.status().as_u16()), Reply::Regular(response)),
        };
        if let Some(fault) = fault {
            wait(fault.delay).await;
        }
        if let Some(status) = status {
            self.received.answered(number, status);
        }
        Ok(reply)
    }

    /// What the service answers.
    async fn regular(
        &self,
        number: u64,
        head: Parts,
        body: Bytes,
        passage: Passage,
    ) -> Response<Body> {
        let request_id = HeaderValue::try_from(passage.request_id.as_str());
        let mut request = Request::from_parts(head, Body::from(body));
        request.extensions_mut().insert(passage);
        let mut response = match self.router.clone().call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        if let Some(Stored(stored)) = response.extensions().get() {
            self.received.stored(number, *stored);
        }
        let clock = &self.service.access.clock;
        if clock.is_moved() {
            // Else hyper writes the machine's time.
            let date = httpdate::fmt_http_date(clock.now());
            if let Ok(date) = HeaderValue::try_from(date) {
                response.headers_mut().insert(header::DATE, date);
            }
        }
        if let Ok(id) = request_id {
            response.headers_mut().insert("x-request-id", id);
        }
        response
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

/// Reads a body to its end even if it is too large, for a client that is still sending may not
/// see an answer that comes early.
async fn read(mut body: Incoming, limit: usize) -> hyper::Result<Arrived> {
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
    Ok(if length <= limit {
        Arrived::Whole(whole.freeze())
    } else {
        Arrived::TooLarge
    })
}

/// Not `sleep` alone: a timer takes a millisecond even for nothing.
async fn wait(delay: Duration) {
    if !delay.is_zero() {
        sleep(delay).await;
    }
}

/// Reads half of a body, or of one without a length the first that comes of it.
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

/// The service's answer, for a fault to make something of.
async fn buffered(response: Response<Body>) -> Regular {
    let (head, body) = response.into_parts();
    // The body was in memory before, so collecting it can't fail.
    let body = body.collect().await.map(|body| body.to_bytes());
    Regular {
        status: head.status.as_u16(),
        headers: head.headers,
        body: body.unwrap_or_default(),
    }
}
