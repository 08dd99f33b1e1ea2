//! A task as a test defines it, and its two sides.

use crate::secret::Hidden;
use crate::task_state::TaskState;

/// The default password of an end point.
pub const INITIAL_PASSWORD: &str = "initial";

/// A side of a task, as the service abbreviates it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    Source,
    Destination,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Source, Self::Destination];

    pub(crate) fn parse(end_point_type: &str) -> Option<Self> {
        Self::BOTH
            .into_iter()
            .find(|side| side.as_str() == end_point_type)
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Source => "so",
            Self::Destination => "ta",
        }
    }

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Source => 0,
            Self::Destination => 1,
        }
    }
}

/// A replication task, as a test defines it.
#[derive(Clone, Debug)]
pub struct Task {
    pub(crate) id: String,
    pub(crate) state: TaskState,
    pub(crate) dual_active_parent: bool,
    pub(crate) error_code: Option<String>,
    /// [`INITIAL_PASSWORD`] where there is none: 100 000 tasks may start with it.
    pub(crate) passwords: [Option<Hidden>; 2],
    pub(crate) key_tabs: [Option<Hidden>; 2],
    pub(crate) accounts: [Option<String>; 2],
    pub(crate) retries: u64,
}

impl Task {
    /// A task in this state, with [`INITIAL_PASSWORD`] on both sides.
    pub fn new(id: impl Into<String>, state: TaskState) -> Self {
        Self {
            id: id.into(),
            state,
            dual_active_parent: false,
            error_code: None,
            passwords: [None, None],
            key_tabs: [None, None],
            accounts: [None, None],
            retries: 0,
        }
    }

    pub(crate) fn password(&self, side: Side) -> &str {
        let password = self.passwords[side.index()].as_ref();
        password.map_or(INITIAL_PASSWORD, Hidden::expose)
    }

    /// Makes it the parent task of a dual-active disaster recovery, whose passwords can't change.
    #[must_use]
    pub fn dual_active_parent(mut self, parent: bool) -> Self {
        self.dual_active_parent = parent;
        self
    }

    /// The error code that the service returns with the task's state, until a retry succeeds.
    #[must_use]
    pub fn error_code(mut self, code: impl Into<String>) -> Self {
        self.error_code = Some(code.into());
        self
    }

    /// The account in the source database; see
    /// [`Simulator::set_account`](crate::Simulator::set_account). Without one, any password is
    /// accepted.
    #[must_use]
    pub fn source_account(mut self, name: impl Into<String>) -> Self {
        self.accounts[Side::Source.index()] = Some(name.into());
        self
    }

    /// The account in the destination database.
    #[must_use]
    pub fn destination_account(mut self, name: impl Into<String>) -> Self {
        self.accounts[Side::Destination.index()] = Some(name.into());
        self
    }

    /// The task's first password for the source database.
    #[must_use]
    pub fn source_password(mut self, password: &str) -> Self {
        self.passwords[Side::Source.index()] = Some(password.into());
        self
    }

    /// The task's first password for the destination database.
    #[must_use]
    pub fn destination_password(mut self, password: &str) -> Self {
        self.passwords[Side::Destination.index()] = Some(password.into());
        self
    }
}
