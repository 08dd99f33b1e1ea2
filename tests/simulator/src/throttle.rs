//! The gateway's rate limit.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use clap::ValueEnum;

/// The form of `Retry-After`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum RetryAfter {
    /// The header is missing.
    None,
    /// As a number of seconds.
    #[default]
    Seconds,
    /// As a date.
    Date,
}

/// A rate limit. The gateway answers requests beyond it with a 429, `APIGW.0308`. Requests affected
/// by a fault don't count.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Throttle {
    per_second: f64,
    burst: f64,
    retry_after: RetryAfter,
}

impl Throttle {
    /// This many per second, one at a time.
    pub const fn per_second(rate: f64) -> Self {
        Self {
            per_second: rate,
            burst: 1.0,
            retry_after: RetryAfter::Seconds,
        }
    }

    /// This many at once after a rest.
    pub fn burst(mut self, requests: u32) -> Self {
        self.burst = f64::from(requests);
        self
    }

    /// The form of the `Retry-After` header.
    pub const fn retry_after(mut self, form: RetryAfter) -> Self {
        self.retry_after = form;
        self
    }
}

/// A throttled request, and the value of its header.
#[derive(Clone, Debug)]
pub(crate) struct Throttled(pub(crate) Option<String>);

/// A bucket that fills at the rate, up to the burst; each request takes one token.
#[derive(Default)]
pub(crate) struct Bucket {
    inner: Mutex<Option<Level>>,
}

struct Level {
    throttle: Throttle,
    left: f64,
    at: Instant,
}

impl Bucket {
    pub(crate) fn set(&self, throttle: Option<Throttle>) {
        let level = throttle.map(|throttle| Level {
            throttle,
            left: throttle.burst,
            at: Instant::now(),
        });
        *self.inner.lock().unwrap_or_else(PoisonError::into_inner) = level;
    }

    pub(crate) fn take(&self) -> Result<(), Throttled> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(level) = &mut *inner else {
            return Ok(());
        };
        let Throttle {
            per_second,
            burst,
            retry_after,
        } = level.throttle;
        let now = Instant::now();
        let gained = now.duration_since(level.at).as_secs_f64() * per_second;
        level.left = (level.left + gained).min(burst);
        level.at = now;
        if level.left >= 1.0 {
            level.left -= 1.0;
            return Ok(());
        }
        // Bounded, because a rate near 0 would overflow a `Duration`.
        let wait = ((1.0 - level.left) / per_second)
            .ceil()
            .clamp(1.0, 86_400.0);
        Err(Throttled(match retry_after {
            RetryAfter::None => None,
            RetryAfter::Seconds => Some(wait.to_string()),
            RetryAfter::Date => {
                // One second more, because the date's fraction is cut off.
                let then = SystemTime::now() + Duration::from_secs_f64(wait + 1.0);
                Some(httpdate::fmt_http_date(then))
            }
        }))
    }
}
