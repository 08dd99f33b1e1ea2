//! The one error type of the crate.

use std::{error::Error as StdError, fmt, sync::Arc};

use crate::{answer::Answer, types::error::ConversionError};

/// Why a call did not give the answer it was made for.
///
/// No variant shows a secret of the request: what an answer echoes is blanked.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// What was given can't be sent. Nothing was.
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
    /// The call failed on this side, as the text says; whether it was sent is not known.
    Other(OtherError),
}

// By hand: a macro for this would add two crates to every build.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidInput { field, problem } => write!(f, "{field}: {problem}"),
            Self::NotConnected(e) => write!(f, "no connection to the service: {e}"),
            Self::AnswerLost(e) => write!(f, "the answer was lost: {e}"),
            Self::Answer(answer) => answer.fmt(f),
            Self::Other(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    /// The lower layer's error behind [`NotConnected`](Self::NotConnected),
    /// [`AnswerLost`](Self::AnswerLost) and [`Other`](Self::Other), if there is one: its words
    /// are part of this error's `Display` already.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::NotConnected(e) | Self::AnswerLost(e) => e.source(),
            Self::Other(e) => e.source(),
            Self::InvalidInput { .. } | Self::Answer(_) => None,
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

    pub(crate) fn other(text: impl Into<String>) -> Self {
        let (text, source) = (text.into(), None);
        Self::Other(OtherError { text, source })
    }

    pub(crate) fn other_with(text: String, source: Arc<dyn StdError + Send + Sync>) -> Self {
        let source = Some(source);
        Self::Other(OtherError { text, source })
    }

    pub(crate) fn of_network(error: NetworkError) -> Self {
        if error.builder {
            Self::invalid("request", error.to_string())
        } else if error.connect {
            Self::NotConnected(error)
        } else {
            Self::AnswerLost(error)
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
        match self {
            Self::NotConnected(e) | Self::AnswerLost(e) => e.is_timeout(),
            _ => false,
        }
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

/// What went wrong between this machine and the service. `Display` gives it with its causes,
/// which also stand behind [`source`](std::error::Error::source).
pub struct NetworkError {
    connect: bool,
    builder: bool,
    timeout: bool,
    /// In the place of the lower layer's error where that quoted a secret: its blanked text.
    cause: Result<reqwest::Error, String>,
}

impl NetworkError {
    pub(crate) fn new(error: reqwest::Error) -> Self {
        Self {
            connect: error.is_connect(),
            builder: error.is_builder(),
            timeout: error.is_timeout(),
            cause: Ok(error.without_url()),
        }
    }

    /// Of a request that took longer than it may.
    pub(crate) fn timed_out() -> Self {
        Self {
            connect: false,
            builder: false,
            timeout: true,
            cause: Err("operation timed out".to_owned()),
        }
    }

    /// Whether a time-out ended it.
    pub fn is_timeout(&self) -> bool {
        self.timeout
    }

    /// Whether there was no connection.
    pub fn is_connect(&self) -> bool {
        self.connect
    }

    pub(crate) fn nothing_was_sent(&self) -> bool {
        self.connect || self.builder
    }

    /// Takes a blanked text in the place of the cause.
    pub(crate) fn replace_text(&mut self, text: String) {
        self.cause = Err(text);
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Ok(error) => f.write_str(&causes(error)),
            Err(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NetworkError")
            .field(&self.to_string())
            .finish()
    }
}

impl std::error::Error for NetworkError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_ref().ok().map(|error| error as _)
    }
}

/// A failure on this side. Its cause, such as the error of a token source, stands behind
/// [`source`](std::error::Error::source).
#[derive(Debug)]
pub struct OtherError {
    text: String,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl fmt::Display for OtherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for OtherError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}

/// An error with what caused it: `reqwest`'s own `Display` stops at its first line.
pub(crate) fn causes(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    if NOT_TRUSTED.iter().any(|words| text.contains(words)) {
        text.push_str(
            "; the certificate's issuer is not trusted here: an authority of your own has to be \
             added to those that are trusted",
        );
    }
    text
}

/// What rustls, and OpenSSL behind native-tls, say of a certificate whose issuer is unknown.
const NOT_TRUSTED: [&str; 4] = [
    "UnknownIssuer",
    "unable to get local issuer certificate",
    "self-signed certificate",
    "self signed certificate",
];

/// A generated builder that was given a value that it can't take, or lacks one.
impl From<ConversionError> for Error {
    fn from(error: ConversionError) -> Self {
        Self::invalid("request", error.to_string())
    }
}
