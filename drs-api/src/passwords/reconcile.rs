//! From one exchange to a verdict for each end point that was asked for.
//!
//! What an answer says of an end point counts; what it doesn't say is never assumed.

use std::{borrow::Cow, sync::Arc};

use http::StatusCode;

use crate::{
    Answer,
    error::excerpt,
    exchange::{Exchange, Failure},
    types::EndPointType,
};

use super::{
    OutcomeKind, UnmatchedResult,
    fold::{Details, Verdict},
    items,
    read::Body,
};

/// How many unmatched results and remarks are kept, of an answer and of a run.
pub(super) const KEPT: usize = 1000;

/// An end point that was asked for.
pub(super) type Key<'a> = (&'a str, EndPointType);

/// What an exchange says.
#[derive(Debug)]
pub(super) struct Findings {
    /// One for each end point asked for, in that order.
    pub(super) verdicts: Vec<Verdict>,
    pub(super) unmatched: Vec<UnmatchedResult>,
    pub(super) remarks: Vec<String>,
    /// The code of an answer that refuses the request as a whole.
    pub(super) flat_code: Option<String>,
    /// The places of those that an answer item by item left out.
    pub(super) left_out: Vec<usize>,
    /// It speaks of a wrong password, and not in the result of an end point asked for: it may
    /// be any one's.
    pub(super) wrong_password: bool,
}

/// Reads an exchange.
pub(super) fn reconcile(asked: &[Key<'_>], exchange: &Exchange) -> Findings {
    if let Some(failure) = &exchange.failure {
        return without_answer(asked, exchange, failure);
    }
    let Some(status) = exchange.status else {
        return all(
            asked,
            OutcomeKind::Unconfirmed,
            Details::because("there was no answer"),
        );
    };
    match Body::read(&exchange.body) {
        Some(body) if body.results.is_some() => items::reconcile(asked, exchange, status, body),
        body => flat(asked, exchange, status, body),
    }
}

/// A redirect, a 5xx and their like refuse nothing, whatever they hold.
pub(super) fn may_refuse(status: StatusCode) -> bool {
    status.is_success() || (status.is_client_error() && !is_indefinite(status))
}

/// Whether it is said that a password is wrong (DRS.KE0002): databases lock accounts over it.
pub(super) fn is_of_wrong_password(text: &[u8]) -> bool {
    find(text, b"KE0002")
}

/// A 4xx that comes also after the request was carried out.
fn is_indefinite(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 499)
}

/// Nothing, or not all, of an answer arrived.
fn without_answer(asked: &[Key<'_>], exchange: &Exchange, failure: &Failure) -> Findings {
    let kind = if failure.nothing_was_sent() {
        OutcomeKind::NotSent
    } else {
        OutcomeKind::Unconfirmed
    };
    let cause = match &exchange.body[..] {
        [] => failure.to_string(),
        begun => format!("{failure}; the answer began {:?}", excerpt(begun)),
    };
    let details = Details {
        status: exchange.status.map(|status| status.as_u16()),
        request_id: exchange.request_id().map(Arc::from),
        cause: Some(cause.into()),
        ..Details::default()
    };
    let mut findings = all(asked, kind, details);
    findings.wrong_password = is_of_wrong_password(&exchange.body);
    findings
}

/// An answer that speaks of the request as a whole, or that can't be read.
fn flat(
    asked: &[Key<'_>],
    exchange: &Exchange,
    status: StatusCode,
    body: Option<Body>,
) -> Findings {
    let answer = Answer::read(status, &exchange.headers, &exchange.body);
    let code = answer.error_code.clone();
    let (kind, cause) = if status.is_success() {
        of_flat_success(asked, code.as_deref(), body.is_some())
    } else if status.is_client_error() {
        of_refusal(status, code.as_deref(), &exchange.body, body.is_some())
    } else if status.is_redirection() {
        (
            OutcomeKind::Unconfirmed,
            Some("a redirect, which is not followed"),
        )
    } else {
        (
            OutcomeKind::Unconfirmed,
            Some("the service failed over the request"),
        )
    };
    let mut details = Details::of(answer);
    details.cause = match (cause, details.cause.take()) {
        (Some(cause), Some(excerpt)) => Some(format!("{cause}: {excerpt}").into()),
        (cause, excerpt) => cause.map(Cow::Borrowed).or(excerpt),
    };
    let mut findings = all(asked, kind, details);
    findings.flat_code = code;
    findings.wrong_password = is_of_wrong_password(&exchange.body);
    findings
}

/// A 2xx without results.
fn of_flat_success(
    asked: &[Key<'_>],
    code: Option<&str>,
    readable: bool,
) -> (OutcomeKind, Option<&'static str>) {
    match (code, asked) {
        (Some(code), _) if is_server_fault(code) => (OutcomeKind::Unconfirmed, Some(SERVER_FAULT)),
        // Elsewhere a 0 stands for no error.
        (Some(code), _) if code.bytes().all(|b| b == b'0') => (
            OutcomeKind::Unconfirmed,
            Some("the answer holds no results, and a code that says nothing"),
        ),
        (Some(_), [_]) => (OutcomeKind::Rejected, None),
        (Some(_), _) => (
            OutcomeKind::Unconfirmed,
            Some("an error for the whole request inside a success"),
        ),
        (None, _) if readable => (
            OutcomeKind::Unconfirmed,
            Some("the answer holds no results"),
        ),
        (None, _) => (OutcomeKind::Unconfirmed, Some("the answer can't be read")),
    }
}

/// A 4xx without results.
fn of_refusal(
    status: StatusCode,
    code: Option<&str>,
    body: &[u8],
    readable: bool,
) -> (OutcomeKind, Option<&'static str>) {
    let doubt = if is_indefinite(status) {
        "a status that doesn't say whether the request was carried out"
    } else if code.is_some_and(is_server_fault) {
        SERVER_FAULT
    } else if status == StatusCode::UNPROCESSABLE_ENTITY && code.is_none() {
        "a 422 without a code, which may be a fault of the service"
    } else if code.is_none() && may_hold_results(body, readable) {
        "an answer that may say more than can be read of it"
    } else {
        return (OutcomeKind::Rejected, None);
    };
    (OutcomeKind::Unconfirmed, Some(doubt))
}

const SERVER_FAULT: &str = "a fault of the service, not a refusal";

fn is_server_fault(code: &str) -> bool {
    matches!(code, "DRS.M01501" | "DRS.M00004")
}

/// Whether the body of a refusal may speak of items, some of them changed: in a shape that no
/// one knows, broken off, compressed or in another encoding. A page of HTML does not.
fn may_hold_results(body: &[u8], readable: bool) -> bool {
    let Ok(text) = std::str::from_utf8(body) else {
        return true;
    };
    let json = ['{', '[', '\u{feff}'];
    text.contains("\"results\"") || (!readable && text.trim_start().starts_with(json))
}

fn find(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

fn all(asked: &[Key<'_>], kind: OutcomeKind, details: Details) -> Findings {
    Findings {
        verdicts: asked
            .iter()
            .map(|_| Verdict {
                kind,
                details: details.clone(),
            })
            .collect(),
        unmatched: Vec::new(),
        remarks: Vec::new(),
        flat_code: None,
        left_out: Vec::new(),
        wrong_password: false,
    }
}

impl Details {
    fn because(cause: &'static str) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::default()
        }
    }

    fn of(answer: Answer) -> Self {
        Self {
            status: Some(answer.status),
            error_code: answer.error_code,
            error_msg: answer.error_msg,
            request_id: answer.request_id.map(Arc::from),
            cause: answer.excerpt.map(Cow::from),
        }
    }
}
