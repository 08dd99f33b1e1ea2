//! What every request passes before the service sees it: numbering, reading, remembering.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, Response};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tower_service::Service as _;

use crate::change::{self, Item};
use crate::received::Received;
use crate::service::{Passage, Service, Stored};
use crate::task::Side;

pub(crate) struct Front {
    pub(crate) service: Arc<Service>,
    pub(crate) router: Router,
    pub(crate) received: Received,
    pub(crate) body_limit: usize,
    pub(crate) connections: AtomicU64,
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
    ) -> hyper::Result<Response<Body>> {
        let (head, body) = request.into_parts();
        let number = self.received.arrived(&head);
        let body = read(body, self.body_limit).await?;
        let (body, too_large) = match body {
            Arrived::Whole(body) => (body, false),
            Arrived::TooLarge => (Bytes::new(), true),
        };
        self.received
            .completed(number, (!too_large).then_some(&body));
        self.count(&change::items(&body));
        let passage = Passage {
            request_id: format!("{number:032x}"),
            too_large,
            store: true,
        };
        let mut request = Request::from_parts(head, Body::from(body));
        request.extensions_mut().insert(passage.clone());
        let mut response = match self.router.clone().call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        if let Some(Stored(stored)) = response.extensions().get() {
            self.received.stored(number, *stored);
        }
        if let Ok(id) = HeaderValue::try_from(passage.request_id) {
            response.headers_mut().insert("x-request-id", id);
        }
        self.received.answered(number, response.status().as_u16());
        Ok(response)
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
