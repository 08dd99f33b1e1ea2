//! Keeps passwords out of everything that is printed.

use std::fmt;
use std::sync::Arc;

/// A secret. It has no `Display`, and its `Debug` is redacted.
///
/// Shared, not copied, because 100 000 tasks may start with the same password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Hidden(Arc<str>);

impl Hidden {
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Hidden {
    fn from(secret: &str) -> Self {
        Self(secret.into())
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
