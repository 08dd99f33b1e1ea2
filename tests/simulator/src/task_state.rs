//! The states of a task, and which of them allow a password change.

use std::fmt;
use std::str::FromStr;

macro_rules! states {
    ($($variant:ident $name:literal $allowed:literal,)*) => {
        /// The state of a task: the 29 that the service lists, and
        /// [`StartjobFailed`](Self::StartjobFailed), a spelling of the vendor's page only.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum TaskState {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl TaskState {
            /// Every state.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The state's name as the service writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whether passwords can be changed in this state.
            #[must_use]
            pub const fn allows_change(self) -> bool {
                match self { $(Self::$variant => $allowed,)* }
            }
        }
    };
}

states! {
    Creating "CREATING" false,
    CreateFailed "CREATE_FAILED" false,
    Configuration "CONFIGURATION" false,
    Startjobing "STARTJOBING" true,
    WaitingForStart "WAITING_FOR_START" false,
    StartJobFailed "START_JOB_FAILED" true,
    StartjobFailed "STARTJOB_FAILED" true,
    Pausing "PAUSING" true,
    FullTransferStarted "FULL_TRANSFER_STARTED" true,
    FullTransferFailed "FULL_TRANSFER_FAILED" true,
    FullTransferComplete "FULL_TRANSFER_COMPLETE" true,
    IncreTransferStarted "INCRE_TRANSFER_STARTED" true,
    IncreTransferFailed "INCRE_TRANSFER_FAILED" true,
    ReleaseResourceStarted "RELEASE_RESOURCE_STARTED" false,
    ReleaseResourceFailed "RELEASE_RESOURCE_FAILED" false,
    ReleaseResourceComplete "RELEASE_RESOURCE_COMPLETE" false,
    RebuildNodeStarted "REBUILD_NODE_STARTED" false,
    RebuildNodeFailed "REBUILD_NODE_FAILED" false,
    ChangeJobStarted "CHANGE_JOB_STARTED" false,
    ChangeJobFailed "CHANGE_JOB_FAILED" false,
    Deleted "DELETED" false,
    ChildTransferStarting "CHILD_TRANSFER_STARTING" false,
    ChildTransferStarted "CHILD_TRANSFER_STARTED" false,
    ChildTransferComplete "CHILD_TRANSFER_COMPLETE" false,
    ChildTransferFailed "CHILD_TRANSFER_FAILED" false,
    ReleaseChildTransferStarted "RELEASE_CHILD_TRANSFER_STARTED" false,
    ReleaseChildTransferComplete "RELEASE_CHILD_TRANSFER_COMPLETE" false,
    NodeUpgradeStart "NODE_UPGRADE_START" false,
    NodeUpgradeComplete "NODE_UPGRADE_COMPLETE" false,
    NodeUpgradeFailed "NODE_UPGRADE_FAILED" false,
}

impl TaskState {
    /// For states that can be retried or resumed: the next state if the task can log in to its
    /// databases, and the one if it can't.
    pub(crate) const fn after_retry(self) -> Option<(Self, Self)> {
        Some(match self {
            Self::FullTransferFailed => (Self::FullTransferStarted, self),
            Self::IncreTransferFailed => (Self::IncreTransferStarted, self),
            Self::Pausing => (Self::IncreTransferStarted, Self::IncreTransferFailed),
            Self::StartJobFailed | Self::StartjobFailed => (Self::Startjobing, self),
            Self::ChangeJobFailed => (Self::ChangeJobStarted, self),
            Self::ChildTransferFailed => (Self::ChildTransferStarted, self),
            Self::RebuildNodeFailed => (Self::RebuildNodeStarted, self),
            Self::NodeUpgradeFailed => (Self::NodeUpgradeStart, self),
            _ => return None,
        })
    }
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TaskState {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|state| state.as_str() == name)
            .ok_or_else(|| format!("`{name}` is not a state of a task"))
    }
}
