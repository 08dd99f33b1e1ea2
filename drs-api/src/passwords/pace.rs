//! How fast a run goes: how many batches are open, and when the next request may be sent. Pure:
//! what happened and the time are told.

use std::time::Instant;

use super::{
    Options,
    next_step::{Health, backoff},
};

/// This many answers without throttling open one more slot.
const CALM: usize = 5;

/// After this many signs of an outage in a row one request is sent at a time, with pauses.
const OUTAGE: usize = 3;

#[derive(Default)]
pub(super) struct Pace {
    options: Options,
    /// An answer has shown that the credentials are accepted.
    pub(super) accepted: bool,
    /// Something was sent.
    connected: bool,
    /// How many slots are closed because the service is busy.
    closed: usize,
    /// Answers without throttling since the last change.
    calm: usize,
    /// Signs of an outage in a row, by the order in which requests ended.
    failing: usize,
    throttled: bool,
    /// Before this moment the service wants no request.
    not_before: Option<Instant>,
    /// Batches in a row that an outage ended, by the order in which they ended.
    failed_batches: usize,
}

impl Pace {
    pub(super) fn new(options: Options) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    /// How many batches may be open.
    pub(super) fn slots(&self) -> usize {
        match self.accepted {
            true => self.open_slots().max(1),
            false => 1,
        }
    }

    fn open_slots(&self) -> usize {
        self.options.concurrency.saturating_sub(self.closed)
    }

    /// Whether another request may be sent beside those under way.
    pub(super) fn allows_beside(&self, under_way: usize) -> bool {
        let is_careful = self.throttled || self.failing >= OUTAGE;
        under_way < if is_careful { 1 } else { self.slots() }
    }

    /// The moment from which a request may be sent that is due then.
    pub(super) fn earliest(&self, due: Instant) -> Instant {
        self.not_before.map_or(due, |moment| moment.max(due))
    }

    pub(super) fn never_connected(&self) -> bool {
        !self.connected
    }

    /// How a request ended. `wait` is how long the service wants none; `part` is chosen at
    /// random, from 0 to 1.
    pub(super) fn note(&mut self, health: Health, wait: Option<Instant>, now: Instant, part: f64) {
        self.connected |= health != Health::Unreachable;
        match health {
            Health::Works => {
                self.failing = 0;
                self.calm += 1;
                if self.calm >= CALM {
                    self.throttled = false;
                    self.closed = self.closed.saturating_sub(1);
                    self.calm = 0;
                }
            }
            Health::Busy | Health::Throttled => {
                self.calm = 0;
                self.closed += self.open_slots() / 2;
            }
            Health::Outage | Health::Unreachable => {
                self.calm = 0;
                self.failing += 1;
                if let Some(before) = self.failing.checked_sub(OUTAGE) {
                    self.closed = self.options.concurrency.saturating_sub(1);
                    let pause = backoff(&self.options.retry, before + 1, part);
                    self.not_before = self.not_before.max(now.checked_add(pause));
                }
            }
        }
        if health == Health::Throttled {
            self.throttled = true;
            // An earlier response may have asked for a longer pause.
            self.not_before = self.not_before.max(wait);
        }
    }

    /// How the last request of a batch ended; how many batches in a row an outage has ended.
    pub(super) fn batch_ended(&mut self, health: Health) -> usize {
        match health {
            Health::Works => self.failed_batches = 0,
            Health::Busy | Health::Throttled => {}
            Health::Outage | Health::Unreachable => self.failed_batches += 1,
        }
        self.failed_batches
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn of_two_times_that_a_service_names_the_later_counts() {
        let now = Instant::now();
        let [long, short] = [60, 5].map(|seconds| Some(now + Duration::from_secs(seconds)));
        for waits in [[long, short], [short, long], [long, None]] {
            let mut pace = Pace::new(Options::default());
            for wait in waits {
                pace.note(Health::Throttled, wait, now, 1.0);
            }
            assert_eq!(Some(pace.earliest(now)), long, "{waits:?}");
        }
    }
}
