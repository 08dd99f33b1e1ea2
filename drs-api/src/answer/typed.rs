//! A documented answer, read into its generated type.

use http::StatusCode;
use memchr::memmem;
use serde::de::DeserializeOwned;

use super::text::decode;

/// Reads a documented answer; `None` if it can't be read.
pub(crate) fn typed<T: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Option<T> {
    if !status.is_success() && !has_known_shape(body) {
        return None;
    }
    serde_json::from_str(&decode(body)).ok()
}

/// Whether an error has one of the documented shapes. Every property of theirs is optional,
/// so that an object of any other shape would be read as an error that says nothing.
fn has_known_shape(body: &[u8]) -> bool {
    [&b"\"error_code\""[..], b"\"results\""]
        .iter()
        .any(|name| memmem::find(body, name).is_some())
}
