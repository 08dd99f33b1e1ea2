//! A token source's token, kept as long as it is accepted, and renewed by one request at a
//! time however many need it.

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

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use futures_util::FutureExt as _;

    use super::*;

    const TIMEOUT: Duration = Duration::from_millis(500);

    /// A source that gives these in turn and then the last of them; an empty one is a failure.
    fn source(tokens: &'static [&'static str]) -> (Arc<CachedSource>, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let source = move || {
            let place = count.fetch_add(1, Ordering::SeqCst);
            async move {
                tokio::time::sleep(Duration::from_millis(5)).await;
                match tokens[place.min(tokens.len() - 1)] {
                    "" => Err("IAM is down"),
                    token => Ok(Secret::from(token)),
                }
            }
        };
        (Arc::new(CachedSource::new(source)), asked)
    }

    async fn token(source: &CachedSource) -> (String, u64) {
        let (token, number) = source.token(TIMEOUT).await.unwrap();
        (token.expose_secret().to_owned(), number)
    }

    #[tokio::test]
    async fn many_at_once_ask_the_source_once() {
        let (source, asked) = source(&["a"]);
        let many = (0..64).map(|_| async { token(&source).await });
        let tokens = futures_util::future::join_all(many).await;
        assert!(tokens.iter().all(|t| *t == ("a".into(), 1)));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn many_at_once_share_a_failure_and_the_next_asks_anew() {
        let (source, asked) = source(&["", "a"]);
        let many = (0..64).map(|_| source.token(TIMEOUT));
        let tokens = futures_util::future::join_all(many).await;
        assert!(tokens.iter().all(Result::is_err));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        assert_eq!(token(&source).await.0, "a");
    }

    #[tokio::test]
    async fn a_refused_token_is_renewed_once_however_many_were_sent_with_it() {
        let (source, asked) = source(&["a", "b", "c"]);
        let (_, number) = token(&source).await;
        let many = (0..64).map(|_| source.renew(number, TIMEOUT));
        let renewals = futures_util::future::join_all(many).await;
        assert!(renewals.iter().all(|r| matches!(r, Renewal::Renewed)));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        assert_eq!(token(&source).await, ("b".into(), 2));
        // A late refusal of the first one.
        source.refused(number);
        assert!(matches!(
            source.renew(number, TIMEOUT).await,
            Renewal::Renewed
        ));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn those_who_wait_go_on_when_the_one_who_asks_is_dropped() {
        let (source, asked) = source(&["a", "b", "c"]);
        let (_, number) = token(&source).await;
        let mut first = Box::pin(source.renew(number, TIMEOUT));
        let mut second = Box::pin(source.renew(number, TIMEOUT));
        assert!((&mut first).now_or_never().is_none());
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        assert!(matches!(second.await, Renewal::Renewed));
        assert_eq!(asked.load(Ordering::SeqCst), 3);
        assert_eq!(token(&source).await, ("c".into(), 2));
    }

    #[tokio::test]
    async fn the_same_token_again_is_no_renewal() {
        let (source, asked) = source(&["a"]);
        let (_, number) = token(&source).await;
        let many = (0..64).map(|_| source.renew(number, TIMEOUT));
        let renewals = futures_util::future::join_all(many).await;
        assert!(renewals.iter().all(|r| matches!(r, Renewal::None)));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_source_that_swings_between_two_refused_tokens_is_not_followed() {
        let (source, asked) = source(&["a", "b", "a"]);
        let (_, a) = token(&source).await;
        assert!(matches!(source.renew(a, TIMEOUT).await, Renewal::Renewed));
        let (_, b) = token(&source).await;
        assert!(matches!(source.renew(b, TIMEOUT).await, Renewal::None));
        assert_eq!(asked.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn ever_new_tokens_that_are_all_refused_come_to_an_end() {
        let (source, asked) = source(&["a", "b", "c", "d", "e", "f"]);
        let mut renewed = 0;
        loop {
            let (_, number) = token(&source).await;
            match source.renew(number, TIMEOUT).await {
                Renewal::Renewed => renewed += 1,
                _ => break,
            }
        }
        assert_eq!(renewed, MAX_REFUSED);
        assert_eq!(asked.load(Ordering::SeqCst), MAX_REFUSED + 1);
    }

    #[tokio::test]
    async fn an_accepted_token_may_be_renewed_again_later() {
        let (source, asked) = source(&["a", "b", "a", "b"]);
        for renewals in 1..=3 {
            let (_, number) = token(&source).await;
            source.accepted(number);
            assert!(matches!(
                source.renew(number, TIMEOUT).await,
                Renewal::Renewed
            ));
            assert_eq!(asked.load(Ordering::SeqCst), renewals + 1);
        }
    }

    #[tokio::test]
    async fn a_failure_to_renew_is_said_to_all_who_need_it() {
        let (source, asked) = source(&["a", ""]);
        let (_, number) = token(&source).await;
        let many = (0..64).map(|_| source.renew(number, TIMEOUT));
        let renewals = futures_util::future::join_all(many).await;
        let failed = |r: &Renewal| matches!(r, Renewal::Failed(text) if text == "IAM is down");
        assert!(renewals.iter().all(failed));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_source_that_never_answers_is_given_up() {
        let source = CachedSource::new(std::future::pending::<Result<Secret, String>>);
        let error = source.token(Duration::from_millis(10)).await.unwrap_err();
        assert!(error.to_string().contains("within 10ms"), "{error}");
    }
}
