//! Credentials: what goes on each request to prove who makes it. A file for one credential and for
//! each kind of it that is more than a value, for what obtains them, for the cache of what was
//! obtained, and for what a refusal means.

mod access_key;
mod cache;
mod credential;
mod header;
mod refusal;
mod source;

use std::{sync::Arc, time::Duration};

use crate::{
    Error, Secret,
    exchange::{Exchange, Refusal},
};

pub use access_key::AccessKey;
pub use credential::Credential;
pub use source::CredentialSource;

pub(crate) use cache::Renewal;
pub(crate) use refusal::{Proof, shows_acceptance};

use cache::Cache;

/// The credentials of a client: one [`Credential`], or a source that obtains them.
///
/// | kind | made by | what is sent |
/// |---|---|---|
/// | a token | [`token`](Self::token) | `X-Auth-Token` |
/// | an access key | [`access_key`](Self::access_key) | a signature of each request ([`signing`](crate::signing)), `X-Project-Id` |
/// | a temporary access key | [`AccessKey::security_token`] | the same and `X-Security-Token` |
/// | a source of either | [`source`](Self::source) | the same, refreshed before it expires and when it is refused |
/// | a token or a key | [`from_env`](Self::from_env) | |
/// | the agency of an ECS instance | `Credentials::agency` | as for a temporary access key |
/// | a user of IAM | `ClientBuilder::iam_user` | `X-Auth-Token` |
/// | the first of these that is there | `Credentials::default_chain`, `ClientBuilder::login` | |
///
/// The last three need the feature `login`.
///
/// Clones share what a source returned.
///
/// ```
/// use drs_api::{Client, Credentials, Error, Secret};
///
/// async fn from_vault() -> Result<Secret, Error> {
///     Ok(Secret::from("a token from IAM"))
/// }
///
/// let client = Client::builder()
///     .region("ap-southeast-1")
///     .credentials(Credentials::source(from_vault))
///     .build()?;
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Credentials(Kind);

#[derive(Clone, Debug)]
enum Kind {
    One(Arc<Credential>),
    Source(Arc<Cache>),
    /// For requests that obtain credentials: the metadata service's token, or nothing.
    #[cfg(feature = "login")]
    Metadata(Option<Secret>),
}

impl Credentials {
    /// A user token from IAM (`POST /v3/auth/tokens`), valid for 24 hours. It is sent as
    /// `X-Auth-Token`.
    pub fn token(token: impl Into<Secret>) -> Self {
        Credential::Token(token.into()).into()
    }

    /// An access key and its secret key; each request is signed. For a temporary access key
    /// see [`AccessKey::security_token`].
    pub fn access_key(id: impl Into<String>, secret_key: impl Into<Secret>) -> Self {
        AccessKey::new(id, secret_key).into()
    }

    /// Credentials from wherever they come. The source is asked before the first request, and
    /// again before its credential expires and when it is refused: see [`CredentialSource`].
    pub fn source(source: impl CredentialSource) -> Self {
        Self(Kind::Source(Arc::new(Cache::new(source))))
    }

    /// For a request that obtains credentials: nothing, or a token of the metadata service of an
    /// ECS instance.
    #[cfg(feature = "login")]
    pub(crate) fn metadata(token: Option<Secret>) -> Self {
        Self(Kind::Metadata(token))
    }

    /// Whether its requests obtain credentials.
    #[cfg(feature = "login")]
    pub(crate) fn obtain_others(&self) -> bool {
        matches!(self.0, Kind::Metadata(_))
    }

    /// Refuses what could not be sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.0 {
            Kind::One(credential) => credential.check(None),
            _ => Ok(()),
        }
    }

    /// Puts a credential on a request for a project. A source has this long to answer.
    pub(crate) async fn apply(
        &self,
        request: &mut reqwest::Request,
        project: Option<&str>,
        timeout: Duration,
    ) -> Result<Proof, Error> {
        let (credential, renewable) = match &self.0 {
            Kind::One(credential) => (Arc::clone(credential), None),
            Kind::Source(cache) => {
                let (credential, number) = cache.get(timeout).await?;
                (credential, Some(number))
            }
            #[cfg(feature = "login")]
            Kind::Metadata(token) => {
                if let Some(token) = token {
                    let value = header::secret_header("metadata token", token)?;
                    request.headers_mut().insert("x-metadata-token", value);
                }
                return Ok(Proof::default());
            }
        };
        let signed_at = credential.apply(request, project)?;
        Ok(Proof {
            renewable,
            signed_at,
        })
    }

    /// Judges a response by how it took the credential. One that was refused is not sent again:
    /// the next request asks for another.
    pub(crate) fn judge(&self, proof: &Proof, exchange: &Exchange) -> Option<Refusal> {
        let refusal = Refusal::of(proof, exchange);
        let number = refusal.as_ref().and_then(|refusal| refusal.renewable);
        if let (Kind::Source(cache), Some(number)) = (&self.0, number) {
            cache.refused(number);
        }
        refusal
    }

    /// Refreshes the credential that was refused, by its number, unless that was done.
    pub(crate) async fn renew(&self, number: u64, timeout: Duration) -> Renewal {
        match &self.0 {
            Kind::Source(cache) => cache.renew(number, timeout).await,
            _ => Err(cache::NOTHING_NEW.to_owned()),
        }
    }
}

impl From<Credential> for Credentials {
    fn from(credential: Credential) -> Self {
        Self(Kind::One(Arc::new(credential)))
    }
}

impl From<AccessKey> for Credentials {
    fn from(key: AccessKey) -> Self {
        Credential::from(key).into()
    }
}
