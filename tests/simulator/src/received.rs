//! The requests that the simulator remembers.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, request::Parts};

/// A request as received. `Debug` shows neither its body nor its credentials.
#[derive(Clone)]
pub struct Request {
    /// 1 for the first request, and so on.
    pub number: u64,
    /// The method.
    pub method: String,
    /// Path and query, as received.
    pub path: String,
    /// The headers, with lower-case names, in the order received.
    pub headers: HeaderMap,
    /// The body. `None` if it was not kept, not read to its end, or over the size limit.
    pub body: Option<Bytes>,
    /// Whether the whole body was read.
    pub complete: bool,
    /// How many of its items were stored.
    pub stored: usize,
    /// The response's status; `None` until then, and if the response is incomplete.
    pub status: Option<u16>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("number", &self.number)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.as_ref().map(Bytes::len))
            .field("complete", &self.complete)
            .field("stored", &self.stored)
            .field("status", &self.status)
            .finish()
    }
}

const CREDENTIALS: [&str; 4] = [
    "x-auth-token",
    "authorization",
    "x-security-token",
    "x-metadata-token",
];

/// How much is remembered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keep {
    pub(crate) requests: usize,
    pub(crate) bodies: bool,
}

impl Default for Keep {
    /// All of them.
    fn default() -> Self {
        Self {
            requests: usize::MAX,
            bodies: true,
        }
    }
}

#[derive(Default)]
struct Inner {
    count: u64,
    requests: VecDeque<Request>,
}

pub(crate) struct Received {
    keep: Keep,
    inner: Mutex<Inner>,
}

impl Received {
    pub(crate) fn new(keep: Keep) -> Self {
        Self {
            keep,
            inner: Mutex::default(),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn count(&self) -> u64 {
        self.inner().count
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.inner().requests.iter().cloned().collect()
    }

    pub(crate) fn forget(&self) {
        self.inner().requests.clear();
    }

    /// Records a request whose head has arrived, and numbers it.
    pub(crate) fn arrived(&self, head: &Parts) -> u64 {
        let mut inner = self.inner();
        inner.count += 1;
        let number = inner.count;
        if self.keep.requests == 0 {
            return number;
        }
        if inner.requests.len() >= self.keep.requests {
            inner.requests.pop_front();
        }
        let mut headers = head.headers.clone();
        for (name, value) in &mut headers {
            if CREDENTIALS.contains(&name.as_str()) {
                // Keeps it out of `Debug`.
                value.set_sensitive(true);
            }
        }
        inner.requests.push_back(Request {
            number,
            method: head.method.to_string(),
            path: head
                .uri
                .path_and_query()
                .map_or_else(String::new, ToString::to_string),
            headers,
            body: None,
            complete: false,
            stored: 0,
            status: None,
        });
        number
    }

    pub(crate) fn completed(&self, number: u64, body: Option<&Bytes>) {
        self.update(number, |request| {
            request.complete = true;
            request.body = body.filter(|_| self.keep.bodies).cloned();
        });
    }

    pub(crate) fn stored(&self, number: u64, stored: usize) {
        self.update(number, |request| request.stored = stored);
    }

    pub(crate) fn answered(&self, number: u64, status: Option<u16>) {
        self.update(number, |request| request.status = status);
    }

    fn update(&self, number: u64, change: impl FnOnce(&mut Request)) {
        let mut inner = self.inner();
        // Requests are in order, so the position follows from the number and from what was dropped
        // at the front.
        let place = inner.requests.partition_point(|r| r.number < number);
        if let Some(request) = inner.requests.get_mut(place)
            && request.number == number
        {
            change(request);
        }
    }
}
