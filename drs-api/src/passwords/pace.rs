//! How fast a run goes: how many batches are open, and when the next request may be sent. Pure:
//! what happened and the time are told.
//!
//! It begins with one batch at a time, also after a refresh of the credentials, and goes on with as
//! many as before once the answer to a request with them shows that they are accepted: at first as
//! many as the options allow. A 429 or a busy service takes it back to one at once; an outage does
//! so at its third sign in a row, with growing pauses. Five answers without trouble add one.

use std::time::Instant;

use super::{
    Options,
    next_step::{Health, backoff},
};

/// This many answers without trouble allow one more batch at a time.
const CALM: usize = 5;

/// After this many signs of an outage in a row there are pauses.
const OUTAGE: usize = 3;

#[derive(Default)]
pub(super) struct Pace {
    options: Options,
    /// How many batches may be open, and how many requests under way, once an answer has shown
    /// that the credentials are accepted: one after trouble.
    slots: usize,
    /// The number of the credentials in use.
    pub(super) credentials: usize,
    accepted: bool,
    /// Answers without trouble since that number changed.
    calm: usize,
    /// Signs of an outage in a row, by the order in which requests ended.
    failing: usize,
    /// Before this moment the service wants no request.
    not_before: Option<Instant>,
    /// Batches in a row that an outage ended, by the order in which they ended.
    failed_batches: usize,
}

impl Pace {
    pub(super) fn new(options: Options) -> Self {
        Self {
            slots: options.concurrency,
            options,
            ..Self::default()
        }
    }

    /// How many batches may be open, and how many requests under way.
    pub(super) fn slots(&self) -> usize {
        if self.accepted { self.slots } else { 1 }
    }

    /// The moment from which a request may be sent that is due then.
    pub(super) fn earliest(&self, due: Instant) -> Instant {
        self.not_before.map_or(due, |moment| moment.max(due))
    }

    /// An answer has shown that the credentials of this number are accepted.
    pub(super) fn accepted(&mut self, credentials: usize) {
        self.accepted |= credentials == self.credentials;
    }

    /// The credentials are new: one batch at a time, until an answer shows that they are accepted.
    pub(super) fn unproven(&mut self) {
        self.credentials += 1;
        self.accepted = false;
    }

    /// How a request ended. `wait` is how long the service wants none; `part` is chosen at
    /// random, from 0 to 1.
    pub(super) fn note(&mut self, health: Health, wait: Option<Instant>, now: Instant, part: f64) {
        self.calm += 1;
        if health == Health::Works {
            self.failing = 0;
            if self.accepted && self.calm >= CALM {
                self.slots = self.options.concurrency.min(self.slots + 1);
                self.calm = 0;
            }
            return;
        }
        self.calm = 0;
        self.failing += usize::from(health == Health::Outage);
        let pauses = (self.failing + 1).saturating_sub(OUTAGE);
        if health == Health::Busy || pauses > 0 {
            self.slots = 1;
        }
        let pause = backoff(&self.options.retry, pauses, part);
        let pause = now.checked_add(pause).filter(|_| pauses > 0);
        // An earlier response may have asked for a longer pause.
        self.not_before = self.not_before.max(wait).max(pause);
    }

    /// How the last request of a batch ended; how many batches in a row an outage has ended.
    pub(super) fn batch_ended(&mut self, health: Health) -> usize {
        match health {
            Health::Works => self.failed_batches = 0,
            Health::Busy => {}
            Health::Outage => self.failed_batches += 1,
        }
        self.failed_batches
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn refreshed_credentials_are_tried_by_one_batch_at_a_time_until_they_are_accepted() {
        let mut pace = Pace::new(Options::default().concurrency(8));
        pace.accepted(pace.credentials);
        assert_eq!(pace.slots(), 8);
        pace.unproven();
        for _ in 0..2 * CALM {
            pace.note(Health::Works, None, Instant::now(), 1.0);
            assert_eq!(pace.slots(), 1);
        }
        pace.accepted(pace.credentials);
        assert_eq!(pace.slots(), 8);
    }

    #[test]
    fn a_refresh_does_not_undo_that_the_service_is_busy() {
        let mut pace = Pace::new(Options::default().concurrency(8));
        pace.accepted(pace.credentials);
        pace.note(Health::Busy, None, Instant::now(), 1.0);
        pace.unproven();
        pace.accepted(pace.credentials);
        assert_eq!(pace.slots(), 1);
    }

    #[test]
    fn of_two_times_that_a_service_names_the_later_counts() {
        let now = Instant::now();
        let [long, short] = [60, 5].map(|seconds| Some(now + Duration::from_secs(seconds)));
        for waits in [[long, short], [short, long], [long, None]] {
            let mut pace = Pace::new(Options::default());
            for wait in waits {
                pace.note(Health::Busy, wait, now, 1.0);
            }
            assert_eq!(Some(pace.earliest(now)), long, "{waits:?}");
        }
    }
}
