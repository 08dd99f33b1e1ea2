//! One credential: a token or an access key, and how it goes on a request.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::HeaderValue;
use reqwest::Request;

use super::{
    access_key::AccessKey,
    header::{Problem, secret_header},
};
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

/// A credential that was checked and can be sent.
#[derive(Clone, Debug)]
pub(super) enum Checked {
    Header(&'static str, HeaderValue),
    AccessKey(Arc<AccessKey>),
}

impl Credential {
    /// Refuses what could not be sent.
    pub(super) fn checked(self) -> Result<Checked, Problem> {
        match self {
            Self::Token(token) if token.expose_secret().trim().is_empty() => {
                Err(Problem("token", "it is empty; get one from IAM"))
            }
            Self::Token(token) => {
                secret_header("token", &token).map(|value| Checked::Header("x-auth-token", value))
            }
            Self::AccessKey(key) => {
                key.check()?;
                Ok(Checked::AccessKey(Arc::new(key)))
            }
        }
    }
}

impl Checked {
    /// Puts it on a request for a project; returns the time of the signature, if it signs.
    pub(super) fn apply(
        &self,
        request: &mut Request,
        project: Option<&str>,
    ) -> Result<Option<SystemTime>, Error> {
        match self {
            Self::AccessKey(key) => return key.sign(request, project).map(Some),
            Self::Header(name, value) => request.headers_mut().insert(*name, value.clone()),
        };
        Ok(None)
    }

    /// How long it is still valid, if that is known.
    pub(super) fn time_left(&self) -> Option<Duration> {
        match self {
            Self::Header(..) => None,
            Self::AccessKey(key) => key.time_left(),
        }
    }

    pub(super) fn is_expired(&self) -> bool {
        self.time_left() == Some(Duration::ZERO)
    }

    /// Whether it is the same credential, however long each is valid.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Header(_, one), Self::Header(_, other)) => one == other,
            (Self::AccessKey(one), Self::AccessKey(other)) => one.is_same(other),
            _ => false,
        }
    }
}
