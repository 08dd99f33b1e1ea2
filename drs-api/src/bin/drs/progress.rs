//! The progress bar, on standard error if that is a terminal.

use drs_api::passwords::Event;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::status;

pub(crate) struct Progress {
    bar: ProgressBar,
    changed: usize,
}

impl Progress {
    pub(crate) fn start(end_points: usize) -> Self {
        let length = u64::try_from(end_points).unwrap_or(u64::MAX);
        // It is hidden where standard error is no terminal.
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
        // Without colours, so NO_COLOR has nothing to say about it.
        let style = ProgressStyle::with_template("[{bar:30}] {pos}/{len} settled{msg}");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.tick();
        Self { bar, changed: 0 }
    }

    pub(crate) fn note(&mut self, event: &Event) {
        match event {
            Event::Answered { changed, .. } => {
                self.changed += changed;
                self.bar.set_message(format!(", {} changed", self.changed));
            }
            Event::Again { reason, delay, .. } if delay.as_secs() > 0 => {
                let (changed, seconds) = (self.changed, delay.as_secs());
                let message = format!(", {changed} changed; {reason}: again in {seconds} s");
                self.bar.set_message(message);
            }
            Event::Settled { end_points } => {
                self.bar.inc(u64::try_from(*end_points).unwrap_or(0));
            }
            _ => {}
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
