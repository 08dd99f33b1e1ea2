//! The one reader of answers: what a body says, and the public [`Answer`] made from it.
//!
//! It reads leniently and item by item. Every text that is kept of an answer is bounded here, so
//! a long answer takes no more memory than it is worth.

mod found;
mod read;
mod signs;
mod text;

use std::fmt;

use http::{HeaderMap, StatusCode};

pub(crate) use self::{
    found::Found,
    read::{Body, Item},
    signs::{is_fine, names_an_error, says_wrong_password},
    text::{decode, excerpt, is_json, may_say_wrong_password, typed},
};
use crate::{
    echo::{Raw, Secrets},
    types::ModifyDbPwdResp,
};

/// The most that is kept of a code or an id, of a message, and of a cause, in bytes. A longer
/// text is cut at a character and marked.
pub(crate) const MAX_CODE: usize = 128;
pub(crate) const MAX_MESSAGE: usize = 512;
pub(crate) const MAX_CAUSE: usize = 1024;

/// An answer that is not a success: what could be read of it.
///
/// Codes and ids are cut at 128 bytes, messages at 512, and then end in `…`.
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

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut part = |before: &str, text: Option<&dyn fmt::Display>, behind: &str| match text {
            Some(text) => write!(f, "{before}{text}{behind}"),
            None => Ok(()),
        };
        fn shown<T: fmt::Display>(text: &Option<T>) -> Option<&dyn fmt::Display> {
            text.as_ref().map(|text| text as &dyn fmt::Display)
        }
        part("HTTP status ", Some(&self.status), "")?;
        part(", ", shown(&self.error_code), "")?;
        part(": ", shown(&self.error_msg), "")?;
        for result in &self.results {
            part("; task ", shown(&result.id).or(Some(&"without an id")), "")?;
            part(", ", shown(&result.end_point_type), "")?;
            part(": ", shown(&result.status), "")?;
            part(" ", shown(&result.error_code), "")?;
            part(" ", shown(&result.error_msg), "")?;
        }
        part("; ", shown(&self.unread), "")?;
        let excerpt = self.excerpt.as_ref().map(|excerpt| format!("{excerpt:?}"));
        part(", with a body that can't be read: ", shown(&excerpt), "")?;
        part(" (request id ", shown(&self.request_id), ")")?;
        part(": ", shown(&self.advice), "")
    }
}

impl Answer {
    /// Reads what can be read: the service's flat shape, the gateway's, IAM's. `unread` is why
    /// a body did not arrive whole, or is too long to be read.
    pub(crate) fn read(
        status: StatusCode,
        headers: &HeaderMap,
        bytes: &[u8],
        unread: Option<String>,
        secrets: &Secrets,
    ) -> Self {
        let text = decode(bytes);
        let body = match unread {
            None => Body::read(&text),
            Some(_) => Body::default(),
        };
        let keep = |raw: Option<&Raw<'_>>, most| raw.map(|raw| secrets.keep(raw, most));
        let result = |item: &Item<'_>| ModifyDbPwdResp {
            id: keep(item.id.as_ref(), MAX_CODE),
            end_point_type: keep(item.side.as_ref(), MAX_CODE).map(|side| side.as_str().into()),
            status: keep(item.status.as_ref(), MAX_CODE).map(|status| status.as_str().into()),
            error_code: keep(item.code.as_ref(), MAX_CODE),
            error_msg: keep(item.message.as_ref(), MAX_MESSAGE),
            ..ModifyDbPwdResp::default()
        };
        let is_read = unread.is_none()
            && body.unreadable.is_empty()
            && (bytes.is_empty() || body.code.is_some() || !body.results.is_empty());
        Self {
            status: status.as_u16(),
            error_code: keep(body.code.as_ref(), MAX_CODE),
            error_msg: keep(body.message.as_ref(), MAX_MESSAGE),
            request_id: request_id(headers, body.request_id.as_ref(), secrets),
            results: body.results.iter().map(result).collect(),
            excerpt: (!is_read).then(|| secrets.keep(&excerpt(headers, bytes, &text), MAX_CAUSE)),
            unread,
            ..Self::default()
        }
    }
}

/// The id of a request, from the body or the header, as it is kept.
pub(crate) fn request_id(
    headers: &HeaderMap,
    in_body: Option<&Raw<'_>>,
    secrets: &Secrets,
) -> Option<String> {
    let header = || headers.get("x-request-id")?.to_str().ok().map(Raw::from);
    let id = in_body.cloned().or_else(header)?;
    Some(secrets.keep(&id, MAX_CODE))
}
