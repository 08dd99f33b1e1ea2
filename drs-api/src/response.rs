//! The responses in which the generated code gets what came back. `exec` of progenitor's hooks
//! has to return a `reqwest::Response`; what else is known of it travels in its extensions.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use reqwest::{Response, ResponseBuilderExt as _, Url};

use crate::{echo::Secrets, secret::REDACTED};

/// The body of an answer, which `reqwest` gives away only once and asynchronously.
#[derive(Clone, Default)]
pub(crate) struct AnswerBody {
    pub(crate) bytes: Bytes,
    /// Why it was not read to its end, if it wasn't.
    pub(crate) unread: Option<String>,
    /// What to do about an answer that refuses the credentials.
    pub(crate) advice: Option<String>,
}

/// Why there is no answer although nothing in `reqwest` failed.
#[derive(Clone, Default)]
pub(crate) struct LocalFailure(pub(crate) String);

/// A response that was not expected, as users may look at it: a body that quotes a secret is
/// blanked as a whole.
pub(crate) fn unexpected(
    url: &Url,
    status: StatusCode,
    headers: HeaderMap,
    body: &AnswerBody,
    secrets: &Secrets,
) -> Response {
    let mut body = body.clone();
    if secrets.are_in(&body.bytes) {
        body.bytes = Bytes::from_static(REDACTED.as_bytes());
    }
    rebuild(url, status, headers, body)
}

/// A response whose body is available twice: as its own, and as an [`AnswerBody`].
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
pub(crate) fn without_answer(failure: LocalFailure) -> Response {
    let mut response = http::Response::new(Bytes::new());
    response.extensions_mut().insert(failure);
    response.into()
}
