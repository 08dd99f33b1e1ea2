//! What a source gave, kept as long as it is accepted and valid, and renewed by one request at a
//! time however many need it.

#[cfg(test)]
mod tests;

use std::{
    error::Error as StdError,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::value::{Source, Value};
use crate::Error;

/// A value is renewed at the latest this long before it expires, however long it lives.
const RENEWED_BEFORE: Duration = Duration::from_secs(5 * 60);

/// A source that gave nothing new is left alone this long while the old value is valid.
const PAUSE: Duration = Duration::from_secs(10);

/// This many tokens in a row may be refused before no other is asked for: IAM gives a new value
/// each time, and none of them may be what the service wants.
const MAX_REFUSED: usize = 3;

/// A source and what it gave.
pub(crate) struct CachedSource {
    source: Source,
    /// Held while the source is asked.
    asking: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    value: Option<Value>,
    /// It is renewed when less time than this is left.
    renewed_before: Duration,
    /// When the source last gave nothing new.
    asked_in_vain: Option<Instant>,
    /// Which value it is: counts each time it changes.
    number: u64,
    /// It was refused, and is not sent again by itself.
    refused: bool,
    /// Values in the place of which another was asked for since one was accepted, as hashes.
    replaced: Vec<[u8; 32]>,
    /// How often the source was asked.
    asked: u64,
    /// Why it gave nothing when it was last asked.
    failure: Option<Cause>,
}

/// Why a source gave nothing; told to all who need it.
type Cause = Arc<dyn StdError + Send + Sync>;

/// What came of asking for another value.
#[derive(Debug)]
pub(crate) enum Renewal {
    /// There is another.
    Renewed,
    /// Nothing new: the source gave the same value again, or earlier ones were refused.
    None,
    /// The source failed, as the text says.
    Failed(String),
}

impl State {
    /// The value and its number, if it may be sent.
    fn usable(&self) -> Option<(Value, u64)> {
        let value = self.value.as_ref().filter(|_| !self.refused)?;
        (value.time_left() != Some(Duration::ZERO)).then(|| (value.clone(), self.number))
    }

    /// The same, unless it is time to renew it.
    fn fresh(&self) -> Option<(Value, u64)> {
        let (value, number) = self.usable()?;
        let due = value
            .time_left()
            .is_some_and(|left| left <= self.renewed_before);
        let paused = self.asked_in_vain.is_some_and(|at| at.elapsed() < PAUSE);
        (!due || paused).then_some((value, number))
    }

    fn is_replaced(&self, value: &Value) -> bool {
        self.replaced.contains(&value.fingerprint())
    }

    /// Notes that another is asked for in the place of a value that was refused.
    fn replace(&mut self) {
        if let Some(value) = self.value.as_ref().filter(|_| self.refused) {
            let fingerprint = value.fingerprint();
            if !self.replaced.contains(&fingerprint) {
                self.replaced.push(fingerprint);
            }
        }
    }

    fn take(&mut self, value: Value) {
        let old = self.value.as_ref().map(Value::fingerprint);
        let same = old == Some(value.fingerprint());
        if !same {
            self.number += 1;
            let life = value.time_left().unwrap_or_default();
            self.renewed_before = RENEWED_BEFORE.min(life / 3);
        }
        self.asked_in_vain = same.then(Instant::now);
        self.value = Some(value);
        self.refused = false;
    }
}

impl CachedSource {
    pub(super) fn new(source: Source) -> Self {
        Self {
            source,
            asking: tokio::sync::Mutex::new(()),
            state: Mutex::default(),
        }
    }

    /// Nothing panics while the lock is held; if something did, the state is still good.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it gives what requests are signed with.
    pub(super) fn signs(&self) -> bool {
        matches!(self.source, Source::AccessKeys(_))
    }

    /// The value and its number. The source is asked if there is none, or it was refused, or it
    /// is about to expire.
    pub(super) async fn value(&self, timeout: Duration) -> Result<(Value, u64), Error> {
        let (usable, asked) = {
            let state = self.state();
            if let Some(fresh) = state.fresh() {
                return Ok(fresh);
            }
            (state.usable(), state.asked)
        };
        let _asking = match (self.asking.try_lock(), usable) {
            (Ok(asking), _) => asking,
            // Someone else renews it; it is good meanwhile.
            (Err(_), Some(usable)) => return Ok(usable),
            (Err(_), None) => self.asking.lock().await,
        };
        {
            let state = self.state();
            if let Some(fresh) = state.fresh() {
                return Ok(fresh);
            }
            // Someone else asked meanwhile, in vain: to ask for each who waited would hammer a
            // service that is down, or have it lock the user out.
            if let Some(failure) = state.failure.as_ref().filter(|_| state.asked != asked) {
                return state.usable().ok_or_else(|| self.failed(failure));
            }
        }
        match self.ask(timeout).await {
            Ok(value) => {
                let mut state = self.state();
                state.take(value.clone());
                Ok((value, state.number))
            }
            Err(cause) => {
                let usable = self.state().usable();
                if usable.is_some() {
                    let problem = with_causes(&*cause);
                    tracing::warn!(problem, "credentials not renewed, the old ones still hold");
                }
                usable.ok_or_else(|| self.failed(&cause))
            }
        }
    }

    /// Asks for another value in the place of the one with this number.
    pub(super) async fn renew(&self, number: u64, timeout: Duration) -> Renewal {
        let _asking = self.asking.lock().await;
        {
            let mut state = self.state();
            if state.number == number {
                state.refused = true;
            } else if !state.refused {
                // Someone else did. (If that one was refused too, it is its turn now.)
                return Renewal::Renewed;
            }
            let spent = state.value.as_ref().is_none_or(|v| state.is_replaced(v));
            if spent || state.replaced.len() >= MAX_REFUSED {
                return match &state.failure {
                    Some(cause) => Renewal::Failed(with_causes(&**cause)),
                    None => Renewal::None,
                };
            }
        }
        match self.ask(timeout).await {
            Ok(value) => {
                let mut state = self.state();
                if state.is_replaced(&value) {
                    return Renewal::None;
                }
                state.take(value);
                Renewal::Renewed
            }
            Err(cause) => Renewal::Failed(with_causes(&*cause)),
        }
    }

    /// A request with this value was not refused.
    pub(super) fn accepted(&self, number: u64) {
        let mut state = self.state();
        if state.number == number {
            state.refused = false;
            state.replaced.clear();
        }
    }

    /// A request with this value was refused.
    pub(super) fn refused(&self, number: u64) {
        let mut state = self.state();
        if state.number == number {
            state.refused = true;
        }
    }

    async fn ask(&self, timeout: Duration) -> Result<Value, Cause> {
        let answer = tokio::time::timeout(timeout, self.source.ask()).await;
        let answer: Result<Value, Cause> = match answer {
            Ok(answer) => answer.map_err(Arc::from),
            Err(_) => Err(Arc::from(Box::from(format!(
                "it gave none within {timeout:?}"
            )))),
        };
        // Only now: whoever asks may be dropped while it waits, and then no one has asked.
        let mut state = self.state();
        state.replace();
        state.asked += 1;
        state.failure = answer.as_ref().err().cloned();
        if state.failure.is_some() {
            state.asked_in_vain = Some(Instant::now());
        }
        answer
    }

    fn failed(&self, cause: &Cause) -> Error {
        let gives = self.source.gives();
        let text = format!(
            "the {gives} source gave no {gives}: {}",
            with_causes(&**cause)
        );
        Error::other_with(text, Arc::clone(cause))
    }
}

fn with_causes(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
