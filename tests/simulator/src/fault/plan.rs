//! Which fault acts on which request.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::definition::{Fault, Stage};
use crate::change::Item;

/// The requests that a fault acts on. For a fault at [`Stage::Accept`], the connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// The next ones, this many, once the faults that were queued before have acted.
    Next(u64),
    /// Each whose number can be divided by this, as long as no fault is queued.
    Every(u64),
    /// All, as long as no fault is queued.
    Always,
}

type Script = Arc<dyn Fn(u64, &[Item]) -> Option<Fault> + Send + Sync>;

#[derive(Default)]
pub(crate) struct Plan {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    queue: VecDeque<(u64, Fault)>,
    // In place of a queue position: the divisor.
    standing: Vec<(u64, Fault)>,
    script: Option<Script>,
}

impl Plan {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, fault: Fault, times: Times) {
        let mut inner = self.inner();
        match times {
            Times::Next(0) | Times::Every(0) => {}
            Times::Next(count) => inner.queue.push_back((count, fault)),
            Times::Every(divisor) => inner.standing.push((divisor, fault)),
            Times::Always => inner.standing.push((1, fault)),
        }
    }

    pub(crate) fn set_script(&self, script: Script) {
        self.inner().script = Some(script);
    }

    pub(crate) fn clear(&self) {
        *self.inner() = Inner::default();
    }

    /// The fault that acts on a connection as soon as it is accepted.
    pub(crate) fn for_connection(&self, number: u64) -> Option<Fault> {
        let mut inner = self.inner();
        match inner.queue.front() {
            Some((_, fault)) if fault.stage() == Some(Stage::Accept) => inner.take_queued(),
            Some(_) => None,
            None => inner.standing(number, |stage| stage == Some(Stage::Accept)),
        }
    }

    /// The fault that acts on a request, as far as it can be told from its number.
    pub(crate) fn for_request(&self, number: u64) -> Option<Fault> {
        let mut inner = self.inner();
        inner
            .take_queued()
            .or_else(|| inner.standing(number, |stage| stage != Some(Stage::Accept)))
    }

    /// The fault that the script chooses for a request that was read.
    pub(crate) fn by_script(&self, number: u64, items: &[Item]) -> Option<Fault> {
        // Called without the lock: the script may take its time.
        let script = self.inner().script.clone()?;
        script(number, items)
    }
}

impl Inner {
    fn take_queued(&mut self) -> Option<Fault> {
        let (left, fault) = self.queue.front_mut()?;
        *left -= 1;
        if *left == 0 {
            return self.queue.pop_front().map(|(_, fault)| fault);
        }
        Some(fault.clone())
    }

    fn standing(&self, number: u64, fits: impl Fn(Option<Stage>) -> bool) -> Option<Fault> {
        let found = self
            .standing
            .iter()
            .find(|(divisor, fault)| number.is_multiple_of(*divisor) && fits(fault.stage()));
        found.map(|(_, fault)| fault.clone())
    }
}
