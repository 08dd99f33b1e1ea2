//! The accepted tokens, and how long they last.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, SystemTime};

/// When a token expires.
#[derive(Clone, Copy, Default)]
struct Life {
    until: Option<SystemTime>,
    /// How many more requests it is good for.
    requests: Option<u64>,
}

/// How long IAM's tokens last.
#[derive(Clone, Copy)]
pub(crate) struct Lifetime {
    pub(crate) time: Duration,
    pub(crate) requests: Option<u64>,
}

impl Default for Lifetime {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(24 * 60 * 60),
            requests: None,
        }
    }
}

/// How many of the newest issued tokens are remembered: memory must not grow with each login.
const ISSUED_LIMIT: usize = 10_000;

#[derive(Default)]
pub(crate) struct Tokens {
    known: HashMap<String, Life>,
    issued: u64,
    newest_issued: VecDeque<String>,
}

impl Tokens {
    pub(crate) fn insert(&mut self, token: String) {
        self.known.insert(token, Life::default());
    }

    pub(crate) fn remove(&mut self, token: &str) {
        self.known.remove(token);
    }

    pub(crate) fn end_after(&mut self, token: &str, requests: u64) {
        if let Some(life) = self.known.get_mut(token) {
            life.requests = Some(requests);
        }
    }

    /// Whether a token authenticates a request, which uses it once.
    pub(crate) fn admit(&mut self, token: &str, now: SystemTime) -> bool {
        let Some(life) = self.known.get_mut(token) else {
            return false;
        };
        if life.until.is_some_and(|until| now >= until) || life.requests == Some(0) {
            return false;
        }
        life.requests = life.requests.map(|left| left - 1);
        true
    }

    /// A new token, and when it expires.
    pub(crate) fn issue(&mut self, now: SystemTime, lifetime: Lifetime) -> (String, SystemTime) {
        self.issued += 1;
        let token = format!("issued-token-{}-of-the-drs-simulator", self.issued);
        let until = now.checked_add(lifetime.time).unwrap_or(now);
        let life = Life {
            until: Some(until),
            requests: lifetime.requests,
        };
        self.known.insert(token.clone(), life);
        self.newest_issued.push_back(token.clone());
        if self.newest_issued.len() > ISSUED_LIMIT
            && let Some(oldest) = self.newest_issued.pop_front()
        {
            self.known.remove(&oldest);
        }
        (token, until)
    }

    pub(crate) fn issued(&self) -> u64 {
        self.issued
    }
}
