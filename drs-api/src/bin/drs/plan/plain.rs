//! What YAML takes a text without quotes for.

/// What YAML, 1.1 or 1.2, takes a text without quotes for.
pub(super) enum Plain {
    Null,
    Bool(bool),
    Number,
    Text,
}

pub(super) fn resolve(text: &str) -> Plain {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "" | "~" | "null" => Plain::Null,
        "true" | "yes" | "on" => Plain::Bool(true),
        "false" | "no" | "off" => Plain::Bool(false),
        _ if is_number(lower.trim_start_matches(['+', '-'])) => Plain::Number,
        _ => Plain::Text,
    }
}

fn is_number(text: &str) -> bool {
    let digits = |prefix: &str, radix| {
        let digits = text.strip_prefix(prefix);
        digits.is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix)))
    };
    let begins = text
        .trim_start_matches('.')
        .starts_with(|c: char| c.is_ascii_digit());
    matches!(text, ".inf" | ".nan")
        || digits("0x", 16)
        || digits("0o", 8)
        || digits("0b", 2)
        || begins && text.parse::<f64>().is_ok()
}
