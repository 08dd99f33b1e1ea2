//! Texts that their author probably did not mean: characters that nobody sees, and masks that
//! stand for a secret. These are rules of this tool; the library sends what it is given.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup},
};

/// Where a text was written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// Between the quotes of a plan, which show where it begins and ends.
    InPlan,
    /// As all of a file or a variable.
    Alone,
}

/// What is said of a secret that no one can mean.
pub(crate) const CONTROL: &str = "it holds a line break or another control character";

/// What keeps a secret from being sent. `literal` says that its author insists on it.
pub(crate) fn secret(text: &str, written: Written, literal: bool) -> Option<String> {
    if text.contains(char::is_control) {
        // A line break came along by mistake, and DRS would take it as it is.
        return Some(CONTROL.to_owned());
    }
    if literal {
        return None;
    }
    if let Some(c) = text.chars().find(|c| is_invisible(*c)) {
        return Some(format!("it holds the invisible character {}", named(c)));
    }
    if written == Written::Alone && text.trim_matches(' ') != text {
        return Some("it begins or ends with a blank".to_owned());
    }
    is_mask(text).then(|| "it is a mask or a template, not the secret itself".to_owned())
}

/// What keeps a text from being the name of a user or a domain.
pub(crate) fn name(text: &str) -> Option<String> {
    let odd = |c: &char| c.is_control() || is_invisible(*c);
    let odd = text.chars().find(odd)?;
    Some(format!("it holds {}, which no name does", named(odd)))
}

/// What keeps a text from being the id of a task or a project.
pub(crate) fn id(text: &str) -> Option<String> {
    let odd = |c: &char| c.is_control() || c.is_whitespace() || is_invisible(*c);
    let odd = text.chars().find(odd)?;
    Some(format!("it holds {}, which no id does", named(odd)))
}

/// A character that cannot be shown by itself.
fn named(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// Whether a character shows nothing, or looks like another one that shows nothing: format
/// characters, blanks other than U+0020, and whatever else Unicode lets a font leave out.
fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    let blank = c == '\u{2800}' || c.is_whitespace();
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let unseen = GeneralCategoryGroup::Separator.contains(category)
        || category == GeneralCategory::Format
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c);
    blank || unseen
}

/// What other tools print, or want to have replaced, in the place of a secret.
fn is_mask(text: &str) -> bool {
    const WORDS: [&str; 10] = [
        "[redacted]",
        "[masked]",
        "[hidden]",
        "[filtered]",
        "[secret]",
        "(redacted)",
        "(sensitive)",
        "(sensitive value)",
        "(known after apply)",
        "***removed***",
    ];
    let run_of = |mask: char| !text.is_empty() && text.chars().all(|c| c == mask);
    let between = |start: &str, end: &str| {
        let inner = text.strip_prefix(start)?.strip_suffix(end)?;
        (!inner.contains(end)).then_some(inner)
    };
    let identifier = |inner: &str| {
        inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && inner
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_.:-/".contains(c))
    };
    let placeholder = |inner: &str| {
        inner.contains(char::is_alphabetic)
            && inner
                .chars()
                .all(|c| c.is_alphabetic() || " _-".contains(c))
    };
    let word = text.to_ascii_lowercase();
    WORDS.contains(&word.as_str())
        || ['*', '\u{2022}', '\u{25cf}'].into_iter().any(run_of)
        || between("${", "}").is_some_and(identifier)
        || between("$(", ")").is_some_and(identifier)
        || between("{{", "}}").is_some()
        || between("${{", "}}").is_some()
        || between("ENC[", "]").is_some()
        || between("ENC(", ")").is_some()
        || between("<", ">").is_some_and(placeholder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_invisible_and_what_shows_something_is_not() {
        for c in [
            '\u{85}',
            '\u{a0}',
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{1680}',
            '\u{180e}',
            '\u{2003}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{2028}',
            '\u{2029}',
            '\u{202e}',
            '\u{202f}',
            '\u{2060}',
            '\u{2066}',
            '\u{2800}',
            '\u{3000}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{e0020}',
            '\u{e0100}',
        ] {
            assert!(is_invisible(c), "{}", named(c));
        }
        for c in (' '..='~').chain("äßñéЖ中日本語ไทย€😀\u{301}".chars()) {
            assert!(!is_invisible(c), "{c:?}");
        }
    }

    #[test]
    fn a_mask_is_what_is_a_mask_from_its_first_to_its_last_character() {
        for mask in [
            "[redacted]",
            "[REDACTED]",
            "*",
            "********",
            "••••",
            "${NEW_PASSWORD}",
            "${var.password}",
            "$(PASSWORD)",
            "{{ vault.password }}",
            "{{}}",
            "${{ secrets.PASSWORD }}",
            "ENC[AES256_GCM,data:x,tag:y]",
            "ENC(abc)",
            "<password>",
            "<your new-password_here>",
            "(sensitive value)",
            "(known after apply)",
            "***REMOVED***",
        ] {
            assert!(is_mask(mask), "{mask}");
            let own = format!("{mask}1");
            assert!(!is_mask(&own), "{own}");
        }
        for password in [
            "",
            "x",
            "redacted",
            "pass*word",
            "***a",
            "$NEW_PASSWORD",
            "${",
            "${}",
            "${1+2}",
            "{a}",
            "<>",
            "<1>",
            "<a1>",
            "a<b>",
            "${A}${B}",
            "{{a}} {{b}}",
            "ENC",
            "[x]",
            "(x)",
            "test-Passw0rd",
        ] {
            assert!(!is_mask(password), "{password}");
        }
    }

    #[test]
    fn who_insists_gets_all_but_control_characters() {
        for text in ["a\u{200b}", "[redacted]", " a"] {
            assert!(secret(text, Written::Alone, false).is_some());
            assert_eq!(secret(text, Written::Alone, true), None);
        }
        assert_eq!(secret(" a ", Written::InPlan, false), None);
        assert!(secret("a\n", Written::Alone, true).is_some());
    }
}
