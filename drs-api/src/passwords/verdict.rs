//! What one exchange says of the end points that it asked for, and the small questions about
//! codes and statuses that deciding and the next step share.

use std::{borrow::Cow, sync::Arc};

use http::StatusCode;

use crate::{
    answer::{Answer, FoundCode, Scan, cut_to, is_success},
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
    /// Whose password may be wrong, by their position: they are not sent again.
    pub(super) suspects: Vec<usize>,
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

impl Findings {
    /// Says of each end point that its password may be wrong.
    pub(super) fn suspect_all(&mut self) {
        for verdict in &mut self.verdicts {
            Arc::make_mut(&mut verdict.details).suspect();
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

/// The status by itself says that the request was not carried out.
pub(super) fn is_unprocessed(status: StatusCode) -> bool {
    matches!(
        status.as_u16(),
        401 | 404 | 405 | 407 | 411 | 413 | 414 | 415 | 429 | 431
    )
}

/// Whether what stands as a code in a 4xx names an error: any text but words for success and
/// numbers that stand for none.
pub(super) fn is_code(code: &str) -> bool {
    const NOTHING: [&str; 5] = ["none", "null", "nil", "true", "false"];
    let code = code.trim();
    let mut digits = code.bytes().filter(u8::is_ascii_digit).peekable();
    let is_zero = digits.peek().is_some() && digits.all(|digit| digit == b'0');
    let is_ok = matches!(code.as_bytes(), [b'2', a, b] if a.is_ascii_digit() && b.is_ascii_digit());
    let is_nothing = NOTHING.iter().any(|word| word.eq_ignore_ascii_case(code));
    !(code.is_empty() || is_zero || is_ok || is_nothing || is_success(code))
}

/// The same in a 2xx, where a code is a vendor's prefix and digits, such as `DRS.M05066`; of IAM
/// also the number of a refusal.
pub(super) fn is_code_in_success(code: &str, is_iam: bool) -> bool {
    if is_iam && code.bytes().all(|b| b.is_ascii_digit()) {
        return code
            .parse()
            .is_ok_and(|status: u16| (400..500).contains(&status));
    }
    let Some((prefix, number)) = code.rsplit_once('.') else {
        return false;
    };
    let letters = number.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_prefix = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && is_code(part)
    };
    prefix.split('.').all(is_prefix)
        && letters.len() < number.len()
        && letters.bytes().all(|b| b.is_ascii_alphabetic())
        && is_code(code)
}

/// A code that is about a task as a whole, not about one of its sides.
pub(super) fn is_about_task(code: &str) -> bool {
    matches!(
        code,
        "DRS.M00304" | "DRS.M00307" | "DRS.M00308" | "DRS.M05003" | "DRS.M05004"
    )
}

/// What is said of an end point whose password may be wrong.
pub(super) const SUSPECT: &str = "the answer speaks of a wrong password (DRS.KE0002), maybe this \
     one: check it in the database before it is sent again";

/// The codes that a scan found and that may be about an end point.
pub(super) fn codes_about<'s>(scan: &'s Scan, key: Key<'_>) -> impl Iterator<Item = &'s str> {
    let (job_id, side) = (key.0.to_owned(), key.1.to_string());
    let is_about = move |found: &&FoundCode| {
        let other = match side.as_str() {
            "so" => "ta",
            _ => "so",
        };
        found.id.as_ref().is_none_or(|id| *id == job_id)
            && found.side.as_ref().is_none_or(|found| found != other)
    };
    scan.codes
        .iter()
        .filter(is_about)
        .map(|found| found.code.as_str())
}

impl Details {
    /// Adds codes: the first where there is none, the others to the cause.
    pub(super) fn add_codes<'c>(&mut self, codes: impl IntoIterator<Item = &'c str>) {
        let mut others: Vec<&str> = Vec::new();
        for code in codes {
            match &self.error_code {
                None => self.error_code = Some(code.to_owned()),
                Some(known) if known == code || others.contains(&code) => {}
                Some(_) if others.len() < MAX_OTHER_CODES => others.push(code),
                Some(_) => {}
            }
        }
        if !others.is_empty() {
            self.add_cause(&format!("the answer also holds {}", others.join(", ")));
        }
    }

    /// Adds a sentence to the cause.
    pub(super) fn add_cause(&mut self, more: &str) {
        self.cause = Some(match self.cause.take() {
            None => more.to_owned().into(),
            Some(cause) => format!("{cause}; {more}").into(),
        });
    }

    /// Says that the password may be wrong, unless that is said.
    pub(super) fn suspect(&mut self) {
        let texts = [&self.error_code, &self.error_msg];
        let said = texts
            .into_iter()
            .flatten()
            .any(|text| says_wrong_password(text));
        if !said {
            self.add_cause(SUSPECT);
        }
    }
}

/// How many codes beside the first are told of one end point and one answer.
const MAX_OTHER_CODES: usize = 16;

/// Whether a text says that a password is wrong (DRS.KE0002): databases lock accounts over it.
pub(super) fn says_wrong_password(text: &str) -> bool {
    text.contains("KE0002")
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
