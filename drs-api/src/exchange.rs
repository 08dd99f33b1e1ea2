//! One request and what came back: plain data.

use std::fmt;

use bytes::Bytes;
use http::{
    HeaderMap, StatusCode, Version,
    header::{CONTENT_LENGTH, TRANSFER_ENCODING},
    response::Parts,
};
use hyper::ext::ReasonPhrase;

use crate::{Error, credentials::Refusal, echo::Secrets, error::NetworkError};

/// One request and what came back, as it came: what is kept or shown of it goes through
/// [`secrets`](Self::secrets).
#[derive(Default)]
pub(crate) struct Exchange {
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    /// What the server said behind the status, if that is not what everyone says.
    pub(crate) reason: Option<ReasonPhrase>,
    /// Headers behind the body.
    pub(crate) trailers: HeaderMap,
    /// What was read of the body.
    pub(crate) body: Bytes,
    pub(crate) is_whole: Whole,
    /// Why there is no answer, or not all of it.
    pub(crate) failure: Option<Failure>,
    /// The answer refuses the credentials.
    pub(crate) refusal: Option<Refusal>,
    /// What the answer may quote and must not show.
    pub(crate) secrets: Secrets,
}

impl Exchange {
    /// All that came besides status and body: the reason phrase, names and values of headers
    /// and trailers.
    pub(crate) fn around_the_body(&self) -> impl Iterator<Item = &[u8]> {
        let headers = self.headers.iter().chain(&self.trailers);
        let headers = headers.flat_map(|(name, value)| [name.as_ref(), value.as_bytes()]);
        headers.chain(self.reason.as_ref().map(ReasonPhrase::as_bytes))
    }
}

/// Whether a body is all that the server had to send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Whole {
    #[default]
    Yes,
    /// It was cut.
    No,
    /// Nothing but the end of the connection ended it, which may have cut it: it is whole if
    /// it is one JSON object or list.
    IfJson,
}

impl Whole {
    /// By how the end of a body is told. It was read to where the HTTP client saw its end;
    /// `has_ended` is whether the body itself knows that it ended.
    pub(crate) fn of(response: &Parts, has_ended: bool, is_tls: bool) -> Self {
        if response.version > Version::HTTP_11 {
            // The client takes a stream that is reset without an error for one that ended.
            return if has_ended { Self::Yes } else { Self::No };
        }
        let empty = [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED];
        let mut codings = response.headers.get_all(TRANSFER_ENCODING).iter();
        // Any transfer coding makes the length void.
        let tells_its_end = match codings.next_back() {
            Some(codings) => {
                let last = codings.as_bytes().rsplit(|b| *b == b',').next();
                last.is_some_and(|last| last.trim_ascii().eq_ignore_ascii_case(b"chunked"))
            }
            None => response.headers.contains_key(CONTENT_LENGTH),
        };
        // TLS says where it ends, and a client of it fails where that is missing.
        match tells_its_end || is_tls || empty.contains(&response.status) {
            true => Self::Yes,
            false => Self::IfJson,
        }
    }
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
