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
    /// The number of mistakes in the spec, all printed already.
    Lint(usize),
    /// A complete sentence.
    Sentence(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::Sentence(sentence) => f.write_str(sentence),
            Self::Lint(1) => f.write_str("1 mistake in the spec"),
            Self::Lint(count) => write!(f, "{count} mistakes in the spec"),
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
