//! The loop that owns a run: it begins batches, decides by what their requests bring, and ends
//! them. What is under way at the same time only sends and waits.

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
    exchange::{Exchange, Failure},
};

use super::{
    Event, Options, StopReason,
    board::Board,
    decide::decide,
    next_step::{Because, Health, NextStep, backoff, health, next_step, retry_after},
    pace::Pace,
    service::Service,
    stop::Stop,
};

/// How many tries of a batch may be answered with another credential.
const MAX_RENEWALS: usize = 3;

/// The shortest pause before a throttled batch is sent again: it costs no try, and must not become
/// a loop without a pause.
const LEAST_DELAY: Duration = Duration::from_millis(50);

/// What goes into one request, until nothing more is tried for it.
struct Batch {
    items: Vec<usize>,
    /// How often it was sent.
    attempts: usize,
    /// How many of these were throttled, which costs no try.
    throttled: usize,
    /// How often it was sent and the answer lost.
    lost: usize,
    /// Whether its tasks may be asked one by one if it is refused as a whole.
    may_split: bool,
    /// No attempt begins later.
    deadline: Option<Instant>,
}

impl Batch {
    fn tries(&self) -> usize {
        self.attempts - self.throttled
    }
}

/// A request that has ended: its number, how long it took, and what it brought.
type Sent = (u64, Duration, Exchange);

/// Sends a plan, some batches at a time, until nothing is left to be sent or the run is stopped.
pub(super) async fn drive(board: &Board, options: &Options, service: &impl Service) {
    let mut under_way = FuturesUnordered::new();
    let mut driver = Driver {
        board,
        options,
        service,
        pace: Pace::new(options.clone()),
        begun: 0,
        connected: false,
        waiting: BTreeMap::new(),
    };
    loop {
        let now = service.now();
        let due = driver.due(now, under_way.len());
        let pause = due.map(|due| due.saturating_duration_since(now));
        let ended = match pause {
            Some(Duration::ZERO) => {
                under_way.push(send(board, service, driver.next(now)));
                continue;
            }
            None if under_way.is_empty() => break,
            None => under_way.next().await,
            Some(pause) => {
                let pause = pin!(board.unless_stopped(service.sleep(pause)));
                match under_way.is_empty() {
                    true => {
                        pause.await;
                        None
                    }
                    false => match select(under_way.next(), pause).await {
                        Either::Left((ended, _)) => ended,
                        Either::Right(_) => None,
                    },
                }
            }
        };
        match ended {
            Some((batch, Some(sent))) => driver.take(batch, sent).await,
            Some((batch, None)) => driver.end(&batch.items, Health::Busy),
            None => {}
        }
    }
    while let Some((_, batch)) = driver.waiting.pop_first() {
        driver.end(&batch.items, Health::Busy);
    }
}

/// Sends a batch, unless the run has been stopped.
async fn send(board: &Board, service: &impl Service, mut batch: Batch) -> (Batch, Option<Sent>) {
    if board.is_stopped() {
        return (batch, None);
    }
    batch.attempts += 1;
    let (request, begun) = (board.begin(&batch.items, batch.attempts), service.now());
    let exchange = service.exchange(&board.plan, &batch.items).await;
    (batch, Some((request, service.now() - begun, exchange)))
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
    /// What is to be sent again, by its time and its first item.
    waiting: BTreeMap<(Instant, usize), Batch>,
}

