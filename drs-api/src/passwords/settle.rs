//! One batch from its first try to its last: what is tried again, when, and what for.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use http::{HeaderMap, StatusCode, header::RETRY_AFTER};

use crate::exchange::{Exchange, Failure};

use super::{Event, OutcomeKind, Retry, reconcile::Findings, refused, shared::Shared};

/// Part of a batch that is still to be tried.
pub(super) struct Work {
    pub(super) items: Vec<u32>,
    tries: usize,
    /// How often it was sent and the answer lost.
    lost: usize,
    /// Whether its tasks may be asked one by one if it is refused as a whole.
    may_split: bool,
}

impl Work {
    fn new(items: Vec<u32>) -> Self {
        Self {
            items,
            tries: 0,
            lost: 0,
            may_split: true,
        }
    }

    /// One task of it, to be asked alone.
    fn alone(&self, items: &[u32]) -> Self {
        Self {
            may_split: false,
            tries: 0,
            lost: self.lost,
            items: items.to_vec(),
        }
    }
}

/// What an exchange asks for.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// Nothing more.
    Done,
    /// There was no connection.
    NotConnected,
    /// It was sent, and the answer lost.
    Lost,
    /// The service is busy.
    Busy,
    /// Some of its end points met a busy task: these places, alone, later.
    SomeBusy(Vec<usize>),
    /// Refused for what may be one task's fault.
    EachTaskAlone,
    /// The credentials were refused, or could not be had, for this reason.
    CredentialsRefused(String),
    /// A token was refused in the place of which another may be had.
    TokenRefused {
        /// Its number.
        token: u64,
        reason: String,
    },
    /// Refused item by item, and these places left out: they may have done nothing wrong.
    SomeLeftOut(Vec<usize>),
}

/// Codes by which one task can have a whole request refused.
const ONE_TASKS_FAULT: [&str; 10] = [
    "DRS.M00200",
    "DRS.M00201",
    "DRS.M00202",
    "DRS.M00299",
    "DRS.M00301",
    "DRS.M00304",
    "DRS.M00307",
    "DRS.M00308",
    "DRS.M05003",
    "DRS.M05004",
];

/// The service takes one task in a request.
pub(super) const ONE_TASK_ONLY: &str = "DRS.M00299";

pub(super) fn is_busy(code: Option<&str>) -> bool {
    matches!(code, Some("DRS.M01503" | "DRS.M01504"))
}

pub(super) fn step(exchange: &Exchange, findings: &Findings) -> Step {
    match wanted(exchange, findings) {
        // Whose password it is is not said, so that none may be sent again.
        Step::TokenRefused { reason, .. } if findings.wrong_password => {
            Step::CredentialsRefused(reason)
        }
        Step::Lost | Step::Busy | Step::EachTaskAlone | Step::SomeLeftOut(_)
            if findings.wrong_password =>
        {
            Step::Done
        }
        step => step,
    }
}

fn wanted(exchange: &Exchange, findings: &Findings) -> Step {
    if is_credentials_refusal(exchange.status) {
        return refused::step(exchange, findings);
    }
    match &exchange.failure {
        Some(Failure::Local(_)) => return refused::step(exchange, findings),
        Some(Failure::TooLarge { .. } | Failure::TooMany { .. }) => return Step::Done,
        Some(failure) if failure.nothing_was_sent() => return Step::NotConnected,
        _ => {}
    }
    let code = findings.flat_code.as_deref();
    match exchange.status {
        // Also where the rest of the answer was lost.
        Some(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => Step::Busy,
        _ if exchange.failure.is_some() => Step::Lost,
        Some(StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT) => Step::Lost,
        _ if is_busy(code) => Step::Busy,
        Some(status)
            if status.is_client_error() && code.is_some_and(|c| ONE_TASKS_FAULT.contains(&c)) =>
        {
            Step::EachTaskAlone
        }
        _ => {
            let busy: Vec<usize> = findings
                .verdicts
                .iter()
                .enumerate()
                .filter(|(_, v)| {
                    v.kind == OutcomeKind::Rejected && is_busy(v.details.error_code.as_deref())
                })
                .map(|(place, _)| place)
                .collect();
            let refused = exchange.status.is_some_and(|s| s.is_client_error());
            if !busy.is_empty() {
                Step::SomeBusy(busy)
            } else if refused && !findings.left_out.is_empty() {
                Step::SomeLeftOut(findings.left_out.clone())
            } else {
                Step::Done
            }
        }
    }
}

fn is_credentials_refusal(status: Option<StatusCode>) -> bool {
    matches!(
        status,
        Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
    )
}

/// `Retry-After`, in seconds or as a date.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        // More than fits is beyond any deadline.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

/// The delay before try number `tries` + 1: a random part of one that doubles.
fn delay(retry: &Retry, tries: usize) -> Duration {
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX);
    let factor = 2_u32.saturating_pow(doublings);
    let whole = retry
        .first_delay
        .saturating_mul(factor)
        .min(retry.max_delay);
    whole.mul_f64(fastrand::f64())
}

