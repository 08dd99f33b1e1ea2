//! What a name and a value may mean where no document says so: the one table of signs. No other
//! place names a word, but for what the vendor's page documents.

use crate::codes::is_code;

/// What a name or a value says of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Success,
    Failure,
}

use Sign::{Failure, Success};

/// What a word or a name of failure contains.
const FAILURE: [&str; 7] = [
    "fail",
    "error",
    "partial",
    "unsuccess",
    "reject",
    "rollback",
    "rolledback",
];

/// Words and names of success, but for those that contain `succe`.
const SUCCESS: [&str; 8] = [
    "ok",
    "result",
    "changed",
    "done",
    "applied",
    "modified",
    "updated",
    "completed",
];

/// The most bytes of a name or of a word.
const LONGEST: usize = 64;

/// What a name says, or a word: by its letters and digits alone, in small letters.
pub(super) fn meaning(text: &str) -> Option<Sign> {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    let word: String = letters.flat_map(char::to_lowercase).collect();
    let is_message = word.ends_with("message") || word.ends_with("msg");
    let fails = word.starts_with("err") || FAILURE.iter().any(|stem| word.contains(stem));
    let succeeds = word.contains("succe") || SUCCESS.contains(&word.as_str());
    match (fails && !is_message, succeeds) {
        (true, _) => Some(Failure),
        (false, true) => Some(Success),
        (false, false) => None,
    }
}

/// What a value says under a name: a text, or any other scalar as JSON writes it.
pub(super) fn sign(name: &str, value: &str) -> Option<Sign> {
    let (by_name, value) = (meaning(name), value.trim());
    let is_word = value.len() <= LONGEST && value.bytes().all(is_of_word);
    let word = value[..value.floor_char_boundary(LONGEST + 1)].to_ascii_lowercase();
    let is_status = ["code", "status"].map(|end| name.to_ascii_lowercase().ends_with(end));
    let by_word = meaning(&word).filter(|_| is_word && by_name != Some(Failure));
    match (word.as_str(), number(&word)) {
        (_, Some(0.0)) | ("" | "none" | "null" | "nil", _) => None,
        _ if word.ends_with("transfer_failed") => None,
        (_, Some(400.0..600.0)) if is_status.contains(&true) => Some(Failure),
        ("true" | "yes", _) | (_, Some(_)) => by_name,
        ("false" | "no", _) => (by_name == Some(Success)).then_some(Failure),
        _ if is_code(value) => Some(Failure),
        _ => by_word.or(by_name.filter(|sign| *sign == Failure)),
    }
}

/// The number that a text is.
pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// The words of a text, and what is written like one: ids and codes. A dot may end a sentence.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| !u8::try_from(c).is_ok_and(|b| is_of_word(b) || b == b'.');
    text.split(ends).map(|word| word.trim_matches('.'))
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether a code is a number that means success: 0, or a status of HTTP's for one.
pub(crate) fn is_fine(code: &str) -> bool {
    number(code).is_some_and(|code| code == 0.0 || (200.0..300.0).contains(&code))
}

/// Whether what the document has as a code names an error: it has a digit other than 0, and
/// says no success.
pub(crate) fn names_an_error(code: &str) -> bool {
    let has_digit = code.bytes().any(|b| matches!(b, b'1'..=b'9'));
    has_digit && !is_fine(code) && meaning(code) != Some(Success)
}

/// Whether a text says, in whatever case, that a password is wrong (DRS.KE0002): databases lock
/// accounts over it.
pub(crate) fn says_wrong_password(text: &[u8]) -> bool {
    const CODE: &[u8] = b"ke0002";
    let letters = memchr::memchr2_iter(b'k', b'K', text);
    let mut words = letters.filter_map(|at| text.get(at..at + CODE.len()));
    words.any(|word| word.eq_ignore_ascii_case(CODE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_means_what_the_table_says() {
        const S: Option<Sign> = Some(Sign::Success);
        const F: Option<Sign> = Some(Sign::Failure);
        // Under a name of success, of failure, and another.
        for (value, expected) in [
            ("", [None, None, None]),
            ("None", [None, None, None]),
            ("INCRE_TRANSFER_FAILED", [None, None, None]),
            ("true", [S, F, None]),
            ("Yes", [S, F, None]),
            ("2", [S, F, None]),
            ("2.0", [S, F, None]),
            ("false", [F, None, None]),
            ("no", [F, None, None]),
            ("0", [None, None, None]),
            ("SUCCESS", [S, F, S]),
            ("ok", [S, F, S]),
            ("PARTIALLY_FAILED", [F, F, F]),
            ("JobFailure", [F, F, F]),
            ("unsuccessful", [F, F, F]),
            ("DRS.M05003", [F, F, F]),
            ("C.20", [F, F, F]),
            ("it was ok", [None, F, None]),
            ("7.1 s", [None, F, None]),
        ] {
            for (name, expected) in ["isSuccess", "failed_num", "trace"].iter().zip(expected) {
                assert_eq!(sign(name, value), expected, "{name}: {value:?}");
            }
        }
        for (name, value, expected) in [
            ("code", "500", F),
            ("httpStatus", "404", F),
            ("status", "200", None),
            ("seconds", "500", None),
            ("result", "false", F),
            ("errorMsg", "as it was", None),
            ("rolled_back", "true", F),
        ] {
            assert_eq!(sign(name, value), expected, "{name}: {value:?}");
        }
    }

    #[test]
    fn a_code_names_an_error_by_a_digit() {
        for code in ["DRS.M00304", "C.1", "17", "401", "E17"] {
            assert!(names_an_error(code), "{code}");
        }
        for code in [
            "DRS",
            "failure",
            "",
            "DRS.M00000",
            "0",
            " 200 ",
            "SUCCESS_1",
        ] {
            assert!(!names_an_error(code), "{code}");
        }
    }

    #[test]
    fn codes_are_found_between_words() {
        let found = |text| words(text).filter(|word| is_code(word)).collect::<Vec<_>>();
        let text = "(DRS.M00304): see DRS.KE0002. APIGW.0301，C.20";
        assert_eq!(
            found(text),
            ["DRS.M00304", "DRS.KE0002", "APIGW.0301", "C.20"]
        );
        assert_eq!(found("DRS.M00304..."), ["DRS.M00304"]);
        for text in [
            "C.1",
            "HTTP/1.10",
            "v1.10",
            "host.10",
            "A.M1",
            "DRS.",
            "drs.M00304",
            "AB1.20",
            "X.AB.20",
            "AB.20.1",
            "DRS.M00304-x",
            "1.DRS.M00304",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_wrong_password_is_seen_in_any_case() {
        assert!(says_wrong_password(b"kKe0002"));
        assert!(says_wrong_password(b"DRS.KE0002"));
        assert!(!says_wrong_password(b"KE000 2 KE0001"));
    }
}
