//! Blanks secrets of a request that an answer echoes.
//!
//! Services like to quote what they refuse. What an answer says is shown to people and
//! written to logs, so each secret that was sent is looked for in it, as it is and as JSON
//! escapes it, and blanked. What the client itself has to understand stays: a password
//! `success` must not turn `"status":"success"` into something unknown.

use std::borrow::Cow;

use bytes::Bytes;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use crate::body::{REDACTED, RequestBody};

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

/// Below this length a secret is blanked only where it stands as a word of its own, or
/// every message would be in tatters.
const SHORT: usize = 4;

/// The secrets of one request, ready to be looked for.
pub(crate) struct Echoes<'a> {
    request: &'a [u8],
    /// Sorted, without duplicates.
    secrets: Vec<Form<'a>>,
    /// For each secret the longest other one that it begins with.
    shorter: Vec<Option<usize>>,
    /// Which pairs of first bytes occur: almost every place of an answer is dismissed here.
    /// (A secret of one byte sets the pairs that begin with it.)
    starts: Vec<u64>,
}

/// A secret as it stands in the request, or a wiped copy where its plain form differs.
enum Form<'a> {
    InBody(&'a [u8]),
    Plain(Zeroizing<Vec<u8>>),
}

impl Form<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Form::InBody(bytes) => bytes,
            Form::Plain(bytes) => bytes,
        }
    }
}

impl<'a> Echoes<'a> {
    pub(crate) fn new(request: &'a RequestBody) -> Self {
        let mut secrets = Vec::new();
        for escaped in request.secrets().filter(|secret| !secret.is_empty()) {
            if escaped.contains(&b'\\') {
                secrets.extend(unescape(escaped).map(Form::Plain));
            }
            secrets.push(Form::InBody(escaped));
        }
        secrets.sort_by(|a, b| a.bytes().cmp(b.bytes()));
        secrets.dedup_by(|a, b| a.bytes() == b.bytes());

        let mut shorter = Vec::with_capacity(secrets.len());
        let mut starts = vec![0_u64; 1024];
        for (index, secret) in secrets.iter().enumerate() {
            // The candidates are the one before and, in turn, those it begins with.
            let mut candidate = index.checked_sub(1);
            while let Some(earlier) = candidate
                && !secret.bytes().starts_with(secrets[earlier].bytes())
            {
                candidate = shorter[earlier];
            }
            shorter.push(candidate);
            let mut set = |a: u8, b: u8| {
                let pair = usize::from(a) << 8 | usize::from(b);
                starts[pair / 64] |= 1 << (pair % 64);
            };
            match *secret.bytes() {
                [a] => (0..=u8::MAX).for_each(|b| set(a, b)),
                [a, b, ..] => set(a, b),
                [] => {}
            }
        }
        Self {
            request: request.as_slice(),
            secrets,
            shorter,
            starts,
        }
    }

    /// Whether one of them stands anywhere in a text.
    pub(crate) fn are_in(&self, text: &[u8]) -> bool {
        (0..text.len()).any(|at| self.secret_at(text, at).is_some())
    }

    /// An answer's body without the secrets. JSON stays JSON.
    pub(crate) fn blank_body(&self, body: Bytes) -> Bytes {
        if self.secrets.is_empty() || body.is_empty() {
            return body;
        }
        let blanked = if serde_json::from_slice::<IgnoredAny>(&body).is_ok() {
            self.blank_json(&body)
        } else {
            self.blank(&body)
        };
        match blanked {
            Cow::Borrowed(_) => body,
            Cow::Owned(blanked) => blanked.into(),
        }
    }

    /// A text from an answer without the secrets.
    pub(crate) fn blank_text(&self, text: String) -> String {
        if self.is_known(&text) {
            return text;
        }
        let blanked = match self.blank(text.as_bytes()) {
            Cow::Borrowed(_) => return text,
            Cow::Owned(blanked) => blanked,
        };
        String::from_utf8(blanked)
            .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
    }

