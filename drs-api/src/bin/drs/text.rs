//! Texts from outside. How one is shown on a terminal or in a log: in one line of bounded length,
//! with nothing that steers the terminal or hides from a reader. And which one is refused because
//! its author probably did not mean it: invisible characters, and masks that stand for a secret.
//! These are rules of this tool; the library sends what it is given.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup},
};

/// Whether a character steers a terminal, turns the direction of a text, shows nothing, or
/// looks like the blank and is none.
pub(crate) fn is_invisible(c: char) -> bool {
    if c.is_ascii() || c.is_control() {
        return c.is_control();
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    category == GeneralCategory::Format
        || GeneralCategoryGroup::Separator.contains(category)
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        // The blank pattern of Braille.
        || c == '\u{2800}'
}

/// A text in a line with others: a name, an id, a path, a message.
pub(crate) fn clean(text: &str) -> String {
    shown(text, 1_024)
}

/// A whole line.
pub(crate) fn line(text: &str) -> String {
    shown(text, 8_192)
}

/// A number of things.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// A code, cut if it is longer than any code is.
pub(crate) fn code(text: &str) -> String {
    shown(text, 32)
}

/// What is invisible is escaped. Of a longer text the beginning and the end are left.
fn shown(text: &str, most: usize) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    if characters.len() > most {
        let tail = characters.len() - most / 4;
        characters.splice(most - most / 4..tail, ['…']);
    }
    let mut shown = String::with_capacity(text.len().min(most));
    for c in characters {
        match is_invisible(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown
}

/// JSON with what is invisible escaped in JSON's own way, so that it says the same. Line breaks
/// are between its parts alone.
pub(crate) fn json(json: String) -> String {
    let is_escaped = |c: char| c != '\n' && is_invisible(c);
    if !json.contains(is_escaped) {
        return json;
    }
    let unit = |unit: &mut u16| format!("\\u{unit:04x}");
    let written = |c: char| match is_escaped(c) {
        true => c.encode_utf16(&mut [0; 2]).iter_mut().map(unit).collect(),
        false => c.to_string(),
    };
    json.chars().map(written).collect()
}

/// Where a text was written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// Between the quotes of a plan, which show where it begins and ends.
    InPlan,
    /// As all of a file or a variable.
    Alone,
}

/// The message about a secret that nobody can mean.
pub(crate) const CONTROL: &str = "it contains a line break or another control character";

/// Refuses a secret that was probably not meant. `literal` says that its author insists on it.
pub(crate) fn secret(text: &str, written: Written, literal: bool) -> Result<(), String> {
    if text.contains(char::is_control) {
        // A line break came along by mistake, and DRS would take it as it is.
        return Err(CONTROL.to_owned());
    }
    match text.chars().find(|c| is_invisible(*c)) {
        _ if literal => Ok(()),
        Some(c) => Err(format!("it contains the invisible character {}", named(c))),
        None if written == Written::Alone && text.trim_matches(' ') != text => {
            Err("it begins or ends with a space".to_owned())
        }
        None if is_mask(text) => Err("it is a mask or a template, not the secret".to_owned()),
        None => Ok(()),
    }
}

/// Refuses what can't be the `id` of a task or a project, or the name of a user or a domain.
pub(crate) fn visible(text: &str, what: &str) -> Result<(), String> {
    let is_odd = |c: &char| is_invisible(*c) || what == "id" && *c == ' ';
    let odd = text.chars().find(is_odd).map(named);
    let odd = odd.map(|odd| format!("it contains {odd}, which no {what} does"));
    odd.map_or(Ok(()), Err)
}

/// A label that can be read, and typed again.
pub(crate) fn label(text: &str) -> Result<String, &'static str> {
    match text.is_empty() || text.trim() != text || text.contains(is_invisible) {
        true => Err("use a visible label such as 2026-11, with no spaces around it"),
        false => Ok(text.to_owned()),
    }
}

/// A character that cannot be shown by itself.
fn named(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// What other tools print instead of a secret, or want replaced by one: something in brackets at
/// the end, or asterisks and dots around it. The service's API Explorer allows no brackets in a
/// password.
fn is_mask(text: &str) -> bool {
    let is_in = |(open, close): (char, char)| text.contains(open) && text.ends_with(close);
    let dots = |c: char| "*\u{2022}\u{25cf}".contains(c);
    let brackets = [('[', ']'), ('(', ')'), ('<', '>'), ('{', '}')];
    brackets.into_iter().any(is_in)
        || !text.is_empty() && text.chars().all(dots)
        || text.starts_with("***") && text.ends_with("***")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
            "ENC",
            "a]b",
            "]",
            "test-Passw0rd",
            "a-Z0~!@#$%^&*_+=?.",
        ] {
            assert!(!is_mask(password), "{password}");
        }
    }

    #[test]
    fn who_insists_gets_all_but_control_characters() {
        for text in ["a\u{200b}", "[redacted]", " a"] {
            assert!(secret(text, Written::Alone, false).is_err());
            assert_eq!(secret(text, Written::Alone, true), Ok(()));
        }
        assert_eq!(secret(" a ", Written::InPlan, false), Ok(()));
        assert!(secret("a\n", Written::Alone, true).is_err());
    }

    #[test]
    fn what_shows_nothing_is_invisible_and_what_shows_something_is_not() {
        for c in "\u{0}\t\n\r\u{1b}\u{7f}\u{85}\u{a0}\u{ad}\u{34f}\u{61c}\u{115f}\u{1680}\u{180e}\
                  \u{2003}\u{200b}\u{200d}\u{200e}\u{2028}\u{2029}\u{202e}\u{202f}\u{2060}\u{2066}\
                  \u{2800}\u{3000}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{e0020}\u{e0100}"
            .chars()
        {
            assert!(is_invisible(c), "{c:?}");
        }
        for c in (' '..='~').chain("äßñéЖ中日本語ไทย€😀\u{301}…".chars()) {
            assert!(!is_invisible(c), "{c:?}");
        }
    }

    #[test]
    fn of_a_long_text_the_beginning_and_the_end_are_shown() {
        let text = format!("begin{}end", "é".repeat(1 << 20));
        let shown = clean(&text);
        assert_eq!(shown.chars().count(), 1_025);
        assert!(shown.starts_with("beginéé") && shown.ends_with("ééend"));
        assert_eq!(code(&"C".repeat(33)).chars().count(), 33);
        assert_eq!(code(&"C".repeat(32)), "C".repeat(32));
    }

    proptest! {
        #[test]
        fn a_shown_text_is_visible_bounded_and_shown_again_as_it_is(text in any::<String>()) {
            let once = code(&text);
            prop_assert!(!once.contains(is_invisible));
            prop_assert!(once.chars().count() <= 33 * r"\u{10ffff}".len(), "it is bounded");
            prop_assert_eq!(line(&once), once.clone());
        }

        #[test]
        fn escaped_json_says_the_same(text in any::<String>()) {
            let written = serde_json::to_string(&text).unwrap();
            let escaped = json(written);
            prop_assert!(!escaped.contains(is_invisible));
            prop_assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
        }
    }
}
