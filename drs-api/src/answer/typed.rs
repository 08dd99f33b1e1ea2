//! A documented success, read into its generated type.

use serde::de::DeserializeOwned;

use super::text::decode;

/// Reads a documented success; `None` if it can't be read.
pub(crate) fn typed<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_str(&decode(body)).ok()
}
