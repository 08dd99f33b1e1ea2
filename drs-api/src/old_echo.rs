//! Blanks secrets that an answer, or an error, echoes.
//!
//! Services like to quote what they refuse. What an answer says is shown to people and
//! written to logs, so each secret that was sent, in the body or in a header, is looked for
//! in it and blanked, however it is [escaped](decode). A run looks for those of all its
//! requests, since an answer may be one to another request: a gateway caches, a service lags.
//! What the client itself has to understand stays: a password `success` must not turn
//! `"status":"success"` into something unknown.

mod decode;
mod filter;
mod gather;
mod index;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, cell::OnceCell, collections::HashSet, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::IgnoredAny;

pub(crate) use self::index::Index;
use self::{
    gather::secrets_of_change,
    index::{Escapes, SHORT_ELSEWHERE},
};
use crate::{
    body::RequestBody,
    secret::REDACTED,
    types::{ANSWER_WORDS, ModifyPwdEndPoint},
};

/// A property of IAM's answers, which no document describes.
const IAM_WORD: &str = "error";

/// Headers whose names stay: those of every answer, and those that the client reads.
const HEADER_NAMES: [&str; 8] = [
    "connection",
    "content-length",
    "content-type",
    "date",
    "location",
    "retry-after",
    "server",
    "x-request-id",
];

/// A number of fewer digits is a count, a status or a part of a date, and no echo.
const LONG_NUMBER: usize = 6;

/// The secrets of a run, as one of its requests looks for them.
#[derive(Clone)]
pub(crate) struct RunSecrets {
    index: Arc<Index>,
    /// The request's own secrets, in small letters and in order, of those so short that others
    /// of their length are blanked only as words.
    own_short: Arc<HashSet<Vec<u8>>>,
}

impl RunSecrets {
    /// `own` are the changes that are or were asked for together with those of the request.
    pub(crate) fn new<'c>(
        index: Arc<Index>,
        own: impl IntoIterator<Item = &'c ModifyPwdEndPoint>,
    ) -> Self {
        let own_short = own.into_iter().flat_map(secrets_of_change);
        let own_short = own_short.filter(|secret| secret.len() < SHORT_ELSEWHERE);
        let own_short = own_short.map(|secret| secret.to_ascii_lowercase().into_bytes());
        Self {
            index,
            own_short: Arc::new(own_short.collect()),
        }
    }
}

/// What must not be shown of the answer to one request.
pub(crate) struct Echoes<'a> {
    request: &'a RequestBody,
    /// The secrets that the request itself was sent with, as far as no run knows them.
    own: Index,
    run: Option<&'a RunSecrets>,
    /// What stands in the request in clear, such as the ids of its tasks.
    asked: OnceCell<HashSet<&'a [u8]>>,
}

impl<'a> Echoes<'a> {
    /// `credentials` are the header values that are secret. The secrets in the body of a run's
    /// request are among those of the run.
    pub(crate) fn new(
        request: &'a RequestBody,
        credentials: &[HeaderValue],
        run: Option<&'a RunSecrets>,
    ) -> Self {
        let own = match run {
            None => Index::of_request(request, credentials),
            Some(_) => Index::of_headers(credentials),
        };
        Self {
            request,
            own,
            run,
            asked: OnceCell::new(),
        }
    }

    /// Whether a secret, or the telling beginning of one, stands anywhere in a text.
    pub(crate) fn are_in(&self, text: &[u8]) -> bool {
        let escapes = Escapes::of(text);
        self.may_be_in(text, escapes)
            && (0..text.len()).any(|at| self.end_at(text, at, escapes).is_some())
    }

    /// A first look, by which nearly all texts are dismissed.
    fn may_be_in(&self, text: &[u8], escapes: Escapes) -> bool {
        escapes.any()
            || self.own.may_be_in(text)
            || self.run.is_some_and(|run| run.index.may_be_in(text))
    }

    /// How far a text is to be blanked from this place on.
    fn end_at(&self, text: &[u8], at: usize, escapes: Escapes) -> Option<usize> {
        let own = self.own.end_at(text, at, escapes, &|_| true);
        let Some(RunSecrets { index, own_short }) = self.run else {
            return own;
        };
        let is_own = |secret: &[u8]| own_short.contains(&secret.to_ascii_lowercase());
        own.max(index.end_at(text, at, escapes, &is_own))
    }

    /// Headers and body of an answer.
    pub(crate) fn blank_answer(&self, headers: &mut HeaderMap, body: &mut Bytes) {
        self.blank_headers(headers);
        *body = self.blank_body(std::mem::take(body));
    }

