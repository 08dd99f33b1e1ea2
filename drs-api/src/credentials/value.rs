//! What a source gives, a token or an access key, and how it is asked for.

use std::{error::Error as StdError, time::Duration};

use sha2::{Digest as _, Sha256};

use super::{
    access_key::AccessKey, access_key_source::AccessKeySource, header::check_token,
    token_source::TokenSource,
};
use crate::{Error, Secret};

/// A source of either.
pub(crate) enum Source {
    Tokens(Box<dyn TokenSource>),
    AccessKeys(Box<dyn AccessKeySource>),
}

/// What it gives.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Token(Secret),
    AccessKey(Box<AccessKey>),
}

impl Source {
    pub(super) async fn ask(&self) -> Result<Value, Box<dyn StdError + Send + Sync>> {
        let value = match self {
            Self::Tokens(source) => Value::Token(source.token().await?),
            Self::AccessKeys(source) => Value::AccessKey(Box::new(source.access_key().await?)),
        };
        value.check()?;
        Ok(value)
    }

    /// What it gives, for people.
    pub(super) fn gives(&self) -> &'static str {
        match self {
            Self::Tokens(_) => "token",
            Self::AccessKeys(_) => "access key",
        }
    }
}

impl Value {
    /// Refuses what could not be sent, or is of no use any more.
    fn check(&self) -> Result<(), Error> {
        match self {
            Self::Token(token) => check_token(token)?,
            Self::AccessKey(key) => key.check()?,
        }
        match self.time_left() {
            Some(Duration::ZERO) => Err(Error::invalid(
                "access key",
                "it has expired already; check the clock of this machine, and where the key \
                 comes from",
            )),
            _ => Ok(()),
        }
    }

    /// How long it is still valid, if that is known.
    pub(super) fn time_left(&self) -> Option<Duration> {
        match self {
            Self::Token(_) => None,
            Self::AccessKey(key) => key.time_left(),
        }
    }

    /// The same for the same value, however long it is valid.
    pub(super) fn fingerprint(&self) -> [u8; 32] {
        match self {
            Self::Token(token) => Sha256::digest(token.expose_secret()).into(),
            Self::AccessKey(key) => key.fingerprint(),
        }
    }
}
