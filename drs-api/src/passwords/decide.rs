//! From one exchange to a verdict for each end point that was asked for.
//!
//! A definite verdict needs an answer of a known shape that is wholly read, and nothing in it
//! that speaks against. What an answer doesn't say is never assumed.

use std::{borrow::Cow, collections::HashSet, sync::Arc};

use http::StatusCode;
use serde::de::IgnoredAny;

use crate::{
    answer::{Answer, Body, Scan, decode, excerpt, request_id, scan_beside},
    exchange::{Exchange, Failure, Whole},
};

use super::{
    OutcomeKind, items,
    verdict::{
        Details, Findings, Key, codes_about, is_code, is_code_in_success, is_indefinite,
        is_service_fault, is_unprocessed, says_wrong_password, with_advice,
    },
};

/// Decides what an exchange says of each end point that it asked for.
pub(super) fn decide(asked: &[Key<'_>], exchange: &Exchange) -> Findings {
    let advice = exchange.refusal.as_ref().map(|r| r.advice.as_str());
    let text = decode(&exchange.body);
    let status = match (&exchange.failure, exchange.status) {
        (Some(failure), _) => return without_answer(asked, exchange, failure, &text, advice),
        (None, Some(status)) => status,
        (None, None) => {
            let details = Details::because("there was no answer");
            return Findings::alike(asked, OutcomeKind::Unconfirmed, details);
        }
    };
    let body = Body::read(&text);
    let has_results = |body: &Body<'_>| body.results.as_ref().is_some_and(|r| !r.is_empty());
    match body {
        Some(body) if has_results(&body) => {
            let envelope = items::Envelope {
                status,
                request_id: request_id(&exchange.headers),
                advice,
            };
            items::decide(asked, envelope, body)
        }
        body => flat(asked, exchange, status, body, &text, advice),
    }
}

/// Nothing, or not all, of an answer arrived.
fn without_answer(
    asked: &[Key<'_>],
    exchange: &Exchange,
    failure: &Failure,
    text: &str,
    advice: Option<&str>,
) -> Findings {
    let kind = match failure.nothing_was_sent() {
        true => OutcomeKind::NotSent,
        false => OutcomeKind::Unconfirmed,
    };
    let cause = match &exchange.body[..] {
        [] => failure.to_string(),
        begun => format!(
            "{failure}; the answer began {:?}",
            excerpt(&exchange.headers, begun)
        ),
    };
    let mut details = Details {
        status: exchange.status.map(|status| status.as_u16()),
        request_id: request_id(&exchange.headers).map(Arc::from),
        cause: with_advice(advice, Some(cause.into())),
        ..Details::default()
    };
    let suspicious = says_wrong_password(text);
    if suspicious {
        details.suspect();
    }
    Findings {
        suspects: suspects(asked, suspicious),
        ..Findings::alike(asked, kind, details)
    }
}

/// All of them, if one may have a wrong password.
fn suspects(asked: &[Key<'_>], suspicious: bool) -> Vec<usize> {
    match suspicious {
        true => (0..asked.len()).collect(),
        false => Vec::new(),
    }
}

/// An answer that speaks of the request as a whole, or that can't be read.
fn flat(
    asked: &[Key<'_>],
    exchange: &Exchange,
    status: StatusCode,
    body: Option<Body<'_>>,
    text: &str,
    advice: Option<&str>,
) -> Findings {
    let scan = scan(asked, body.as_ref(), text);
    let readable = body.is_some();
    let is_iam = body.as_ref().is_some_and(|body| body.is_iam);
    let answer = Answer::of_body(status, &exchange.headers, body, &exchange.body);
    let code = answer.error_code.clone();
    let (kind, cause) = if status.is_success() {
        of_success(asked, code.as_deref(), is_iam, &scan, readable)
    } else if status.is_client_error() {
        of_refusal(status, code.as_deref(), &scan, is_whole(exchange, text))
    } else if status.is_redirection() {
        unconfirmed("a redirect, which is not followed")
    } else {
        unconfirmed("the service failed to process the request")
    };
    let mut details = Details::from(answer);
    let cause = match (cause, details.cause.take()) {
        (Some(cause), Some(excerpt)) => Some(format!("{cause}: {excerpt}").into()),
        (cause, excerpt) => cause.map(Cow::Borrowed).or(excerpt),
    };
    details.cause = with_advice(advice, cause);
    let mut findings = Findings::alike(asked, kind, details);
    if !scan.codes.is_empty() {
        for (verdict, key) in findings.verdicts.iter_mut().zip(asked) {
            Arc::make_mut(&mut verdict.details).add_codes(codes_about(&scan, *key));
        }
    }
    let of_wrong_password = |text: &str| says_wrong_password(text);
    let suspicious = of_wrong_password(text)
        || code.as_deref().is_some_and(of_wrong_password)
        || scan
            .codes
            .iter()
            .any(|found| of_wrong_password(&found.code));
    if suspicious {
        findings.suspect_all();
    }
    Findings {
        code,
        suspects: suspects(asked, suspicious),
        ..findings
    }
}

/// What else an answer without results holds.
fn scan(asked: &[Key<'_>], body: Option<&Body<'_>>, text: &str) -> Scan {
    let ids: HashSet<&str> = asked.iter().map(|(job_id, _)| *job_id).collect();
    let is_asked = |id: &str| ids.contains(id);
    match body {
        Some(body) => {
            let mut scan = scan_beside(&body.beside, &is_asked);
            if let Some(message) = &body.error_msg {
                scan.message(message);
            }
            scan
        }
        None => {
            let mut scan = Scan::default();
            scan.text(text, &is_asked);
            scan
        }
    }
}

/// Whether all of an answer arrived. Where only the end of the connection ends it, that can't be
/// told from a cut, unless it is one whole object or list.
fn is_whole(exchange: &Exchange, text: &str) -> bool {
    exchange.is_whole == Whole::Yes
        || (exchange.is_whole == Whole::IfJson
            && text.trim_start().starts_with(['{', '['])
            && serde_json::from_str::<IgnoredAny>(text).is_ok())
}

type KindAndCause = (OutcomeKind, Option<&'static str>);

fn unconfirmed(cause: &'static str) -> KindAndCause {
    (OutcomeKind::Unconfirmed, Some(cause))
}

const REJECTED: KindAndCause = (OutcomeKind::Rejected, None);

const SERVICE_FAULT: &str = "a fault of the service, not a refusal";
const TELLS_MORE: &str = "an answer that may tell of results, in an unknown shape";
const NO_CODE: &str = "what stands as its code names no error";

/// A 2xx without results.
fn of_success(
    asked: &[Key<'_>],
    code: Option<&str>,
    is_iam: bool,
    scan: &Scan,
    readable: bool,
) -> KindAndCause {
    match code {
        Some(code) if is_service_fault(code) => unconfirmed(SERVICE_FAULT),
        Some(code) if !is_code_in_success(code, is_iam) => {
            unconfirmed("the answer holds no results, and a code that names no error")
        }
        Some(_) if scan.may_tell_of_results() => unconfirmed(TELLS_MORE),
        Some(_) if asked.len() == 1 => REJECTED,
        Some(_) => unconfirmed("an error for the whole request inside a success"),
        None if readable => unconfirmed("the answer holds no results"),
        None => unconfirmed("the answer can't be read"),
    }
}

/// A 4xx without results.
fn of_refusal(status: StatusCode, code: Option<&str>, scan: &Scan, is_whole: bool) -> KindAndCause {
    if is_indefinite(status) {
        return unconfirmed("a status that doesn't say whether the request was carried out");
    }
    if !is_whole {
        return unconfirmed("the connection ended, and the answer may go on");
    }
    match code {
        Some(code) if is_service_fault(code) => unconfirmed(SERVICE_FAULT),
        _ if scan.may_tell_of_results() => unconfirmed(TELLS_MORE),
        Some(code) if is_code(code) => REJECTED,
        Some(_) => unconfirmed(NO_CODE),
        None if is_unprocessed(status) => REJECTED,
        None if status == StatusCode::UNPROCESSABLE_ENTITY => {
            unconfirmed("a 422 without a code, which may be a fault of the service")
        }
        None => unconfirmed("a status without a code, which may come from something in between"),
    }
}
