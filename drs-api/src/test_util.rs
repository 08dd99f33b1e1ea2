//! Values that only this crate makes, for your own tests of what you do with them. Needs the feature
//! `test-util`, which belongs into `[dev-dependencies]` alone.
//!
//! Most values need no help: an [`Outcome`](crate::passwords::Outcome) has a constructor, a
//! [`Report`](crate::passwords::Report) is collected from outcomes, an [`Answer`] and a
//! [`Reply`](crate::passwords::Reply) have a default and public fields. A
//! [`Run`](crate::passwords::Run) and its events come from a client of the crate drs-simulator.
//!
//! ```
//! use drs_api::{Answer, Error, test_util};
//!
//! /// Whether to try again at once.
//! fn again(error: &Error) -> bool {
//!     error.nothing_was_sent() && !matches!(error, Error::InvalidInput { .. })
//! }
//!
//! assert!(again(&test_util::not_connected()));
//! assert!(!again(&test_util::answer_lost()));
//! assert!(!again(&test_util::invalid_input("jobs", "the plan is empty")));
//!
//! let mut refused = Answer::default();
//! refused.status = 401;
//! assert!(!again(&Error::Answer(Box::new(refused))));
//! ```

use http::{HeaderMap, StatusCode};

#[cfg(doc)]
use crate::Answer;
use crate::{Error, NetworkError, ResponseValue};

/// [`Error::InvalidInput`], of this field.
pub fn invalid_input(field: impl Into<String>, problem: impl Into<String>) -> Error {
    Error::invalid(field, problem)
}

/// [`Error::NotConnected`]: connecting timed out.
pub fn not_connected() -> Error {
    Error::NotConnected(NetworkError::timed_out(true))
}

/// [`Error::AnswerLost`]: the request timed out after it was sent.
pub fn answer_lost() -> Error {
    Error::AnswerLost(NetworkError::timed_out(false))
}

/// [`Error::Other`], such as of a source of credentials that failed.
pub fn other(text: impl Into<String>) -> Error {
    let text = text.into();
    Error::Other { text, source: None }
}

/// What a call of the raw layer returns: this value, with status 200 and without headers.
pub fn response<T>(value: T) -> ResponseValue<T> {
    ResponseValue::new(value, StatusCode::OK, HeaderMap::new(), Default::default())
}
