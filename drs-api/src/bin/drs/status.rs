//! Exit codes, and the one sentence on standard error that comes with a failure.

use std::{fmt::Display, io::Write as _};

use drs_api::passwords::{OutcomeKind, Report};

use crate::text;

/// What the exit code says. `--help` and docs/drs.md list the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// All changed, or nothing was asked to be changed.
    Done = 0,
    /// None of the others.
    Other = 1,
    /// Bad usage or input; nothing was sent. It is clap's code too.
    Refused = 2,
    /// Some rejected or not sent, none unconfirmed.
    NotAllChanged = 3,
    /// Some unconfirmed.
    Unconfirmed = 4,
    /// All was changed, and some tasks are not running or not known to be.
    NotAllRun = 5,
}

impl Status {
    /// What a run's report amounts to.
    pub(crate) fn of(report: &Report) -> Self {
        match report.count(OutcomeKind::Unconfirmed) {
            0 if report.all_changed() => Self::Done,
            0 => Self::NotAllChanged,
            _ => Self::Unconfirmed,
        }
    }

    /// The status of a run whose report was handed over, or could not be: what became of the
    /// passwords weighs more than that.
    pub(crate) fn with(self, handed_over: Result<(), Failure>) -> Self {
        match (handed_over.inspect_err(Failure::tell), self) {
            (Err(_), Self::Done) => Self::Other,
            _ => self,
        }
    }
}

/// Why a command ended before its work began, or could not do it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: Status,
    pub(crate) message: String,
}

impl Failure {
    /// What was given can't be used; nothing was sent.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self {
            status: Status::Refused,
            message: message.into(),
        }
    }

    /// Something of this machine's failed.
    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self {
            status: Status::Other,
            message: message.into(),
        }
    }

    pub(crate) fn tell(&self) {
        tell(&self.message);
    }
}

/// Most sentences are about what was given.
impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::refused(message)
    }
}

/// Says something to whoever watches. Where no one can be told, nothing else can be done.
pub(crate) fn tell(message: impl Display) {
    let line = text::line(&message.to_string());
    let _ = writeln!(std::io::stderr(), "drs: {line}");
}
