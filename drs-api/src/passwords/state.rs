//! What all parts of a run share: what is known so far, how fast to go, whether to stop.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future;
use http::StatusCode;
use tokio::sync::{Notify, mpsc};

use crate::{Client, credentials::shows_acceptance, echo::Secrets};

use super::{
    EndPointId, Event, Options, Report, UnmatchedResult,
    decide::{Findings, MAX_NOTES},
    history::History,
    next_step::{NextStep, backoff},
    plan::Plan,
};

/// This many answers without throttling open one more slot.
const CALM: usize = 5;

/// After this many signs of an outage in a row one request is sent at a time, with pauses.
const OUTAGE: usize = 3;

/// How an exchange, or a batch by its last, shows the service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Health {
    Works,
    /// It works, and takes no more at the moment.
    Busy,
    Outage,
}

/// What all parts of a run share.
pub(super) struct State {
    pub(super) client: Client,
    pub(super) plan: Plan,
    pub(super) options: Options,
    /// The secrets of all changes, which no answer may show.
    pub(super) secrets: Arc<Secrets>,
    known: Mutex<Known>,
    stopped: AtomicBool,
    one_task_only: AtomicBool,
    /// Wakes those who wait for their next try when the run is stopped.
    wake: Notify,
    /// Held by the one request that is sent at a time in an outage.
    turn: tokio::sync::Mutex<()>,
    events: Mutex<Option<mpsc::UnboundedSender<Event>>>,
}

/// What is known so far.
#[derive(Default)]
struct Known {
    histories: Vec<History>,
    /// How many requests were begun.
    requests: u64,
    unmatched: Vec<UnmatchedResult>,
    remarks: Vec<String>,
    stopped: Option<String>,
    completed: bool,
    pace: Pace,
}

/// How many requests may be under way.
#[derive(Default)]
struct Pace {
    /// An answer has shown that the credentials are accepted.
    accepted: bool,
    /// Something has been sent.
    connected: bool,
    /// How many slots are closed because the service is busy.
    closed: usize,
    /// Answers without throttling since the last change.
    calm: usize,
    /// Signs of an outage in a row, by the order in which requests ended.
    failing: usize,
    /// The service throttles.
    throttled: bool,
    /// Before this moment the service wants no request.
    not_before: Option<Instant>,
    /// Batches in a row that an outage ended, by the order in which they ended.
    failed_batches: usize,
}

