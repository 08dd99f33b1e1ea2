//! One credential: a token or an access key, and how it goes on a request.

use std::time::{Duration, SystemTime};

use reqwest::Request;

use super::{access_key::AccessKey, header::secret_header};
use crate::{Error, Secret};

/// What proves who makes a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credential {
    /// A user token from IAM, sent as `X-Auth-Token`.
    Token(Secret),
    /// An access key, with which each request is signed.
    AccessKey(AccessKey),
}

impl From<Secret> for Credential {
    /// A token.
    fn from(token: Secret) -> Self {
        Self::Token(token)
    }
}

impl From<AccessKey> for Credential {
    fn from(key: AccessKey) -> Self {
        Self::AccessKey(key)
    }
}

impl Credential {
    /// Refuses what could not be sent. `names` says where access key, secret key and security
    /// token come from, or the token, if that is known.
    pub(crate) fn check(&self, names: Option<[&str; 3]>) -> Result<(), Error> {
        match self {
            Self::Token(token) => {
                let [name, ..] = names.unwrap_or(["token"; 3]);
                if token.expose_secret().trim().is_empty() {
                    return Err(Error::invalid(name, "it is empty; get one from IAM"));
                }
                secret_header(name, token).map(drop)
            }
            Self::AccessKey(key) => {
                key.check(names.unwrap_or(["access key", "secret key", "security token"]))
            }
        }
    }

    /// Puts it on a request for a project; returns the time of the signature, if it signs.
    pub(super) fn apply(
        &self,
        request: &mut Request,
        project: Option<&str>,
    ) -> Result<Option<SystemTime>, Error> {
        match self {
            Self::Token(token) => {
                let value = secret_header("token", token)?;
                request.headers_mut().insert("x-auth-token", value);
                Ok(None)
            }
            Self::AccessKey(key) => key.sign(request, project).map(Some),
        }
    }

    /// How long it is still valid, if that is known.
    pub(super) fn time_left(&self) -> Option<Duration> {
        match self {
            Self::Token(_) => None,
            Self::AccessKey(key) => key.time_left(),
        }
    }

    pub(super) fn is_expired(&self) -> bool {
        self.time_left() == Some(Duration::ZERO)
    }

    /// Whether it is the same credential, however long each is valid.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Token(one), Self::Token(other)) => one.expose_secret() == other.expose_secret(),
            (Self::AccessKey(one), Self::AccessKey(other)) => one.is_same(other),
            _ => false,
        }
    }
}
