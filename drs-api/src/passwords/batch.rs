//! One batch from its first try to its last.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use http::StatusCode;

use crate::{
    codes::{Means, means},
    credentials::Renewal,
    exchange::{Exchange, Failure},
};

use super::{
    EndPointId, Event, OutcomeKind,
    decide::{Findings, Verdict, decide},
    next_step::{NextStep, backoff, is_outage, next_step, retry_after},
    state::{Health, State},
};

/// Part of a batch that is still to be tried.
struct Pending {
    items: Vec<u32>,
    tries: usize,
    /// How many of these were throttled, which costs no try.
    throttled: usize,
    /// How often it was sent and the answer lost.
    lost: usize,
    /// How often a credential was refreshed for it.
    renewals: usize,
    /// Whether its tasks may be asked one by one if it is refused as a whole.
    may_split: bool,
}

impl Pending {
    fn new(items: &[u32]) -> Self {
        Self {
            items: items.to_vec(),
            tries: 0,
            throttled: 0,
            lost: 0,
            renewals: 0,
            may_split: true,
        }
    }

    /// Some of it, as a task of its own.
    fn alone(&self, items: &[u32]) -> Self {
        Self {
            lost: self.lost,
            may_split: false,
            ..Self::new(items)
        }
    }
}

/// How often a credential is refreshed for one batch.
const MAX_RENEWALS: usize = 3;
/// The shortest pause before a throttled request is sent again.
const LEAST_DELAY: Duration = Duration::from_millis(50);

/// Why a run stops whose requests the service throttles without end.
const THROTTLED: &str = "the service throttled a batch for as long as it may be tried again; run \
                         the plan again later, or allow more time";

/// Tries a batch until there is nothing more to try.
pub(super) async fn send(state: Arc<State>, number: usize) {
    let items = state.plan.batch(number);
    let deadline = Instant::now().checked_add(state.options.retry.deadline);
    let whole = Pending::new(items);
    let mut queue = VecDeque::new();
    if state.one_task_only() {
        queue.extend(state.plan.by_task(items).map(|task| whole.alone(task)));
    } else {
        queue.push_back(whole);
    }
    let mut ending = None;
    let mut only_throttled = true;
    while let Some(mut pending) = queue.pop_front() {
        if state.is_stopped() {
            break;
        }
        pending.tries += 1;
        let Some(attempt) = try_once(&state, &pending).await else {
            break;
        };
        let Attempt { step, after, .. } = attempt;
        ending = Some(attempt.ending);
        only_throttled &= step == NextStep::Throttled;
        let asked = pending.items.clone();
        let mut at_position = 0..;
        pending.items.retain(|_| {
            let at = at_position.next().unwrap_or(usize::MAX);
            attempt.suspects.binary_search(&at).is_err()
        });
        let (pending, reason) = match step {
            NextStep::Done => continue,
            NextStep::Stop(_) => break,
            NextStep::RenewToken { token, reason } => {
                // A gateway may refuse this batch alone, whatever the credential.
                if pending.renewals >= MAX_RENEWALS {
                    state.stop(&reason);
                    break;
                }
                pending.renewals += 1;
                if !renew(&state, &pending, token, &reason).await {
                    break;
                }
                // The service has not looked at it yet.
                pending.tries -= 1;
                queue.push_front(pending);
                continue;
            }
            NextStep::EachTaskAlone => {
                if state.plan.by_task(&pending.items).nth(1).is_some() {
                    ask_alone(&state, &mut queue, &pending, &pending.items);
                }
                continue;
            }
            NextStep::LeftOutAlone(positions) => {
                let items = at(&positions, &asked);
                ask_alone(&state, &mut queue, &pending, &items);
                continue;
            }
            NextStep::NotConnected => (pending, "no connection"),
            NextStep::Lost => {
                pending.lost += 1;
                if pending.lost > 1 {
                    continue;
                }
                (pending, "the answer was lost")
            }
            NextStep::Busy => (pending, "the service is busy"),
            NextStep::Throttled => {
                pending.throttled += 1;
                (pending, "the service takes no more requests now")
            }
            NextStep::SomeBusy(positions) => {
                let items = at(&positions, &asked);
                (Pending { items, ..pending }, "the task is busy")
            }
        };
        if let Some(delay) = delay_before_next(&state, &pending, after, deadline) {
            state.emit(|| Event::RetryScheduled {
                end_points: state.end_points(&pending.items),
                reason: reason.to_owned(),
                delay,
            });
            state.wait(delay).await;
            queue.push_back(pending);
        } else if reason == "no connection" {
            state.stop_if_never_connected();
        } else if only_throttled && state.options.retry.max_tries > 1 {
            state.stop(THROTTLED);
        }
    }
    if let Some(health) = ending {
        state.batch_ended(health);
    }
    state.emit(|| Event::BatchEnded {
        end_points: state.end_points(items),
    });
}

/// Has each task of these items asked once alone, unless that is what was done.
fn ask_alone(state: &State, queue: &mut VecDeque<Pending>, pending: &Pending, items: &[u32]) {
    if pending.may_split {
        state.emit(|| Event::RetryScheduled {
            end_points: state.end_points(items),
            reason: "each task alone".into(),
            delay: Duration::ZERO,
        });
        let tasks = state.plan.by_task(items);
        queue.extend(tasks.map(|task| pending.alone(task)));
    }
}

fn at(positions: &[usize], items: &[u32]) -> Vec<u32> {
    let items = positions.iter().filter_map(|at| items.get(*at));
    items.copied().collect()
}

