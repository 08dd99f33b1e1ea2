//! What is shown while a run goes on, on standard error: a bar if that is a terminal, and with
//! `-v` a line for each request.

use std::{cell::Cell, fmt::Write};

use drs_api::passwords::{EndPointId, Event, OutcomeKind, RunHandle};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::{
    args::ChangePasswords,
    document, status,
    text::{clean, counted},
};

pub(crate) struct Progress {
    bar: ProgressBar,
    verbose: bool,
    throttled: Cell<bool>,
}

impl Progress {
    pub(crate) fn start(end_points: usize, args: &ChangePasswords) -> Self {
        let length = u64::try_from(end_points).unwrap_or(u64::MAX);
        // It is hidden where standard error is no terminal.
        let bar = match args.printing.quiet {
            true => ProgressBar::hidden(),
            false => ProgressBar::new(length),
        };
        // Without colours, so NO_COLOR has nothing to say about it.
        let style = "{elapsed} [{bar:20}] {pos}/{len} done{msg}{prefix}, {rate}/s, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            let rate = |state: &ProgressState, to: &mut dyn Write| {
                let _ = write!(to, "{:.1}", state.per_sec());
            };
            bar.set_style(style.with_key("rate", rate).progress_chars("=> "));
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
                    false => format!("; {}: again in {seconds:.1} s", clean(reason)),
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
            let end_points = ids(end_points);
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
            let changed = |(_, kind): &&(_, OutcomeKind)| *kind == OutcomeKind::Changed;
            let changed = results.iter().filter(changed).count();
            let status = status.map(|status| format!("HTTP status {status}"));
            let mut parts = vec![status.unwrap_or("no answer".to_owned())];
            parts.extend(
                [error_code, failure]
                    .into_iter()
                    .flatten()
                    .map(|text| clean(text)),
            );
            parts.push(format!(
                "{changed} changed, after {} ms",
                elapsed.as_millis()
            ));
            parts.extend(
                request_id
                    .iter()
                    .map(|id| format!("request id {}", clean(id))),
            );
            format!("request {request}: {}", parts.join(", "))
        }
        Event::RetryScheduled {
            end_points,
            reason,
            delay,
            ..
        } => {
            let (reason, milliseconds) = (clean(reason), delay.as_millis());
            let end_points = counted(end_points.len(), "end point");
            format!("{end_points} again in {milliseconds} ms: {reason}")
        }
        _ => return None,
    })
}

fn ids(end_points: &[EndPointId]) -> String {
    let id = |of: &EndPointId| format!("{} {}", clean(&of.job_id), of.end_point_type);
    end_points.iter().map(id).collect::<Vec<_>>().join(", ")
}