/// Tries a batch until there is nothing more to try.
pub(super) async fn settle(shared: Arc<Shared>, batch: usize) {
    let items = shared.plan.batch(batch).to_vec();
    let settled = items.len();
    let deadline = Instant::now().checked_add(shared.options.retry.deadline);
    let mut queue = VecDeque::new();
    if shared.one_task_only() {
        let whole = Work::new(Vec::new());
        queue.extend(shared.plan.by_task(&items).map(|task| whole.alone(task)));
    } else {
        queue.push_back(Work::new(items));
    }
    while let Some(mut work) = queue.pop_front() {
        if shared.is_stopped() {
            break;
        }
        work.tries += 1;
        let (step, after) = shared.try_once(batch, &work.items, work.tries).await;
        let (work, reason) = match step {
            Step::Done => continue,
            Step::CredentialsRefused(_) => break,
            Step::TokenRefused { token, reason } => {
                if !refused::renewed(&shared, &work, token, &reason).await {
                    break;
                }
                // The service has not looked at it yet.
                work.tries -= 1;
                queue.push_front(work);
                continue;
            }
            Step::EachTaskAlone => {
                if shared.plan.by_task(&work.items).nth(1).is_some() {
                    ask_alone(&shared, &mut queue, &work, &work.items);
                }
                continue;
            }
            Step::SomeLeftOut(places) => {
                ask_alone(&shared, &mut queue, &work, &at(&places, &work.items));
                continue;
            }
            Step::NotConnected => (work, "no connection"),
            Step::Lost => {
                work.lost += 1;
                if work.lost > 1 {
                    continue;
                }
                (work, "the answer was lost")
            }
            Step::Busy => (work, "the service is busy"),
            Step::SomeBusy(places) => {
                let items = at(&places, &work.items);
                (Work { items, ..work }, "the task is busy")
            }
        };
        if let Some(delay) = may_try_again(&shared, &work, after, deadline) {
            shared.emit(|| Event::Again {
                end_points: work.items.len(),
                reason: reason.to_owned(),
                delay,
            });
            shared.wait(delay).await;
            queue.push_back(work);
        } else if reason == "no connection" {
            shared.never_connected();
        }
    }
    shared.emit(|| Event::Settled {
        end_points: settled,
    });
}

/// Has each task of these items asked once alone, unless that is what was done.
fn ask_alone(shared: &Shared, queue: &mut VecDeque<Work>, work: &Work, items: &[u32]) {
    if work.may_split {
        shared.emit(|| Event::Again {
            end_points: items.len(),
            reason: "each task alone".into(),
            delay: Duration::ZERO,
        });
        queue.extend(shared.plan.by_task(items).map(|task| work.alone(task)));
    }
}

fn at(places: &[usize], items: &[u32]) -> Vec<u32> {
    let items = places.iter().filter_map(|place| items.get(*place));
    items.copied().collect()
}

/// How long to wait before the next try, if there may be one.
fn may_try_again(
    shared: &Shared,
    work: &Work,
    after: Option<Duration>,
    deadline: Option<Instant>,
) -> Option<Duration> {
    let retry = &shared.options.retry;
    if work.tries >= retry.max_tries || shared.is_stopped() {
        return None;
    }
    let jittered = delay(retry, work.tries);
    let delay = after.map_or(jittered, |after| after.max(jittered));
    let begins = Instant::now().checked_add(delay)?;
    // Without a deadline that the clock can express there is none.
    deadline
        .is_none_or(|deadline| begins <= deadline)
        .then_some(delay)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        let after = |value: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            retry_after(&headers)
        };
        assert_eq!(after("7"), Some(Duration::from_secs(7)));
        let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(60));
        let found = after(&date).unwrap().as_secs();
        assert!((58..=60).contains(&found), "{found}");
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
            let longest = (0..200).map(|_| delay(&retry, tries)).max().unwrap();
            assert!(
                longest <= Duration::from_millis(most),
                "{tries}: {longest:?}"
            );
            assert!(
                longest > Duration::from_millis(most / 2),
                "{tries}: {longest:?}"
            );
        }
    }
}
