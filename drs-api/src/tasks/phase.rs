//! What the states of a task mean for whoever waits for replication: one table.

use std::fmt;

use serde::Serialize;

use crate::generated::tasks::types::JobStatus;

/// What a task does, as far as its state tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Phase {
    /// It replicates now. This does not prove that it can log in again.
    Running,
    /// It starts, or is being changed or upgraded: read its state again later.
    Changing,
    /// Somebody paused it, perhaps for a cutover.
    Paused,
    /// It does not replicate, for an error.
    Failed,
    /// It was not started yet, and may be scheduled.
    NotStarted,
    /// It has ended, or is being deleted.
    Ended,
    /// No answer names its state, or the state is none that is known here.
    Unknown,
}

impl Phase {
    /// By the name of a state.
    pub(super) fn of(state: &str) -> Self {
        // Two more spellings occur in the vendor's texts.
        let state = match state {
            "PAUSEING" => JobStatus::Pausing,
            "STARTJOB_FAILED" => JobStatus::StartJobFailed,
            state => state.into(),
        };
        match state {
            JobStatus::FullTransferStarted
            | JobStatus::FullTransferComplete
            | JobStatus::IncreTransferStarted => Self::Running,
            JobStatus::Pausing => Self::Paused,
            JobStatus::IncreTransferFailed
            | JobStatus::FullTransferFailed
            | JobStatus::StartJobFailed
            | JobStatus::ChangeJobFailed
            | JobStatus::ChildTransferFailed
            | JobStatus::RebuildNodeFailed
            | JobStatus::NodeUpgradeFailed
            | JobStatus::CreateFailed
            | JobStatus::ReleaseResourceFailed => Self::Failed,
            JobStatus::Creating | JobStatus::Configuration | JobStatus::WaitingForStart => {
                Self::NotStarted
            }
            JobStatus::ReleaseResourceStarted
            | JobStatus::ReleaseResourceComplete
            | JobStatus::Deleted => Self::Ended,
            JobStatus::Unknown(_) => Self::Unknown,
            _ => Self::Changing,
        }
    }
}

/// The name in JSON: `running`, `changing`, `paused`, `failed`, `not_started`, `ended`, `unknown`.
impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
