//! What all parts of a run share: what is known so far, how fast to go, whether to stop.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future;
use http::StatusCode;
use tokio::sync::{Notify, mpsc};

use crate::{
    Client,
    body::RequestBody,
    call::Requests,
    credentials::shows_acceptance,
    echo::Echoes,
    exchange::{Exchange, Failure},
    types::BatchModifyPwdReq,
};

use super::{
    Event, Options, OutcomeKind, Report, UnmatchedResult,
    fold::{Details, Fold, Verdict},
    plan::Plan,
    reconcile::{self, Findings, KEPT},
    refused,
    settle::{self, ONE_TASK_ONLY, Step},
};

/// So many answers without throttling open one more place.
const CALM: usize = 5;

/// What all parts of a run share.
pub(super) struct Shared {
    pub(super) client: Client,
    pub(super) plan: Plan,
    pub(super) options: Options,
    known: Mutex<Known>,
    stopped: AtomicBool,
    one_task_only: AtomicBool,
    /// Wakes those who wait for their next try when the run is stopped.
    wake: Notify,
    requests: AtomicU64,
    events: Mutex<Option<mpsc::UnboundedSender<Event>>>,
}

/// What is known so far.
#[derive(Default)]
struct Known {
    folds: Vec<Fold>,
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
    /// How many places are closed because the service is busy.
    closed: usize,
    /// Answers without throttling since the last change.
    calm: usize,
}

