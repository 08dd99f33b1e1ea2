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

/// A value, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'v> {
    Flag(bool),
    Number(f64),
    Text(&'v str),
    /// A list or an object that is not empty.
    Filled,
}

/// How words of failure begin, and names of failure with them.
const FAILURE: [&str; 4] = ["fail", "error", "partial", "unsuccess"];

/// Words of success beside those that begin with `succe`; as names too.
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

/// A name in small letters, without what separates its words.
pub(super) fn normal(name: &str) -> String {
    let name = &name[..name.floor_char_boundary(LONGEST)];
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

impl Name {
    pub(super) fn of(name: &str) -> Self {
        let name = normal(name);
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

/// What a value says under a name of this kind.
pub(super) fn sign(name: Name, value: Value<'_>) -> Option<Sign> {
    let yes = match name {
        Name::Success => Some(Sign::Success),
        Name::Failure => Some(Sign::Failure),
        Name::Code | Name::Other => None,
    };
    let no = (name == Name::Success).then_some(Sign::Failure);
    match value {
        Value::Flag(true) | Value::Filled => yes,
        Value::Flag(false) => no,
        Value::Number(0.0) => None,
        Value::Number(400.0..600.0) if name == Name::Code => Some(Sign::Failure),
        Value::Number(_) => yes,
        Value::Text(text) => {
            let text = text.trim();
            let word = match text.len() <= LONGEST {
                true => text.to_ascii_lowercase(),
                false => String::new(),
            };
            if let Ok(number) = word.parse() {
                return sign(name, Value::Number(number));
            }
            match word.as_str() {
                "none" | "null" | "nil" => None,
                _ if text.is_empty() || STATES.contains(&word.as_str()) => None,
                "true" | "yes" => yes,
                "false" | "no" => no,
                _ if is_failure(&word) || is_code(text) => Some(Sign::Failure),
                _ if is_success(&word) && name != Name::Failure => Some(Sign::Success),
                _ => yes.filter(|_| name == Name::Failure),
            }
        }
    }
}

/// Whether a text, in small letters, is one word, and one of failure.
fn is_failure(word: &str) -> bool {
    let ends = || word.trim_end_matches("ed").trim_end_matches("ure");
    is_one_word(word)
        && FAILURE
            .iter()
            .any(|stem| word.starts_with(stem) || ends().ends_with(stem))
}

/// Whether a text, in small letters, is one word, and one of success.
fn is_success(word: &str) -> bool {
    is_one_word(word)
        && (word.starts_with("succe") || SUCCESS.contains(&word) || word == "completed")
}

fn is_one_word(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// Whether a text is an error code and nothing else: capitals, a dot, and capitals or digits,
/// two digits at least unless the prefix is known.
pub(super) fn is_code(text: &str) -> bool {
    let Some((prefix, number)) = text.split_once('.') else {
        return false;
    };
    let is_capital = |b: u8| b.is_ascii_uppercase();
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    !prefix.is_empty()
        && prefix.bytes().all(is_capital)
        && number.bytes().all(|b| is_capital(b) || b.is_ascii_digit())
        && (digits >= 2 || (matches!(prefix, "DRS" | "APIGW" | "IAM") && !number.is_empty()))
        && text.len() <= LONGEST
}

/// The error codes in a text.
pub(super) fn codes(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c));
    let words = words.map(|word| word.trim_matches('.'));
    words.filter(|word| is_code(word))
}

/// Whether what the document has as a code names an error: no word of success, no nothing,
/// and no number that is zero or HTTP's of a success.
pub(crate) fn names_an_error(code: &str) -> bool {
    let code = code.trim();
    let word = code.to_ascii_lowercase();
    let mut digits = code.bytes().filter(u8::is_ascii_digit).peekable();
    let is_zero = digits.peek().is_some() && digits.all(|digit| digit == b'0');
    let is_fine = code
        .parse()
        .is_ok_and(|number: u32| (200..300).contains(&number));
    let is_nothing = matches!(
        word.as_str(),
        "" | "none" | "null" | "nil" | "true" | "false"
    );
    !(is_zero || is_fine || is_nothing || is_success(&word))
}

/// The same in a 2xx, where a code has a prefix and a number, or is the number of a refusal.
pub(crate) fn names_an_error_in_a_success(code: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    match code.rsplit_once('.') {
        None => code
            .parse()
            .is_ok_and(|number: u16| (400..500).contains(&number)),
        Some((prefix, number)) => {
            prefix.starts_with(|c: char| c.is_ascii_alphabetic())
                && code.bytes().all(is_plain)
                && number.bytes().any(|b| b.is_ascii_digit())
                && names_an_error(code)
        }
    }
}

/// Whether a text says, in whatever case, that a password is wrong (DRS.KE0002): databases lock
/// accounts over it.
pub(crate) fn says_wrong_password(text: &[u8]) -> bool {
    const CODE: &[u8] = b"ke0002";
    let mut from = 0;
    while let Some(at) = text
        .get(from..)
        .and_then(|rest| memchr::memchr2(b'k', b'K', rest))
    {
        let here = text.get(from + at..from + at + CODE.len());
        if here.is_some_and(|here| here.eq_ignore_ascii_case(CODE)) {
            return true;
        }
        from += at + 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_means_what_the_table_says() {
        const S: Option<Sign> = Some(Sign::Success);
        const F: Option<Sign> = Some(Sign::Failure);
        let text = Value::Text;
        // Under a name of success, of failure, and another.
        for (value, expected) in [
            (text(""), [None, None, None]),
            (text("None"), [None, None, None]),
            (text("INCRE_TRANSFER_FAILED"), [None, None, None]),
            (Value::Flag(true), [S, F, None]),
            (text("Yes"), [S, F, None]),
            (Value::Number(2.0), [S, F, None]),
            (text("2"), [S, F, None]),
            (Value::Filled, [S, F, None]),
            (Value::Flag(false), [F, None, None]),
            (text("no"), [F, None, None]),
            (Value::Number(0.0), [None, None, None]),
            (text("0"), [None, None, None]),
            (text("SUCCESS"), [S, F, S]),
            (text("ok"), [S, F, S]),
            (text("PARTIALLY_FAILED"), [F, F, F]),
            (text("JobFailure"), [F, F, F]),
            (text("unsuccessful"), [F, F, F]),
            (text("DRS.M05003"), [F, F, F]),
            (text("C.20"), [F, F, F]),
            (text("it was ok"), [None, F, None]),
            (text("7.1 s"), [None, F, None]),
        ] {
            for (name, expected) in ["isSuccess", "failed_num", "trace"].iter().zip(expected) {
                assert_eq!(sign(Name::of(name), value), expected, "{name}: {value:?}");
            }
        }
        for (name, value, expected) in [
            ("code", Value::Number(500.0), F),
            ("httpStatus", text("404"), F),
            ("status", Value::Number(200.0), None),
            ("seconds", Value::Number(500.0), None),
            ("result", Value::Flag(false), F),
            ("errorMsg", text("as it was"), None),
            ("rolled_back", Value::Flag(true), F),
        ] {
            assert_eq!(sign(Name::of(name), value), expected, "{name}: {value:?}");
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
        for text in [
            "C.1",
            "HTTP/1.10",
            "v1.10",
            "host.10",
            "A.M1",
            "DRS.",
            "drs.M00304",
            "AB1.20",
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
