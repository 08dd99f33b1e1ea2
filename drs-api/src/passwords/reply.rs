//! What one exchange said about one end point.

use serde::{Deserialize, Serialize};

/// What one exchange said about one end point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Reply {
    /// HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The service's or the gateway's error code, such as `DRS.M00304`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The message that belongs to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_msg: Option<String>,
    /// The id of the request, for a support ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What else is known of it, such as how the connection ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

impl Reply {
    /// Adds a sentence to the cause.
    pub(super) fn add_cause(&mut self, more: &str) {
        self.cause = Some(match self.cause.take() {
            None => more.to_owned(),
            Some(cause) => format!("{cause}; {more}"),
        });
    }

    /// Whether any of its texts says that the database refused the password (`DRS.KE0002`).
    /// Databases lock accounts after some of these: check the password there before anything is
    /// sent or retried again.
    #[must_use]
    pub fn says_wrong_password(&self) -> bool {
        self.texts().any(|text| text.contains("KE0002"))
    }

    /// All that is said in words.
    pub(super) fn texts(&self) -> impl Iterator<Item = &String> {
        let texts = [&self.error_code, &self.error_msg, &self.cause];
        texts.into_iter().flatten()
    }
}
