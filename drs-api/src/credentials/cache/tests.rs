//! A token that is kept, renewed and refused.

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
