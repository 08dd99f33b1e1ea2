//! What is known of a run at any moment, which its loop writes and its handles read.

use std::{
    pin::pin,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use futures_util::future::select;
use tokio::sync::{Notify, mpsc};

use crate::{
    exchange::{Exchange, Failure},
    signing::sdk_date,
};

use super::{
    EndPointId, Event, OutcomeKind, Report, StopReason,
    decide::{Findings, Verdict},
    history::History,
    plan::Plan,
    stop::Stop,
};

pub(super) struct Board {
    pub(super) plan: Plan,
    known: Mutex<Known>,
    /// Wakes the loop when the run is stopped.
    woken: Notify,
}

#[derive(Default)]
struct Known {
    histories: Vec<History>,
    /// How many requests were begun.
    requests: u64,
    /// All but the outcomes.
    report: Report,
    completed: bool,
    events: Option<mpsc::UnboundedSender<Event>>,
}

impl Known {
    /// Tells whoever listens, or forgets them if they don't any more.
    fn emit(&mut self, event: impl FnOnce() -> Event) {
        self.events.take_if(|sender| sender.send(event()).is_err());
    }
}

impl Board {
    pub(super) fn new(plan: Plan, endpoint: &str) -> Self {
        let report = Report {
            endpoint: Some(endpoint.to_owned()),
            project_id: Some(plan.project_id.clone()),
            ..Report::default()
        };
        let known = Known {
            histories: vec![History::default(); plan.changes.len()],
            report,
            ..Known::default()
        };
        Self {
            plan,
            known: Mutex::new(known),
            woken: Notify::new(),
        }
    }

    /// Nothing panics while the lock is held; if something did, what is known is still known.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn send_events_to(&self, sender: mpsc::UnboundedSender<Event>) {
        self.known().events = Some(sender);
    }

    pub(super) fn emit(&self, event: impl FnOnce() -> Event) {
        self.known().emit(event);
    }

    /// All that was to be done is done.
    pub(super) fn complete(&self) {
        self.known().completed = true;
    }

    /// Ends the stream of events, and a run that is dropped. One that never began, such as of
    /// a plan that is only checked, has nothing to stop.
    pub(super) fn end(&self) {
        if self.known().requests > 0 {
            self.stop(Stop::new(StopReason::Dropped, "the run was dropped"));
        }
        let mut known = self.known();
        known.events = None;
        known.report.ended = known.report.started.as_ref().map(|_| now());
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.known().report.stopped.is_some()
    }

    /// From here on no request is begun. The first reason counts.
    pub(super) fn stop(&self, stop: Stop) {
        let reason = stop.text.clone();
        {
            let mut known = self.known();
            if known.completed || known.report.stopped.is_some() {
                return;
            }
            known.report.stopped = Some(stop.text);
            known.report.stop_reason = stop.reason;
        }
        self.woken.notify_one();
        tracing::info!(reason, "run stopped");
        self.emit(|| Event::RunStopped { reason });
    }

    /// Waits for something, or until the run is stopped.
    pub(super) async fn unless_stopped(&self, something: impl Future<Output = ()>) {
        select(pin!(self.woken.notified()), pin!(something)).await;
    }

    /// Which end points these items are, for an event.
    pub(super) fn end_points(&self, items: &[usize]) -> Vec<EndPointId> {
        let keys = items.iter().map(|item| self.plan.key(*item));
        keys.map(|(job_id, side)| EndPointId::new(job_id, side))
            .collect()
    }

    /// Notes that a request with these items is about to be sent; gives its number.
    pub(super) fn begin(&self, items: &[usize], attempt: usize) -> u64 {
        let request = {
            let mut known = self.known();
            for item in items {
                known.histories[*item].begin();
            }
            known.requests += 1;
            known.report.started.get_or_insert_with(now);
            known.requests
        };
        tracing::debug!(request, end_points = items.len(), attempt, "request sent");
        self.emit(|| Event::RequestStarted {
            request,
            end_points: self.end_points(items),
            attempt,
        });
        request
    }

    /// Notes how a request with these items ended, and what was found out. The report has it
    /// before anyone sees the event.
    pub(super) fn record(
        &self,
        request: u64,
        items: &[usize],
        exchange: &Exchange,
        findings: Findings,
        elapsed: Duration,
    ) {
        let status = exchange.status.map(|status| status.as_u16());
        let failure = exchange.failure.as_ref().map(Failure::to_string);
        let verdicts = &findings.verdicts;
        let request_id = verdicts
            .first()
            .and_then(|verdict| verdict.reply.request_id.as_deref());
        let changed = |verdict: &&Verdict| verdict.kind == OutcomeKind::Changed;
        tracing::debug!(
            request,
            request_id,
            status,
            error_code = findings.code,
            failure,
            end_points = items.len(),
            changed = verdicts.iter().filter(changed).count(),
            elapsed_ms = elapsed.as_millis(),
            "request ended"
        );
        let known = &mut *self.known();
        for (item, verdict) in items.iter().zip(verdicts) {
            known.histories[*item].end(verdict.kind, verdict.reply.clone());
        }
        known.emit(|| Event::RequestEnded {
            request,
            request_id: request_id.map(str::to_owned),
            status,
            error_code: findings.code.clone(),
            failure,
            results: (self.end_points(items).into_iter())
                .zip(verdicts.iter().map(|verdict| verdict.kind))
                .collect(),
            elapsed,
        });
        known.report.note(findings.remarks);
    }

    pub(super) fn report(&self) -> Report {
        let known = self.known();
        let stopped = known.report.stopped.as_deref();
        let unsent = stopped.or(Some("its turn has not come yet"));
        let histories = (0..).zip(&known.histories);
        Report {
            outcomes: histories
                .map(|(item, history)| history.outcome(self.plan.key(item), unsent))
                .collect(),
            ..known.report.clone()
        }
    }
}

/// This moment, as RFC 3339 has it: in UTC, to the second.
fn now() -> String {
    let mut date = sdk_date(SystemTime::now());
    for (at, sign) in [(13, ':'), (11, ':'), (6, '-'), (4, '-')] {
        date.insert(at, sign);
    }
    date
}