/// Nothing panics while a lock is held; if something did, what is known is still known.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(client: Client, plan: Plan, options: Options) -> Self {
        let folds = vec![Fold::default(); plan.changes.len()];
        Self {
            client,
            plan,
            options,
            known: Mutex::new(Known {
                folds,
                ..Known::default()
            }),
            stopped: AtomicBool::new(false),
            one_task_only: AtomicBool::new(false),
            wake: Notify::new(),
            requests: AtomicU64::new(0),
            events: Mutex::new(None),
        }
    }

    pub(super) fn send_events_to(&self, sender: mpsc::UnboundedSender<Event>) {
        *lock(&self.events) = Some(sender);
    }

    /// All that was to be done is done.
    pub(super) fn completed(&self) {
        lock(&self.known).completed = true;
    }

    /// Ends the stream of events, and a run that is dropped.
    pub(super) fn end(&self) {
        self.stop("the run was dropped");
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
        self.emit(|| Event::Stopped {
            reason: reason.to_owned(),
        });
    }

    /// A batch has spent its tries without a connection. If nothing was ever sent, the
    /// others would only spend theirs.
    pub(super) fn never_connected(&self) {
        let connected = lock(&self.known).pace.connected;
        if !connected {
            self.stop("no connection to the service could be made");
        }
    }

    /// How many requests may be under way now.
    pub(super) fn places(&self) -> usize {
        let pace = &lock(&self.known).pace;
        match pace.accepted {
            true => self.options.concurrency.saturating_sub(pace.closed).max(1),
            false => 1,
        }
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

    /// Sends a request once and notes what it says of each of its end points. Gives what it
    /// asks for, and after how long if the service says so.
    pub(super) async fn try_once(
        &self,
        batch: usize,
        items: &[u32],
        attempt: usize,
    ) -> (Step, Option<Duration>) {
        let request = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let end_points = items.len();
        self.each_fold(
            items.iter().copied(),
            |fold, ()| fold.begin(),
            std::iter::repeat(()),
        );
        tracing::debug!(request, end_points, attempt, "request sent");
        self.emit(|| Event::Sent {
            request,
            end_points,
            attempt,
        });
        let started = Instant::now();
        let (exchange, findings) = self.exchange(batch, items).await;
        let elapsed = started.elapsed();
        let step = settle::step(&exchange, &findings);
        if findings.flat_code.as_deref() == Some(ONE_TASK_ONLY) {
            self.one_task_only.store(true, Ordering::Release);
        }
        let status = exchange.status.map(|status| status.as_u16());
        let error_code = findings.flat_code.clone();
        let failure = exchange.failure.as_ref().map(Failure::to_string);
        let changed = |v: &&Verdict| v.kind == OutcomeKind::Changed;
        let changed = findings.verdicts.iter().filter(changed).count();
        let request_id = findings
            .verdicts
            .first()
            .and_then(|v| v.details.request_id.clone());
        tracing::debug!(
            request,
            request_id = request_id.as_deref(),
            status,
            error_code,
            failure,
            end_points,
            changed,
            elapsed_ms = elapsed.as_millis(),
            "request ended"
        );
        self.note(items, findings);
        self.emit(|| Event::Answered {
            request,
            status,
            error_code,
            failure,
            changed,
            elapsed,
        });
        self.adapt(&step, exchange.status);
        (step, settle::retry_after(&exchange.headers))
    }

    fn body(&self, items: &[u32]) -> BatchModifyPwdReq {
        let changes = items
            .iter()
            .filter_map(|i| self.plan.changes.get(*i as usize));
        BatchModifyPwdReq {
            jobs: changes.cloned().collect(),
        }
    }

    /// Makes the generated call and reads what came of it.
    async fn exchange(&self, batch: usize, items: &[u32]) -> (Exchange, Findings) {
        let requests = Requests {
            client: &self.client,
            project_id: &self.plan.project_id,
            language: self.options.language,
        };
        let mut exchange = requests.send(self.body(items).jobs).await;
        // What was asked with these items before may be quoted as well.
        let batch = self.plan.batch(batch);
        if items.len() < batch.len()
            && !exchange.body.is_empty()
            && let Ok(body) = RequestBody::write(&self.body(batch))
        {
            Echoes::new(&body, &[]).blank_answer(&mut exchange.headers, &mut exchange.body);
        }
        let asked: Vec<_> = items.iter().map(|item| self.plan.key(*item)).collect();
        let mut findings = reconcile::reconcile(&asked, &exchange);
        refused::explain(&exchange, &mut findings);
        (exchange, findings)
    }

    /// Draws conclusions for the rest of the run.
    fn adapt(&self, step: &Step, status: Option<StatusCode>) {
        {
            let pace = &mut lock(&self.known).pace;
            pace.connected |= *step != Step::NotConnected;
            pace.accepted |= status.is_some_and(shows_acceptance);
            if *step == Step::Busy {
                pace.calm = 0;
                let open = self.options.concurrency.saturating_sub(pace.closed);
                pace.closed += open / 2;
            } else if status.is_some() {
                pace.calm += 1;
                if pace.calm >= CALM && pace.closed > 0 {
                    pace.closed -= 1;
                    pace.calm = 0;
                }
            }
        }
        if let Step::CredentialsRefused(reason) = step {
            self.stop(reason);
        }
    }

    fn note(&self, items: &[u32], findings: Findings) {
        let mut last = Arc::new(Details::default());
        self.each_fold(
            items.iter().copied(),
            |fold, verdict: Verdict| {
                if *last != verdict.details {
                    last = Arc::new(verdict.details);
                }
                fold.end(verdict.kind, Arc::clone(&last));
            },
            findings.verdicts,
        );
        let mut known = lock(&self.known);
        let room = KEPT.saturating_sub(known.unmatched.len());
        known
            .unmatched
            .extend(findings.unmatched.into_iter().take(room));
        let room = KEPT.saturating_sub(known.remarks.len());
        known
            .remarks
            .extend(findings.remarks.into_iter().take(room));
    }

    fn each_fold<T>(
        &self,
        items: impl Iterator<Item = u32>,
        mut change: impl FnMut(&mut Fold, T),
        values: impl IntoIterator<Item = T>,
    ) {
        let folds = &mut lock(&self.known).folds;
        for (item, value) in items.zip(values) {
            if let Some(fold) = folds.get_mut(item as usize) {
                change(fold, value);
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
                .zip(&known.folds)
                .map(|(item, fold)| fold.outcome(self.plan.key(item), Some(unsent)))
                .collect(),
            unmatched_results: known.unmatched.clone(),
            remarks: known.remarks.clone(),
            stopped: known.stopped.clone(),
        }
    }
}