impl<S: Service> Driver<'_, S> {
    /// When the next request may be sent, if no other has to end first.
    fn due(&self, now: Instant, under_way: usize) -> Option<Instant> {
        if self.board.is_stopped() || under_way >= self.pace.slots {
            return None;
        }
        let is_left = self.begun < self.board.plan.batches();
        let may_begin = is_left && self.waiting.len() + under_way < self.pace.slots;
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
            items: self.board.plan.batch(self.begun - 1).to_vec(),
            attempts: 0,
            throttled: 0,
            lost: 0,
            may_split: true,
            deadline: now.checked_add(self.options.retry.deadline),
        }
    }

    /// Decides by what a request brought. While a credential is refreshed nothing else is done,
    /// since all would need it.
    async fn take(&mut self, mut batch: Batch, (request, elapsed, exchange): Sent) {
        let (board, plan, now) = (self.board, &self.board.plan, self.service.now());
        let asked: Vec<_> = batch.items.iter().map(|item| plan.key(*item)).collect();
        let findings = decide(&asked, &exchange);
        let step = next_step(&exchange, &findings);
        board.record(request, &batch.items, &exchange, findings, elapsed);
        let after = retry_after(&exchange.headers, SystemTime::now());
        let until = after.filter(|after| *after <= self.options.retry.deadline);
        let until = until.and_then(|after| now.checked_add(after));
        let health = health(&exchange, &step);
        if exchange.status.is_some_and(shows_acceptance) {
            self.pace.accepted();
        }
        self.connected |= !exchange
            .failure
            .as_ref()
            .is_some_and(Failure::nothing_was_sent);
        self.pace.note(health, until, now, fastrand::f64());
        let stop = match step {
            NextStep::Done => None,
            NextStep::Stop(stop) => Some(stop),
            // A gateway may refuse this batch alone, whatever the credential.
            NextStep::Renew(_, stop) if batch.tries() > MAX_RENEWALS => Some(stop),
            NextStep::Renew(number, mut stop) => {
                let why = match self.service.renew(number).await {
                    Renewal::Renewed => {
                        let reason = "the credential was refused, and renewed";
                        return self.wait(batch, reason, Duration::ZERO, now);
                    }
                    Renewal::None => "returned no credential that is accepted".to_owned(),
                    Renewal::Failed(failure) => format!("failed: {failure}"),
                };
                stop.text += &format!(" (the source was asked again, and {why})");
                Some(stop)
            }
            NextStep::Alone(positions) => {
                let is_less = positions.len() < batch.items.len();
                if batch.may_split && (is_less || plan.by_task(&batch.items).nth(1).is_some()) {
                    self.keep(&mut batch, &positions, health);
                    return self.split(&batch, now);
                }
                None
            }
            NextStep::Again(because, positions) => {
                batch.lost += usize::from(because == Because::Lost);
                batch.throttled += usize::from(because == Because::Throttled);
                if let Some(delay) = self.delay(&batch, after, now) {
                    self.keep(&mut batch, &positions, health);
                    return self.wait(batch, because.as_str(), delay, now);
                }
                self.give_up(&batch, because)
            }
        };
        stop.into_iter().for_each(|stop| board.stop(stop));
        self.end(&batch.items, health);
    }

    /// Keeps these items of a batch, by their position. The others have ended.
    fn keep(&mut self, batch: &mut Batch, positions: &[usize], health: Health) {
        let all = std::mem::take(&mut batch.items);
        batch.items = positions.iter().map(|at| all[*at]).collect();
        let ended = (0..all.len()).filter(|at| positions.binary_search(at).is_err());
        let ended: Vec<_> = ended.map(|at| all[at]).collect();
        if !ended.is_empty() {
            self.end(&ended, health);
        }
    }

    /// Has each task of a batch asked once alone.
    fn split(&mut self, batch: &Batch, now: Instant) {
        self.announce(&batch.items, "each task alone", Duration::ZERO);
        for task in self.board.plan.by_task(&batch.items) {
            let alone = Batch {
                items: task.to_vec(),
                attempts: 0,
                throttled: 0,
                may_split: false,
                ..*batch
            };
            self.waiting.insert((now, task[0]), alone);
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

    /// Whether the run stops since there is no further attempt of a batch.
    fn give_up(&self, batch: &Batch, because: Because) -> Option<Stop> {
        if because == Because::NotConnected && !self.connected {
            let text = "no connection to the service could be made";
            return Some(Stop::new(StopReason::NeverConnected, text));
        }
        let only_throttled = batch.tries() == 0 && self.options.retry.max_tries > 1;
        only_throttled.then(|| {
            let text = "the service throttled a batch for as long as it may be tried again; run \
                        the plan again later, or allow more time";
            Stop::new(StopReason::Throttled, text)
        })
    }

    fn wait(&mut self, batch: Batch, reason: &str, delay: Duration, now: Instant) {
        self.announce(&batch.items, reason, delay);
        self.waiting.insert((now + delay, batch.items[0]), batch);
    }

    fn announce(&self, items: &[usize], reason: &str, delay: Duration) {
        self.board.emit(|| Event::RetryScheduled {
            end_points: self.board.end_points(items),
            reason: reason.to_owned(),
            delay,
        });
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
        self.board.emit(|| Event::BatchEnded {
            end_points: self.board.end_points(items),
        });
    }
}
