//! A token source's token, kept as long as it is accepted, and renewed by one request at a
//! time however many need it.

#[cfg(test)]
mod tests;

use std::{
    error::Error as StdError,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sha2::{Digest as _, Sha256};

use super::{header::check_token, token_source::TokenSource};
use crate::{Error, Secret};

/// This many tokens in a row may be refused before no other is asked for: IAM gives a new value
/// each time, and none of them may be what the service wants.
const MAX_REFUSED: usize = 3;

/// A source and its token.
pub(crate) struct CachedSource {
    source: Box<dyn TokenSource>,
    /// Held while the source is asked.
    asking: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Secret>,
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

/// Why a source gave no token; told to all who need one.
type Cause = Arc<dyn StdError + Send + Sync>;

/// What came of asking for another token.
#[derive(Debug)]
pub(crate) enum Renewal {
    /// There is another token.
    Renewed,
    /// There is none: it is the same again, or others were refused before it.
    None,
    /// The source failed, as the text says.
    Failed(String),
}

impl State {
    fn usable(&self) -> Option<(Secret, u64)> {
        let token = self.token.as_ref().filter(|_| !self.refused)?;
        Some((token.clone(), self.number))
    }

    fn is_replaced(&self, token: &Secret) -> bool {
        self.replaced.contains(&fingerprint(token))
    }

    /// Notes that another is asked for in the place of the token.
    fn replace(&mut self) {
        if let Some(token) = &self.token {
            let fingerprint = fingerprint(token);
            if !self.replaced.contains(&fingerprint) {
                self.replaced.push(fingerprint);
            }
        }
    }

    fn take(&mut self, token: Secret) {
        let same = self
            .token
            .as_ref()
            .is_some_and(|old| old.expose_secret() == token.expose_secret());
        if !same {
            self.number += 1;
        }
        self.token = Some(token);
        self.refused = false;
    }
}

fn fingerprint(token: &Secret) -> [u8; 32] {
    Sha256::digest(token.expose_secret()).into()
}

impl CachedSource {
    pub(super) fn new(source: impl TokenSource) -> Self {
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

    /// The token and its number. The source is asked if there is none, or it was refused.
    pub(super) async fn token(&self, timeout: Duration) -> Result<(Secret, u64), Error> {
        let asked = {
            let state = self.state();
            if let Some(usable) = state.usable() {
                return Ok(usable);
            }
            state.asked
        };
        let _asking = self.asking.lock().await;
        {
            let state = self.state();
            if let Some(usable) = state.usable() {
                return Ok(usable);
            }
            // Someone else asked meanwhile, in vain: to ask for each who waited would hammer a
            // service that is down, or have it lock the user out.
            if let Some(failure) = state.failure.as_ref().filter(|_| state.asked != asked) {
                return Err(failed(failure));
            }
        }
        let token = self.ask(timeout).await.map_err(|cause| failed(&cause))?;
        let mut state = self.state();
        state.take(token.clone());
        Ok((token, state.number))
    }

    /// Asks for another token in the place of the one with this number.
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
            let spent = state.token.as_ref().is_none_or(|t| state.is_replaced(t));
            if spent || state.replaced.len() >= MAX_REFUSED {
                return match &state.failure {
                    Some(cause) => Renewal::Failed(with_causes(&**cause)),
                    None => Renewal::None,
                };
            }
        }
        match self.ask(timeout).await {
            Ok(token) => {
                let mut state = self.state();
                if state.is_replaced(&token) {
                    return Renewal::None;
                }
                state.take(token);
                Renewal::Renewed
            }
            Err(cause) => Renewal::Failed(with_causes(&*cause)),
        }
    }

    /// A request with this token was not refused.
    pub(super) fn accepted(&self, number: u64) {
        let mut state = self.state();
        if state.number == number {
            state.refused = false;
            state.replaced.clear();
        }
    }

    /// A request with this token was refused.
    pub(super) fn refused(&self, number: u64) {
        let mut state = self.state();
        if state.number == number {
            state.refused = true;
        }
    }

    async fn ask(&self, timeout: Duration) -> Result<Secret, Cause> {
        let answer = tokio::time::timeout(timeout, self.source.token()).await;
        let answer: Result<Secret, Cause> = match answer {
            Ok(Ok(token)) => match check_token(&token) {
                Ok(()) => Ok(token),
                Err(error) => Err(Arc::new(error)),
            },
            Ok(Err(error)) => Err(Arc::from(error)),
            Err(_) => Err(Arc::from(Box::from(format!(
                "it gave none within {timeout:?}"
            )))),
        };
        // Only now: whoever asks may be dropped while it waits, and then no one has asked.
        let mut state = self.state();
        state.replace();
        state.asked += 1;
        state.failure = answer.as_ref().err().cloned();
        answer
    }
}

fn failed(cause: &Cause) -> Error {
    let text = format!("the token source gave no token: {}", with_causes(&**cause));
    Error::other_with(text, Arc::clone(cause))
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
