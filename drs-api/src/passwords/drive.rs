//! The loop that owns a run: it begins batches, decides by what their requests bring, and ends
//! them. What is under way at the same time only sends and waits.
//!
//! `next_step` says what an exchange asks for, and `health` how it shows the service. Here that is
//! carried out:
//!
//! | exchange | its batch | the run |
//! |---|---|---|
//! | 429, nothing done | waits and is sent again; costs no try | one request at a time, none before `Retry-After` |
//! | 503 | may have been carried out: waits and is sent again; costs a try | the third sign of an outage in a row slows it down, the fifth batch in a row that an outage ends stops it |
//! | cut, or lost after it was sent | is sent again, once; costs a try | as after a 503 |
//! | 401 | is sent again with another credential, which costs no try, or ends | begins nothing until that credential is there, or stops |
//! | `DRS.KE0002` for an end point | ends for it, and goes on for the others | goes on |

use std::{
    collections::BTreeMap,
    pin::pin,
    time::{Duration, Instant, SystemTime},
};

use futures_util::{
    StreamExt as _,
    future::{Either, select},
    stream::FuturesUnordered,
};

use crate::{
    credentials::{Renewal, shows_acceptance},
    exchange::Failure,
};

use super::{
    Event, Options, RetryReason, StopReason,
    board::{Board, Sent},
    decide::decide,
    next_step::{Health, NextStep, backoff, health, next_step, retry_after},
    pace::Pace,
    service::Service,
    stop::Stop,
};

/// How often a batch may be sent again with another credential.
const MAX_RENEWALS: usize = 3;

/// The shortest pause before a throttled batch is sent again: it costs no try, and must not become
/// a loop without a pause.
const LEAST_DELAY: Duration = Duration::from_millis(50);

/// What goes into one request, until nothing more is tried for it.
#[derive(Default)]
struct Batch {
    items: Vec<usize>,
    /// How often it was sent.
    attempts: usize,
    /// How many of these were throttled, which costs no try.
    throttled: usize,
    /// How often it was sent and the answer lost.
    lost: usize,
    /// How often its credential was refreshed.
    renewals: usize,
    /// The number of the credentials that it was sent with.
    credentials: usize,
    /// Whether its tasks may be asked one by one if it is refused as a whole.
    may_split: bool,
    /// No attempt is planned for later. It may begin later, where the whole run has to wait.
    deadline: Option<Instant>,
}

impl Batch {
    fn tries(&self) -> usize {
        self.attempts - self.throttled - self.renewals
    }
}

/// What was under way and has ended: a batch and what its request brought, unless the run was
/// stopped before; or the refresh of a credential that a batch waits for, and why the run stops
/// without one.
type Ended = Either<(Batch, Option<Sent>), (Batch, Stop, Renewal)>;

/// Sends a plan, some batches at a time, until nothing is left to be sent or the run is stopped.
/// Each turn of the loop sends one batch, or waits: for something to end, or until one is due.
pub(super) async fn drive(board: &Board, options: &Options, service: &impl Service) {
    let mut under_way = FuturesUnordered::new();
    let mut driver = Driver {
        board,
        options,
        service,
        pace: Pace::new(options.clone()),
        begun: 0,
        connected: false,
        renewing: 0,
        waiting: BTreeMap::new(),
    };
    loop {
        let now = service.now();
        let ended = match driver.due(now, under_way.len()) {
            None if under_way.is_empty() => break,
            None => under_way.next().await,
            Some(due) if due <= now => {
                let mut batch = driver.next(now);
                batch.credentials = driver.pace.credentials;
                under_way.push(Either::Left(send(board, service, batch)));
                continue;
            }
            Some(due) => {
                let pause = pin!(board.unless_stopped(service.sleep(due - now)));
                match select(under_way.next(), pause).await {
                    // Nothing is under way.
                    Either::Left((None, pause)) => {
                        pause.await;
                        None
                    }
                    Either::Left((ended, _)) => ended,
                    Either::Right(_) => None,
                }
            }
        };
        match ended {
            Some(Either::Left((batch, Some(sent)))) => {
                // Requests that are under way go on: nobody else reads their answers.
                let renewal = driver
                    .take(batch, sent)
                    .map(|(batch, number, stop)| async move {
                        Either::Right((batch, stop, service.renew(number).await))
                    });
                under_way.extend(renewal.map(Either::Right));
            }
            Some(Either::Left((batch, None))) => driver.end(&batch.items, Health::Busy),
            Some(Either::Right((batch, stop, renewal))) => driver.renewed(batch, stop, renewal),
            None => {}
        }
    }
    while let Some((_, batch)) = driver.waiting.pop_first() {
        driver.end(&batch.items, Health::Busy);
    }
}

