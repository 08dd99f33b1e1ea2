//! Reading an answer, and texts in it, whatever stands in their place, without taking more memory
//! than they are worth.

use serde::Deserialize;
use serde_json::value::RawValue;

/// The most that is kept of a code, a message or an id, in bytes. A message is kept once for
/// each end point that it is about.
const MOST: usize = 4096;

/// Reads JSON. That it is UTF-8 is seen at once and not for each string again; where it is not,
/// only the strings that are read have to be.
pub(crate) fn read_json<'a, T: Deserialize<'a>>(json: &'a [u8]) -> serde_json::Result<T> {
    match std::str::from_utf8(json) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(json),
    }
}

/// A string, or what else stands where a string should, as text; nothing for `null`.
pub(crate) fn text(raw: Option<&RawValue>) -> Option<String> {
    match raw?.get() {
        "null" => None,
        string if string.starts_with('"') => serde_json::from_str(string).ok().map(shortened),
        other => Some(shortened(prefix(other, MOST + 1).to_owned())),
    }
}

/// A text with `…` in the place of what is too long.
pub(crate) fn shortened(mut text: String) -> String {
    if text.len() > MOST {
        text = format!("{}…", prefix(&text, MOST));
    }
    text
}

/// The beginning of a text, of this many bytes at most.
pub(crate) fn prefix(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_string_is_kept_as_text() {
        for (json, read) in [
            (r#""a\nb""#, Some("a\nb")),
            ("null", None),
            ("17", Some("17")),
            (r#"{"a": 1}"#, Some(r#"{"a": 1}"#)),
        ] {
            let raw: &RawValue = serde_json::from_str(json).unwrap();
            assert_eq!(text(Some(raw)).as_deref(), read, "{json}");
        }
        assert_eq!(text(None), None);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let long = "é".repeat(MOST);
        let cut = shortened(long);
        assert!(cut.ends_with("é…"));
        assert_eq!(cut.len(), MOST + "…".len());
        assert_eq!(shortened("short".into()), "short");
    }
}
