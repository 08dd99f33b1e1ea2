//! The text of a body, what is shown of one that can't be read, and whether one whose text
//! nobody can read may say that a password is wrong.

use std::borrow::Cow;

use http::{HeaderMap, header::CONTENT_ENCODING};
use serde::de::IgnoredAny;

use super::signs::says_wrong_password;
use crate::echo::Raw;

/// The text of a body: without a byte order mark, and with � for what is not UTF-8.
pub(crate) fn decode(body: &[u8]) -> Cow<'_, str> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if let Ok(text) = std::str::from_utf8(body) {
        return text.into();
    }
    let text = String::from_utf8_lossy(body);
    match String::from_utf8(without_pairs(body)) {
        Ok(pairs) if !is_json(&text) && is_json(&pairs) => pairs.into(),
        _ => text,
    }
}

pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// A body in GBK or the like, with `?` for each character of two bytes, of which the second may
/// look like a backslash.
fn without_pairs(body: &[u8]) -> Vec<u8> {
    let mut bytes = body.iter();
    let mut text = Vec::with_capacity(body.len());
    while let Some(byte) = bytes.next() {
        if byte.is_ascii() {
            text.push(*byte);
            continue;
        }
        if *byte > 0x80 && matches!(bytes.as_slice().first(), Some(0x40..)) {
            bytes.next();
        }
        text.push(b'?');
    }
    text
}

/// The beginning of a body, or how it is encoded: packed, it says nothing to anyone.
pub(crate) fn excerpt<'a>(headers: &HeaderMap, body: &'a [u8], text: &'a str) -> Raw<'a> {
    let encoding = headers.get(CONTENT_ENCODING);
    let encoding = encoding.filter(|_| std::str::from_utf8(body).is_err());
    match encoding.and_then(|encoding| encoding.to_str().ok()) {
        Some(encoding) => {
            format!("in the content encoding {encoding}, which was not asked for").into()
        }
        None => text.into(),
    }
}

/// Whether a body may say that a password is wrong, as far as bytes show it: it does, or it is
/// packed or in an encoding in which nothing can be found. `was_read`: its texts were looked at,
/// if they are UTF-8. `is_whole`: none of it is missing.
pub(crate) fn bytes_may_say_wrong_password(
    headers: &HeaderMap,
    body: &[u8],
    was_read: bool,
    is_whole: bool,
) -> bool {
    if std::str::from_utf8(body).is_ok() && !body.contains(&0) {
        return !was_read && says_wrong_password(body);
    }
    if says_wrong_password(body) {
        return true;
    }
    let is_control = |b: &u8| b.is_ascii_control() && !b.is_ascii_whitespace() && *b != 0x1b;
    match utf16(body) {
        Some(text) => says_wrong_password(text.as_bytes()),
        None => is_whole && (headers.contains_key(CONTENT_ENCODING) || body.iter().any(is_control)),
    }
}

/// The text of what is UTF-16 beyond doubt: it says so, or is mostly ASCII.
fn utf16(body: &[u8]) -> Option<String> {
    let (pairs, rest) = body.as_chunks();
    let [high, low] = [0, 1].map(|at| pairs.iter().filter(|pair: &&[u8; 2]| pair[at] == 0).count());
    let read = match body {
        _ if !rest.is_empty() => return None,
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ if low > pairs.len() / 2 => u16::from_le_bytes,
        _ if high > pairs.len() / 2 => u16::from_be_bytes,
        _ => return None,
    };
    let units = pairs.iter().map(|pair| read(*pair));
    Some(
        char::decode_utf16(units)
            .map(Result::unwrap_or_default)
            .collect(),
    )
}
