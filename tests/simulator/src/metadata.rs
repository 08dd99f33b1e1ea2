//! The metadata service of an ECS machine: its own tokens, and temporary access keys of the
//! machine's agency.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::json;

use crate::access::{Access, Key};
use crate::answer::Answer;
use crate::clock::iam_date;
use crate::signature::Signed;

const TOKEN_PATH: &str = "/meta-data/latest/api/token";
const KEY_PATH: &str = "/openstack/latest/securitykey";
/// The longest lifetime of a token.
const MAX_TTL: u64 = 21_600;
/// How many of the newest tokens are remembered.
const TOKEN_LIMIT: usize = 1_000;

/// A machine whose metadata service is simulated, at the simulator's address instead of
/// `169.254.169.254`. To make it slow or silent, use a [`Fault`](crate::Fault).
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Machine {
    /// The response to a request for a token, if there are no tokens.
    first_version: Option<u16>,
    needs_token: bool,
    has_agency: bool,
    key_lifetime: Duration,
}

impl Default for Machine {
    /// A machine with an agency that issues tokens but doesn't require them. Keys live for a day.
    fn default() -> Self {
        Self {
            first_version: None,
            needs_token: false,
            has_agency: true,
            key_lifetime: Duration::from_secs(24 * 60 * 60),
        }
    }
}

impl Machine {
    /// Offers only the service's first version, which responds to a request for a token with this
    /// status. Real machines respond with 404, 405, or 503.
    pub const fn first_version(mut self, status: u16) -> Self {
        self.first_version = Some(status);
        self
    }

    /// Requires a token for a key.
    pub const fn needs_token(mut self) -> Self {
        self.needs_token = true;
        self
    }

    /// Has no agency, and so no keys.
    pub const fn without_agency(mut self) -> Self {
        self.has_agency = false;
        self
    }

    /// The lifetime of a key. In the second half of its life, a new one replaces it.
    pub const fn key_lifetime(mut self, lifetime: Duration) -> Self {
        self.key_lifetime = lifetime;
        self
    }
}

#[derive(Default)]
struct Held {
    tokens: VecDeque<(String, SystemTime)>,
    tokens_issued: u64,
    keys_issued: u64,
    /// When the newest key ends.
    key_until: Option<SystemTime>,
}

pub(crate) struct Metadata {
    machine: Machine,
    held: Mutex<Held>,
}

impl Metadata {
    pub(crate) fn new(machine: Machine) -> Self {
        Self {
            machine,
            held: Mutex::default(),
        }
    }

    pub(crate) fn keys_issued(&self) -> u64 {
        self.held().keys_issued
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Responds to requests for the metadata service.
    pub(crate) fn respond(&self, request: &Signed<'_>, access: &Access) -> Option<Answer> {
        match (request.method, request.path) {
            ("PUT", TOKEN_PATH) => Some(self.token(request, access.clock.now())),
            ("GET", KEY_PATH) => Some(self.key(request, access)),
            _ => None,
        }
    }

    fn token(&self, request: &Signed<'_>, now: SystemTime) -> Answer {
        if let Some(status) = self.machine.first_version {
            return Answer::text(status, "");
        }
        let ttl = request.headers.get("x-metadata-token-ttl-seconds");
        let ttl = ttl.and_then(|ttl| ttl.to_str().ok()?.parse().ok());
        let Some(ttl @ 1..=MAX_TTL) = ttl else {
            return Answer::text(400, "X-Metadata-Token-Ttl-Seconds is missing or invalid");
        };
        let mut held = self.held();
        held.tokens_issued += 1;
        let token = format!("metadata-token-{}-of-the-drs-simulator", held.tokens_issued);
        let until = now.checked_add(Duration::from_secs(ttl)).unwrap_or(now);
        held.tokens.push_back((token.clone(), until));
        if held.tokens.len() > TOKEN_LIMIT {
            held.tokens.pop_front();
        }
        Answer::text(200, token)
    }

    fn key(&self, request: &Signed<'_>, access: &Access) -> Answer {
        let now = access.clock.now();
        let sent = request.headers.get("x-metadata-token");
        let mut held = self.held();
        let admitted = match sent {
            // The first version ignores tokens.
            Some(_) | None if self.machine.first_version.is_some() => true,
            None => !self.machine.needs_token,
            Some(sent) => held
                .tokens
                .iter()
                .any(|(token, until)| sent == token.as_str() && now < *until),
        };
        if !admitted {
            return Answer::text(401, "Unauthorized");
        }
        if !self.machine.has_agency {
            return Answer::text(401, "Please configure Cloud Service Agency first");
        }
        let half = self.machine.key_lifetime / 2;
        let is_young = |until: SystemTime| now.checked_add(half).is_some_and(|at| at < until);
        let current = held.key_until.filter(|until| is_young(*until));
        if current.is_none() {
            held.keys_issued += 1;
        }
        let text = |what: &str| format!("machine-{what}-{}-of-the-drs-simulator", held.keys_issued);
        let (id, secret, security_token) =
            (text("key"), text("secret-key"), text("security-token"));
        let until = current.unwrap_or_else(|| {
            let until = now.checked_add(self.machine.key_lifetime).unwrap_or(now);
            let key = Key::new(&secret, Some(&security_token)).until(until);
            access.add_key(id.clone(), key);
            until
        });
        held.key_until = Some(until);
        let body = json!({"credential": {
            "access": id,
            "secret": secret,
            "securitytoken": security_token,
            "expires_at": iam_date(until),
        }});
        Answer::json(200, &body)
    }
}
