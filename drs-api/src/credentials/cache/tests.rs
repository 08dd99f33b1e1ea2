//! Tokens and access keys that are kept, renewed and refused.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use futures_util::FutureExt as _;

use super::*;
use crate::{AccessKey, Secret};

const TIMEOUT: Duration = Duration::from_millis(500);

/// A source that returns these in turn, and then the last of them; an empty one is a failure.
fn source(tokens: &'static [&'static str]) -> (Arc<Cache>, Arc<AtomicUsize>) {
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
    (Arc::new(Cache::new(source)), asked)
}

async fn token(source: &Cache) -> (String, u64) {
    let (credential, number) = source.get(TIMEOUT).await.unwrap();
    match &*credential {
        Credential::Token(token) => (token.expose_secret().to_owned(), number),
        Credential::AccessKey(key) => panic!("a source of tokens returned {key:?}"),
    }
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
    let many = (0..64).map(|_| source.get(TIMEOUT));
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
    assert!(renewals.iter().all(|r| r.is_ok()));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(token(&source).await, ("b".into(), 2));
    // A late refusal of the first one.
    source.refused(number);
    assert_eq!(source.renew(number, TIMEOUT).await, Ok(()));
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
    assert_eq!(second.await, Ok(()));
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    assert_eq!(token(&source).await, ("c".into(), 2));
}

#[tokio::test]
async fn the_same_token_again_is_no_renewal() {
    let (source, asked) = source(&["a"]);
    let (_, number) = token(&source).await;
    let many = (0..64).map(|_| source.renew(number, TIMEOUT));
    let renewals = futures_util::future::join_all(many).await;
    assert!(
        renewals
            .iter()
            .all(|r| r.as_ref().is_err_and(|why| why == NOTHING_NEW))
    );
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_failure_to_renew_is_said_to_all_who_need_it() {
    let (source, asked) = source(&["a", ""]);
    let (_, number) = token(&source).await;
    let many = (0..64).map(|_| source.renew(number, TIMEOUT));
    let renewals = futures_util::future::join_all(many).await;
    let failed = |r: &Renewal| r.as_ref().is_err_and(|why| why == "failed: IAM is down");
    assert!(renewals.iter().all(failed));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_source_that_never_answers_is_given_up() {
    let source = std::future::pending::<Result<Secret, String>>;
    let source = Cache::new(source);
    let error = source.get(Duration::from_millis(10)).await.unwrap_err();
    assert!(error.to_string().contains("within 10ms"), "{error}");
}

#[tokio::test]
async fn a_source_that_blocks_its_thread_is_told_by_how_late_its_failure_comes() {
    let timeout = Duration::from_millis(10);
    for ends in [true, false] {
        let source = Cache::new(move || async move {
            std::thread::sleep(timeout + LATE * 3 / 2);
            match ends {
                true => Err::<Secret, _>("the vault is down"),
                false => std::future::pending().await,
            }
        });
        let error = source.get(timeout).await.unwrap_err().to_string();
        let late = "known only after 2s, since the source blocks its thread";
        assert!(error.contains(late), "{error}");
    }
}

/// A clock that tests set, in seconds.
#[derive(Clone, Default)]
struct Clock(Arc<AtomicUsize>);

impl Clock {
    fn set(&self, seconds: usize) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    fn now(&self) -> SystemTime {
        time(self.0.load(Ordering::SeqCst))
    }
}

fn time(seconds: usize) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.try_into().unwrap())
}

/// A source that returns keys of these names and expiry times in turn, and then the last of them;
/// one without a name is a failure.
fn keys(keys: &'static [(&'static str, usize)]) -> (Cache, Clock, Arc<AtomicUsize>) {
    let (clock, asked) = (Clock::default(), Arc::new(AtomicUsize::new(0)));
    let (now, count) = (clock.clone(), Arc::clone(&asked));
    let source = move || {
        let place = count.fetch_add(1, Ordering::SeqCst);
        let now = now.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            match keys[place.min(keys.len() - 1)] {
                ("", _) => Err("the vault is down"),
                (id, end) => Ok(AccessKey::new(id, "test-secret")
                    .clock(move || now.now())
                    .expires_at(time(end))),
            }
        }
    };
    let source = Cache::new(source);
    (source, clock, asked)
}

/// The number of the key, or why there is none.
async fn number(source: &Cache) -> Result<u64, String> {
    let value = source.get(TIMEOUT).await;
    value.map(|(_, number)| number).map_err(|e| e.to_string())
}

#[tokio::test]
async fn a_key_is_renewed_by_the_smaller_of_five_minutes_and_a_third_of_its_life_before_its_end() {
    for (end, last_good, first_due) in [(30, 19, 20), (86_400, 86_099, 86_100)] {
        let (source, clock, asked) = match end {
            30 => keys(&[("a", 30), ("b", 1_000_000)]),
            _ => keys(&[("a", 86_400), ("b", 1_000_000)]),
        };
        assert_eq!(number(&source).await, Ok(1));
        clock.set(last_good);
        assert_eq!(number(&source).await, Ok(1));
        clock.set(first_due);
        assert_eq!(number(&source).await, Ok(2));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test]
async fn while_one_renews_a_key_the_others_go_on_with_the_old_one() {
    let (source, clock, asked) = keys(&[("a", 30), ("b", 60)]);
    assert_eq!(number(&source).await, Ok(1));
    clock.set(20);
    let many = futures_util::future::join_all((0..64).map(|_| number(&source))).await;
    assert_eq!(many.iter().filter(|n| **n == Ok(2)).count(), 1, "{many:?}");
    assert_eq!(many.iter().filter(|n| **n == Ok(1)).count(), 63);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn once_a_key_has_expired_all_wait_for_one_renewal() {
    let (source, clock, asked) = keys(&[("a", 30), ("b", 60)]);
    assert_eq!(number(&source).await, Ok(1));
    clock.set(30);
    let many = futures_util::future::join_all((0..64).map(|_| number(&source))).await;
    assert!(many.iter().all(|n| *n == Ok(2)), "{many:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_source_that_gives_nothing_new_is_left_alone_for_ten_seconds_while_the_key_is_valid() {
    for in_vain in ["same", "failure"] {
        let (source, clock, asked) = match in_vain {
            "same" => keys(&[("a", 300), ("a", 300), ("b", 900)]),
            _ => keys(&[("a", 300), ("", 0), ("b", 900)]),
        };
        assert_eq!(number(&source).await, Ok(1));
        clock.set(200);
        for _ in 0..3 {
            assert_eq!(number(&source).await, Ok(1), "{in_vain}");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 2, "{in_vain}");
        let before = Instant::now().checked_sub(PAUSE).unwrap();
        source.state().in_vain = Some(before);
        assert_eq!(number(&source).await, Ok(2), "{in_vain}");
    }
}

#[tokio::test]
async fn a_failure_to_renew_a_key_is_an_error_only_after_its_end() {
    let (source, clock, asked) = keys(&[("a", 30), ("", 0)]);
    assert_eq!(number(&source).await, Ok(1));
    clock.set(29);
    assert_eq!(number(&source).await, Ok(1));
    clock.set(30);
    assert_eq!(
        number(&source).await.unwrap_err(),
        "no credential was obtained: the vault is down"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_key_that_comes_expired_is_an_error_that_names_the_clock() {
    let (source, clock, _) = keys(&[("a", 30)]);
    clock.set(30);
    let error = number(&source).await.unwrap_err();
    assert!(error.contains("check the clock of this machine"), "{error}");
}
