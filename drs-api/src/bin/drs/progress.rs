//! What is shown while a run goes on, on standard error: a bar if that is a terminal, and with
//! `-v` a line for each request.

use std::cell::Cell;

use drs_api::passwords::{Event, OutcomeKind, RunHandle};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    args::ChangePasswords,
    document, status,
    text::{clean, counted},
    todo,
};

pub(crate) struct Progress {
    bar: ProgressBar,
    verbose: bool,
    throttled: Cell<bool>,
}

impl Progress {
    pub(crate) fn start(end_points: usize, args: &ChangePasswords) -> Self {
        let length = u64::try_from(end_points).unwrap_or(u64::MAX);
        // It is hidden if standard error is not a terminal.
        let bar = match args.printing.quiet {
            true => ProgressBar::hidden(),
            false => ProgressBar::new(length),
        };
        // Without colours, so NO_COLOR has nothing to say about it.
        let style = "{elapsed} [{bar:20}] {pos}/{len} done{msg}{prefix}, {per_sec:1}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.tick();
        Self {
            bar,
            verbose: args.verbose > 0,
            throttled: Cell::new(false),
        }
    }

    pub(crate) fn note(&self, event: &Event) {
        if let Some(line) = line(event).filter(|_| self.verbose) {
            self.tell(&format!("{} {line}", document::now()));
        }
        match event {
            Event::RequestStarted { .. } => self.bar.set_message(""),
            Event::RequestEnded { status, .. } => self.throttled.set(*status == Some(429)),
            Event::RetryScheduled { reason, delay, .. } => {
                let seconds = delay.as_secs_f32();
                self.bar.set_message(match self.throttled.get() {
                    true => {
                        format!("; throttled, again in {seconds:.1} s; a lower --concurrency helps")
                    }
                    false => format!("; {reason}: again in {seconds:.1} s"),
                });
            }
            Event::BatchEnded { end_points, .. } => {
                self.bar.inc(u64::try_from(end_points.len()).unwrap_or(0));
            }
            _ => {}
        }
    }

    /// Keeps time and counts going.
    pub(crate) fn tick(&self, handle: &RunHandle) {
        if !self.bar.is_hidden() {
            let report = handle.report();
            let [changed, rejected] =
                [OutcomeKind::Changed, OutcomeKind::Rejected].map(|kind| report.count(kind));
            self.bar
                .set_prefix(format!(", {changed} changed, {rejected} rejected"));
        }
    }

    /// Says something above the bar.
    pub(crate) fn tell(&self, message: &str) {
        self.bar.suspend(|| status::tell(message));
    }

    /// Takes the bar away: the table follows.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// What `-v` says of an event.
fn line(event: &Event) -> Option<String> {
    Some(match event {
        Event::RequestStarted {
            request,
            end_points,
            attempt,
            ..
        } => {
            let end_points: Vec<_> = end_points.iter().map(todo::name).collect();
            let end_points = end_points.join(", ");
            format!("request {request}: attempt {attempt} for {end_points}")
        }
        Event::RequestEnded {
            request,
            request_id,
            status,
            error_code,
            failure,
            results,
            elapsed,
            ..
        } => {
            let changed = results
                .iter()
                .filter(|(_, kind)| *kind == OutcomeKind::Changed);
            let (changed, took) = (changed.count(), elapsed.as_millis());
            let status = status.map(|status| format!("HTTP status {status}"));
            let parts = [
                Some(status.unwrap_or("no answer".to_owned())),
                error_code.as_deref().map(clean),
                failure.as_deref().map(clean),
                Some(format!("{changed} changed, after {took} ms")),
                request_id
                    .as_ref()
                    .map(|id| format!("request id {}", clean(id))),
            ];
            let parts: Vec<_> = parts.into_iter().flatten().collect();
            format!("request {request}: {}", parts.join(", "))
        }
        Event::RetryScheduled {
            end_points,
            reason,
            delay,
            ..
        } => {
            let milliseconds = delay.as_millis();
            let end_points = counted(end_points.len(), "end point");
            format!("{end_points} again in {milliseconds} ms: {reason}")
        }
        _ => return None,
    })
}
