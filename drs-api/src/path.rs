//! What may stand in the path of a request.

#![allow(
    clippy::result_large_err,
    reason = "progenitor's error holds a response; the generated code wants it as it is"
)]

use percent_encoding::percent_decode_str;
use progenitor_client::Error as GeneratedError;

/// The longest argument that is sent, in bytes: many times what an id has.
const MAX_ARGUMENT: usize = 256;

/// Refuses a URL whose path an argument would change when it is parsed, here or by what
/// stands in front of the service.
pub(crate) fn check_path<E>(url: &str) -> Result<(), GeneratedError<E>> {
    // scheme, nothing, host, path
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    // The generated code has escaped the argument.
    path.split('/')
        .filter(|part| !is_plain(part))
        .try_for_each(|part| check_argument(&percent_decode_str(part).decode_utf8_lossy()))
        .map_err(|problem| {
            GeneratedError::InvalidRequest(format!(
                "an argument of the path (such as project_id) can't be used: {problem}"
            ))
        })
}

/// Whether a part of a path is one that nobody could object to, as nearly all are.
fn is_plain(part: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (1..=MAX_ARGUMENT).contains(&part.len()) && part.bytes().all(plain)
}

/// Refuses what would change a path that it becomes a part of, or is no id at all.
pub(crate) fn check_argument(argument: &str) -> Result<(), String> {
    if argument.is_empty() {
        return Err("it is empty".into());
    }
    if argument.len() > MAX_ARGUMENT {
        let length = argument.len();
        return Err(format!("it has {length} bytes; an id has 32 digits"));
    }
    if argument == "." || argument == ".." {
        return Err(format!("`{argument}` would change the path"));
    }
    // A `%` for those who unescape twice.
    match argument
        .chars()
        .find(|c| c.is_control() || c.is_whitespace() || "/\\%?#;".contains(*c))
    {
        Some(c) => Err(format!(
            "it contains `{}`, which no id does",
            c.escape_debug()
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_is_judged_the_same_before_and_after_it_is_escaped() {
        for (argument, escaped, good) in [
            ("054ba152d480d55b", "054ba152d480d55b", true),
            ("a-b_c.d~e", "a-b_c.d~e", true),
            ("...", "...", true),
            ("", "", false),
            (".", ".", false),
            ("..", "%2E.", false),
            ("a/b", "a%2fb", false),
            ("a\\b", "a\\b", false),
            ("%2e%2e", "%252e%252e", false),
            ("a\r\nb", "a%0D%0Ab", false),
            ("a b", "a%20b", false),
            ("a?b", "a%3Fb", false),
            ("a#b", "a%23b", false),
            ("a%", "a%", false),
        ] {
            assert_eq!(check_argument(argument).is_ok(), good, "{argument:?}");
            let url = format!("https://drs.example.com:443/v3/{escaped}/jobs");
            assert_eq!(check_path::<()>(&url).is_ok(), good, "{url}");
        }
        let long = "a".repeat(MAX_ARGUMENT + 1);
        assert!(check_argument(&long).is_err());
        assert!(check_argument(&long[1..]).is_ok());
    }
}