    fn blank<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let mut out = Vec::new();
        let mut kept = 0;
        let mut at = 0;
        while at < text.len() {
            match self.secret_at(text, at) {
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

    /// The length of the longest secret that stands at a place of a text.
    fn secret_at(&self, text: &[u8], at: usize) -> Option<usize> {
        let pair = usize::from(text[at]) << 8 | usize::from(*text.get(at + 1).unwrap_or(&0));
        if self.starts[pair / 64] & 1 << (pair % 64) == 0 {
            return None;
        }
        let rest = &text[at..];
        let after = self.secrets.partition_point(|s| s.bytes() <= rest);
        let mut candidate = after.checked_sub(1);
        while let Some(index) = candidate {
            let secret = self.secrets[index].bytes();
            if rest.starts_with(secret)
                && (secret.len() >= SHORT || stands_alone(text, at, secret.len()))
            {
                return Some(secret.len());
            }
            candidate = self.shorter[index];
        }
        None
    }

    fn blank_json<'t>(&self, json: &'t [u8]) -> Cow<'t, [u8]> {
        let mut out = Vec::new();
        let mut kept = 0;
        let mut at = 0;
        while let Some(open) = find(json, at, b'"') {
            let end = string_end(json, open + 1);
            at = end + 1;
            let Ok(text) = serde_json::from_slice::<Cow<'_, str>>(&json[open..at.min(json.len())])
            else {
                continue;
            };
            if self.is_known(&text) {
                continue;
            }
            if let Cow::Owned(blanked) = self.blank(text.as_bytes()) {
                out.extend_from_slice(&json[kept..open]);
                let blanked = String::from_utf8_lossy(&blanked);
                out.extend_from_slice(serde_json::Value::from(blanked).to_string().as_bytes());
                kept = at;
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

    fn was_asked(&self, text: &str) -> bool {
        let quoted = format!("\"{text}\"");
        // Only what has the look of an id: a password may stand in the request as well.
        text.len() == 36
            && text.matches('-').count() == 4
            && !self.secrets.iter().any(|s| s.bytes() == text.as_bytes())
            && self
                .request
                .windows(quoted.len())
                .any(|window| window == quoted.as_bytes())
    }
}

fn is_error_code(text: &str) -> bool {
    text.split_once('.').is_some_and(|(service, code)| {
        matches!(service, "DRS" | "APIGW")
            && code.len() <= 8
            && code.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

fn stands_alone(text: &[u8], at: usize, length: usize) -> bool {
    let word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
    let before = at.checked_sub(1).and_then(|i| text.get(i));
    !word(before) && !word(text.get(at + length))
}

fn find(text: &[u8], from: usize, byte: u8) -> Option<usize> {
    let rest = text.get(from..)?;
    rest.iter().position(|b| *b == byte).map(|i| from + i)
}

/// Where the quote stands that ends a string of valid JSON.
fn string_end(json: &[u8], mut at: usize) -> usize {
    while at < json.len() && json[at] != b'"' {
        at += if json[at] == b'\\' { 2 } else { 1 };
    }
    at
}

/// What a JSON string without its quotes stands for.
fn unescape(escaped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(Vec::with_capacity(escaped.len()));
    let mut rest = escaped;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        let (kind, tail) = rest.split_first()?;
        rest = tail;
        out.push(match kind {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            // serde_json escapes nothing but control characters this way.
            b'u' => {
                let (digits, tail) = rest.split_at_checked(4)?;
                rest = tail;
                u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?
            }
            other => *other,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

    fn blanked(secrets: &[&str], answer: &str) -> String {
        let secrets: Vec<_> = secrets.iter().map(|s| Secret::from(*s)).collect();
        let body = RequestBody::write(&secrets).unwrap();
        let blanked = Echoes::new(&body).blank_body(Bytes::copy_from_slice(answer.as_bytes()));
        String::from_utf8(blanked.to_vec()).unwrap()
    }

    #[test]
    fn an_echo_is_blanked_in_json_and_elsewhere() {
        assert_eq!(
            blanked(&["hunter22"], r#"{"a":"got hunter22!"}"#),
            r#"{"a":"got [redacted]!"}"#
        );
        assert_eq!(
            blanked(&["hunter22"], "<b>hunter22</b>"),
            "<b>[redacted]</b>"
        );
        assert_eq!(
            blanked(&["hunter22"], r#"{"hunter22":1"#),
            r#"{"[redacted]":1"#
        );
    }

    #[test]
    fn an_echo_is_blanked_however_it_is_escaped() {
        let secret = "p\"a\\s/<\u{e9}\n";
        for echo in [
            r#"{"m":"p\"a\\s/<é\n"}"#,
            r#"{"m":"p\"a\\s\/\u003c\u00e9\n"}"#,
            r#"{"m":"{\"db_password\":\"p\\\"a\\\\s/<é\\n\"}"}"#,
        ] {
            let shown = blanked(&[secret], echo);
            assert!(
                shown.contains("[redacted]") && !shown.contains("s/<"),
                "{shown}"
            );
            assert!(
                serde_json::from_str::<IgnoredAny>(&shown).is_ok(),
                "{shown}"
            );
        }
        assert_eq!(blanked(&[secret], &format!("x{secret}x")), "x[redacted]x");
    }

    #[test]
    fn of_several_secrets_the_longest_is_blanked() {
        let secrets = ["pass", "pass-word", "pass-work", "password"];
        let text = "pass-word pass-wor password pass";
        assert_eq!(
            blanked(&secrets, text),
            "[redacted] [redacted]-wor [redacted] [redacted]"
        );
    }

    #[test]
    fn what_the_client_has_to_understand_is_left() {
        let answer = r#"{"results":[{"status":"success","end_point_type":"so","error_code":"DRS.M00304"}],"count":2}"#;
        let secrets = ["success", "so", "status", "M00304", "2", "s", "count"];
        assert_eq!(blanked(&secrets, answer), answer);
    }

    #[test]
    fn a_short_secret_is_blanked_where_it_stands_alone() {
        assert_eq!(
            blanked(&["a"], "a task, \"a\""),
            "[redacted] task, \"[redacted]\""
        );
    }
}
