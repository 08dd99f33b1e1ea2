//! The one cache: a credential from a source, kept while it is valid and accepted, and refreshed
//! by one request at a time however many need it.

#[cfg(test)]
mod tests;

use std::{
    error::Error as StdError,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;

use super::{credential::Credential, source::CredentialSource};
use crate::{Error, error::causes};

/// A credential is refreshed at most this long before it expires, however long it lives.
const REFRESHED_BEFORE: Duration = Duration::from_secs(5 * 60);

/// A source that returned nothing new is left alone this long, while the old credential is valid
/// or where it was refused.
const PAUSE: Duration = Duration::from_secs(10);

/// A time-out this late was not in time.
const LATE: Duration = Duration::from_secs(1);

/// What is said of a source that returned the refused credential again.
pub(super) const NOTHING_NEW: &str = "returned no credential that is accepted";

const EXPIRED: &str = "it has expired already; check the clock of this machine";

/// A source and the credential it returned.
pub(super) struct Cache {
    source: Box<dyn Fn() -> BoxFuture<'static, Answer> + Send + Sync>,
    /// Held while the source is asked.
    asking: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Option<Arc<Credential>>,
    /// Which credential it is: counts each time it changes.
    number: u64,
    /// It is refreshed when no more time than this is left.
    refreshed_before: Duration,
    /// The service refused it.
    refused: bool,
    /// How often the source was asked.
    asked: u64,
    /// When the source last returned nothing new.
    in_vain: Option<Instant>,
    /// Why it returned nothing when it was last asked.
    failure: Option<Cause>,
}

/// What a source returned.
type Answer = Result<Credential, Box<dyn StdError + Send + Sync>>;

/// Why the source returned nothing; told to all who need it.
type Cause = Arc<dyn StdError + Send + Sync>;

/// What came of refreshing a refused credential: there is another, or why not.
pub(crate) type Renewal = Result<(), String>;

impl State {
    /// The credential and its number, if it may be sent.
    fn usable(&self) -> Option<(Arc<Credential>, u64)> {
        let kept = self.kept.as_ref();
        let kept = kept.filter(|kept| !self.refused && !kept.is_expired())?;
        Some((Arc::clone(kept), self.number))
    }

    /// Whether it expires so soon that it has to be refreshed.
    fn is_due(&self) -> bool {
        let left = self.kept.as_ref().and_then(|kept| kept.time_left());
        left.is_some_and(|left| left <= self.refreshed_before) && !self.is_paused()
    }

    /// Whether the source is left alone for now.
    fn is_paused(&self) -> bool {
        self.in_vain.is_some_and(|at| at.elapsed() < PAUSE)
    }

    fn keep(&mut self, answer: Result<Credential, Cause>) {
        self.asked += 1;
        self.in_vain = Some(Instant::now());
        self.failure = answer.as_ref().err().cloned();
        let Ok(new) = answer else { return };
        // Whether one that was refused is accepted now, only the service knows.
        self.refused = false;
        if !self.kept.as_ref().is_some_and(|kept| kept.is_same(&new)) {
            self.number += 1;
            self.in_vain = None;
            let life = new.time_left().unwrap_or_default();
            self.refreshed_before = REFRESHED_BEFORE.min(life / 3);
        }
        self.kept = Some(Arc::new(new));
    }
}

impl Cache {
    pub(super) fn new(source: impl CredentialSource) -> Self {
        let source = Arc::new(source);
        Self {
            source: Box::new(move || {
                let source = Arc::clone(&source);
                Box::pin(async move { source.credential().await })
            }),
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
    pub(super) async fn get(&self, timeout: Duration) -> Result<(Arc<Credential>, u64), Error> {
        let (usable, is_due, asked) = {
            let state = self.state();
            (state.usable(), state.is_due(), state.asked)
        };
        let _asking = match (self.asking.try_lock(), usable) {
            (_, Some(usable)) if !is_due => return Ok(usable),
            (Ok(asking), _) => asking,
            // Another request refreshes it; it is good meanwhile.
            (Err(_), Some(usable)) => return Ok(usable),
            (Err(_), None) => self.asking.lock().await,
        };
        // Where another request asked in the meantime, its answer is for all who waited: to ask
        // for each would hammer a service that is down, or have it lock the user out.
        let is_answered = {
            let state = self.state();
            state.asked != asked && (state.failure.is_some() || state.usable().is_some())
        };
        if !is_answered {
            self.ask(timeout).await;
        }
        let state = self.state();
        state.usable().ok_or_else(|| {
            let cause = state.failure.as_deref();
            let cause = cause.map_or(EXPIRED.to_owned(), |cause| causes(cause));
            Error::Other {
                text: format!("no credential was obtained: {cause}"),
                source: state.failure.clone(),
            }
        })
    }

    /// Refreshes the credential with this number, which was refused, unless another request did.
    pub(super) async fn renew(&self, number: u64, timeout: Duration) -> Renewal {
        let may_ask = self.refused(number);
        if may_ask && matches!(self.get(timeout).await, Ok((_, new)) if new != number) {
            return Ok(());
        }
        Err(match &self.state().failure {
            Some(cause) => format!("failed: {}", causes(&**cause)),
            None => NOTHING_NEW.to_owned(),
        })
    }

    /// A request with this credential was refused. Whether the source may be asked for another.
    pub(super) fn refused(&self, number: u64) -> bool {
        let mut state = self.state();
        state.refused |= state.number == number;
        !state.refused || !state.is_paused()
    }

    /// Asks the source, checks what it returned, and keeps it.
    async fn ask(&self, timeout: Duration) {
        let begun = Instant::now();
        let answer = tokio::time::timeout(timeout, (self.source)()).await;
        let answer = answer.map_err(|_| format!("it returned nothing within {timeout:?}").into());
        let answer = answer.flatten().and_then(checked);
        let took = begun.elapsed();
        let answer = answer.map_err(|cause| match took > timeout + LATE {
            false => Cause::from(cause),
            true => Cause::from(Box::from(format!(
                "{}; that was known only after {took:.0?}, since the source blocks its thread",
                causes(&*cause)
            ))),
        });
        // Only now: a request may be dropped while it waits, and then no one has asked.
        let mut state = self.state();
        state.keep(answer);
        if let Some((cause, _)) = state.failure.clone().zip(state.usable()) {
            drop(state);
            let problem = causes(&*cause);
            tracing::warn!(problem, "credential not refreshed, the old one is valid");
        }
    }
}

fn checked(new: Credential) -> Answer {
    new.check(None)?;
    (!new.is_expired()).then_some(new).ok_or(EXPIRED.into())
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialSource")
    }
}
