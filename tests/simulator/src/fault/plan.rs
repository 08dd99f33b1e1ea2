//! Chooses the fault for each request.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::definition::{Fault, Stage};
use crate::change::Item;

/// The requests that a fault acts on; for a fault at [`Stage::Accept`], the connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// The next ones, this many, after all earlier queued faults.
    Next(u64),
    /// Each whose number is a multiple of this, while no fault is queued.
    Every(u64),
    /// All, while no fault is queued.
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
    // The divisor, instead of a queue position.
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

    /// The fault for a connection, as soon as it is accepted.
    pub(crate) fn for_connection(&self, number: u64) -> Option<Fault> {
        let mut inner = self.inner();
        match inner.queue.front() {
            Some((_, fault)) if fault.stage() == Some(Stage::Accept) => inner.take_queued(),
            Some(_) => None,
            None => inner.standing(number, |stage| stage == Some(Stage::Accept)),
        }
    }

    /// The fault for a request, as far as its number decides.
    pub(crate) fn for_request(&self, number: u64) -> Option<Fault> {
        let mut inner = self.inner();
        inner
            .take_queued()
            .or_else(|| inner.standing(number, |stage| stage != Some(Stage::Accept)))
    }

    /// The fault that the script chooses for a request, once it was read.
    pub(crate) fn by_script(&self, number: u64, items: &[Item]) -> Option<Fault> {
        // Called without the lock, because the script may be slow.
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
