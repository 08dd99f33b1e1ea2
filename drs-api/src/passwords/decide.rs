//! From one exchange to a verdict for each end point that was asked for.
//!
//! What an answer says of an end point counts; what it doesn't say is never assumed.

use std::{borrow::Cow, sync::Arc};

use http::StatusCode;

use crate::{
    answer::{Answer, Body, excerpt, request_id},
    exchange::{Exchange, Failure},
};

use super::{
    OutcomeKind, items,
    verdict::{
        Details, Findings, Key, is_indefinite, is_service_fault, speaks_of_wrong_password,
        with_advice,
    },
};

/// Decides what an exchange says of each end point that it asked for.
pub(super) fn decide(asked: &[Key<'_>], exchange: &Exchange) -> Findings {
    let advice = exchange.refusal.as_ref().map(|r| r.advice.as_str());
    let status = match (&exchange.failure, exchange.status) {
        (Some(failure), _) => return without_answer(asked, exchange, failure, advice),
        (None, Some(status)) => status,
        (None, None) => {
            let details = Details::because("there was no answer");
            return Findings::alike(asked, OutcomeKind::Unconfirmed, details);
        }
    };
    match Body::read(&exchange.body) {
        Some(body) if body.results.is_some() => {
            let envelope = items::Envelope {
                status,
                request_id: request_id(&exchange.headers),
                advice,
            };
            items::decide(asked, envelope, body)
        }
        body => flat(asked, exchange, status, body, advice),
    }
}

/// Nothing, or not all, of an answer arrived.
fn without_answer(
    asked: &[Key<'_>],
    exchange: &Exchange,
    failure: &Failure,
    advice: Option<&str>,
) -> Findings {
    let kind = match failure.nothing_was_sent() {
        true => OutcomeKind::NotSent,
        false => OutcomeKind::Unconfirmed,
    };
    let cause = match &exchange.body[..] {
        [] => failure.to_string(),
        begun => format!("{failure}; the answer began {:?}", excerpt(begun)),
    };
    let details = Details {
        status: exchange.status.map(|status| status.as_u16()),
        request_id: request_id(&exchange.headers).map(Arc::from),
        cause: with_advice(advice, Some(cause.into())),
        ..Details::default()
    };
    Findings {
        wrong_password: speaks_of_wrong_password(&exchange.body),
        ..Findings::alike(asked, kind, details)
    }
}

/// An answer that speaks of the request as a whole, or that can't be read.
fn flat(
    asked: &[Key<'_>],
    exchange: &Exchange,
    status: StatusCode,
    body: Option<Body<'_>>,
    advice: Option<&str>,
) -> Findings {
    let readable = body.is_some();
    let answer = Answer::of_body(status, &exchange.headers, body, &exchange.body);
    let code = answer.error_code.clone();
    let (kind, cause) = if status.is_success() {
        of_success(asked, code.as_deref(), readable)
    } else if status.is_client_error() {
        of_refusal(status, code.as_deref(), &exchange.body, readable)
    } else if status.is_redirection() {
        unconfirmed("a redirect, which is not followed")
    } else {
        unconfirmed("the service failed over the request")
    };
    let mut details = Details::from(answer);
    let cause = match (cause, details.cause.take()) {
        (Some(cause), Some(excerpt)) => Some(format!("{cause}: {excerpt}").into()),
        (cause, excerpt) => cause.map(Cow::Borrowed).or(excerpt),
    };
    details.cause = with_advice(advice, cause);
    Findings {
        code,
        wrong_password: speaks_of_wrong_password(&exchange.body),
        ..Findings::alike(asked, kind, details)
    }
}

type KindAndCause = (OutcomeKind, Option<&'static str>);

fn unconfirmed(cause: &'static str) -> KindAndCause {
    (OutcomeKind::Unconfirmed, Some(cause))
}

const REJECTED: KindAndCause = (OutcomeKind::Rejected, None);

const SERVICE_FAULT: &str = "a fault of the service, not a refusal";

/// A 2xx without results.
fn of_success(asked: &[Key<'_>], code: Option<&str>, readable: bool) -> KindAndCause {
    match code {
        Some(code) if is_service_fault(code) => unconfirmed(SERVICE_FAULT),
        // Elsewhere a 0 stands for no error.
        Some(code) if code.bytes().all(|b| b == b'0') => {
            unconfirmed("the answer holds no results, and a code that says nothing")
        }
        Some(_) if asked.len() == 1 => REJECTED,
        Some(_) => unconfirmed("an error for the whole request inside a success"),
        None if readable => unconfirmed("the answer holds no results"),
        None => unconfirmed("the answer can't be read"),
    }
}

/// A 4xx without results.
fn of_refusal(status: StatusCode, code: Option<&str>, body: &[u8], readable: bool) -> KindAndCause {
    if is_indefinite(status) {
        unconfirmed("a status that doesn't say whether the request was carried out")
    } else if code.is_some_and(is_service_fault) {
        unconfirmed(SERVICE_FAULT)
    } else if status == StatusCode::UNPROCESSABLE_ENTITY && code.is_none() {
        unconfirmed("a 422 without a code, which may be a fault of the service")
    } else if code.is_none() && may_hold_results(body, readable) {
        unconfirmed("an answer that may say more than can be read of it")
    } else {
        REJECTED
    }
}

/// Whether the body of a refusal may speak of items, some of them changed: in an unknown
/// shape, broken off, compressed or in another encoding. A page of HTML does not.
fn may_hold_results(body: &[u8], readable: bool) -> bool {
    let Ok(text) = std::str::from_utf8(body) else {
        return true;
    };
    let json = ['{', '[', '\u{feff}'];
    text.contains("\"results\"") || (!readable && text.trim_start().starts_with(json))
}
