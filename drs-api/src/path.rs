//! What may stand in the path of a request.

/// The longest argument that is sent, in bytes: many times what an id has.
const MAX_ARGUMENT: usize = 256;

/// Refuses anything that would change the path, or that can't be an id.
pub(crate) fn check_argument(argument: &str) -> Result<(), String> {
    // A `%` for those who unescape twice.
    let strange = |c: &char| c.is_control() || c.is_whitespace() || "/\\%?#;".contains(*c);
    match (argument, argument.len(), argument.chars().find(strange)) {
        ("", ..) => Err("it is empty".to_owned()),
        ("." | "..", ..) => Err(format!("`{argument}` would change the path")),
        (_, length, _) if length > MAX_ARGUMENT => {
            Err(format!("it has {length} bytes; an id has 32 digits"))
        }
        (.., Some(c)) => {
            let c = c.escape_debug();
            Err(format!("it contains `{c}`, which no id does"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_that_would_change_the_path_is_refused() {
        for good in ["054ba152d480d55b", "a-b_c.d~e", "..."] {
            assert!(check_argument(good).is_ok(), "{good:?}");
        }
        for bad in [
            "", ".", "..", "a/b", "a\\b", "%2e%2e", "a\r\nb", "a b", "a?b", "a#b", "a%",
        ] {
            assert!(check_argument(bad).is_err(), "{bad:?}");
        }
        let long = "a".repeat(MAX_ARGUMENT + 1);
        assert!(check_argument(&long).is_err());
        assert!(check_argument(&long[1..]).is_ok());
    }
}
