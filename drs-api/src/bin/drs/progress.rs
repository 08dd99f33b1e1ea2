//! What is shown while a run goes on, on standard error: a bar if that is a terminal, and with
//! `-v` a line for each request.

use drs_api::passwords::{EndPointId, Event, OutcomeKind};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{status, text::clean};

pub(crate) struct Progress {
    bar: ProgressBar,
    changed: usize,
    rejected: usize,
    verbose: bool,
}

impl Progress {
    pub(crate) fn start(end_points: usize, verbose: bool) -> Self {
        let length = u64::try_from(end_points).unwrap_or(u64::MAX);
        // It is hidden where standard error is no terminal.
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
        // Without colours, so NO_COLOR has nothing to say about it.
        let style = ProgressStyle::with_template("{elapsed} [{bar:20}] {pos}/{len} done{msg}");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.tick();
        Self {
            bar,
            changed: 0,
            rejected: 0,
            verbose,
        }
    }

    pub(crate) fn note(&mut self, event: &Event) {
        if self.verbose {
            self.line(event);
        }
        match event {
            Event::RequestEnded { results, .. } => {
                self.changed += changed(results);
                self.bar.set_message(self.counts());
            }
            Event::RetryScheduled { reason, delay, .. } if delay.as_secs() > 0 => {
                let (counts, seconds) = (self.counts(), delay.as_secs());
                let message = format!("{counts}; {reason}: again in {seconds} s");
                self.bar.set_message(message);
            }
            Event::BatchEnded { end_points, .. } => {
                self.bar.inc(u64::try_from(end_points.len()).unwrap_or(0));
            }
            _ => {}
        }
    }

    /// Keeps the time going.
    pub(crate) fn tick(&mut self, rejected: impl FnOnce() -> usize) {
        if !self.bar.is_hidden() {
            self.rejected = rejected();
            self.bar.set_message(self.counts());
        }
    }

    fn counts(&self) -> String {
        let (changed, rejected) = (self.changed, self.rejected);
        format!(", {changed} changed, {rejected} rejected")
    }

    /// What `-v` says of an event.
    fn line(&self, event: &Event) {
        let line = match event {
            Event::RequestStarted {
                request,
                end_points,
                attempt,
                ..
            } => match end_points.len() {
                1 => format!("request {request}: 1 end point, try {attempt}"),
                many => format!("request {request}: {many} end points, try {attempt}"),
            },
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
                let milliseconds = elapsed.as_millis();
                let mut line = format!("request {request}: ");
                line += &status.map_or_else(
                    || "no answer".to_owned(),
                    |status| format!("HTTP status {status}"),
                );
                for text in [error_code, failure].into_iter().flatten() {
                    line += &format!(", {}", clean(text));
                }
                let changed = changed(results);
                line += &format!(", {changed} changed, after {milliseconds} ms");
                if let Some(id) = request_id {
                    line += &format!(", request id {}", clean(id));
                }
                line
            }
            Event::RetryScheduled {
                end_points,
                reason,
                delay,
                ..
            } => {
                let (reason, milliseconds) = (clean(reason), delay.as_millis());
                let end_points = end_points.len();
                format!("{end_points} end points again in {milliseconds} ms: {reason}")
            }
            _ => return,
        };
        self.tell(&line);
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

fn changed(results: &[(EndPointId, OutcomeKind)]) -> usize {
    let changed = |(_, kind): &&(EndPointId, OutcomeKind)| *kind == OutcomeKind::Changed;
    results.iter().filter(changed).count()
}
