//! What a request was sent with.

use std::time::SystemTime;

/// What a request was sent with, as far as it matters when it is refused.
#[derive(Clone, Copy, Default)]
pub(crate) struct Proof {
    /// The number of a value from a source, which can give another.
    pub(crate) renewable: Option<u64>,
    /// The time of its signature; nothing if it had a token.
    pub(crate) signed_at: Option<SystemTime>,
}
