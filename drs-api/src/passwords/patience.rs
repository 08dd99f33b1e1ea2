//! What a run does with a service that throttles, fails or loses answers: with hours of it, in a
//! time that passes by itself.

mod refresh;

use std::{
    collections::BTreeMap,
    future::{Future, poll_fn},
    pin::pin,
    sync::{Mutex, MutexGuard},
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use http::{StatusCode, header::RETRY_AFTER};
use proptest::{prelude::*, test_runner::Config};

use crate::{
    credentials::Renewal,
    exchange::{Exchange, Whole},
    types::{EndPointType, ModifyPwdEndPoint},
};

use super::{
    Options, OutcomeKind, Report, Retry, StopReason, board::Board, drive::drive, plan::Plan,
    service::Service,
};

/// How long the service takes for an answer.
const LATENCY: Duration = Duration::from_millis(20);

/// How long it takes for one that has this header.
const LONG: Duration = Duration::from_secs(100);
const SLOW: &str = "x-slow";

/// How long a source takes for another credential.
const RENEWAL: Duration = Duration::from_secs(90);

/// A clock that jumps to the next moment at which someone wakes up.
struct Clock {
    begun: Instant,
    passed: Duration,
    sleepers: BTreeMap<(Duration, usize), Waker>,
    slept: usize,
}

/// A service that answers by the time that has passed and by what it is asked.
struct Simulated<F> {
    clock: Mutex<Clock>,
    answer: F,
    /// How often each item was sent.
    sent: Mutex<Vec<usize>>,
    /// When each response had been read.
    read: Mutex<Vec<Duration>>,
}

impl<F> Simulated<F> {
    fn clock(&self) -> MutexGuard<'_, Clock> {
        self.clock.lock().unwrap()
    }

    /// Polls until it is done, and lets time pass whenever nothing else happens.
    fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(done) = future
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
            {
                return done;
            }
            let mut clock = self.clock();
            let ((moment, _), waker) = clock.sleepers.pop_first().expect("someone sleeps");
            clock.passed = clock.passed.max(moment);
            drop(clock);
            waker.wake();
        }
    }
}

impl<F: Fn(Duration, &[usize]) -> Exchange + Sync> Service for Simulated<F> {
    fn now(&self) -> Instant {
        let clock = self.clock();
        clock.begun + clock.passed
    }

