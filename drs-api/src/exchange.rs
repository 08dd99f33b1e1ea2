//! One request and what came back: plain data, filled in by `transport.rs`. `Whole::of` tells a cut
//! answer from a whole one.

use std::fmt;

use http::{
    HeaderMap, StatusCode, Version,
    header::{CONTENT_LENGTH, TRANSFER_ENCODING},
    response::Parts,
};
use hyper::ext::ReasonPhrase;
use tokio::sync::OwnedSemaphorePermit;

use crate::{Error, echo::Secrets, error::NetworkError};

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
    pub(crate) body: Vec<u8>,
    pub(crate) is_whole: Whole,
    /// Why the response is missing or incomplete.
    pub(crate) failure: Option<Failure>,
    /// The answer refuses the credentials.
    pub(crate) refusal: Option<Refusal>,
    /// What the answer may quote and must not show.
    pub(crate) secrets: Secrets,
    /// Of a long answer, as long as it is in memory.
    pub(crate) permit: Option<OwnedSemaphorePermit>,
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

/// Why an answer refuses the credentials: a 401 or 403.
#[derive(Clone)]
pub(crate) struct Refusal {
    /// What the cause is, as far as it can be known, and what to do.
    pub(crate) advice: String,
    /// The credential that was refused, by its number, if another may be asked for.
    pub(crate) renewable: Option<u64>,
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
        // Any transfer coding makes the length void.
        let mut codings = response.headers.get_all(TRANSFER_ENCODING).iter();
        let last = codings.next_back();
        let last = last.map(|codings| codings.as_bytes().rsplit(|b| *b == b','));
        let last = last.and_then(|mut codings| codings.next());
        let is_chunked = |last: &[u8]| last.trim_ascii().eq_ignore_ascii_case(b"chunked");
        let has_length = response.headers.contains_key(CONTENT_LENGTH);
        let is_empty = matches!(response.status.as_u16(), 204 | 304);
        match response.version > Version::HTTP_11 {
            true if has_ended => Self::Yes,
            // The client takes a stream that is reset without an error for one that ended.
            true => Self::No,
            // TLS says where it ends, and a client of it fails where that is missing.
            false if is_tls || is_empty || last.map_or(has_length, is_chunked) => Self::Yes,
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
    /// The answer has more of these than are read.
    TooMuch(&'static str, usize),
}

impl Failure {
    /// Whether not a byte of the request can have reached the service.
    pub(crate) fn nothing_was_sent(&self) -> bool {
        match self {
            Self::Network(error) => error.is_connect(),
            other => matches!(other, Self::Local(_)),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(error) => error.fmt(f),
            Self::Local(error) => error.fmt(f),
            Self::TooMuch(of, limit) => write!(f, "the response has more than {limit} {of}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_body_is_told_by_its_framing() {
        use Whole::{IfJson, No, Yes};
        let (http_1, http_2) = (Version::HTTP_11, Version::HTTP_2);
        let length = (CONTENT_LENGTH, "2");
        let coding = |codings| (TRANSFER_ENCODING, codings);
        for (version, headers, has_ended, is_tls, whole) in [
            (http_1, vec![length.clone()], false, false, Yes),
            (http_1, vec![], false, false, IfJson),
            (http_1, vec![], false, true, Yes),
            (http_1, vec![coding("gzip, Chunked")], false, false, Yes),
            (
                http_1,
                vec![coding("chunked, identity")],
                false,
                false,
                IfJson,
            ),
            (
                http_1,
                vec![length.clone(), coding("identity")],
                false,
                false,
                IfJson,
            ),
            (
                http_1,
                vec![coding("gzip"), coding("chunked")],
                false,
                false,
                Yes,
            ),
            (http_2, vec![], true, true, Yes),
            (http_2, vec![length], false, true, No),
        ] {
            let mut response = http::Response::new(());
            *response.version_mut() = version;
            for (name, value) in headers.clone() {
                response.headers_mut().append(name, value.parse().unwrap());
            }
            let (head, ()) = response.into_parts();
            let found = Whole::of(&head, has_ended, is_tls);
            assert_eq!(found, whole, "{version:?} {headers:?} {is_tls}");
        }
        let (mut empty, ()) = http::Response::new(()).into_parts();
        empty.status = StatusCode::NO_CONTENT;
        assert_eq!(Whole::of(&empty, false, false), Yes);
    }
}
