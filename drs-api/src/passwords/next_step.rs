//! What is to be done next after one exchange, and after how long. Nothing is done here.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header::RETRY_AFTER};

use crate::{
    codes::{Means, means},
    exchange::{Exchange, Failure, Whole},
};

use super::{
    OutcomeKind, Retry,
    decide::{Findings, Verdict},
};

/// What an exchange asks for.
#[derive(Debug, PartialEq)]
pub(super) enum NextStep {
    /// Nothing more.
    Done,
    /// There was no connection: the same again, later.
    NotConnected,
    /// It was sent, and the answer lost: the same once more, later.
    Lost,
    /// The service is busy: the same again, later.
    Busy,
    /// The service let it not in, and nothing was done: the same again, later, as often as it
    /// takes.
    Throttled,
    /// Some of its end points, by their position, met a busy task: these again, later.
    SomeBusy(Vec<usize>),
    /// Refused for what may be one task's fault: each task alone.
    EachTaskAlone,
    /// Refused item by item, and these left out, by their position; they may have done nothing
    /// wrong: each of their tasks alone.
    LeftOutAlone(Vec<usize>),
    /// The credentials were refused, or none were available: the run ends, for this reason.
    Stop(String),
    /// A token was refused, and another may be available: the same again with that one.
    RenewToken {
        /// The number of the refused one.
        token: u64,
        /// Why the run ends if there is no other.
        reason: String,
    },
}

/// What to do after an exchange, by what it said. Those whose password may be wrong are not part
/// of it.
pub(super) fn next_step(exchange: &Exchange, findings: &Findings) -> NextStep {
    let some = |step: fn(Vec<usize>) -> NextStep, mut positions: Vec<usize>| {
        positions.retain(|at| findings.suspects.binary_search(at).is_err());
        match positions.is_empty() {
            true => NextStep::Done,
            false => step(positions),
        }
    };
    let all_suspect = findings.suspects.len() == findings.verdicts.len();
    match classify(exchange, findings) {
        NextStep::RenewToken { reason, .. } if !findings.suspects.is_empty() => {
            NextStep::Stop(reason)
        }
        step @ (NextStep::RenewToken { .. } | NextStep::Stop(_) | NextStep::NotConnected) => step,
        _ if all_suspect => NextStep::Done,
        NextStep::SomeBusy(positions) => some(NextStep::SomeBusy, positions),
        NextStep::LeftOutAlone(positions) => some(NextStep::LeftOutAlone, positions),
        step => step,
    }
}

