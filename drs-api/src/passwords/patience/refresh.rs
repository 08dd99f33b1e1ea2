//! What a run does when its credential is refused and refreshed.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::exchange::Refusal;

/// A credential that may be refreshed was refused.
fn refused() -> Exchange {
    let refusal = Refusal {
        advice: String::new(),
        renewable: Some(1),
    };
    Exchange {
        refusal: Some(refusal),
        ..answer(401)
    }
}

#[test]
fn a_credential_that_expires_after_an_outage_is_refreshed() {
    let count = AtomicUsize::new(0);
    let ran = run(10, Retry::default(), |_, _| {
        match count.fetch_add(1, Ordering::Relaxed) {
            0..3 => answer(503),
            3 => refused(),
            _ => answer(200),
        }
    });
    assert!(ran.report.all_changed(), "{:?}", ran.report.stopped);
}

#[test]
fn refreshed_credentials_are_tried_by_one_request_before_others_follow() {
    let expiry = Duration::from_secs(1);
    let moments = Mutex::new(Vec::new());
    let ran = run(2_000, Retry::default(), |now, _| {
        moments.lock().unwrap().push(now);
        match (expiry..expiry + LATENCY).contains(&now) {
            true => refused(),
            false => answer(200),
        }
    });
    assert!(ran.report.all_changed(), "{:?}", ran.report.stopped);
    let moments = moments.into_inner().unwrap();
    let between = |from, to| moments.iter().filter(|at| (from..to).contains(*at)).count();
    assert!(
        between(expiry, expiry + LATENCY) > 1,
        "they are refused together"
    );
    let renewed = expiry + RENEWAL;
    let first = *moments.iter().find(|at| **at >= renewed).unwrap();
    assert_eq!(between(first, first + LATENCY), 1, "{moments:?}");
    assert_eq!(between(expiry + LATENCY, renewed), 0, "{moments:?}");
}

#[test]
fn answers_are_read_while_a_credential_is_refreshed() {
    let is_first = AtomicUsize::new(0);
    let ran = run(2_000, Retry::default(), |now, _| {
        let is_late = now >= Duration::from_secs(1);
        match is_late && is_first.fetch_add(1, Ordering::Relaxed) == 0 {
            true => refused(),
            false => answer(200),
        }
    });
    assert!(ran.report.all_changed(), "{:?}", ran.report.stopped);
    let late = |read: &&Duration| (Duration::from_secs(2)..RENEWAL).contains(*read);
    assert_eq!(ran.read.iter().filter(late).count(), 0, "{:?}", ran.read);
    let refused_at = Duration::from_secs(1) + LATENCY;
    let beside = ran
        .read
        .iter()
        .filter(|read| (refused_at..refused_at + LATENCY).contains(*read));
    assert!(beside.count() > 1, "{:?}", ran.read);
}

#[test]
fn a_refresh_costs_no_try() {
    let answers = Mutex::new(vec![answer(200), answer(503), refused()]);
    let retry = Retry::default().max_tries(2);
    let ran = run(1, retry, |_, _| answers.lock().unwrap().pop().unwrap());
    assert!(ran.report.all_changed(), "{:?}", ran.report.stopped);
}

#[test]
fn a_response_to_the_old_credential_proves_nothing_of_the_new() {
    let expiry = Duration::from_secs(1);
    let (is_first, moments) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let ran = run(4_000, Retry::default(), |now, _| {
        moments.lock().unwrap().push(now);
        match (expiry..expiry + LATENCY).contains(&now) {
            true if is_first.fetch_add(1, Ordering::Relaxed) == 0 => refused(),
            true => slow(answer(200)),
            false => answer(200),
        }
    });
    assert!(ran.report.all_changed(), "{:?}", ran.report.stopped);
    let moments = moments.into_inner().unwrap();
    let first = *moments.iter().find(|at| **at >= RENEWAL).unwrap();
    let together = moments
        .iter()
        .filter(|at| (first..first + LATENCY).contains(*at));
    assert_eq!(together.count(), 1, "{moments:?}");
}

#[test]
fn a_run_that_was_stopped_asks_for_no_credential() {
    let is_first = AtomicUsize::new(0);
    let ran = run(4_000, Retry::default(), |now, _| {
        let mut last = refused();
        match now >= Duration::from_secs(1) {
            true if is_first.fetch_add(1, Ordering::Relaxed) == 0 => {
                last.refusal = last.refusal.map(|refusal| Refusal {
                    renewable: None,
                    ..refusal
                });
                last
            }
            true => slow(last),
            false => answer(200),
        }
    });
    let stop_reason = ran.report.stop_reason();
    assert_eq!(stop_reason, Some(StopReason::CredentialsRefused));
    assert!((LONG..LONG + RENEWAL).contains(&ran.took), "{:?}", ran.took);
}
