//! The one reader of answers: what a body says, and the public [`Answer`] made from it.
//!
//! It reads leniently and item by item. Every text that is kept of an answer is bounded here,
//! so that no answer, however long, takes more memory than it is worth.

mod body;
mod scan;
mod text;
mod typed;

use http::{HeaderMap, StatusCode};

pub(crate) use self::{
    body::{Body, Item, Property, scan_beside},
    scan::{FoundCode, Scan, is_success},
    text::{MAX_TEXT, cut_to, decode, excerpt, request_id},
    typed::typed,
};
use crate::types::ModifyDbPwdResp;

/// An answer that is not a success: what could be read of it.
///
/// Each text is cut at 4,096 bytes and then ends in `…`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The service's or the gateway's code, such as `DRS.M00304` or `APIGW.0301`.
    pub error_code: Option<String>,
    /// The message that belongs to it.
    pub error_msg: Option<String>,
    /// The id of the request, from the body or the header `X-Request-Id`.
    pub request_id: Option<String>,
    /// What the service said item by item, where it did.
    pub results: Vec<ModifyDbPwdResp>,
    /// For a 401 or a 403: what is wrong with the credentials, the project or this machine's
    /// clock, as far as the answer shows it, and what to do.
    pub advice: Option<String>,
    /// The beginning of a body in which something could not be read, 1,024 bytes at most; or
    /// its content encoding, if that is why.
    pub excerpt: Option<String>,
    /// Why the body was not read to its end, if it wasn't.
    pub unread: Option<String>,
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HTTP status {}", self.status)?;
        if let Some(code) = &self.error_code {
            write!(f, ", {code}")?;
        }
        if let Some(message) = &self.error_msg {
            write!(f, ": {message}")?;
        }
        for result in &self.results {
            let id = result.id.as_deref().unwrap_or("without an id");
            write!(f, "; task {id}")?;
            if let Some(side) = &result.end_point_type {
                write!(f, ", {side}")?;
            }
            if let Some(status) = &result.status {
                write!(f, ": {status}")?;
            }
            let texts = [&result.error_code, &result.error_msg];
            for text in texts.into_iter().flatten() {
                write!(f, " {text}")?;
            }
        }
        if let Some(unread) = &self.unread {
            write!(f, "; {unread}")?;
        }
        if let Some(excerpt) = &self.excerpt {
            write!(f, ", with a body that can't be read: {excerpt:?}")?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " (request id {id})")?;
        }
        if let Some(advice) = &self.advice {
            write!(f, ": {advice}")?;
        }
        Ok(())
    }
}

impl Answer {
    /// Reads what can be read: the service's flat shape, the gateway's, IAM's.
    pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let text = decode(body);
        Self::of_body(status, headers, Body::read(&text), body)
    }

    /// The same of a body that has been read already; `raw` is the body as it came.
    pub(crate) fn of_body(
        status: StatusCode,
        headers: &HeaderMap,
        body: Option<Body<'_>>,
        raw: &[u8],
    ) -> Self {
        let body = body.unwrap_or_default();
        let mut results = Vec::new();
        let all_read = match body.results {
            None => body.error_code.is_some() || raw.is_empty(),
            Some(items) => {
                let found = items.len();
                results.extend(items.into_iter().flatten().map(ModifyDbPwdResp::from));
                results.len() == found
            }
        };
        Self {
            status: status.as_u16(),
            error_code: body.error_code,
            error_msg: body.error_msg,
            request_id: body.request_id.or_else(|| request_id(headers)),
            results,
            excerpt: (!all_read).then(|| excerpt(headers, raw)),
            ..Self::default()
        }
    }

    /// A body that did not arrive whole, or is too long to be read.
    pub(crate) fn of_unread(
        status: StatusCode,
        headers: &HeaderMap,
        raw: &[u8],
        why: String,
    ) -> Self {
        Self {
            status: status.as_u16(),
            request_id: request_id(headers),
            excerpt: Some(excerpt(headers, raw)),
            unread: Some(why),
            ..Self::default()
        }
    }
}