/// The same, as if no answer spoke of a wrong password.
fn classify(exchange: &Exchange, findings: &Findings) -> NextStep {
    let credentials_refused = matches!(
        exchange.status,
        Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
    );
    match &exchange.failure {
        _ if credentials_refused => return renew_or_stop(exchange, findings),
        Some(Failure::Local(_)) => return renew_or_stop(exchange, findings),
        Some(Failure::TooLarge { .. } | Failure::TooMany { .. }) => return NextStep::Done,
        Some(failure) if failure.nothing_was_sent() => return NextStep::NotConnected,
        _ => {}
    }
    let code = findings.code.as_deref();
    let is_client_error = exchange.status.is_some_and(|s| s.is_client_error());
    match exchange.status {
        Some(StatusCode::TOO_MANY_REQUESTS) if is_rejected(findings) => NextStep::Throttled,
        // Also where the rest of the answer was lost.
        Some(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => NextStep::Busy,
        _ if exchange.failure.is_some() || exchange.is_whole == Whole::No => NextStep::Lost,
        Some(StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT) => NextStep::Lost,
        _ if code.is_some_and(is_busy) => NextStep::Busy,
        _ if is_client_error && code.is_some_and(may_be_one_tasks_fault) => NextStep::EachTaskAlone,
        _ => match busy(findings) {
            busy if !busy.is_empty() => NextStep::SomeBusy(busy),
            _ if is_client_error && !findings.left_out.is_empty() => {
                NextStep::LeftOutAlone(findings.left_out.clone())
            }
            _ => NextStep::Done,
        },
    }
}

/// Whether nothing was done, for any of the end points.
fn is_rejected(findings: &Findings) -> bool {
    let mut verdicts = findings.verdicts.iter();
    verdicts.all(|verdict| verdict.kind == OutcomeKind::Rejected)
}

/// Whether an exchange is a sign of an outage: no connection, a lost answer, or a failure of
/// the service over a whole request. A service that is busy works.
pub(super) fn is_outage(exchange: &Exchange) -> bool {
    let is_busy = matches!(
        exchange.status,
        Some(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
    );
    match &exchange.failure {
        _ if is_busy => false,
        Some(Failure::Local(_) | Failure::TooLarge { .. } | Failure::TooMany { .. }) => false,
        Some(_) => true,
        None => exchange
            .status
            .is_some_and(|status| status.is_server_error()),
    }
}

fn is_busy(code: &str) -> bool {
    means(code) == Means::Busy
}

fn may_be_one_tasks_fault(code: &str) -> bool {
    matches!(
        means(code),
        Means::TaskRefused | Means::OneOfSeveral | Means::OnlyOne
    )
}

/// The positions of those that were refused because their task is busy.
fn busy(findings: &Findings) -> Vec<usize> {
    let verdicts = findings.verdicts.iter().enumerate();
    verdicts
        .filter(|(_, verdict)| {
            let code = verdict.reply.error_code.as_deref();
            verdict.kind == OutcomeKind::Rejected && code.is_some_and(is_busy)
        })
        .map(|(position, _)| position)
        .collect()
}

fn renew_or_stop(exchange: &Exchange, findings: &Findings) -> NextStep {
    let reason = stop_reason(exchange, findings);
    match exchange.refusal.as_ref().and_then(|r| r.renewable) {
        Some(token) => NextStep::RenewToken { token, reason },
        None => NextStep::Stop(reason),
    }
}

/// Why a run stops.
fn stop_reason(exchange: &Exchange, findings: &Findings) -> String {
    let mut reason = match exchange.status {
        Some(status) => format!(
            "the service refused the credentials: HTTP status {}",
            status.as_u16()
        ),
        None => "no request could be made".to_owned(),
    };
    if let Some(Verdict { reply, .. }) = findings.verdicts.first() {
        let texts = [&reply.error_code, &reply.error_msg, &reply.cause];
        for text in texts.into_iter().flatten() {
            reason += ", ";
            reason += text;
        }
    }
    reason
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

/// The delay before try number `tries` + 1: a part of one that doubles, from 0 to 1 by chance.
pub(super) fn backoff(retry: &Retry, tries: usize, part: f64) -> Duration {
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX);
    let factor = 2_u32.saturating_pow(doublings);
    let whole = retry
        .first_delay
        .saturating_mul(factor)
        .min(retry.max_delay);
    whole.mul_f64(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        passwords::decide::decide,
        types::EndPointType::{So, Ta},
    };

    /// What to do after an answer to a request for two tasks.
    fn after(status: u16, body: &str) -> NextStep {
        let exchange = Exchange {
            status: StatusCode::from_u16(status).ok(),
            body: body.to_owned().into(),
            ..Exchange::default()
        };
        next_step(&exchange, &decide(&[("a", So), ("b", Ta)], &exchange))
    }

    #[test]
    fn the_next_step_follows_from_status_and_codes() {
        let flat = |code: &str| format!(r#"{{"error_code":"{code}"}}"#);
        let one = |code: &str| {
            format!(r#"{{"results":[{{"id":"a","status":"failed","error_code":"{code}"}}]}}"#)
        };
        for (status, body, step) in [
            (200, flat("DRS.M05066"), NextStep::Done),
            (200, flat("DRS.M01504"), NextStep::Busy),
            (200, one("DRS.M01504"), NextStep::SomeBusy(vec![0])),
            (200, one("DRS.M00304"), NextStep::Done),
            (400, one("DRS.M00304"), NextStep::LeftOutAlone(vec![1])),
            (400, flat("DRS.M05003"), NextStep::EachTaskAlone),
            (400, flat("DRS.M00300"), NextStep::Done),
            (429, String::new(), NextStep::Throttled),
            (
                429,
                r#"{"jobs":[{"status":"success"}]}"#.into(),
                NextStep::Busy,
            ),
            (500, String::new(), NextStep::Done),
            (502, String::new(), NextStep::Lost),
            (503, flat("DRS.M05003"), NextStep::Busy),
        ] {
            assert_eq!(after(status, &body), step, "{status} {body}");
        }
    }

    #[test]
    fn the_reason_why_a_run_stops_is_short_however_long_the_answer_is() {
        let long = "x".repeat(70_000);
        let answer = format!(r#"{{"error_code":"{long}","error_msg":"{long}"}}"#);
        let NextStep::Stop(reason) = after(401, &answer) else {
            panic!("the run goes on");
        };
        assert!(reason.len() < 2_000, "{}", reason.len());
        assert!(reason.contains("HTTP status 401, xxx"), "{reason}");
    }

    #[test]
    fn nothing_is_sent_again_after_a_wrong_password_of_an_unknown_end_point() {
        for (status, body) in [
            (429, r#"{"error_code":"DRS.KE0002"}"#),
            (503, r#"{"error_code":"DRS.KE0002"}"#),
            (502, r#"{"error_code":"DRS.KE0002"}"#),
            (
                400,
                r#"{"error_code":"DRS.M05003","error_msg":"DRS.KE0002"}"#,
            ),
            (400, r#"{"results":[{"error_code":"DRS.KE0002"}]}"#),
        ] {
            assert_eq!(after(status, body), NextStep::Done, "{status} {body}");
        }
        let step = after(401, r#"{"error_code":"DRS.KE0002"}"#);
        assert!(matches!(step, NextStep::Stop(_)), "{step:?}");
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let after = |value: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            retry_after(&headers, now)
        };
        assert_eq!(after("7"), Some(Duration::from_secs(7)));
        let date = httpdate::fmt_http_date(now + Duration::from_secs(60));
        assert_eq!(after(&date), Some(Duration::from_secs(60)));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        let forever = Some(Duration::from_secs(u64::MAX));
        assert_eq!(after("99999999999999999999999"), forever);
        for nonsense in [
            "soon",
            "-1",
            "+1",
            "1.5",
            "",
            "Sun, 99 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(after(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn the_delay_doubles_up_to_its_maximum() {
        let retry = Retry::default()
            .first_delay(Duration::from_millis(100))
            .max_delay(Duration::from_secs(1));
        for (tries, most) in [
            (1, 100),
            (2, 200),
            (3, 400),
            (4, 800),
            (5, 1000),
            (900, 1000),
        ] {
            let most = Duration::from_millis(most);
            assert_eq!(backoff(&retry, tries, 1.0), most, "{tries}");
            assert_eq!(backoff(&retry, tries, 0.25), most / 4, "{tries}");
        }
    }
}
