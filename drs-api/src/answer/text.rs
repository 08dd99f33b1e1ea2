//! The text of a body, the excerpt of one that can't be read, and whether one whose text
//! nobody can read may say that a password is wrong.

use std::borrow::Cow;

use http::{HeaderMap, header::CONTENT_ENCODING};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::signs::says_wrong_password;
use crate::echo::{Raw, decoded};

/// The text of a body, without a byte order mark, and with � for bytes that aren't UTF-8.
pub(crate) fn decode(body: &[u8]) -> Cow<'_, str> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    std::str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed)
}

/// Reads a documented success into its generated type; `None` if it can't be read.
pub(crate) fn typed<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_str(&decode(body)).ok()
}

pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
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
/// packed, or no text. `is_known`: one of its texts says whose it is, if they are UTF-8.
pub(crate) fn may_say_wrong_password(headers: &HeaderMap, body: &[u8], is_known: bool) -> bool {
    let is_escaped = memchr::memchr2(b'\\', 0, body).is_some();
    let is_text = std::str::from_utf8(body).is_ok() && !(is_escaped && body.contains(&0));
    let is_control = |b: &u8| b.is_ascii_control() && !b.is_ascii_whitespace() && *b != 0x1b;
    let is_packed = || headers.contains_key(CONTENT_ENCODING) || body.iter().any(is_control);
    // UTF-16 has a zero next to each letter.
    let letters = || body.iter().copied().filter(|b| *b != 0).collect::<Vec<_>>();
    let says_so =
        says_wrong_password(body) || (is_escaped && says_wrong_password(&decoded(&letters())));
    (!is_text && is_packed()) || (!(is_text && is_known) && says_so)
}

#[cfg(test)]
mod tests {
    use crate::{texts::Texts as _, types::BatchModifyDbPwdResp};

    #[test]
    fn the_types_of_answers_give_away_each_of_their_texts() {
        let result =
            r#"{"id":"1","end_point_type":"2","status":"3","error_code":"4","error_msg":"5"}"#;
        let answer = format!(
            r#"{{"results":[{result},{result}],"count":2,"error_code":"6","error_msg":"7","request_id":"8"}}"#
        );
        let texts = |value: &mut BatchModifyDbPwdResp| {
            let mut texts = String::new();
            value.each_text(&mut |text| texts += &std::mem::replace(text, "x".to_owned()));
            texts
        };
        let mut success: BatchModifyDbPwdResp = serde_json::from_str(&answer).unwrap();
        let mut found: Vec<char> = texts(&mut success).chars().collect();
        found.sort_unstable();
        assert_eq!(found.iter().collect::<String>(), "1122334455678");
        assert_eq!(texts(&mut success), "x".repeat(13));
    }
}
