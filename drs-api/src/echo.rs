//! Blanks secrets of a request that an answer echoes.
//!
//! Services like to quote what they refuse. What an answer says is shown to people and
//! written to logs, so each secret that was sent, in the body or in a header, is looked for
//! in it, in the [forms](forms) that an echo may have, and blanked. What the client itself
//! has to understand stays: a password `success` must not turn `"status":"success"` into
//! something unknown.

mod forms;
mod search;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, cell::OnceCell, collections::HashSet};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use serde::de::IgnoredAny;

use self::search::Search;
use crate::{
    body::{REDACTED, RequestBody},
    transport::Exchange,
};

/// Words of the answers' schemas: a string that is exactly one of them is no echo.
const VOCABULARY: [&str; 13] = [
    "count",
    "results",
    "id",
    "status",
    "end_point_type",
    "error_code",
    "error_msg",
    "request_id",
    "success",
    "failed",
    "so",
    "ta",
    "error",
];

/// The secrets of one request, ready to be looked for.
pub(crate) struct Echoes<'a> {
    request: &'a RequestBody,
    search: Search<'a>,
    /// What stands in the request in clear, such as the ids of its tasks.
    asked: OnceCell<HashSet<&'a [u8]>>,
}

impl<'a> Echoes<'a> {
    /// `credentials` are the header values that are secret.
    pub(crate) fn new(request: &'a RequestBody, credentials: &'a [HeaderValue]) -> Self {
        let mut found = Vec::new();
        for escaped in request.secrets() {
            forms::of_json(escaped, &mut found);
        }
        for value in credentials {
            forms::of_plain(value.as_bytes(), &mut found);
        }
        Self {
            request,
            search: Search::new(found),
            asked: OnceCell::new(),
        }
    }

    /// Whether one of them stands anywhere in a text.
    pub(crate) fn are_in(&self, text: &[u8]) -> bool {
        (0..text.len()).any(|at| self.search.length_at(text, at).is_some())
    }

    /// Headers and body of an answer.
    pub(crate) fn blank_answer(&self, exchange: &mut Exchange) {
        self.blank_headers(&mut exchange.headers);
        exchange.body = self.blank_body(std::mem::take(&mut exchange.body));
    }

    /// Headers of an answer; the whole value is blanked.
    fn blank_headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            if self.are_in(value.as_bytes()) {
                *value = HeaderValue::from_static(REDACTED);
            }
        }
    }

    /// An answer's body without the secrets. JSON stays JSON.
    pub(crate) fn blank_body(&self, body: Bytes) -> Bytes {
        // Only an escape can hide a secret from a look at the bytes as they are.
        if self.search.is_empty() || (!body.contains(&b'\\') && !self.are_in(&body)) {
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

    /// A text that is not an answer's body, such as a lower layer's error.
    pub(crate) fn blank_text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.blank(text.as_bytes())).into_owned()
    }

    fn blank<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let mut out = Vec::new();
        let mut kept = 0;
        let mut at = 0;
        while at < text.len() {
            match self.search.length_at(text, at) {
                Some(length) => {
                    out.extend_from_slice(&text[kept..at]);
                    out.extend_from_slice(REDACTED.as_bytes());
                    at += length;
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
        for (open, end) in strings(json) {
            let blanked = match serde_json::from_slice::<Cow<'_, str>>(&json[open..end]) {
                Ok(text) if self.is_known(&text) => continue,
                Ok(text) => match self.blank(text.as_bytes()) {
                    Cow::Borrowed(_) => None,
                    Cow::Owned(blanked) => Some(blanked),
                },
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
        VOCABULARY.contains(&text) || is_error_code(text) || self.was_asked(text)
    }

    /// Whether a string stands in the request and is not a secret there.
    fn was_asked(&self, text: &str) -> bool {
        let asked = self.asked.get_or_init(|| {
            let request = self.request.as_slice();
            let mut secrets = self.request.secret_starts().peekable();
            strings(request)
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

/// The strings of valid JSON, keys too, as from where to where they stand with their quotes.
fn strings(json: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let open = at + json.get(at..)?.iter().position(|b| *b == b'"')?;
        at = open + 1;
        while *json.get(at)? != b'"' {
            at += if json[at] == b'\\' { 2 } else { 1 };
        }
        at += 1;
        Some((open, at))
    })
}