/// Sends a batch, unless the run has been stopped.
async fn send(board: &Board, service: &impl Service, mut batch: Batch) -> Ended {
    if board.is_stopped() {
        return Either::Left((batch, None));
    }
    batch.attempts += 1;
    let (request, begun) = (board.begin(&batch.items, batch.attempts), service.now());
    let exchange = service.exchange(&board.plan, &batch.items).await;
    Either::Left((batch, Some((request, service.now() - begun, exchange))))
}

struct Driver<'a, S> {
    board: &'a Board,
    options: &'a Options,
    service: &'a S,
    pace: Pace,
    /// How many batches of the plan have been begun.
    begun: usize,
    /// Something was sent.
    connected: bool,
    /// How many batches wait for a credential to be refreshed.
    renewing: usize,
    /// What is to be sent again, by its time and its first item.
    waiting: BTreeMap<(Instant, usize), Batch>,
}

impl<S: Service> Driver<'_, S> {
    /// When the next request may be sent, if no other has to end first.
    fn due(&self, now: Instant, under_way: usize) -> Option<Instant> {
        let slots = self.pace.slots();
        if self.board.is_stopped() || self.renewing > 0 || under_way >= slots {
            return None;
        }
        let is_left = self.begun < self.board.plan.batches.len();
        let may_begin = is_left && self.waiting.len() + under_way < slots;
        let waiting = self.waiting.keys().next().map(|(due, _)| *due);
        let due = may_begin.then_some(now).or(waiting)?;
        Some(self.pace.earliest(due))
    }

    /// What is sent next: what has waited long enough, or else the next batch of the plan.
    fn next(&mut self, now: Instant) -> Batch {
        let waiting = self.waiting.first_entry();
        if let Some(batch) = waiting.filter(|batch| batch.key().0 <= now) {
            return batch.remove();
        }
        self.begun += 1;
        Batch {
            items: self.board.plan.batches[self.begun - 1].clone(),
            may_split: true,
            deadline: now.checked_add(self.options.retry.deadline),
            ..Batch::default()
        }
    }

    /// Decides by what a request brought: first what is known (the board), then how fast to go on
    /// (the pace), then what becomes of the batch. Returns what waits for which credential, and why
    /// the run stops without.
    fn take(&mut self, mut batch: Batch, sent: Sent) -> Option<(Batch, u64, Stop)> {
        let (_, _, exchange) = &sent;
        let (board, plan, now) = (self.board, &self.board.plan, self.service.now());
        let asked: Vec<_> = batch.items.iter().map(|item| plan.key(*item)).collect();
        let findings = decide(&asked, exchange);
        let step = next_step(exchange, &findings);
        board.record(&batch.items, &sent, findings);
        let after = retry_after(&exchange.headers, SystemTime::now());
        let until = after.filter(|after| *after <= self.options.retry.deadline);
        let until = until.and_then(|after| now.checked_add(after));
        let health = health(exchange, &step);
        if exchange.status.is_some_and(shows_acceptance) {
            self.pace.accepted(batch.credentials);
        }
        let failure = exchange.failure.as_ref();
        self.connected |= !failure.is_some_and(Failure::nothing_was_sent);
        self.pace.note(health, until, now, fastrand::f64());
        // A gateway may refuse this batch alone, whatever the credential.
        let may_renew = batch.renewals < MAX_RENEWALS && !board.is_stopped();
        let stop = match step {
            NextStep::Done => None,
            NextStep::Renew(number, stop) if may_renew => {
                self.renewing += 1;
                return Some((batch, number, stop));
            }
            NextStep::Renew(_, stop) | NextStep::Stop(stop) => Some(stop),
            NextStep::Alone(positions) => {
                let is_less = positions.len() < batch.items.len();
                if batch.may_split && (is_less || plan.by_task(&batch.items).nth(1).is_some()) {
                    self.keep(&mut batch, &positions);
                    self.split(&batch);
                    return None;
                }
                None
            }
            NextStep::Again(reason, positions) => {
                batch.lost += usize::from(reason == RetryReason::AnswerLost);
                batch.throttled += usize::from(reason == RetryReason::Throttled);
                if let Some(delay) = self.delay(&batch, after, now) {
                    self.keep(&mut batch, &positions);
                    self.wait(batch, reason, delay);
                    return None;
                }
                self.give_up(&batch, reason, after)
            }
        };
        stop.into_iter().for_each(|stop| board.stop(stop));
        self.end(&batch.items, health);
        None
    }

    /// Sends a batch again with another credential, or stops.
    fn renewed(&mut self, mut batch: Batch, mut stop: Stop, renewal: Renewal) {
        self.renewing -= 1;
        match renewal {
            Ok(()) if self.board.is_stopped() => return self.end(&batch.items, Health::Busy),
            Ok(()) => {
                batch.renewals += 1;
                self.pace.unproven();
                return self.wait(batch, RetryReason::CredentialRenewed, Duration::ZERO);
            }
            Err(why) => stop.text += &format!(" (the source was asked again, and {why})"),
        }
        self.board.stop(stop);
        self.end(&batch.items, Health::Works);
    }

    /// Keeps these items of a batch, by their position. The others have ended, among them those
    /// with a wrong password; the batch has not, and says nothing of an outage yet.
    fn keep(&self, batch: &mut Batch, positions: &[usize]) {
        let all = std::mem::take(&mut batch.items);
        batch.items = positions.iter().map(|at| all[*at]).collect();
        let ended = (0..all.len()).filter(|at| positions.binary_search(at).is_err());
        let ended: Vec<_> = ended.map(|at| all[at]).collect();
        if !ended.is_empty() {
            self.tell_end(&ended);
        }
    }

    /// Has each task of a batch asked once alone.
    fn split(&mut self, batch: &Batch) {
        for task in self.board.plan.by_task(&batch.items) {
            let alone = Batch {
                items: task.to_vec(),
                lost: batch.lost,
                deadline: batch.deadline,
                ..Batch::default()
            };
            self.wait(alone, RetryReason::TaskByTask, Duration::ZERO);
        }
    }

    /// How long a batch waits before its next attempt, if there may be one.
    fn delay(&self, batch: &Batch, after: Option<Duration>, now: Instant) -> Option<Duration> {
        let retry = &self.options.retry;
        if retry.max_tries == 1 || batch.tries() >= retry.max_tries || batch.lost > 1 {
            return None;
        }
        let jittered = backoff(retry, batch.attempts, fastrand::f64());
        let jittered = jittered.max(LEAST_DELAY * u32::from(batch.throttled > 0));
        // Those that were told the same time don't come back together.
        let spread = retry.first_delay.mul_f64(fastrand::f64());
        let delay = after.map_or(jittered, |after| jittered.max(after.saturating_add(spread)));
        let begins = now.checked_add(delay)?;
        // Without a deadline that the clock can express there is none.
        let is_late = batch.deadline.is_some_and(|deadline| begins > deadline);
        (!is_late).then_some(delay)
    }

    /// Why the run stops, if it does, once a batch has no further attempt.
    fn give_up(&self, batch: &Batch, reason: RetryReason, after: Option<Duration>) -> Option<Stop> {
        if reason == RetryReason::NotConnected && !self.connected {
            let text = "no connection to the service could be made";
            return Some(Stop::new(StopReason::NeverConnected, text));
        }
        let retry = &self.options.retry;
        let is_asked = after.is_some_and(|after| after > retry.deadline);
        let only_throttled = batch.tries() == 0 && retry.max_tries > 1;
        (only_throttled || is_asked && reason != RetryReason::TaskBusy).then(|| {
            let text = "the service throttled requests for longer than retries may take; run the \
                        plan again later, or allow more time";
            Stop::new(StopReason::Throttled, text)
        })
    }

    /// Has a batch sent again after a delay, and tells why.
    fn wait(&mut self, batch: Batch, reason: RetryReason, delay: Duration) {
        let again = |end_points| Event::RetryScheduled {
            end_points,
            reason,
            delay,
        };
        self.board.emit(&batch.items, again);
        self.waiting
            .insert((self.service.now() + delay, batch.items[0]), batch);
    }

    /// Nothing more is tried for these items. The last request showed the service like this.
    fn end(&mut self, items: &[usize], health: Health) {
        let failed = self.pace.batch_ended(health);
        if failed >= self.options.retry.max_failed_batches {
            let text = format!(
                "the service failed over {failed} batches in a row; run the plan again once it \
                 works"
            );
            self.board.stop(Stop::new(StopReason::Outage, text));
        }
        self.tell_end(items);
    }

    fn tell_end(&self, items: &[usize]) {
        let ended = |end_points| Event::BatchEnded { end_points };
        self.board.emit(items, ended);
    }
}
