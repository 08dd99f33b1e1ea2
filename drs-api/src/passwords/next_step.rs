//! What is to be done next after one exchange, and after how long. Nothing is done here.

#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header::RETRY_AFTER};

use crate::{
    codes::{self, Means, means},
    exchange::{Exchange, Failure, Whole},
};

use super::{OutcomeKind, Retry, RetryReason as Because, StopReason, decide::Findings, stop::Stop};

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
    let mut step = classify(exchange, findings);
    match &mut step {
        NextStep::Again(_, positions) | NextStep::Alone(positions) => {
            positions.retain(|at| findings.suspects.binary_search(at).is_err());
            if positions.is_empty() {
                return NextStep::Done;
            }
        }
        _ => {}
    }
    match step {
        NextStep::Renew(_, stop) if !findings.suspects.is_empty() => NextStep::Stop(stop),
        step => step,
    }
}

/// The same, as if no answer spoke of a wrong password.
fn classify(exchange: &Exchange, findings: &Findings) -> NextStep {
    let all = || (0..findings.verdicts.len()).collect();
    let again = |because| NextStep::Again(because, all());
    let is_rejected = |at: &usize| findings.verdicts[*at].kind == OutcomeKind::Rejected;
    let status = exchange.status.map_or(0, |status| status.as_u16());
    let is_refused = (400..500).contains(&status);
    let code = findings.code.as_deref().map_or(Means::Refused, means);
    match (&exchange.failure, status) {
        (_, 401 | 403) | (Some(Failure::Local(_)), _) => renew_or_stop(exchange, findings),
        (Some(Failure::TooMuch(..)), _) => NextStep::Done,
        (Some(failure), _) if failure.nothing_was_sent() => again(Because::NotConnected),
        (_, 429) if all().iter().all(is_rejected) => again(Because::Throttled),
        // Also where the rest of the answer was lost.
        (_, 429 | 503) => again(Because::ServiceBusy),
        (Some(_), _) | (None, 502 | 504) => again(Because::AnswerLost),
        _ if exchange.is_whole == Whole::No => again(Because::AnswerLost),
        _ => match code {
            Means::Busy => again(Because::ServiceBusy),
            Means::Unauthenticated | Means::Forbidden if is_refused => {
                renew_or_stop(exchange, findings)
            }
            Means::TaskRefused | Means::OneOfSeveral if is_refused => NextStep::Alone(all()),
            _ => {
                let code = |at: usize| findings.verdicts[at].reply.error_code.as_deref();
                let is_busy = |at: &usize| code(*at).map(means) == Some(Means::Busy);
                let mut busy: Vec<_> = all();
                busy.retain(|at| is_rejected(at) && is_busy(at));
                match busy.is_empty() {
                    false => NextStep::Again(Because::TaskBusy, busy),
                    true if is_refused => NextStep::Alone(findings.left_out.clone()),
                    true => NextStep::Done,
                }
            }
        },
    }
}

/// How an exchange shows the service. A service that is busy works.
pub(super) fn health(exchange: &Exchange, step: &NextStep) -> Health {
    let status = exchange.status.map_or(0, |status| status.as_u16());
    match (&exchange.failure, status, step) {
        (_, 429, _) => Health::Busy,
        (Some(Failure::Local(_) | Failure::TooMuch(..)), _, _) => Health::Works,
        (Some(_), _, _) | (None, 500..600, _) => Health::Outage,
        (_, _, NextStep::Again(Because::ServiceBusy, _)) => Health::Busy,
        _ => Health::Works,
    }
}

fn renew_or_stop(exchange: &Exchange, findings: &Findings) -> NextStep {
    let stop = stop(exchange, findings);
    match exchange.refusal.as_ref().and_then(|r| r.renewable) {
        Some(token) => NextStep::Renew(token, stop),
        None => NextStep::Stop(stop),
    }
}

fn stop(exchange: &Exchange, findings: &Findings) -> Stop {
    let row = findings.code.as_deref().and_then(codes::of);
    let (reason, mut text) = match exchange.status {
        Some(status) => (
            match row.map(|row| row.means) {
                Some(Means::Forbidden) => StopReason::PermissionMissing,
                _ => StopReason::CredentialsRefused,
            },
            format!(
                "the service refused the credentials: HTTP status {}",
                status.as_u16()
            ),
        ),
        None => (
            StopReason::CredentialsUnavailable,
            "no request could be made".to_owned(),
        ),
    };
    if let Some(verdict) = findings.verdicts.first() {
        let reply = &verdict.reply;
        let advice = row.filter(|_| exchange.refusal.is_none());
        let advice = advice.map(|row| row.advice.to_string());
        let texts = [&reply.error_code, &reply.error_msg, &reply.cause, &advice];
        for said in texts.into_iter().flatten() {
            text += ", ";
            text += said;
        }
    }
    Stop { reason, text }
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
