//! Texts of an answer, bounded.

use std::borrow::Cow;

use http::{HeaderMap, HeaderValue, header::CONTENT_ENCODING};
use serde::de::IgnoredAny;

/// The most that is kept of one text of an answer, in bytes. A longer one is cut at a
/// character and marked.
pub(crate) const MAX_TEXT: usize = 4096;

/// How much is kept of a body that can't be read, in bytes.
const MAX_EXCERPT: usize = 1024;

/// Ends a text that was cut.
const MARK: char = '…';

/// A text of [`MAX_TEXT`] bytes at most, and the mark.
pub(crate) fn cut(text: String) -> String {
    cut_to(text, MAX_TEXT)
}

/// A text of this many bytes at most, and the mark.
pub(crate) fn cut_to(mut text: String, most: usize) -> String {
    if text.len() > most && text.strip_suffix(MARK).is_none_or(|text| text.len() > most) {
        text.truncate(text.floor_char_boundary(most));
        text.push(MARK);
        text.shrink_to_fit();
    }
    text
}

/// The beginning of a text, of this many bytes at most.
pub(super) fn prefix(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// A text of [`MAX_TEXT`] bytes at most, and the mark; copied only to be cut.
pub(super) fn bounded(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_TEXT {
        return Cow::Borrowed(text);
    }
    // One character too many shows that there was more.
    Cow::Owned(cut(text[..text.ceil_char_boundary(MAX_TEXT + 1)].to_owned()))
}

/// The text of a body: without a byte order mark, and with � in the place of what is not UTF-8.
pub(crate) fn decode(body: &[u8]) -> Cow<'_, str> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if let Ok(text) = std::str::from_utf8(body) {
        return text.into();
    }
    let is_json = |text: &str| serde_json::from_str::<IgnoredAny>(text).is_ok();
    let text = String::from_utf8_lossy(body);
    if !is_json(&text)
        && let Ok(pairs) = String::from_utf8(without_pairs(body))
        && is_json(&pairs)
    {
        return pairs.into();
    }
    text
}

/// A body in GBK or the like, with `?` in the place of each character of two bytes: the second
/// may look like a backslash.
fn without_pairs(body: &[u8]) -> Vec<u8> {
    let mut bytes = body.iter();
    let mut text = Vec::with_capacity(body.len());
    while let Some(byte) = bytes.next() {
        match byte {
            0x81..=0xfe if matches!(bytes.as_slice().first(), Some(0x40..)) => {
                bytes.next();
                text.push(b'?');
            }
            byte if byte.is_ascii() => text.push(*byte),
            _ => text.push(b'?'),
        }
    }
    text
}

/// The beginning of an answer's body, or how it is encoded: packed, it says nothing to anyone.
pub(crate) fn excerpt(headers: &HeaderMap, body: &[u8]) -> String {
    let is_packed = |_: &&HeaderValue| std::str::from_utf8(body).is_err();
    let encoding = headers.get(CONTENT_ENCODING).filter(is_packed);
    if let Some(encoding) = encoding.and_then(|encoding| encoding.to_str().ok()) {
        let encoding = bounded(encoding);
        return format!("in the content encoding {encoding}, which was not asked for");
    }
    let beginning = &body[..body.len().min(MAX_EXCERPT)];
    String::from_utf8_lossy(beginning).into_owned()
}

/// The request's id by its header.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-request-id")?.to_str().ok()?;
    Some(bounded(id).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_at_a_character_and_marked() {
        let long = "é".repeat(MAX_TEXT);
        for cut in [cut(long.clone()), bounded(&long).into_owned()] {
            assert_eq!(cut, format!("{}…", "é".repeat(MAX_TEXT / 2)));
        }
        let odd = format!("x{long}");
        assert_eq!(cut(odd).len(), MAX_TEXT - 1 + MARK.len_utf8());
    }

    #[test]
    fn a_text_that_is_short_enough_stays() {
        for text in ["", "short", &"x".repeat(MAX_TEXT)] {
            assert_eq!(cut(text.to_owned()), text);
            assert_eq!(bounded(text), text);
        }
    }

    #[test]
    fn a_text_that_was_cut_is_not_cut_again() {
        let once = cut("x".repeat(MAX_TEXT + 1));
        assert_eq!(cut(once.clone()), once);
    }
}
