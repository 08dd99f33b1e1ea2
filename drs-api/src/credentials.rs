//! Credentials: what is put on each request to prove who sends it. A file for each kind of credentials
//! that is more than a value, and one for what a refusal of them means.

mod access_key;
mod access_key_source;
mod cache;
mod header;
mod proof;
mod refusal;
mod token_source;
mod value;

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderValue, StatusCode};

use crate::{Error, Secret};

pub use access_key::AccessKey;
pub use access_key_source::{AccessKeyFuture, AccessKeySource};
pub use token_source::{TokenFuture, TokenSource};

pub(crate) use cache::Renewal;
pub(crate) use proof::Proof;
pub(crate) use refusal::{Refusal, shows_acceptance};

use cache::CachedSource;
use header::{secret_header, token_header};
use value::{Source, Value};

/// What proves to the service who sends a request: a token from IAM, an access key, or something
/// that gets such tokens or keys.
///
/// | kind | made by | what is sent |
/// |---|---|---|
/// | a token | [`token`](Self::token) | `X-Auth-Token` |
/// | a token source | [`token_source`](Self::token_source) | the same, renewed when it is refused |
/// | an access key | [`access_key`](Self::access_key) | a signature of each request ([`signing`](crate::signing)), `X-Project-Id` |
/// | a temporary access key | [`AccessKey::security_token`] | the same and `X-Security-Token` |
/// | an access key source | [`access_key_source`](Self::access_key_source) | the same, renewed before the key expires and when it is refused |
/// | a token or a key | [`from_env`](Self::from_env) | |
///
/// Clones share what a source gave.
#[derive(Clone)]
pub struct Credentials(Kind);

#[derive(Clone)]
enum Kind {
    /// The value of its header, or what is wrong with it.
    Token(Result<HeaderValue, &'static str>),
    Source(Arc<CachedSource>),
    AccessKey(Arc<AccessKey>),
    /// None: what is asked for are credentials.
    #[cfg(feature = "login")]
    None,
    /// A token of the metadata service.
    #[cfg(feature = "login")]
    Metadata(HeaderValue),
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
        Self::source(Source::Tokens(Box::new(source)))
    }

    /// Temporary access keys from wherever they come. The source is asked before the first
    /// request, and again before its key expires and when it is refused: see
    /// [`AccessKeySource`].
    pub fn access_key_source(source: impl AccessKeySource) -> Self {
        Self::source(Source::AccessKeys(Box::new(source)))
    }

    /// No credentials, for the request that asks for some.
    #[cfg(feature = "login")]
    pub(crate) fn none() -> Self {
        Self(Kind::None)
    }

    /// A token of the metadata service of an ECS machine.
    #[cfg(feature = "login")]
    pub(crate) fn metadata_token(token: &Secret) -> Result<Self, Error> {
        secret_header("metadata token", token).map(|token| Self(Kind::Metadata(token)))
    }

    fn source(source: Source) -> Self {
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
            #[cfg(feature = "login")]
            Kind::None | Kind::Metadata(_) => Ok(()),
        }
    }

    /// Whether they sign requests, and so have to know the project.
    pub(crate) fn sign(&self) -> bool {
        match &self.0 {
            Kind::Token(_) => false,
            Kind::Source(source) => source.signs(),
            Kind::AccessKey(_) => true,
            #[cfg(feature = "login")]
            Kind::None | Kind::Metadata(_) => false,
        }
    }

    /// Puts the credentials on a request for a project. A source has this long to answer.
    pub(crate) async fn apply(
        &self,
        request: &mut reqwest::Request,
        project: Option<&str>,
        timeout: Duration,
    ) -> Result<Proof, Error> {
        let mut proof = Proof::default();
        match &self.0 {
            Kind::Token(token) => {
                let token = token.clone();
                let token = token.map_err(|problem| Error::invalid("token", problem))?;
                request.headers_mut().insert("x-auth-token", token);
            }
            Kind::AccessKey(key) => proof.signed_at = Some(key.sign(request, project)?),
            #[cfg(feature = "login")]
            Kind::None => {}
            #[cfg(feature = "login")]
            Kind::Metadata(token) => {
                let headers = request.headers_mut();
                headers.insert("x-metadata-token", token.clone());
            }
            Kind::Source(source) => {
                let (value, number) = source.value(timeout).await?;
                proof.renewable = Some(number);
                match value {
                    Value::Token(token) => {
                        let token = secret_header("token", &token)?;
                        request.headers_mut().insert("x-auth-token", token);
                    }
                    Value::AccessKey(key) => proof.signed_at = Some(key.sign(request, project)?),
                }
            }
        }
        Ok(proof)
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

    /// Notes that a value was accepted, so that a later refusal is news again.
    fn accepted(&self, proof: &Proof) {
        if let (Kind::Source(source), Some(number)) = (&self.0, proof.renewable) {
            source.accepted(number);
        }
    }

    /// Drops a value that was refused: the next request asks for another.
    fn refused(&self, number: u64) {
        if let Kind::Source(source) = &self.0 {
            source.refused(number);
        }
    }

    /// Asks for another value in the place of one that was refused, unless that was done.
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
            Kind::Source(source) if source.signs() => f.write_str("AccessKeySource"),
            Kind::Source(_) => f.write_str("TokenSource"),
            Kind::AccessKey(key) => key.fmt(f),
            #[cfg(feature = "login")]
            Kind::None => f.write_str("None"),
            #[cfg(feature = "login")]
            Kind::Metadata(_) => f.write_str("MetadataToken([redacted])"),
        }
    }
}
