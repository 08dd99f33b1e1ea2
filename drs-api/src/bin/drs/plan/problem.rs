//! What is wrong with a plan, told by its place and a sentence that holds no value of it.

use serde_path_to_error::{Path, Segment};

/// What is wrong where, from a message of serde's, in which a value may be quoted. Only what
/// comes from the types is taken from it.
pub(super) fn problem(path: &Path, message: &str) -> String {
    /// How messages begin in which no value is.
    const FIXED: [&str; 3] = ["missing field ", "duplicate field ", "a secret has to be"];
    /// The fields that have fields.
    const PARENTS: [&str; 2] = ["jobs", "kerberos"];
    let message = message
        .rsplit_once(" at line ")
        .map_or(message, |(message, _)| message);
    let expected = message
        .rsplit_once(", expected ")
        .map(|(_, expected)| expected);
    let is_unknown = message.starts_with("unknown field");
    let mut place = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => place += &format!("[{index}]"),
            // The name of an unknown field comes last, and may be a secret.
            Segment::Map { key } if !is_unknown || PARENTS.contains(&key.as_str()) => {
                place += if place.is_empty() { "" } else { "." };
                place += key;
            }
            _ => {}
        }
    }
    let sentence = match expected {
        _ if FIXED.iter().any(|fixed| message.starts_with(fixed)) => message.to_owned(),
        Some(known) if is_unknown => {
            format!("it has a field that is not known here, expected {known}")
        }
        Some("a sequence") => "expected a list".to_owned(),
        Some("a string") => "expected a string; put it in quotes".to_owned(),
        Some(expected) => format!("expected {expected}"),
        None => "the API's document does not allow this value".to_owned(),
    };
    match place.as_str() {
        "" => format!("{sentence}; a plan is an object with the list `jobs`"),
        place => format!("{place}: {sentence}"),
    }
}
