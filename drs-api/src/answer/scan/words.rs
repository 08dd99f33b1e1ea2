//! What names and words mean, whatever the shape that holds them.

use crate::answer::text::prefix;

/// A name without what separates its words, in small letters.
pub(super) fn normal(name: &str) -> String {
    let letters = prefix(name, 64).chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

pub(super) fn is_message(name: &str) -> bool {
    matches!(
        name,
        "errormsg" | "errormessage" | "errmsg" | "message" | "msg"
    )
}

pub(super) fn is_code(name: &str) -> bool {
    matches!(name, "errorcode" | "errcode" | "code")
}

pub(super) fn is_of_failure(name: &str) -> bool {
    let of_failure = ["error", "fail", "exception"];
    name == "errcode" || (!is_message(name) && of_failure.iter().any(|part| name.contains(part)))
}

pub(super) fn is_flag_of_success(name: &str) -> bool {
    matches!(
        name,
        "success" | "issuccess" | "succeeded" | "successful" | "ok"
    )
}

/// Whether a text is a word for success.
pub(crate) fn is_success(text: &str) -> bool {
    const WORDS: [&str; 9] = [
        "success",
        "succeed",
        "succeeded",
        "successful",
        "successfully",
        "ok",
        "changed",
        "completed",
        "done",
    ];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether a text is a word for failure, or a vendor's code such as `DRS.M05003`.
pub(super) fn is_failure(text: &str) -> bool {
    const WORDS: [&str; 5] = ["failed", "fail", "failure", "error", "failing"];
    let (prefix, number) = text.split_once('.').unwrap_or_default();
    let is_code = prefix.len() > 1 && number.bytes().any(|b| (b'1'..=b'9').contains(&b));
    (is_code && prefix.bytes().all(|b| b.is_ascii_uppercase()))
        || WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

pub(super) fn is_yes(text: &str) -> bool {
    ["true", "yes", "1"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether words hold a word for success and the id of a task that was asked for.
pub(super) fn tells_of_success(text: &str, is_asked: &dyn Fn(&str) -> bool) -> bool {
    let words = || {
        let parts = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.'));
        parts.map(|word| word.trim_matches(['.', '-', '_']))
    };
    words().any(is_success) && words().any(is_asked)
}
