//! Why a run ends before its plan does: as a value and as a sentence.

use serde::{Deserialize, Serialize};

/// Why a run ended before its plan did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StopReason {
    /// The service refused the credentials, and there were no others.
    CredentialsRefused,
    /// The credentials are valid, and may not do this.
    PermissionMissing,
    /// No credentials could be obtained, or none that can be sent.
    CredentialsUnavailable,
    /// The service failed over several batches in a row.
    Outage,
    /// The service throttled a batch for as long as it may be tried again, or asked for a longer
    /// pause than that.
    Throttled,
    /// No connection to the service was ever made.
    NeverConnected,
    /// The run was [stopped](super::RunHandle::stop) or [cancelled](super::Run::cancel).
    Cancelled,
    /// The run was dropped.
    Dropped,
    /// A reason that this version does not know, or a report of one that wrote the sentence alone.
    #[default]
    #[serde(other)]
    Other,
}

/// Why a run stops.
#[derive(Debug, PartialEq)]
pub(super) struct Stop {
    pub(super) reason: StopReason,
    pub(super) text: String,
}

impl Stop {
    pub(super) fn new(reason: StopReason, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { reason, text }
    }
}
