//! What a request was sent with.

use std::time::SystemTime;

/// What a request was sent with, as far as it matters when it is refused.
pub(crate) enum Proof {
    /// A token that can't be renewed.
    Token,
    /// A token from a source, by the number of its value.
    Renewable(u64),
    /// A signature of this time.
    Signature(SystemTime),
}