/// Nothing panics while a lock is held; if something did, what is known is still known.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    pub(super) fn new(client: Client, plan: Plan, options: Options) -> Self {
        let histories = vec![History::default(); plan.changes.len()];
        let secrets = Arc::new(Secrets::of_run(Arc::clone(&plan.changes)));
        Self {
            client,
            plan,
            options,
            secrets,
            known: Mutex::new(Known {
                histories,
                ..Known::default()
            }),
            stopped: AtomicBool::new(false),
            one_task_only: AtomicBool::new(false),
            wake: Notify::new(),
            turn: tokio::sync::Mutex::default(),
            events: Mutex::new(None),
        }
    }

    pub(super) fn send_events_to(&self, sender: mpsc::UnboundedSender<Event>) {
        *lock(&self.events) = Some(sender);
    }

    /// All that was to be done is done.
    pub(super) fn complete(&self) {
        lock(&self.known).completed = true;
    }

    /// Ends the stream of events, and a run that is dropped. One that never began, such as of
    /// a plan that is only checked, has nothing to stop.
    pub(super) fn end(&self) {
        if lock(&self.known).requests > 0 {
            self.stop("the run was dropped");
        }
        lock(&self.events).take();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    pub(super) fn one_task_only(&self) -> bool {
        self.one_task_only.load(Ordering::Acquire)
    }

    pub(super) fn stop(&self, reason: &str) {
        {
            let mut known = lock(&self.known);
            if known.completed || known.stopped.is_some() {
                return;
            }
            known.stopped = Some(reason.to_owned());
        }
        self.stopped.store(true, Ordering::Release);
        self.wake.notify_waiters();
        tracing::info!(reason, "run stopped");
        self.emit(|| Event::RunStopped {
            reason: reason.to_owned(),
        });
    }

    /// A batch has spent its tries without a connection. If nothing was ever sent, the
    /// others would only spend theirs.
    pub(super) fn stop_if_never_connected(&self) {
        let connected = lock(&self.known).pace.connected;
        if !connected {
            self.stop("no connection to the service could be made");
        }
    }

    /// Counts the batches that an outage ended; the run stops after some in a row.
    pub(super) fn batch_ended(&self, health: Health) {
        let failed = {
            let pace = &mut lock(&self.known).pace;
            match health {
                Health::Works => pace.failed_batches = 0,
                Health::Busy => {}
                Health::Outage => pace.failed_batches += 1,
            }
            pace.failed_batches
        };
        if failed >= self.options.retry.max_failed_batches {
            self.stop(&format!(
                "the service failed over {failed} batches in a row; run the plan again once it \
                 works"
            ));
        }
    }

    /// Waits until a request may be sent; `None` if the run was stopped meanwhile. In an outage,
    /// and while the service throttles, that is one request at a time: after a pause that grows,
    /// and not before the moment that the service named.
    pub(super) async fn turn(&self) -> Option<Option<tokio::sync::MutexGuard<'_, ()>>> {
        let failing = || lock(&self.known).pace.failing;
        if failing() < OUTAGE && !lock(&self.known).pace.throttled {
            return Some(None);
        }
        let turn = self.turn.lock().await;
        if let Some(pauses) = (failing() + 1).checked_sub(OUTAGE).filter(|n| *n > 0) {
            let pause = backoff(&self.options.retry, pauses, fastrand::f64());
            self.wait(pause).await;
        }
        let not_before = lock(&self.known).pace.not_before.take();
        if let Some(moment) = not_before {
            self.wait(moment.saturating_duration_since(Instant::now()))
                .await;
        }
        (!self.is_stopped()).then_some(Some(turn))
    }

    /// How many requests may be under way now.
    pub(super) fn slots(&self) -> usize {
        let pace = &lock(&self.known).pace;
        match pace.accepted {
            true => self.options.concurrency.saturating_sub(pace.closed).max(1),
            false => 1,
        }
    }

    /// Whether anyone reads the events.
    pub(super) fn is_watched(&self) -> bool {
        lock(&self.events).is_some()
    }

    /// Which end points these items are, for an event.
    pub(super) fn end_points(&self, items: &[u32]) -> Vec<EndPointId> {
        let keys = items.iter().map(|item| self.plan.key(*item));
        keys.map(|(job_id, end_point_type)| EndPointId {
            job_id: job_id.to_owned(),
            end_point_type,
        })
        .collect()
    }

    pub(super) fn emit(&self, event: impl FnOnce() -> Event) {
        let mut events = lock(&self.events);
        if let Some(sender) = &*events
            && sender.send(event()).is_err()
        {
            // No one listens any more.
            *events = None;
        }
    }

    /// Waits, unless the run is stopped.
    pub(super) async fn wait(&self, delay: Duration) {
        let woken = std::pin::pin!(self.wake.notified());
        if !self.is_stopped() {
            let slept = std::pin::pin!(tokio::time::sleep(delay));
            future::select(woken, slept).await;
        }
    }

    /// Notes that a request with these items is about to be sent; gives its number.
    pub(super) fn begin(&self, items: &[u32]) -> u64 {
        let known = &mut *lock(&self.known);
        for item in items {
            if let Some(history) = known.histories.get_mut(*item as usize) {
                history.begin();
            }
        }
        known.requests += 1;
        known.requests
    }

    /// Records what an exchange said of these items.
    pub(super) fn record(&self, items: &[u32], findings: Findings) {
        let known = &mut *lock(&self.known);
        for (item, verdict) in items.iter().zip(findings.verdicts) {
            if let Some(history) = known.histories.get_mut(*item as usize) {
                history.end(verdict.kind, verdict.reply);
            }
        }
        known.unmatched.extend(findings.unmatched);
        known.unmatched.truncate(MAX_NOTES);
        known.remarks.extend(findings.remarks);
        known.remarks.truncate(MAX_NOTES);
    }

    /// From here on no request holds more than one task.
    pub(super) fn send_one_task_at_a_time(&self) {
        self.one_task_only.store(true, Ordering::Release);
    }

    /// Sets how many requests may be under way, by how the last one ended.
    pub(super) fn adapt_pace(
        &self,
        step: &NextStep,
        status: Option<StatusCode>,
        health: Health,
        after: Option<Duration>,
    ) {
        let pace = &mut lock(&self.known).pace;
        match health {
            Health::Works => pace.failing = 0,
            Health::Busy => {}
            Health::Outage => pace.failing += 1,
        }
        pace.connected |= *step != NextStep::NotConnected;
        pace.accepted |= status.is_some_and(shows_acceptance);
        if *step == NextStep::Throttled {
            pace.throttled = true;
            let after = after.filter(|after| *after <= self.options.retry.deadline);
            // An earlier response may have asked for a longer pause.
            let until = after.and_then(|after| Instant::now().checked_add(after));
            pace.not_before = pace.not_before.max(until);
        }
        if matches!(step, NextStep::Busy | NextStep::Throttled) {
            pace.calm = 0;
            let open = self.options.concurrency.saturating_sub(pace.closed);
            pace.closed += open / 2;
        } else if health == Health::Outage {
            pace.calm = 0;
            if pace.failing >= OUTAGE {
                pace.closed = self.options.concurrency.saturating_sub(1);
            }
        } else if status.is_some() {
            pace.calm += 1;
            if pace.calm >= CALM {
                pace.throttled = false;
                pace.closed = pace.closed.saturating_sub(1);
                pace.calm = 0;
            }
        }
    }

    pub(super) fn report(&self) -> Report {
        let known = lock(&self.known);
        let unsent = match &known.stopped {
            Some(reason) => reason.as_str(),
            None => "its turn has not come yet",
        };
        Report {
            outcomes: (0..)
                .zip(&known.histories)
                .map(|(item, history)| history.outcome(self.plan.key(item), Some(unsent)))
                .collect(),
            unmatched_results: known.unmatched.clone(),
            remarks: known.remarks.clone(),
            stopped: known.stopped.clone(),
        }
    }
}
