//! Credentials: what is put on each request to prove who sends it. A file for each kind of credentials
//! that is more than a value, and one for what a refusal of them means.

mod access_key;
mod cache;
mod header;
mod proof;
mod refusal;
mod token_source;

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderValue, StatusCode};

use crate::{Error, Secret};

pub use access_key::AccessKey;
pub use token_source::{TokenFuture, TokenSource};

pub(crate) use cache::Renewal;
pub(crate) use proof::Proof;
pub(crate) use refusal::{Refusal, shows_acceptance};

use cache::CachedSource;
use header::{secret_header, token_header};

/// What proves to the service who sends a request: a token from IAM, something that gets such
/// tokens, or an access key.
///
/// | kind | made by | what is sent |
/// |---|---|---|
/// | a token | [`token`](Self::token) | `X-Auth-Token` |
/// | a token source | [`token_source`](Self::token_source) | the same, renewed when it is refused |
/// | an access key | [`access_key`](Self::access_key) | a signature of each request ([`signing`](crate::signing)), `X-Project-Id` |
/// | a temporary access key | [`AccessKey::security_token`] | the same and `X-Security-Token` |
/// | any of these | [`from_env`](Self::from_env) | |
///
/// Clones share a token source's token.
#[derive(Clone)]
pub struct Credentials(Kind);

#[derive(Clone)]
enum Kind {
    /// The value of its header, or what is wrong with it.
    Token(Result<HeaderValue, &'static str>),
    Source(Arc<CachedSource>),
    AccessKey(Arc<AccessKey>),
}

impl Credentials {
    /// A user token from IAM (`POST /v3/auth/tokens`; [`TokenSource`] shows how to get one),
    /// valid for 24 hours. It is sent as `X-Auth-Token`.
    pub fn token(token: impl Into<Secret>) -> Self {
        Self(Kind::Token(token_header(&token.into())))
    }

    /// Tokens from wherever they come. The source is asked before the first request, and
    /// again when its token is refused: see [`TokenSource`].
    pub fn token_source(source: impl TokenSource) -> Self {
        Self(Kind::Source(Arc::new(CachedSource::new(source))))
    }

    /// An access key and its secret key; each request is signed. For a temporary access key
    /// see [`AccessKey::security_token`].
    pub fn access_key(id: impl Into<String>, secret_key: impl Into<Secret>) -> Self {
        AccessKey::new(id, secret_key).into()
    }

    /// Refuses what could not be sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.0 {
            Kind::Token(Ok(_)) => Ok(()),
            Kind::Token(Err(problem)) => Err(Error::invalid("token", *problem)),
            Kind::Source(_) => Ok(()),
            Kind::AccessKey(key) => key.check(),
        }
    }

    /// Whether they sign requests, and so have to know the project.
    pub(crate) fn sign(&self) -> bool {
        matches!(self.0, Kind::AccessKey(_))
    }

    /// Puts the credentials on a request for a project. A token source has this long to answer.
    pub(crate) async fn apply(
        &self,
        request: &mut reqwest::Request,
        project: Option<&str>,
        timeout: Duration,
    ) -> Result<Proof, Error> {
        match &self.0 {
            Kind::Token(token) => {
                let token = token.clone();
                let token = token.map_err(|problem| Error::invalid("token", problem))?;
                request.headers_mut().insert("x-auth-token", token);
                Ok(Proof::Token)
            }
            Kind::Source(source) => {
                let (token, number) = source.token(timeout).await?;
                let token = secret_header("token", &token)?;
                request.headers_mut().insert("x-auth-token", token);
                Ok(Proof::Renewable(number))
            }
            Kind::AccessKey(key) => key.sign(request, project).map(Proof::Signature),
        }
    }

    /// Judges an answer by how it took the credentials.
    pub(crate) fn judge(
        &self,
        proof: &Proof,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Option<Refusal> {
        if shows_acceptance(status) {
            self.accepted(proof);
        }
        let refusal = Refusal::of(proof, status, headers, body)?;
        if let Some(number) = refusal.renewable {
            self.refused(number);
        }
        Some(refusal)
    }

    /// Notes that a token was accepted, so that a later refusal is news again.
    fn accepted(&self, proof: &Proof) {
        if let (Kind::Source(source), Proof::Renewable(number)) = (&self.0, proof) {
            source.accepted(*number);
        }
    }

    /// Drops a token that was refused: the next request asks for another.
    fn refused(&self, number: u64) {
        if let Kind::Source(source) = &self.0 {
            source.refused(number);
        }
    }

    /// Asks for another token in the place of one that was refused, unless that was done.
    pub(crate) async fn renew(&self, number: u64, timeout: Duration) -> Renewal {
        match &self.0 {
            Kind::Source(source) => source.renew(number, timeout).await,
            _ => Renewal::None,
        }
    }
}

impl From<AccessKey> for Credentials {
    fn from(key: AccessKey) -> Self {
        Self(Kind::AccessKey(Arc::new(key)))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Token(_) => f.write_str("Token([redacted])"),
            Kind::Source(_) => f.write_str("TokenSource"),
            Kind::AccessKey(key) => key.fmt(f),
        }
    }
}
