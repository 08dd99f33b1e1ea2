//! Authentication: tokens, access keys, and the users of IAM.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use clap::ValueEnum;
use http::{HeaderMap, header};

use crate::clock::Clock;
use crate::problem::{Code, Problem};
use crate::secret::Hidden;
use crate::signature::{Claim, Signed};
use crate::tokens::{Lifetime, Tokens};

/// This many failures in a row lock an access key …
const LOCK_AFTER: u32 = 5;
/// … for this long.
const LOCKED_FOR: Duration = Duration::from_secs(5 * 60);

/// The response to a token that is not accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum InvalidToken {
    /// By the service: 403 with `DRS.M00100`.
    #[default]
    #[value(name = "service")]
    Service403,
    /// By the API gateway: 401 with `APIGW.0301`.
    #[value(name = "gateway")]
    Gateway401,
    /// By IAM: 401 with `{"error": {"code", "message", "title"}}`.
    #[value(name = "iam")]
    Iam401,
}

/// A user of IAM.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) password: Hidden,
    pub(crate) domain: String,
}

/// An access key.
#[derive(Clone)]
pub(crate) struct Key {
    secret: Hidden,
    security_token: Option<Hidden>,
    until: Option<SystemTime>,
    failures: u32,
    locked_until: Option<SystemTime>,
}

impl Key {
    pub(crate) fn new(secret: &str, security_token: Option<&str>) -> Self {
        Self {
            secret: secret.into(),
            security_token: security_token.map(Into::into),
            until: None,
            failures: 0,
            locked_until: None,
        }
    }

    /// A key that expires.
    pub(crate) fn until(mut self, until: SystemTime) -> Self {
        self.until = Some(until);
        self
    }

    fn has_ended(&self, now: SystemTime) -> bool {
        self.until.is_some_and(|until| now >= until)
    }

    fn is_locked(&self, now: SystemTime) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    fn admit(
        &mut self,
        request: &Signed<'_>,
        claim: &Claim<'_>,
        now: SystemTime,
    ) -> Result<(), Code> {
        if self.is_locked(now) {
            return Err(Code::LockedKey);
        }
        let sent = request.headers.get("x-security-token");
        let sent = sent.map(|token| token.to_str().unwrap_or_default());
        let token_fits = sent == self.security_token.as_ref().map(Hidden::expose);
        if token_fits && request.is_signed(claim, self.secret.expose(), now) {
            self.failures = 0;
            return Ok(());
        }
        self.failures += 1;
        if self.failures >= LOCK_AFTER {
            self.failures = 0;
            self.locked_until = now.checked_add(LOCKED_FOR);
        }
        Err(Code::WrongSignature)
    }
}

pub(crate) struct Access {
    pub(crate) clock: Clock,
    pub(crate) invalid_token: InvalidToken,
    pub(crate) users: Vec<User>,
    pub(crate) lifetime: Lifetime,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) keys: Mutex<HashMap<String, Key>>,
}

impl Access {
    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<String, Key>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_locked(&self, access_key: &str) -> bool {
        let now = self.clock.now();
        self.keys()
            .get(access_key)
            .is_some_and(|key| key.is_locked(now))
    }

    /// Authenticates a request by its signature, or else by its token.
    pub(crate) fn admit(&self, request: &Signed<'_>) -> Result<(), Problem> {
        match request.headers.get(header::AUTHORIZATION) {
            Some(authorization) => {
                let claim = authorization.to_str().ok().and_then(Claim::parse);
                let claim = claim.ok_or(Code::WrongSignature)?;
                let mut keys = self.keys();
                let now = self.clock.now();
                let key = keys.get_mut(claim.access_key);
                // How the gateway refuses an expired key is not documented, so the simulator treats
                // it as unknown.
                let key = key.filter(|key| !key.has_ended(now));
                Ok(key.ok_or(Code::UnknownKey)?.admit(request, &claim, now)?)
            }
            None => self.admit_token(request.headers),
        }
    }

    /// The same for requests to IAM itself.
    pub(crate) fn admit_to_iam(&self, request: &Signed<'_>) -> Result<(), Problem> {
        let admitted = self.admit(request);
        if request.headers.contains_key(header::AUTHORIZATION) {
            return admitted;
        }
        admitted.map_err(|_| Code::TokenRefusedByIam.into())
    }

    /// Accepts a key, and forgets expired ones.
    pub(crate) fn add_key(&self, id: String, key: Key) {
        let now = self.clock.now();
        let mut keys = self.keys();
        keys.retain(|_, key| !key.has_ended(now));
        keys.insert(id, key);
    }

    fn admit_token(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let token = headers.get("x-auth-token").ok_or(Code::NoToken)?;
        if token.is_empty() {
            return Err(Code::NoToken.into());
        }
        let now = self.clock.now();
        if !token.to_str().is_ok_and(|t| self.tokens().admit(t, now)) {
            return Err(match self.invalid_token {
                InvalidToken::Service403 => Code::InvalidToken.into(),
                InvalidToken::Gateway401 => Code::TokenRefusedByGateway.into(),
                InvalidToken::Iam401 => Code::TokenRefusedByIam.into(),
            });
        }
        Ok(())
    }
}
