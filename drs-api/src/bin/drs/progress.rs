//! What is shown while a run goes on, on standard error: a bar if that is a terminal, and with
//! `-v` a line for each request; with `-vv` the library's events.

use std::io::{self, Write};

use drs_api::passwords::{Event, OutcomeKind, RetryReason, RunHandle};
use indicatif::{ProgressBar, ProgressStyle};
use tracing_subscriber::{
    Layer as _,
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::{
    args::ChangePasswords,
    document, status,
    text::{self, clean},
    todo,
};

pub(crate) struct Progress {
    bar: ProgressBar,
    verbose: bool,
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
        let verbose = args.verbose > 0;
        Self { bar, verbose }
    }

    pub(crate) fn note(&self, event: &Event) {
        if let Some(line) = line(event).filter(|_| self.verbose) {
            self.tell(&format!("{} {line}", document::now()));
        }
        match event {
            Event::RequestStarted { .. } => self.bar.set_message(""),
            Event::RetryScheduled { reason, delay, .. } => {
                let helps = match reason {
                    RetryReason::Throttled => "; a lower --concurrency helps",
                    _ => "",
                };
                let seconds = delay.as_secs_f32();
                let wait = format!("; {reason}: again in {seconds:.1} s{helps}");
                self.bar.set_message(wait);
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
    let Event::RequestEnded {
        request,
        request_id,
        status,
        error_code,
        failure,
        results,
        elapsed,
        ..
    } = event
    else {
        return None;
    };
    let status = status.map(|status| format!("HTTP status {status}"));
    let mut line = status.unwrap_or("no response".to_owned());
    for text in [error_code, failure].into_iter().flatten() {
        line += &format!(", {}", clean(text));
    }
    if let Some(id) = request_id {
        line += &format!(", request id {}", clean(id));
    }
    let results = results.iter();
    let results = results.map(|(of, kind)| format!("{} {kind}", todo::name(of)));
    let (results, took) = (results.collect::<Vec<_>>().join(", "), elapsed.as_millis());
    Some(format!("request {request}, {took} ms: {line}: {results}"))
}

/// Shows the library's events from now on. Events of the libraries below stay out: they may show what is sent.
pub(crate) fn show_library_events() {
    let layer = fmt::layer().with_ansi(false).with_writer(|| Cleaned);
    let ours = Targets::new().with_target("drs_api", LevelFilter::TRACE);
    // Another subscriber can't be there: this is the only place that sets one.
    let registry = tracing_subscriber::registry();
    let _ = registry.with(layer.with_filter(ours)).try_init();
}

/// Standard error, for texts from elsewhere.
struct Cleaned;

impl Write for Cleaned {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // An event comes as a whole, with a line break at its end.
        let event = String::from_utf8_lossy(bytes);
        let line = text::line(event.trim_end_matches('\n'));
        writeln!(io::stderr(), "{line}")?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
