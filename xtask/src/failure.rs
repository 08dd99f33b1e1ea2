//! Why a command failed.

use std::{fmt, path::PathBuf};

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A file, and what happened to it.
    File {
        path: PathBuf,
        cause: Box<dyn std::error::Error>,
    },
    /// A sentence that says it all.
    Sentence(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::Sentence(sentence) => f.write_str(sentence),
        }
    }
}

/// What happened to a file.
pub(crate) fn failure(
    path: impl Into<PathBuf>,
    cause: impl Into<Box<dyn std::error::Error>>,
) -> Failure {
    Failure::File {
        path: path.into(),
        cause: cause.into(),
    }
}
