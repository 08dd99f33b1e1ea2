//! The one error type of the crate.

use std::{error::Error as StdError, fmt, sync::Arc};

use crate::{answer::Answer, secret::REDACTED, types::error::ConversionError};

/// Why a call did not give the answer it was made for.
///
/// No variant shows a secret of the request: what an answer echoes is blanked.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// What was given can't be sent. Nothing was.
    #[non_exhaustive]
    InvalidInput {
        /// What is wrong: a setting, an argument, or a property of the request.
        field: String,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// There was no connection. Nothing was sent.
    NotConnected(NetworkError),
    /// The request was sent, at least in part, and no whole answer came back: it may or may
    /// not have been carried out.
    AnswerLost(NetworkError),
    /// The service, or something in front of it, answered with something other than a
    /// success that could be read.
    Answer(Box<Answer>),
    /// The call failed on this side; whether it was sent is not known.
    #[non_exhaustive]
    Other {
        /// What failed.
        text: String,
        /// The cause, such as the error of a source of credentials.
        source: Option<Arc<dyn StdError + Send + Sync>>,
    },
}

// By hand: a macro for this would add two crates to every build.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidInput { field, problem } => write!(f, "{field}: {problem}"),
            Self::NotConnected(e) => write!(f, "no connection to the service: {e}"),
            Self::AnswerLost(e) => write!(f, "the response was lost: {e}"),
            Self::Answer(answer) => answer.fmt(f),
            Self::Other { text, .. } => f.write_str(text),
        }
    }
}

impl StdError for Error {
    /// The lower layer's error behind [`NotConnected`](Self::NotConnected),
    /// [`AnswerLost`](Self::AnswerLost) and [`Other`](Self::Other), if there is one: its words
    /// are part of this error's `Display` already.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Other { source, .. } => source.as_deref().map(|source| source as _),
            _ => self.network()?.source(),
        }
    }
}

impl Error {
    pub(crate) fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::InvalidInput {
            field: field.into(),
            problem: problem.into(),
        }
    }

    fn network(&self) -> Option<&NetworkError> {
        match self {
            Self::NotConnected(e) | Self::AnswerLost(e) => Some(e),
            _ => None,
        }
    }

    /// What the service answered, if it did.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Answer(answer) => Some(answer),
            _ => None,
        }
    }

    /// Whether a time-out ended the call: of connecting, of the request, or of a silence.
    pub fn is_timeout(&self) -> bool {
        self.network().is_some_and(NetworkError::is_timeout)
    }

    /// Whether there was no connection.
    pub fn is_connect(&self) -> bool {
        matches!(self, Self::NotConnected(_))
    }

    /// Whether it is certain that nothing was sent, so that no password can have changed.
    pub fn nothing_was_sent(&self) -> bool {
        matches!(self, Self::InvalidInput { .. } | Self::NotConnected(_))
    }
}

/// What went wrong between this machine and the service. `Display` writes it with its causes,
/// which [`source`](std::error::Error::source) returns too.
pub struct NetworkError {
    /// None of a time-out of our own.
    error: Option<reqwest::Error>,
    is_connect: bool,
    /// It quotes a secret: only its kind is told.
    is_redacted: bool,
}

impl NetworkError {
    pub(crate) fn new(error: reqwest::Error) -> Self {
        Self {
            is_connect: error.is_connect(),
            error: Some(error.without_url()),
            is_redacted: false,
        }
    }

    /// Of a request that took longer than it may, to connect or altogether.
    pub(crate) fn timed_out(is_connect: bool) -> Self {
        Self {
            error: None,
            is_connect,
            is_redacted: false,
        }
    }

    /// Whether a time-out ended it.
    pub fn is_timeout(&self) -> bool {
        self.error.as_ref().is_none_or(reqwest::Error::is_timeout)
    }

    /// Whether there was no connection.
    pub fn is_connect(&self) -> bool {
        self.is_connect
    }

    /// Shows nothing of its text and its causes any more.
    pub(crate) fn redact(&mut self) {
        self.is_redacted = true;
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.error {
            _ if self.is_redacted => f.write_str(REDACTED),
            Some(error) => f.write_str(&causes(error)),
            None => f.write_str("operation timed out"),
        }
    }
}

impl fmt::Debug for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NetworkError({:?})", self.to_string())
    }
}

impl StdError for NetworkError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let error = self.error.as_ref().filter(|_| !self.is_redacted);
        error.map(|error| error as _)
    }
}

/// An error with what caused it: `reqwest`'s own `Display` stops at its first line.
pub(crate) fn causes(error: &(dyn StdError + 'static)) -> String {
    let (mut text, mut source) = (error.to_string(), error.source());
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// A generated builder that was given a value that it can't take, or lacks one.
impl From<ConversionError> for Error {
    fn from(error: ConversionError) -> Self {
        Self::invalid("request", error.to_string())
    }
}
