//! A documented answer, read into its generated type.

use std::borrow::Cow;

use http::StatusCode;
use memchr::{memchr, memmem};
use serde::de::DeserializeOwned;

use super::text::{cut_to, decode};

/// Reads a documented answer, its texts cut at this length; `None` if it can't be read.
pub(crate) fn typed<T: DeserializeOwned>(
    status: StatusCode,
    body: &[u8],
    max_text: usize,
) -> Option<T> {
    if !status.is_success() && !has_known_shape(body) {
        return None;
    }
    serde_json::from_str(&decode(&cut_strings(body, max_text))).ok()
}

/// Whether an error has one of the documented shapes. Every property of theirs is optional,
/// so that an object of any other shape would be read as an error that says nothing.
fn has_known_shape(body: &[u8]) -> bool {
    [&b"\"error_code\""[..], b"\"results\""]
        .iter()
        .any(|name| memmem::find(body, name).is_some())
}

/// JSON with its long strings cut.
fn cut_strings(json: &[u8], most: usize) -> Cow<'_, [u8]> {
    let mut out = Vec::new();
    let mut kept = 0;
    let mut at = 0;
    while json.len() - at > most
        && let Some(open) = memchr(b'"', &json[at..])
    {
        let open = at + open;
        let Some(end) = end_of_string(json, open + 1) else {
            break;
        };
        at = end;
        if end - open > most
            && let Ok(text) = serde_json::from_slice::<String>(&json[open..end])
            && text.len() > most
        {
            out.extend_from_slice(&json[kept..open]);
            out.extend_from_slice(
                serde_json::Value::from(cut_to(text, most))
                    .to_string()
                    .as_bytes(),
            );
            kept = end;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(json);
    }
    out.extend_from_slice(&json[kept..]);
    Cow::Owned(out)
}

/// Where a string ends that begins here, behind its quote.
fn end_of_string(json: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr2(b'"', b'\\', json.get(at..)?)?;
        match json[at] {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::MAX_TEXT;
    use crate::types::BatchModifyDbPwdError;

    #[test]
    fn the_texts_of_a_documented_answer_are_bounded() {
        for escape in ["", r#"\""#, r"\u001b"] {
            let long = format!("{escape}{}", "é".repeat(70_000));
            let answer = format!(
                r#"{{"error_code":"{long}","results":[{{"id":"{long}","error_code":"C.1"}}],
                "error_msg":"{long}"}}"#
            );
            let read: BatchModifyDbPwdError =
                typed(StatusCode::BAD_REQUEST, answer.as_bytes(), MAX_TEXT).unwrap();
            let result = read.results.unwrap().remove(0);
            for text in [read.error_code, read.error_msg, result.id] {
                let text = text.unwrap();
                assert!(text.len() <= MAX_TEXT + "…".len() && text.ends_with("é…"));
            }
            assert_eq!(result.error_code.unwrap(), "C.1");
        }
    }

    #[test]
    fn json_without_a_long_string_stays_as_it_is() {
        let long = "x".repeat(MAX_TEXT);
        for json in [
            format!(r#"{{"a":"{long}","b":"{long}"}}"#),
            format!("[\"{long}{long}"),
            format!("[\"{long}{long}\\"),
            "[1]".repeat(2_000),
        ] {
            assert!(matches!(
                cut_strings(json.as_bytes(), MAX_TEXT),
                Cow::Borrowed(_)
            ));
        }
    }
}
