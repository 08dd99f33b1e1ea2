//! Texts that their author probably did not mean: characters that nobody sees, and masks that
//! stand for a secret. These are rules of this tool; the library sends what it is given.

use crate::text::is_invisible;

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

/// Refuses a secret that was probably not meant. `literal` says that its author insists on it.
pub(crate) fn secret(text: &str, written: Written, literal: bool) -> Result<(), String> {
    if text.contains(char::is_control) {
        // A line break came along by mistake, and DRS would take it as it is.
        return Err(CONTROL.to_owned());
    }
    match text.chars().find(|c| is_invisible(*c)) {
        _ if literal => Ok(()),
        Some(c) => Err(format!("it holds the invisible character {}", named(c))),
        None if written == Written::Alone && text.trim_matches(' ') != text => {
            Err("it begins or ends with a blank".to_owned())
        }
        None if is_mask(text) => {
            Err("it is a mask or a template, not the secret itself".to_owned())
        }
        None => Ok(()),
    }
}

/// Refuses what can't be the name of a user or a domain.
pub(crate) fn name(text: &str) -> Result<(), String> {
    all_seen(text, "name", is_invisible)
}

/// A label that can be read, and typed again.
pub(crate) fn label(text: &str) -> Result<String, &'static str> {
    match text.is_empty() || text.trim() != text || text.contains(is_invisible) {
        true => {
            Err("give a label such as 2026-11, without control characters or blanks at its ends")
        }
        false => Ok(text.to_owned()),
    }
}

/// Refuses what can't be the id of a task or a project.
pub(crate) fn id(text: &str) -> Result<(), String> {
    all_seen(text, "id", |c| c == ' ' || is_invisible(c))
}

fn all_seen(text: &str, what: &str, is_odd: impl Fn(char) -> bool) -> Result<(), String> {
    let odd = text.chars().find(|c| is_odd(*c)).map(named);
    odd.map_or(Ok(()), |odd| {
        Err(format!("it holds {odd}, which no {what} does"))
    })
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
    [('[', ']'), ('(', ')'), ('<', '>'), ('{', '}')]
        .into_iter()
        .any(is_in)
        || !text.is_empty() && text.chars().all(dots)
        || text.starts_with("***") && text.ends_with("***")
}

#[cfg(test)]
mod tests {
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
}
