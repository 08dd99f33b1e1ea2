//! Blanks secrets of a request that an answer echoes.
//!
//! Services like to quote what they refuse. What an answer says is shown to people and
//! written to logs, so each secret that was sent, in the body or in a header, is looked for
//! in it, in the [forms](forms) that an echo may have, and blanked. What the client itself
//! has to understand stays: a password `success` must not turn `"status":"success"` into
//! something unknown.

mod forms;
mod search;
mod starts;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, cell::OnceCell, collections::HashSet};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use memchr::memmem;
use serde::de::IgnoredAny;

use self::{
    forms::{Form, Forms},
    search::Search,
    starts::Starts,
};
use crate::{body::RequestBody, secret::REDACTED};

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

/// A number of fewer digits is a count or a status, and no echo.
const LONG_NUMBER: usize = 8;

/// So many secrets are looked for one after the other.
const FEW: usize = 8;

/// The secrets of one request, ready to be looked for.
pub(crate) struct Echoes<'a> {
    request: &'a RequestBody,
    credentials: &'a [HeaderValue],
    /// How the secrets begin where nothing is escaped.
    starts: Starts,
    /// Those of them that have no capital letter where they give themselves away.
    without_capitals: Forms<'a>,
    /// For texts in which nothing is escaped.
    unescaped: OnceCell<Search<'a>>,
    /// For all others: it has several times as many forms, most of them copies.
    escaped: OnceCell<Search<'a>>,
    /// What stands in the request in clear, such as the ids of its tasks.
    asked: OnceCell<HashSet<&'a [u8]>>,
}

impl<'a> Echoes<'a> {
    /// `credentials` are the header values that are secret.
    pub(crate) fn new(request: &'a RequestBody, credentials: &'a [HeaderValue]) -> Self {
        let found = unescaped(request, credentials);
        Self {
            request,
            credentials,
            starts: Starts::new(found.iter().map(Form::bytes)),
            without_capitals: found.into_iter().filter(has_no_capitals).collect(),
            unescaped: OnceCell::new(),
            escaped: OnceCell::new(),
            asked: OnceCell::new(),
        }
    }

    fn unescaped(&self) -> &Search<'a> {
        self.unescaped
            .get_or_init(|| Search::new(unescaped(self.request, self.credentials)))
    }

    fn escaped(&self) -> &Search<'a> {
        self.escaped.get_or_init(|| {
            let mut found = Forms::new();
            for escaped in self.request.secrets() {
                forms::of_json(escaped, &mut found);
            }
            for value in self.credentials {
                forms::of_plain(value.as_bytes(), &mut found);
            }
            Search::new(found)
        })
    }

    /// Whether one of them stands anywhere in a text.
    pub(crate) fn are_in(&self, text: &[u8]) -> bool {
        let [a, b, c] = forms::ESCAPES;
        match memchr::memchr3(a, b, c, text) {
            Some(_) => self.escaped().is_in(text),
            None => self.may_be_in(text) && self.unescaped().is_in(text),
        }
    }

    /// A first look at a text in which nothing is escaped. Nearly all are dismissed by it.
    fn may_be_in(&self, text: &[u8]) -> bool {
        // An answer without errors has no capital letters, and most passwords have some.
        // Several bytes at a time are looked at here; `any` would look at one.
        let is_capital = |found, byte: &u8| found | byte.is_ascii_uppercase();
        if text.iter().fold(false, is_capital) || self.without_capitals.len() > FEW {
            return self.starts.may_be_in(text);
        }
        // A text may also end within a secret, before its capital letter.
        let end = &text[text.len().saturating_sub(search::TELLING)..];
        let is_in = |secret: &Form<'_>| memmem::find(text, starts::first(secret.bytes())).is_some();
        self.starts.may_be_in(end) || self.without_capitals.iter().any(is_in)
    }

    /// Headers and body of an answer.
    pub(crate) fn blank_answer(&self, headers: &mut HeaderMap, body: &mut Bytes) {
        self.blank_headers(headers);
        *body = self.blank_body(std::mem::take(body));
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
        if self.starts.is_empty() || (memchr::memchr(b'\\', &body).is_none() && !self.are_in(&body))
        {
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
            match self.escaped().length_at(text, at) {
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
        VOCABULARY.contains(&text) || is_error_code(text) || self.was_asked(text)
    }

    /// Whether a string stands in the request and is not a secret there.
    fn was_asked(&self, text: &str) -> bool {
        let asked = self.asked.get_or_init(|| {
            let request = self.request.as_slice();
            let mut secrets = self.request.secret_starts().peekable();
            // No number stands in a request.
            scalars(request)
                .filter(|(open, _)| secrets.next_if_eq(&(open + 1)).is_none())
                .filter_map(|(open, end)| request.get(open + 1..end - 1))
                .collect()
        });
        asked.contains(text.as_bytes())
    }
}

fn has_no_capitals(secret: &Form<'_>) -> bool {
    !search::head(secret.bytes())
        .iter()
        .any(u8::is_ascii_uppercase)
}

/// The forms of the secrets in which nothing is escaped.
fn unescaped<'a>(request: &'a RequestBody, credentials: &'a [HeaderValue]) -> Forms<'a> {
    let mut found = Forms::new();
    for escaped in request.secrets() {
        forms::unescaped_of_json(escaped, &mut found);
    }
    for value in credentials {
        forms::unescaped_of_plain(value.as_bytes(), &mut found);
    }
    found.retain(|form| !form.bytes().is_empty());
    found
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
