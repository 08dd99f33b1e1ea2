//! What is to be done next after one exchange, and after how long. Nothing is done here.

#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header::RETRY_AFTER};

use crate::{
    codes::{self, Code},
    exchange::{Exchange, Failure, Whole},
};

use super::{
    OutcomeKind, Retry, RetryReason as Because, StopReason,
    decide::{Findings, Verdict},
    stop::Stop,
};

/// What an exchange asks for. End points are named by their position in the request. Those whose
/// password may be wrong are never among them.
#[derive(Debug, PartialEq)]
pub(super) enum NextStep {
    /// Nothing more.
    Done,
    /// These again, later.
    Again(Because, Vec<usize>),
    /// These once more, each task alone: what was wrong may be another task's fault.
    Alone(Vec<usize>),
    /// The same with another credential than the one with this number, or the run stops.
    Renew(u64, Stop),
    /// The run stops.
    Stop(Stop),
}

/// How an exchange shows the service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Health {
    Works,
    /// It works, and takes no more at the moment.
    Busy,
    /// No connection, a lost answer, or a failure over a whole request.
    Outage,
}

/// What to do after an exchange, by what it said.
pub(super) fn next_step(exchange: &Exchange, findings: &Findings) -> NextStep {
    let verdicts = &findings.verdicts;
    let is_rejected = |verdict: &Verdict| verdict.kind == OutcomeKind::Rejected;
    // Those whose password may be wrong are not sent again.
    let may_be_sent = |at: &usize| findings.suspects.binary_search(at).is_err();
    let mut left: Vec<_> = (0..verdicts.len()).filter(may_be_sent).collect();
    let code = findings.code.as_deref().and_then(Code::of);
    let status = exchange.status.map_or(0, |status| status.as_u16());
    let is_refused = (400..500).contains(&status);
    // Without a reason each task is sent alone.
    let because = match (&exchange.failure, status, code) {
        (_, 401 | 403, _) | (Some(Failure::Local(_)), ..) => {
            return renew_or_stop(exchange, findings);
        }
        (Some(Failure::TooMuch(..)), ..) => return NextStep::Done,
        (Some(failure), ..) if failure.nothing_was_sent() => Some(Because::NotConnected),
        (_, 429, _) if verdicts.iter().all(is_rejected) => Some(Because::Throttled),
        // Also where the rest of the answer was lost.
        (_, 429 | 503, _) => Some(Because::ServiceBusy),
        (Some(_), ..) | (None, 502 | 504, _) => Some(Because::AnswerLost),
        _ if exchange.is_whole == Whole::No => Some(Because::AnswerLost),
        (_, _, Some(Code::Busy)) => Some(Because::ServiceBusy),
        (_, _, Some(code)) if is_refused && (code.forbids() || code == Code::Unauthenticated) => {
            return renew_or_stop(exchange, findings);
        }
        (_, _, Some(code)) if is_refused && code.may_be_about_one() => None,
        _ => {
            let code = |at: usize| Code::of(verdicts[at].reply.error_code.as_deref()?);
            let is_busy = |at: &usize| is_rejected(&verdicts[*at]) && code(*at) == Some(Code::Busy);
            let any_is_busy = left.iter().any(is_busy);
            let is_left_out =
                |at: &usize| is_refused && findings.left_out.binary_search(at).is_ok();
            left.retain(|at| {
                if any_is_busy {
                    is_busy(at)
                } else {
                    is_left_out(at)
                }
            });
            any_is_busy.then_some(Because::TaskBusy)
        }
    };
    match because {
        _ if left.is_empty() => NextStep::Done,
        Some(because) => NextStep::Again(because, left),
        None => NextStep::Alone(left),
    }
}

/// How an exchange shows the service. A service that is busy works.
pub(super) fn health(exchange: &Exchange, step: &NextStep) -> Health {
    let status = exchange.status.map_or(0, |status| status.as_u16());
    match (&exchange.failure, status, step) {
        (_, 429, _) => Health::Busy,
        (Some(Failure::Local(_) | Failure::TooMuch(..)), _, _) => Health::Works,
        (Some(_), _, _) | (None, 500..600, _) => Health::Outage,
        _ if exchange.is_whole == Whole::No => Health::Outage,
        (_, _, NextStep::Again(Because::ServiceBusy, _)) => Health::Busy,
        _ => Health::Works,
    }
}

/// Another credential, unless a password may be wrong; or why the run stops.
fn renew_or_stop(exchange: &Exchange, findings: &Findings) -> NextStep {
    let row = findings.code.as_deref().and_then(codes::of);
    let reason = match row {
        _ if exchange.status.is_none() => StopReason::CredentialsUnavailable,
        Some(row) if row.code.forbids() => StopReason::PermissionMissing,
        _ => StopReason::CredentialsRefused,
    };
    let mut text = match exchange.status.map(|status| status.as_u16()) {
        None => "no request could be made".to_owned(),
        Some(status) => format!("the service refused the credentials: HTTP status {status}"),
    };
    let refusal = exchange.refusal.as_ref();
    let advice = row.filter(|_| refusal.is_none());
    let advice = advice.map(|row| row.advice.to_string());
    let first = findings.verdicts.first().into_iter();
    let said = first.flat_map(|verdict| verdict.reply.texts());
    text.extend(said.chain(&advice).flat_map(|said| [", ", said]));
    let stop = Stop { reason, text };
    let is_suspect = !findings.suspects.is_empty();
    match refusal.and_then(|refusal| refusal.renewable) {
        Some(token) if !is_suspect => NextStep::Renew(token, stop),
        _ => NextStep::Stop(stop),
    }
}

/// `Retry-After`, in seconds or as a date.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        // More than fits is beyond any deadline.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// The delay after this many attempts: a part of one that doubles, from 0 to 1 by chance.
pub(super) fn backoff(retry: &Retry, attempts: usize, part: f64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
    let factor = 2_u32.saturating_pow(doublings);
    let whole = retry.first_delay.saturating_mul(factor);
    whole.min(retry.max_delay).mul_f64(part)
}
