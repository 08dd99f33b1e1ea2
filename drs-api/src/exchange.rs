//! One request and what came back: plain data.

use std::fmt;

use bytes::Bytes;
use http::{
    HeaderMap, StatusCode, Version,
    header::{CONTENT_LENGTH, TRANSFER_ENCODING},
};
use reqwest::Response;

use crate::{Error, credentials::Refusal, error::NetworkError};

/// One request and what came back. What came back shows no secret of the request.
#[derive(Default)]
pub(crate) struct Exchange {
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    /// What was read of the body.
    pub(crate) body: Bytes,
    /// Why there is no answer, or not all of it.
    pub(crate) failure: Option<Failure>,
    /// Nothing but the end of the connection ends the body.
    pub(crate) ends_with_connection: bool,
    /// The answer refuses the credentials.
    pub(crate) refusal: Option<Refusal>,
}

/// Whether nothing but the end of the connection ends the body of a response: it has no length,
/// comes in no chunks, and neither HTTP/2 nor TLS says where it ends.
pub(crate) fn ends_with_connection(response: &Response) -> bool {
    let headers = response.headers();
    response.version() <= Version::HTTP_11
        && response.url().scheme() != "https"
        && !headers.contains_key(CONTENT_LENGTH)
        && !headers.contains_key(TRANSFER_ENCODING)
        && !matches!(
            response.status(),
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
        )
}

/// Why an exchange has no whole answer.
pub(crate) enum Failure {
    /// The network, or the server's end of it.
    Network(NetworkError),
    /// The request could not be made, or there are no credentials.
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
}

impl Failure {
    /// Whether not a byte of the request can have reached the service.
    pub(crate) fn nothing_was_sent(&self) -> bool {
        match self {
            Self::Network(error) => error.nothing_was_sent(),
            Self::Local(_) => true,
            Self::TooLarge { .. } | Self::TooMany { .. } => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(error) => error.fmt(f),
            Self::Local(error) => error.fmt(f),
            Self::TooLarge { limit } => write!(f, "the answer has more than {limit} bytes"),
            Self::TooMany { limit } => write!(f, "the answer holds more than {limit} values"),
        }
    }
}
