//! The one cache: a credential from a source, kept while it is valid and accepted, and refreshed
//! by one request at a time however many need it.

#[cfg(test)]
mod tests;

use std::{
    error::Error as StdError,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    credential::{Checked, Credential},
    header::Problem,
    source::AnySource,
};
use crate::{Error, error::causes};

/// A credential is refreshed at most this long before it expires, however long it lives.
const REFRESHED_BEFORE: Duration = Duration::from_secs(5 * 60);

/// A source that returned nothing new is left alone this long while the old credential is valid.
const PAUSE: Duration = Duration::from_secs(10);

/// This many credentials in a row may be refused before no other is asked for: IAM issues a new
/// token each time, and the service may want none of them.
const MAX_REFUSED: usize = 3;

/// A time-out this late was not in time.
const LATE: Duration = Duration::from_secs(1);

/// A source and the credential it returned.
pub(super) struct Cache {
    source: Box<dyn AnySource>,
    /// Held while the source is asked.
    asking: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Option<Checked>,
    /// Which credential it is: counts each time it changes.
    number: u64,
    /// It is refreshed when less time than this is left.
    refreshed_before: Duration,
    /// The service refused it.
    refused: bool,
    /// Another was asked for since.
    replaced: bool,
    /// How many were refused since one was accepted.
    refusals: usize,
    /// How often the source was asked.
    asked: u64,
    /// When the source last returned nothing new.
    in_vain: Option<Instant>,
    /// Why it returned nothing when it was last asked.
    failure: Option<Cause>,
}

/// Why the source returned nothing; told to all who need it.
type Cause = Arc<dyn StdError + Send + Sync>;

/// What came of refreshing a refused credential.
#[derive(Debug)]
pub(crate) enum Renewal {
    /// There is another.
    Renewed,
    /// Nothing new: the source returned the same again, or earlier ones were refused.
    None,
    /// The source failed, as the text says.
    Failed(String),
}

impl State {
    /// The credential and its number, if it may be sent.
    fn usable(&self) -> Option<(Checked, u64)> {
        let kept = self.kept.as_ref();
        let kept = kept.filter(|kept| !self.refused && !kept.is_expired())?;
        Some((kept.clone(), self.number))
    }

    /// The same, unless it is time to refresh it.
    fn fresh(&self) -> Option<(Checked, u64)> {
        let left = self.kept.as_ref().and_then(Checked::time_left);
        let due = left.is_some_and(|left| left <= self.refreshed_before);
        let paused = self.in_vain.is_some_and(|at| at.elapsed() < PAUSE);
        self.usable().filter(|_| !due || paused)
    }

    fn answered(&mut self, answer: Result<Checked, Cause>) {
        self.asked += 1;
        if self.refused && !self.replaced {
            self.replaced = true;
            self.refusals += 1;
        }
        self.in_vain = Some(Instant::now());
        self.failure = answer.as_ref().err().cloned();
        let Ok(new) = answer else { return };
        if !self.kept.as_ref().is_some_and(|kept| kept.is_same(&new)) {
            self.number += 1;
            (self.refused, self.replaced, self.in_vain) = (false, false, None);
            let life = new.time_left().unwrap_or_default();
            self.refreshed_before = REFRESHED_BEFORE.min(life / 3);
        }
        self.kept = Some(new);
    }

    /// Why there is no credential.
    fn error(&self) -> Error {
        match &self.failure {
            Some(cause) => {
                let text = format!("no credential was obtained: {}", causes(&**cause));
                Error::other_with(text, Arc::clone(cause))
            }
            None => Error::other("the credential expired as soon as it was obtained"),
        }
    }
}

impl Cache {
    pub(super) fn new(source: impl AnySource + 'static) -> Self {
        Self {
            source: Box::new(source),
            asking: tokio::sync::Mutex::new(()),
            state: Mutex::default(),
        }
    }

    /// Nothing panics while the lock is held; if something did, the state is still good.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The credential and its number. The source is asked if there is none, or it was refused, or
    /// it is about to expire.
    pub(super) async fn get(&self, timeout: Duration) -> Result<(Checked, u64), Error> {
        let (usable, asked) = {
            let state = self.state();
            if let Some(fresh) = state.fresh() {
                return Ok(fresh);
            }
            (state.usable(), state.asked)
        };
        let _asking = match (self.asking.try_lock(), usable) {
            (Ok(asking), _) => asking,
            // Someone else refreshes it; it is good meanwhile.
            (Err(_), Some(usable)) => return Ok(usable),
            (Err(_), None) => self.asking.lock().await,
        };
        {
            let state = self.state();
            let usable = state.usable();
            // Someone else asked meanwhile. Where that failed, to ask for each who waited would
            // hammer a service that is down, or have it lock the user out.
            if state.asked != asked && (usable.is_some() || state.failure.is_some()) {
                return usable.ok_or_else(|| state.error());
            }
        }
        self.ask(timeout).await;
        let mut state = self.state();
        // Whether one that was refused is accepted now, only the service knows.
        state.refused &= state.failure.is_some();
        state.usable().ok_or_else(|| state.error())
    }

    /// Refreshes the credential with this number, which was refused, unless someone else did.
    pub(super) async fn renew(&self, number: u64, timeout: Duration) -> Renewal {
        let _asking = self.asking.lock().await;
        self.refused(number);
        let ask = {
            let state = self.state();
            // If another one was refused too, it is its turn now.
            if state.number != number && !state.refused {
                return Renewal::Renewed;
            }
            !state.replaced && state.refusals < MAX_REFUSED
        };
        if ask {
            self.ask(timeout).await;
        }
        let state = self.state();
        match &state.failure {
            Some(cause) => Renewal::Failed(causes(&**cause)),
            None if state.refused => Renewal::None,
            None => Renewal::Renewed,
        }
    }

    /// A request with this credential was not refused.
    pub(super) fn accepted(&self, number: u64) {
        let mut state = self.state();
        if state.number == number {
            (state.refused, state.replaced, state.refusals) = (false, false, 0);
        }
    }

    /// A request with this credential was refused.
    pub(super) fn refused(&self, number: u64) {
        let mut state = self.state();
        state.refused |= state.number == number;
    }

    async fn ask(&self, timeout: Duration) {
        let begun = Instant::now();
        let answer = tokio::time::timeout(timeout, self.source.ask()).await;
        let took = begun.elapsed();
        let answer = match answer {
            Ok(answer) => answer.and_then(|credential| Ok(checked(credential)?)),
            Err(_) => Err(format!("it returned nothing within {timeout:?}").into()),
        };
        let answer = answer.map_err(|cause| match took > timeout + LATE {
            true => Cause::from(Box::from(format!(
                "{}; that was known only after {took:.0?}, since the source blocks its thread",
                causes(&*cause)
            ))),
            false => Cause::from(cause),
        });
        // Only now: whoever asks may be dropped while it waits, and then no one has asked.
        let (failure, usable) = {
            let mut state = self.state();
            state.answered(answer);
            (state.failure.clone(), state.usable())
        };
        if let Some((cause, _)) = failure.zip(usable) {
            let problem = causes(&*cause);
            tracing::warn!(
                problem,
                "credential not refreshed, the old one is still valid"
            );
        }
    }
}

fn checked(credential: Credential) -> Result<Checked, Error> {
    let checked = credential.checked().map_err(Problem::error)?;
    match checked.is_expired() {
        false => Ok(checked),
        true => Err(Error::invalid(
            "access key",
            "it has expired already; check the clock of this machine, and where the key comes from",
        )),
    }
}
