//! One request and what came back, and the responses in which the generated code gets it.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use reqwest::{Response, ResponseBuilderExt as _, Url};
use smallvec::SmallVec;

use crate::{Error, credentials::Refusal, error::causes};

/// The body of an answer, in the response's extensions: `reqwest` gives it away only once
/// and asynchronously.
#[derive(Clone, Default)]
pub(crate) struct AnswerBody {
    pub(crate) bytes: Bytes,
    /// Why it was not read to its end, if it wasn't.
    pub(crate) unread: Option<String>,
}

/// One request and what came back. What came back shows no secret of the request.
#[derive(Default)]
pub(crate) struct Exchange {
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    /// What was read of the body.
    pub(crate) body: Bytes,
    /// Why there is no answer, or not all of it.
    pub(crate) failure: Option<Failure>,
    /// What was sent in headers and must not be shown. (Clones share their bytes.)
    pub(crate) credentials: SmallVec<[HeaderValue; 2]>,
    /// The answer refuses who asks.
    pub(crate) refusal: Option<Refusal>,
    /// What the answer came in, without its headers and body.
    pub(crate) emptied: Option<Response>,
}

impl Exchange {
    /// The request's id by its header.
    pub(crate) fn request_id(&self) -> Option<String> {
        let id = self.headers.get("x-request-id")?.to_str().ok()?;
        Some(id.to_owned())
    }
}

/// Why an exchange has no whole answer.
pub(crate) enum Failure {
    /// The network, or the server's end of it.
    Network(reqwest::Error),
    /// The request could not be made, or the credentials not be had.
    Local(Box<Error>),
    /// The answer was longer than is read.
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// The answer holds more values than are read.
    TooMany {
        /// How many are read.
        limit: usize,
    },
    /// The network's or the server's end of it, in words that quoted a secret; blanked.
    Quoting(String),
}

impl Failure {
    pub(crate) fn network(error: reqwest::Error) -> Self {
        Self::Network(error.without_url())
    }

    /// Whether not a byte of the request can have reached the service.
    pub(crate) fn nothing_was_sent(&self) -> bool {
        match self {
            Self::Network(error) => error.is_connect() || error.is_builder(),
            Self::Local(_) => true,
            Self::TooLarge { .. } | Self::TooMany { .. } | Self::Quoting(_) => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(error) => f.write_str(&causes(error)),
            Self::Local(error) => error.fmt(f),
            Self::TooLarge { limit } => write!(f, "the answer has more than {limit} bytes"),
            Self::TooMany { limit } => write!(f, "the answer holds more than {limit} values"),
            Self::Quoting(text) => f.write_str(text),
        }
    }
}

/// Why there is no answer although nothing in `reqwest` failed, in the extensions of the
/// response that `exec` has to make up.
#[derive(Clone, Default)]
pub(crate) struct LocalFailure(pub(crate) String);

/// A response whose body is at hand, twice.
pub(crate) fn rebuild(
    url: &Url,
    status: StatusCode,
    headers: HeaderMap,
    body: AnswerBody,
) -> Response {
    let bytes = body.bytes.clone();
    let response = http::Response::builder().url(url.clone()).extension(body);
    let mut response = response.body(bytes).unwrap_or_default();
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.into()
}

/// The response of a request that had none.
pub(crate) fn made_up(failure: LocalFailure) -> Response {
    let mut response = http::Response::new(Bytes::new());
    response.extensions_mut().insert(failure);
    response.into()
}
