//! From one exchange to a verdict for each end point that was asked for.
//!
//! What an answer says of an end point counts; what it doesn't say is never assumed. Each
//! item is read by itself, so that one that can't be read costs no other.

use std::{borrow::Cow, sync::Arc};

use http::StatusCode;

use crate::{
    Answer,
    transport::{Exchange, Failure},
    types::{EndPointType, ModifyDbPwdResp, ModifyDbPwdStatus},
};

use super::{
    OutcomeKind, UnmatchedResult,
    fold::{Details, Verdict},
    places::Places,
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
        Some(body) if body.results.is_some() && may_speak_of_items(status) => {
            item_by_item(asked, exchange, status, body)
        }
        body => flat(asked, exchange, status, body),
    }
}

/// A redirect, a 5xx and their like say nothing of what was done, whatever they hold.
fn may_speak_of_items(status: StatusCode) -> bool {
    status.is_success() || (status.is_client_error() && !is_indefinite(status))
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
    let details = Details {
        status: exchange.status.map(|status| status.as_u16()),
        request_id: exchange.request_id().map(Arc::from),
        cause: Some(failure.to_string().into()),
        ..Details::default()
    };
    all(asked, kind, details)
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
    findings
}

/// A 2xx without results.
fn of_flat_success(
    asked: &[Key<'_>],
    code: Option<&str>,
    readable: bool,
) -> (OutcomeKind, Option<&'static str>) {
    match (code, asked) {
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
    let server_fault = matches!(code, Some("DRS.M01501" | "DRS.M00004"));
    let doubt = if is_indefinite(status) {
        "a status that doesn't say whether the request was carried out"
    } else if server_fault {
        "a fault of the service, not a refusal"
    } else if status == StatusCode::UNPROCESSABLE_ENTITY && code.is_none() {
        "a 422 without a code, which may be a fault of the service"
    } else if !readable && find(body, b"\"results\"") {
        // It may have begun to say what became of each item.
        "an answer item by item that can't be read"
    } else {
        return (OutcomeKind::Rejected, None);
    };
    (OutcomeKind::Unconfirmed, Some(doubt))
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
    }
}

/// An answer with results.
pub(super) fn item_by_item(
    asked: &[Key<'_>],
    exchange: &Exchange,
    status: StatusCode,
    body: Body,
) -> Findings {
    let results = body.results.unwrap_or_default();
    let mut remarks = Vec::new();
    let mut contradiction = None;
    if let Some(count) = body.count
        && usize::try_from(count).ok() != Some(results.len())
    {
        contradiction = Some(format!(
            "`count` is {count}, and there are {} results",
            results.len()
        ));
    }
    if let Some(code) = &body.error_code {
        let message = body.error_msg.as_deref().unwrap_or_default();
        contradiction = Some(format!(
            "there are results beside the error {code} {message}"
        ));
    }
    remarks.extend(contradiction.clone());

    let base = Details {
        status: Some(status.as_u16()),
        request_id: body
            .request_id
            .or_else(|| exchange.request_id())
            .map(Arc::from),
        ..Details::default()
    };
    let mut places = Places::new(asked);
    let mut found: Vec<Option<Verdict>> = vec![None; asked.len()];
    let mut unmatched = Vec::new();
    for result in results {
        let item = match result {
            Ok(item) => item,
            Err(text) => {
                let unreadable = Some(text);
                push(&mut unmatched, || UnmatchedResult {
                    unreadable,
                    ..UnmatchedResult::default()
                });
                continue;
            }
        };
        let Some(place) = places.find(&item) else {
            push(&mut unmatched, || unmatched_result(item));
            continue;
        };
        let verdict = of_item(item, status, contradiction.as_deref(), &base);
        if let Some(slot) = found.get_mut(place) {
            *slot = Some(match slot.take() {
                None => verdict,
                Some(earlier) => twice(earlier, verdict, asked.get(place), &mut remarks),
            });
        }
    }
    let without = found.iter().enumerate().filter(|(_, v)| v.is_none());
    Findings {
        left_out: without.map(|(place, _)| place).collect(),
        verdicts: found
            .into_iter()
            .map(|verdict| verdict.unwrap_or_else(|| left_out(&base)))
            .collect(),
        unmatched,
        remarks,
        flat_code: None,
    }
}

fn of_item(
    item: ModifyDbPwdResp,
    status: StatusCode,
    contradiction: Option<&str>,
    base: &Details,
) -> Verdict {
    let code = item.error_code.filter(|code| !code.is_empty());
    let (kind, cause) = match &item.status {
        Some(ModifyDbPwdStatus::Success) if code.is_some() => (
            OutcomeKind::Unconfirmed,
            Some("the result is a success with an error code".into()),
        ),
        Some(ModifyDbPwdStatus::Success) if status != StatusCode::OK => (
            OutcomeKind::Unconfirmed,
            Some(format!("the result is a success in an answer of status {status}").into()),
        ),
        Some(ModifyDbPwdStatus::Success) => match contradiction {
            Some(contradiction) => (
                OutcomeKind::Unconfirmed,
                Some(format!("the answer contradicts itself: {contradiction}").into()),
            ),
            None => (OutcomeKind::Changed, None),
        },
        Some(ModifyDbPwdStatus::Failed) => (OutcomeKind::Rejected, None),
        Some(other) => (
            OutcomeKind::Unconfirmed,
            Some(format!("the result has the unknown status `{other}`").into()),
        ),
        None => (
            OutcomeKind::Unconfirmed,
            Some("the result has no status".into()),
        ),
    };
    Verdict {
        kind,
        details: Details {
            error_code: code,
            error_msg: item.error_msg.filter(|message| !message.is_empty()),
            cause,
            ..base.clone()
        },
    }
}

/// Two results for one end point: if they disagree, neither counts.
fn twice(
    earlier: Verdict,
    later: Verdict,
    key: Option<&Key<'_>>,
    remarks: &mut Vec<String>,
) -> Verdict {
    let (job_id, end_point_type) = key.copied().unwrap_or(("", EndPointType::So));
    if earlier.kind == later.kind {
        push(remarks, || {
            format!("two results for task {job_id}, {end_point_type}, that agree")
        });
        return earlier;
    }
    push(remarks, || {
        format!("two results for task {job_id}, {end_point_type}, that disagree")
    });
    let refused = if earlier.details.error_code.is_some() {
        earlier
    } else {
        later
    };
    Verdict {
        kind: OutcomeKind::Unconfirmed,
        details: Details {
            cause: Some("there are two results for it, and they disagree".into()),
            ..refused.details
        },
    }
}

fn left_out(base: &Details) -> Verdict {
    Verdict {
        kind: OutcomeKind::Unconfirmed,
        details: Details {
            cause: Some("the answer has no result for it".into()),
            ..base.clone()
        },
    }
}

fn unmatched_result(item: ModifyDbPwdResp) -> UnmatchedResult {
    UnmatchedResult {
        id: item.id,
        end_point_type: item.end_point_type.map(|e| e.to_string()),
        status: item.status.map(|status| status.to_string()),
        error_code: item.error_code,
        error_msg: item.error_msg,
        unreadable: None,
    }
}

/// Keeps one more, up to the limit.
fn push<T>(kept: &mut Vec<T>, more: impl FnOnce() -> T) {
    if kept.len() < KEPT {
        kept.push(more());
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
