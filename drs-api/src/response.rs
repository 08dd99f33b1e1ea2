//! What a generated call returns: the decoded value, and what came with it.

use std::{fmt, ops::Deref, sync::OnceLock};

use http::{HeaderMap, StatusCode};

use crate::echo::Secrets;

/// A documented success: its value, status and headers.
pub struct ResponseValue<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    /// What the headers may quote and must not show.
    secrets: Secrets,
    shown: OnceLock<HeaderMap>,
}

impl<T> ResponseValue<T> {
    pub(crate) fn new(value: T, status: StatusCode, headers: HeaderMap, secrets: Secrets) -> Self {
        Self {
            value,
            status,
            headers,
            secrets,
            shown: OnceLock::new(),
        }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers. One that quotes a secret of the request is `[redacted]`.
    pub fn headers(&self) -> &HeaderMap {
        self.shown.get_or_init(|| {
            let mut headers = self.headers.clone();
            self.secrets.blank_headers(&mut headers);
            headers
        })
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
