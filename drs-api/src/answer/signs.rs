//! What a value may mean where no document says so: the one table of signs. No other place
//! names a word, but for what the vendor's page documents.

/// What a value says of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Success,
    Failure,
}

/// What a property's name is a name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Success,
    Failure,
    /// A code or a status, of HTTP perhaps.
    Code,
    Other,
}

/// How words of failure begin, and names of failure with them.
const FAILURE: [&str; 4] = ["fail", "error", "partial", "unsuccess"];

/// Words of success, apart from those that begin with `succe`; as names too.
const SUCCESS: [&str; 6] = ["ok", "changed", "done", "applied", "modified", "updated"];

/// Those of a task's states (as API Explorer and the vendor's page spell them) that could be
/// taken for a failed change.
const STATES: [&str; 10] = [
    "create_failed",
    "start_job_failed",
    "startjob_failed",
    "full_transfer_failed",
    "incre_transfer_failed",
    "release_resource_failed",
    "rebuild_node_failed",
    "change_job_failed",
    "child_transfer_failed",
    "node_upgrade_failed",
];

/// How many bytes of a name or of a word are looked at.
const LONGEST: usize = 64;

impl Name {
    pub(super) fn of(name: &str) -> Self {
        // In small letters, without what separates its words.
        let name = &name[..name.floor_char_boundary(LONGEST)];
        let letters = name.chars().filter(|c| c.is_alphanumeric());
        let name: String = letters.flat_map(char::to_lowercase).collect();
        let name = name.as_str();
        let is_message = name.ends_with("message") || name.ends_with("msg");
        let fails = FAILURE.iter().any(|stem| name.contains(stem))
            || name.starts_with("err")
            || name.contains("reject")
            || (name.contains("roll") && name.ends_with("back"));
        if fails && !is_message {
            Self::Failure
        } else if name.contains("succe") || name == "result" || SUCCESS.contains(&name) {
            Self::Success
        } else if name.contains("code") || name.contains("status") {
            Self::Code
        } else {
            Self::Other
        }
    }
}

/// What a value says under a name of this kind: a text, or any other scalar as JSON writes it.
pub(super) fn sign(name: Name, value: &str) -> Option<Sign> {
    let yes = match name {
        Name::Success => Some(Sign::Success),
        Name::Failure => Some(Sign::Failure),
        Name::Code | Name::Other => None,
    };
    let value = value.trim();
    let word = match value.len() <= LONGEST {
        true => value.to_ascii_lowercase(),
        false => String::new(),
    };
    match (word.as_str(), number(&word)) {
        (_, Some(0.0)) | ("none" | "null" | "nil", _) => None,
        (_, Some(400.0..600.0)) if name == Name::Code => Some(Sign::Failure),
        ("true" | "yes", _) | (_, Some(_)) => yes,
        ("false" | "no", _) => (name == Name::Success).then_some(Sign::Failure),
        _ if value.is_empty() || STATES.contains(&word.as_str()) => None,
        _ if is_failure(&word) || is_code(value) => Some(Sign::Failure),
        _ if is_success(&word) && name != Name::Failure => Some(Sign::Success),
        _ => yes.filter(|_| name == Name::Failure),
    }
}

/// The number that a text is.
pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// Whether a text, in small letters, is one word, and one of failure.
fn is_failure(word: &str) -> bool {
    let end = word.trim_end_matches("ed").trim_end_matches("ure");
    let is_stem = |stem: &&str| word.starts_with(*stem) || end.ends_with(*stem);
    is_one_word(word) && FAILURE.iter().any(is_stem)
}

/// Whether a text, in small letters, is one word, and one of success.
fn is_success(word: &str) -> bool {
    is_one_word(word)
        && (word.starts_with("succe") || SUCCESS.contains(&word) || word == "completed")
}

fn is_one_word(text: &str) -> bool {
    text.bytes().all(is_of_word)
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether a text is an error code and nothing else.
pub(crate) fn is_code(text: &str) -> bool {
    codes(text).next() == Some(text)
}

/// The error codes in a text, as words of their own: capitals, a dot, and capitals or digits,
/// two digits at least unless the prefix is known.
pub(super) fn codes(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let is_of_number = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    memchr::memchr_iter(b'.', bytes).filter_map(move |dot| {
        let (prefix, rest) = (&bytes[..dot], &bytes[dot + 1..]);
        let number = &rest[..rest
            .iter()
            .position(|b| !is_of_number(b))
            .unwrap_or(rest.len())];
        let behind = &rest[number.len()..];
        let capitals = prefix.iter().rev().take_while(|b| b.is_ascii_uppercase());
        let (before, prefix) = prefix.split_at(dot - capitals.count());
        let digits = number.iter().filter(|b| b.is_ascii_digit()).count();
        let is_known = matches!(prefix, b"DRS" | b"APIGW" | b"IAM") && !number.is_empty();
        let begins = !before.last().is_some_and(|b| is_of_word(*b) || *b == b'.');
        // A dot may end a sentence.
        let ends = match behind {
            [b'.', next, ..] | [next, ..] => !is_of_word(*next),
            [] => true,
        };
        let is_code = begins && ends && !prefix.is_empty() && (is_known || digits >= 2);
        let code = text.get(before.len()..dot + 1 + number.len())?;
        Some(code).filter(|_| is_code && code.len() <= LONGEST)
    })
}

/// Whether the document's code names an error: it has a digit other than 0, doesn't say success,
/// and is not an HTTP status of success.
pub(crate) fn names_an_error(code: &str) -> bool {
    let has_digit = code.bytes().any(|b| matches!(b, b'1'..=b'9'));
    let is_fine = number(code).is_some_and(|number| (200.0..300.0).contains(&number));
    has_digit && !is_fine && !is_success(&code.trim().to_ascii_lowercase())
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
                assert_eq!(sign(Name::of(name), value), expected, "{name}: {value:?}");
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
            assert_eq!(sign(Name::of(name), value), expected, "{name}: {value:?}");
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
        let found = |text| codes(text).collect::<Vec<_>>();
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