    async fn sleep(&self, delay: Duration) {
        let (until, number) = {
            let mut clock = self.clock();
            clock.slept += 1;
            (clock.passed + delay, clock.slept)
        };
        poll_fn(|context| {
            let mut clock = self.clock();
            if clock.passed >= until {
                return Poll::Ready(());
            }
            clock
                .sleepers
                .insert((until, number), context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    async fn exchange(&self, plan: &Plan, items: &[usize]) -> Exchange {
        for item in items {
            self.sent.lock().unwrap()[*item] += 1;
        }
        let passed = self.clock().passed;
        let mut exchange = (self.answer)(passed, items);
        if exchange.status == Some(StatusCode::OK) && exchange.is_whole == Whole::Yes {
            exchange.body = success(plan, items).into();
        }
        let is_slow = exchange.headers.contains_key(SLOW);
        self.sleep(if is_slow { LONG } else { LATENCY }).await;
        let read = self.clock().passed;
        self.read.lock().unwrap().push(read);
        exchange
    }

    async fn renew(&self, _: u64) -> Renewal {
        self.sleep(RENEWAL).await;
        Ok(())
    }
}

fn success(plan: &Plan, items: &[usize]) -> String {
    let result = |item: &usize| {
        let (id, side) = plan.key(*item);
        format!(r#"{{"id":"{id}","end_point_type":"{side}","status":"success"}}"#)
    };
    let results: Vec<_> = items.iter().map(result).collect();
    format!(
        r#"{{"results":[{}],"count":{}}}"#,
        results.join(","),
        items.len()
    )
}

fn answer(status: u16) -> Exchange {
    Exchange {
        status: StatusCode::from_u16(status).ok(),
        ..Exchange::default()
    }
}

/// A response that takes long.
fn slow(mut response: Exchange) -> Exchange {
    response.headers.insert(SLOW, "yes".parse().unwrap());
    response
}

/// What is left of an answer that was cut.
fn lost() -> Exchange {
    Exchange {
        is_whole: Whole::No,
        ..answer(200)
    }
}

struct Ran {
    report: Report,
    took: Duration,
    /// How often each item was sent.
    sent: Vec<usize>,
    /// When each response had been read.
    read: Vec<Duration>,
}

/// Changes this many passwords, ten in a request.
fn run(items: usize, retry: Retry, answer: impl Fn(Duration, &[usize]) -> Exchange + Sync) -> Ran {
    fastrand::seed(7);
    let change =
        |n: usize| ModifyPwdEndPoint::new(format!("task-{n}"), EndPointType::So, "test-Passw0rd");
    let options = Options::default().retry(retry);
    let plan = Plan::check("p".into(), (0..items).map(change).collect(), &options).unwrap();
    let board = Board::new(plan, "");
    let service = Simulated {
        clock: Mutex::new(Clock {
            begun: Instant::now(),
            passed: Duration::ZERO,
            sleepers: BTreeMap::new(),
            slept: 0,
        }),
        answer,
        sent: Mutex::new(vec![0; items]),
        read: Mutex::default(),
    };
    service.run(drive(&board, &options, &service));
    let took = service.clock().passed;
    Ran {
        report: board.report(),
        took,
        sent: service.sent.into_inner().unwrap(),
        read: service.read.into_inner().unwrap(),
    }
}

/// A gateway that lets a request in each so often, and some at once.
fn throttle(every: Duration, burst: u32, names_the_time: bool) -> impl Fn(Duration) -> Exchange {
    // Until when the requests so far have used it up.
    let used = Mutex::new(Duration::ZERO);
    move |now| {
        let mut used = used.lock().unwrap();
        let until = (*used).max(now) + every;
        if until <= now + every * burst {
            *used = until;
            return answer(200);
        }
        let mut throttled = answer(429);
        if names_the_time {
            let wait = (until - now - every * burst).as_secs_f64().ceil();
            let wait = wait.to_string().parse().unwrap();
            throttled.headers.insert(RETRY_AFTER, wait);
        }
        throttled
    }
}

#[test]
fn three_thousand_end_points_wait_for_a_service_that_takes_a_request_in_five_seconds() {
    let every = Duration::from_secs(5);
    let gateway = throttle(every, 1, true);
    let ran = run(3_000, Retry::default(), |now, _| gateway(now));
    assert!(ran.report.all_changed(), "{:?}", ran.report.stopped);
    assert!(ran.took < every * 300 * 5 / 4, "{:?}", ran.took);
    let requests: usize = ran.sent.iter().sum::<usize>() / 10;
    assert!(requests < 2 * 300 + 50, "{requests}");
}

#[test]
fn three_hundred_end_points_wait_for_a_service_that_takes_a_request_a_second() {
    let gateway = throttle(Duration::from_secs(1), 5, false);
    let ran = run(300, Retry::default(), |now, _| gateway(now));
    assert!(ran.report.all_changed(), "{:?}", ran.report.stopped);
}

#[test]
fn a_service_that_throttles_without_end_is_left_alone_after_the_deadline() {
    for retry in [
        Retry::default(),
        Retry::default().first_delay(Duration::ZERO),
    ] {
        let deadline = retry.deadline;
        let ran = run(100, retry, |_, _| answer(429));
        assert_eq!(ran.report.stop_reason(), Some(StopReason::Throttled));
        assert_eq!(ran.report.count(OutcomeKind::Rejected), 10);
        assert!(ran.took <= deadline + LATENCY, "{:?}", ran.took);
        assert!(ran.took > deadline * 9 / 10, "{:?}", ran.took);
        // However short the delays are, there are some.
        let most = (deadline.as_millis() / 50).try_into().unwrap();
        assert!(ran.sent[0] <= most, "{} requests", ran.sent[0]);
    }
}

#[test]
fn a_service_that_is_unavailable_without_end_gets_five_batches() {
    let ran = run(100, Retry::default(), |_, _| answer(503));
    assert_eq!(ran.report.stop_reason(), Some(StopReason::Outage));
    assert_eq!(ran.report.count(OutcomeKind::NotSent), 50);
    assert_eq!(ran.sent[0], 4);
}

#[test]
fn a_service_that_cuts_every_answer_gets_five_batches() {
    let ran = run(100, Retry::default(), |_, _| lost());
    assert_eq!(ran.report.stop_reason(), Some(StopReason::Outage));
    assert_eq!(ran.report.count(OutcomeKind::NotSent), 50);
}

#[test]
fn a_service_that_asks_for_a_longer_pause_than_retries_may_take_is_left_alone() {
    for status in [429, 503] {
        let ran = run(100, Retry::default(), |_, _| {
            let mut busy = answer(status);
            busy.headers.insert(RETRY_AFTER, "600".parse().unwrap());
            busy
        });
        assert_eq!(ran.report.stop_reason(), Some(StopReason::Throttled));
        assert_eq!(ran.sent.iter().sum::<usize>(), 10, "{status}");
    }
}

proptest! {
    #![proptest_config(Config::with_cases(32))]
    #[test]
    fn nothing_is_sent_more_than_twice_after_a_lost_answer(seed: u64, often in 1_u8..=100) {
        let random = Mutex::new(fastrand::Rng::with_seed(seed));
        let losses = Mutex::new(vec![0; 200]);
        let retry = Retry::default().max_failed_batches(1_000);
        let ran = run(200, retry, |_, items| {
            let mut random = random.lock().unwrap();
            let mut losses = losses.lock().unwrap();
            for item in items {
                assert!(losses[*item] < 2, "it is sent after two lost answers");
            }
            match random.u8(0..100) {
                dice if dice < often => {
                    items.iter().for_each(|item| losses[*item] += 1);
                    lost()
                }
                dice => answer([200, 429, 503, 400][usize::from(dice % 4)]),
            }
        });
        prop_assert_eq!(ran.report.count(OutcomeKind::NotSent), 0);
    }
}