    /// Headers of an answer. A name or a value that holds a secret is blanked as a whole.
    fn blank_headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            if self.are_in(value.as_bytes()) {
                *value = HeaderValue::from_static(REDACTED);
            }
        }
        let is_echo = |name: &HeaderName| {
            !HEADER_NAMES.contains(&name.as_str()) && self.are_in(name.as_str().as_bytes())
        };
        let echoes: Vec<HeaderName> = headers
            .keys()
            .filter(|name| is_echo(name))
            .cloned()
            .collect();
        for name in echoes {
            headers.remove(name);
            let blanked = HeaderValue::from_static(REDACTED);
            headers.append(HeaderName::from_static("redacted"), blanked);
        }
    }

    /// An answer's body without the secrets. JSON stays JSON.
    pub(crate) fn blank_body(&self, body: Bytes) -> Bytes {
        // A string may end within a secret, which only a look at each string finds.
        if !self.may_be_in(&body, Escapes::of(&body)) {
            return body;
        }
        let is_json = |text| serde_json::from_str::<IgnoredAny>(text).is_ok();
        let blanked = match std::str::from_utf8(&body) {
            Ok(text) if is_json(text) => self.blank_json(&body),
            _ => self.blank(&body),
        };
        match blanked {
            Cow::Borrowed(_) => body,
            Cow::Owned(blanked) => blanked.into(),
        }
    }

    /// A text that is not an answer's body, such as a lower layer's error. The name of the
    /// host stays, which the user has configured.
    pub(crate) fn blank_text(&self, text: &str, host: &str) -> String {
        let blanked =
            |part: &str| String::from_utf8_lossy(&self.blank(part.as_bytes())).into_owned();
        if host.is_empty() {
            return blanked(text);
        }
        let parts: Vec<String> = text.split(host).map(blanked).collect();
        parts.join(host)
    }

    fn blank<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let escapes = Escapes::of(text);
        let mut out = Vec::new();
        let mut kept = 0;
        let mut at = 0;
        while at < text.len() {
            match self.end_at(text, at, escapes) {
                Some(end) => {
                    out.extend_from_slice(&text[kept..at]);
                    out.extend_from_slice(REDACTED.as_bytes());
                    at = end.max(at + 1);
                    kept = at;
                }
                None => at += 1,
            }
        }
        if kept == 0 {
            return Cow::Borrowed(text);
        }
        out.extend_from_slice(&text[kept..]);
        Cow::Owned(out)
    }

    fn blank_json<'t>(&self, json: &'t [u8]) -> Cow<'t, [u8]> {
        let mut out = Vec::new();
        let mut kept = 0;
        for (open, end) in scalars(json) {
            let scalar = &json[open..end];
            let blanked = match serde_json::from_slice::<Cow<'_, str>>(scalar) {
                Ok(text) if self.is_known(&text) => continue,
                Ok(text) => match self.blank(text.as_bytes()) {
                    Cow::Borrowed(_) => None,
                    Cow::Owned(blanked) => Some(blanked),
                },
                Err(_) if scalar[0] != b'"' => {
                    let echo = scalar.len() >= LONG_NUMBER && self.are_in(scalar);
                    echo.then(|| REDACTED.into())
                }
                // Half a character, which stands for nothing and could hide something.
                Err(_) => Some(REDACTED.into()),
            };
            if let Some(blanked) = blanked {
                out.extend_from_slice(&json[kept..open]);
                let blanked = String::from_utf8_lossy(&blanked);
                out.extend_from_slice(serde_json::Value::from(blanked).to_string().as_bytes());
                kept = end;
            }
        }
        if kept == 0 {
            return Cow::Borrowed(json);
        }
        out.extend_from_slice(&json[kept..]);
        Cow::Owned(out)
    }

    /// Whether a string is one that the client has to understand: a word of the schemas, an
    /// error code, or an id that was asked for.
    fn is_known(&self, text: &str) -> bool {
        ANSWER_WORDS.contains(&text)
            || text == IAM_WORD
            || is_error_code(text)
            || self.was_asked(text)
    }

    /// Whether a string stands in the request and is not a secret there.
    fn was_asked(&self, text: &str) -> bool {
        let asked = self.asked.get_or_init(|| {
            let request = self.request.as_slice();
            let mut secrets = self
                .request
                .secret_ranges()
                .iter()
                .map(|range| range.start)
                .peekable();
            // No number stands in a request.
            scalars(request)
                .filter(|(open, _)| secrets.next_if_eq(&(open + 1)).is_none())
                .filter_map(|(open, end)| request.get(open + 1..end - 1))
                .collect()
        });
        asked.contains(text.as_bytes())
    }
}

fn is_error_code(text: &str) -> bool {
    text.split_once('.').is_some_and(|(service, code)| {
        matches!(service, "DRS" | "APIGW")
            && code.len() <= 8
            && code.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// The strings of valid JSON, keys too, and its numbers, as from where to where they stand;
/// strings with their quotes.
fn scalars(json: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let begins = |b: &u8| matches!(b, b'"' | b'-' | b'0'..=b'9');
        let open = at + json.get(at..)?.iter().position(begins)?;
        at = open + 1;
        if json[open] == b'"' {
            while *json.get(at)? != b'"' {
                at += if json[at] == b'\\' { 2 } else { 1 };
            }
            at += 1;
        } else {
            let goes_on = |b: &u8| b.is_ascii_digit() || b"+-.eE".contains(b);
            at += json[at..].iter().take_while(|b| goes_on(b)).count();
        }
        Some((open, at))
    })
}