/// How long to wait before the next try, if there may be one.
fn delay_before_next(
    state: &State,
    pending: &Pending,
    after: Option<Duration>,
    deadline: Option<Instant>,
) -> Option<Duration> {
    let retry = &state.options.retry;
    let counted = pending.tries - pending.throttled;
    if retry.max_tries == 1 || counted >= retry.max_tries || state.is_stopped() {
        return None;
    }
    let jittered = backoff(retry, pending.tries, fastrand::f64());
    // Those that were told the same time don't come back together.
    let spread = retry.first_delay.mul_f64(fastrand::f64());
    // Throttled attempts are not counted: they must not become a loop without a pause.
    let jittered = jittered.max(LEAST_DELAY * u32::from(pending.throttled > 0));
    let delay = after.map_or(jittered, |after| jittered.max(after.saturating_add(spread)));
    let begins = Instant::now().checked_add(delay)?;
    // Without a deadline that the clock can express there is none.
    deadline
        .is_none_or(|deadline| begins <= deadline)
        .then_some(delay)
}

/// Asks for another token or key and says whether there is one; if not, the run is stopped.
async fn renew(state: &State, pending: &Pending, refused: u64, reason: &str) -> bool {
    if state.is_stopped() {
        return false;
    }
    let inner = &state.client.inner;
    match inner.renew(refused).await {
        Renewal::Renewed => {
            state.emit(|| Event::RetryScheduled {
                end_points: state.end_points(&pending.items),
                reason: "the credential was refused, and renewed".to_owned(),
                delay: Duration::ZERO,
            });
            return true;
        }
        Renewal::None => state.stop(&format!(
            "{reason} (the source was asked again, and returned no credential that is accepted)"
        )),
        Renewal::Failed(failure) => state.stop(&format!(
            "{reason} (the source was asked again, and failed: {failure})"
        )),
    }
    false
}

/// What came of one request.
struct Attempt {
    step: NextStep,
    /// How long to wait before the next, if the service says so.
    after: Option<Duration>,
    /// Whose password may be wrong, by their position.
    suspects: Vec<usize>,
    /// How it shows the service, if it is the last of its batch.
    ending: Health,
}

/// Sends a request once and records what the answer says of each of its end points. Sends
/// nothing if the run is stopped while it waits for its turn.
async fn try_once(state: &State, pending: &Pending) -> Option<Attempt> {
    let _turn = state.turn().await?;
    let (items, attempt) = (&pending.items, pending.tries);
    let request = state.begin(items);
    tracing::debug!(request, end_points = items.len(), attempt, "request sent");
    state.emit(|| Event::RequestStarted {
        request,
        end_points: state.end_points(items),
        attempt,
    });
    let started = Instant::now();
    let exchange = exchange(state, items).await;
    let elapsed = started.elapsed();
    let asked: Vec<_> = items.iter().map(|item| state.plan.key(*item)).collect();
    let findings = decide(&asked, &exchange);
    let step = next_step(&exchange, &findings);
    let suspects = findings.suspects.clone();
    let health = match step {
        _ if is_outage(&exchange) => Health::Outage,
        NextStep::Busy | NextStep::Throttled => Health::Busy,
        _ => Health::Works,
    };
    if findings.code.as_deref().map(means) == Some(Means::OnlyOne) {
        state.send_one_task_at_a_time();
    }
    let results = match state.is_watched() {
        true => {
            let kinds = findings.verdicts.iter().map(|verdict| verdict.kind);
            state.end_points(items).into_iter().zip(kinds).collect()
        }
        false => Vec::new(),
    };
    let event = ended(request, results, &exchange, &findings, elapsed);
    // The report has it before anyone sees the event.
    state.record(items, findings);
    state.emit(|| event);
    let after = retry_after(&exchange.headers, SystemTime::now());
    state.adapt_pace(&step, exchange.status, health, after);
    if let NextStep::Stop(reason) = &step {
        state.stop(reason);
    }
    Some(Attempt {
        step,
        after,
        suspects,
        // A service that is unavailable to the end fails.
        ending: match exchange.status {
            Some(StatusCode::SERVICE_UNAVAILABLE) => Health::Outage,
            _ => health,
        },
    })
}

/// How a request ended.
fn ended(
    request: u64,
    results: Vec<(EndPointId, OutcomeKind)>,
    exchange: &Exchange,
    findings: &Findings,
    elapsed: Duration,
) -> Event {
    let status = exchange.status.map(|status| status.as_u16());
    let error_code = findings.code.clone();
    let failure = exchange.failure.as_ref().map(Failure::to_string);
    let changed = |v: &&Verdict| v.kind == OutcomeKind::Changed;
    let first = findings.verdicts.first();
    let request_id = first.and_then(|verdict| verdict.reply.request_id.as_deref());
    tracing::debug!(
        request,
        request_id,
        status,
        error_code,
        failure,
        end_points = findings.verdicts.len(),
        changed = findings.verdicts.iter().filter(changed).count(),
        elapsed_ms = elapsed.as_millis(),
        "request ended"
    );
    Event::RequestEnded {
        request,
        request_id: request_id.map(str::to_owned),
        status,
        error_code,
        failure,
        results,
        elapsed,
    }
}

/// Makes the call. What keeps it from being made is in the exchange too.
async fn exchange(state: &State, items: &[u32]) -> Exchange {
    match state.plan.call(&state.client, &state.options, items) {
        Ok(call) => {
            let secrets = Arc::clone(&state.secrets);
            state.client.inner.exchange(call, Some(secrets)).await
        }
        Err(error) => Exchange {
            failure: Some(Failure::Local(Box::new(error))),
            ..Exchange::default()
        },
    }
}
