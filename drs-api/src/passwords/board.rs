//! What is known of a run at any moment, behind one lock: its loop writes it, its handles read it.
//! Each change of it is told in an event and, but for retries, in the log.

use std::{
    pin::pin,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use futures_util::future::select;
use tokio::sync::{Notify, mpsc};

use crate::{
    codes::Code,
    exchange::{Exchange, Failure},
    signing::sdk_date,
};

use super::{
    EndPointId, Event, OutcomeKind, Report, StopReason, decide::Findings, history::History,
    plan::Plan, stop::Stop,
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
    events: Option<mpsc::UnboundedSender<Event>>,
}

/// A request that has ended: its number in the run, how long it took, and what it brought.
pub(super) type Sent = (u64, Duration, Exchange);

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

    /// Tells whoever listens what happened to these items, or forgets them if they don't listen
    /// any more.
    pub(super) fn emit(&self, items: &[usize], event: impl FnOnce(Vec<EndPointId>) -> Event) {
        let events = &mut self.known().events;
        events.take_if(|sender| {
            let keys = items.iter().map(|item| self.plan.key(*item));
            let end_points = keys.map(|(job_id, side)| EndPointId::new(job_id, side));
            sender.send(event(end_points.collect())).is_err()
        });
    }

    /// All that was to be done is done: from here on nothing stops the run.
    pub(super) fn complete(&self) {
        let report = &mut self.known().report;
        report.ended = report.started.as_ref().map(|_| now());
    }

    /// Ends the stream of events, and a run that is dropped before it is complete. One that never
    /// began, such as of a plan that is only checked, has nothing to stop.
    pub(super) fn end(&self) {
        if self.known().requests > 0 {
            self.stop(Stop::new(StopReason::Dropped, "the run was dropped"));
        }
        self.complete();
        self.known().events = None;
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.known().report.stopped.is_some()
    }

    /// From here on no request is begun. The first reason counts.
    pub(super) fn stop(&self, Stop { reason, text }: Stop) {
        {
            let report = &mut self.known().report;
            if report.ended.is_some() || report.stopped.is_some() {
                return;
            }
            report.stopped = Some(text.clone());
            report.stop_reason = reason;
        }
        self.woken.notify_one();
        tracing::info!(reason = text, "run stopped");
        self.emit(&[], |_| Event::RunStopped {
            reason,
            sentence: text,
        });
    }

    /// Waits for something, or until the run is stopped.
    pub(super) async fn unless_stopped(&self, something: impl Future<Output = ()>) {
        select(pin!(self.woken.notified()), pin!(something)).await;
    }

    /// Notes that a request with these items is about to be sent; returns its number.
    pub(super) fn begin(&self, items: &[usize], attempt: usize) -> u64 {
        let request = {
            let known = &mut *self.known();
            for item in items {
                known.histories[*item].begin();
            }
            known.report.started.get_or_insert_with(now);
            known.requests += 1;
            known.requests
        };
        tracing::debug!(request, end_points = items.len(), attempt, "request sent");
        self.emit(items, |end_points| Event::RequestStarted {
            request,
            end_points,
            attempt,
        });
        request
    }

    /// Notes how a request with these items ended, and what was found out. The report has it
    /// before anyone sees the event.
    pub(super) fn record(&self, items: &[usize], sent: &Sent, findings: Findings) {
        let (request, elapsed, exchange) = (sent.0, sent.1, &sent.2);
        let status = exchange.status.map(|status| status.as_u16());
        let failure = exchange.failure.as_ref().map(Failure::to_string);
        let verdicts = findings.verdicts;
        let reply = verdicts.first().map(|first| &first.reply);
        let request_id = reply.and_then(|reply| reply.request_id.clone());
        let kinds = || verdicts.iter().map(|verdict| verdict.kind);
        let changed = kinds().filter(|kind| *kind == OutcomeKind::Changed);
        tracing::debug!(
            request,
            request_id,
            status,
            error_code = findings.code,
            failure,
            end_points = items.len(),
            changed = changed.count(),
            elapsed_ms = elapsed.as_millis(),
            "request ended"
        );
        {
            let known = &mut *self.known();
            for (item, verdict) in items.iter().zip(&verdicts) {
                known.histories[*item].end(verdict.kind, verdict.reply.clone());
            }
            known.report.note(findings.remarks);
        }
        self.emit(items, |end_points| Event::RequestEnded {
            request,
            request_id,
            status,
            code: findings.code.as_deref().and_then(Code::of),
            error_code: findings.code,
            failure,
            results: end_points.into_iter().zip(kinds()).collect(),
            elapsed,
        });
    }

    pub(super) fn report(&self) -> Report {
        let known = self.known();
        let stopped = known.report.stopped.as_deref();
        let unsent = stopped.or(Some("its turn has not come yet"));
        let histories = (0..).zip(&known.histories);
        let outcomes = histories.map(|(item, known)| known.outcome(self.plan.key(item), unsent));
        Report {
            outcomes: outcomes.collect(),
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
