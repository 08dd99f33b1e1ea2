//! What one exchange says of the end points that it asked for, and the small questions about
//! codes and statuses that deciding and the next step share.

use std::{borrow::Cow, sync::Arc};

use http::StatusCode;

use crate::{
    answer::{Answer, cut_to},
    types::EndPointType,
};

use super::{OutcomeKind, UnmatchedResult};

/// How many unmatched results and how many remarks are kept, of an answer and of a run.
pub(super) const MAX_NOTES: usize = 1000;

/// An end point that was asked for.
pub(super) type Key<'a> = (&'a str, EndPointType);

/// What one exchange says of one end point.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) kind: OutcomeKind,
    /// The same for all that the exchange decides alike.
    pub(super) details: Arc<Details>,
}

/// What a verdict rests on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Details {
    pub(super) status: Option<u16>,
    pub(super) error_code: Option<String>,
    pub(super) error_msg: Option<String>,
    /// The same for all that one answer is about.
    pub(super) request_id: Option<Arc<str>>,
    pub(super) cause: Option<Cow<'static, str>>,
}

impl Details {
    pub(super) fn because(cause: impl Into<Cow<'static, str>>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::default()
        }
    }

    /// How many bytes its texts have.
    pub(super) fn length(&self) -> usize {
        let texts = [
            self.error_code.as_deref(),
            self.error_msg.as_deref(),
            self.request_id.as_deref(),
            self.cause.as_deref(),
        ];
        texts.into_iter().flatten().map(str::len).sum()
    }

    /// The same with texts of this many bytes at most.
    pub(super) fn cut_to(&self, most: usize) -> Self {
        let cut = |text: &str| cut_to(text.to_owned(), most);
        Self {
            status: self.status,
            error_code: self.error_code.as_deref().map(cut),
            error_msg: self.error_msg.as_deref().map(cut),
            request_id: self.request_id.as_deref().map(|id| cut(id).into()),
            cause: self.cause.as_deref().map(|cause| cut(cause).into()),
        }
    }
}

impl From<Answer> for Details {
    fn from(answer: Answer) -> Self {
        Self {
            status: Some(answer.status),
            error_code: answer.error_code,
            error_msg: answer.error_msg,
            request_id: answer.request_id.map(Arc::from),
            cause: answer.excerpt.map(Cow::from),
        }
    }
}

/// What one exchange says.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// One for each end point asked for, in that order.
    pub(super) verdicts: Vec<Verdict>,
    pub(super) unmatched: Vec<UnmatchedResult>,
    pub(super) remarks: Vec<String>,
    /// The code of an answer that speaks of the request as a whole.
    pub(super) code: Option<String>,
    /// Which of the end points asked for an answer item by item left out, by their position.
    pub(super) left_out: Vec<usize>,
    /// It speaks of a wrong password, and not in the result of an end point asked for: it may
    /// be about any of them.
    pub(super) wrong_password: bool,
}

impl Findings {
    /// The same verdict for every end point asked for.
    pub(super) fn alike(asked: &[Key<'_>], kind: OutcomeKind, details: Details) -> Self {
        let details = Arc::new(details);
        let verdict = || Verdict {
            kind,
            details: Arc::clone(&details),
        };
        Self {
            verdicts: asked.iter().map(|_| verdict()).collect(),
            ..Self::default()
        }
    }
}

/// Whether an answer of this status may refuse something. A redirect, a 5xx and their like
/// refuse nothing, whatever they hold.
pub(super) fn may_refuse(status: StatusCode) -> bool {
    status.is_success() || (status.is_client_error() && !is_indefinite(status))
}

/// A 4xx that comes also after the request was carried out.
pub(super) fn is_indefinite(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 499)
}

/// The service, or the task, takes no change at the moment.
pub(super) fn is_busy(code: &str) -> bool {
    matches!(code, "DRS.M01503" | "DRS.M01504")
}

/// A fault of the service, which refuses nothing.
pub(super) fn is_service_fault(code: &str) -> bool {
    matches!(code, "DRS.M01501" | "DRS.M00004")
}

/// Whether a text says that a password is wrong (DRS.KE0002): databases lock accounts over it.
pub(super) fn speaks_of_wrong_password(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"KE0002").is_some()
}

/// What to do about a refusal of the credentials, before the cause that is known otherwise.
pub(super) fn with_advice(
    advice: Option<&str>,
    cause: Option<Cow<'static, str>>,
) -> Option<Cow<'static, str>> {
    match (advice, cause) {
        (None, cause) => cause,
        (Some(advice), None) => Some(advice.to_owned().into()),
        (Some(advice), Some(cause)) => Some(format!("{advice}; the answer was {cause:?}").into()),
    }
}
