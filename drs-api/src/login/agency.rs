//! Temporary access keys of the agency that an ECS machine has, from the machine's metadata
//! service.

use std::{
    error::Error as StdError,
    time::{Duration, SystemTime},
};

use jiff::Timestamp;

use super::hiccup::{is_hiccup, twice};
use crate::{
    AccessKey, Client, Credential, CredentialSource, Credentials, Environment, Error,
    endpoint::Endpoint,
    generated::metadata::{self, types::SecurityKey},
    transport::Inner,
};

/// How long connecting may take, and how long the service may be silent. It is one hop away.
const TIMEOUT: Duration = Duration::from_secs(3);

/// How long a token of the metadata service lives, in seconds. It is used at once, and once.
const TOKEN_LIFETIME: i32 = 60;

/// What the service says where the machine has no agency.
const NO_AGENCY: &str = "Please configure Cloud Service Agency first";

/// For tests: another address.
const VARIABLE: &str = "DRS_METADATA_ENDPOINT";

impl Credentials {
    /// The temporary access keys of the agency that this ECS machine has, refreshed before they
    /// expire and when they are refused: see [`CredentialSource`].
    ///
    /// A key takes two requests to the machine's metadata service, `169.254.169.254`, in
    /// plaintext and never through a proxy: for a token of that service, which a machine with
    /// its first version alone doesn't have, and for the key. If the service fails, both are sent
    /// once more. For tests, the variable `DRS_METADATA_ENDPOINT` names another address on
    /// loopback.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if that variable can't be used. That there is no metadata service
    /// or no agency is the error of the first request.
    pub fn agency() -> Result<Self, Error> {
        Agency::new(&Environment::process(), None).map(Self::source)
    }
}

/// The metadata service of this machine.
pub(super) struct Agency {
    inner: Inner,
    /// What other places lack, where this one is asked last.
    lacking: Option<&'static str>,
}

/// What failed, and what was asked for.
type Failure = (Error, &'static str);

impl Agency {
    pub(super) fn new(
        environment: &Environment,
        lacking: Option<&'static str>,
    ) -> Result<Self, Error> {
        let endpoint = match environment.get(VARIABLE)? {
            Some(text) => Endpoint::named(VARIABLE, text.expose_secret(), false)?,
            // Plaintext between the machine and its host.
            None => Endpoint::parse("http://169.254.169.254", true)?,
        };
        if environment.get(VARIABLE)?.is_some() && !endpoint.is_loopback() {
            return Err(Error::invalid(VARIABLE, "it is not on this machine"));
        }
        let builder = Client::builder()
            .connect_timeout(TIMEOUT)
            .read_timeout(TIMEOUT)
            .request_timeout(TIMEOUT * 2)
            .max_answer_bytes(64 * 1024);
        let inner = builder.inner(&endpoint, Credentials::none())?;
        Ok(Self { inner, lacking })
    }

    fn client(&self, credentials: Credentials) -> metadata::Client {
        metadata::Client::new(self.inner.with(credentials))
    }

    async fn key(&self) -> Result<AccessKey, Failure> {
        let client = self.client(self.token().await.map_err(|e| (e, "a token"))?);
        let answer = client.show_security_key().send().await;
        let answer = answer.map_err(|error| (error, "the agency's key"))?;
        access_key(answer.into_inner().credential.unwrap_or_default())
            .map_err(|property| (Error::invalid(property, "unusable"), property))
    }

    /// A token of the metadata service; none if it has the first version alone.
    async fn token(&self) -> Result<Credentials, Error> {
        let client = self.client(Credentials::none());
        let call = client.create_metadata_token();
        let call = call.x_metadata_token_ttl_seconds(TOKEN_LIFETIME);
        match call.send().await {
            Ok(token) => {
                // Some services end a text with a line break.
                let token = token.into_inner().expose_secret().trim().into();
                Ok(Credentials::metadata_token(&token))
            }
            Err(Error::Answer(answer)) if matches!(answer.status, 404 | 405 | 503) => {
                Ok(Credentials::none())
            }
            Err(error) => Err(error),
        }
    }

    /// What a failure means, and what to do.
    fn problem(&self, (error, wanted): &Failure) -> String {
        let host = self.inner.endpoint();
        let status = error.answer().map_or(0, |answer| answer.status);
        match (error, status) {
            (Error::NotConnected(cause), _) => format!(
                "no metadata service is at {host}; this is not an ECS machine, or the address is \
                 blocked ({cause})"
            ),
            (Error::AnswerLost(cause), _) => format!(
                "the metadata service at {host} did not answer the request for {wanted} ({cause}); \
                 run again in a minute"
            ),
            (Error::InvalidInput { .. }, _) => format!(
                "the metadata service returned a key without a usable `{wanted}`; run again"
            ),
            (_, 401 | 404) if status == 404 || has_no_agency(error) => format!(
                "this machine has no agency (HTTP status {status}); give it one that may modify \
                 DRS tasks, on the machine's page in the console"
            ),
            _ => format!(
                "the metadata service at {host} answered the request for {wanted} with HTTP status \
                 {status}; {}",
                match status {
                    401 => "run again, and check this machine's clock",
                    403 => "the machine's settings close it to this program",
                    _ => "run again in a minute",
                }
            ),
        }
    }
}

impl CredentialSource for Agency {
    async fn credential(&self) -> Result<Credential, Box<dyn StdError + Send + Sync>> {
        // A token may have expired on its way, or be needed after all.
        let again = |(error, _): &Failure| {
            let status = error.answer().map(|answer| answer.status);
            is_hiccup(error) || (status == Some(401) && !has_no_agency(error))
        };
        let key = twice(|| self.key(), again).await;
        key.map(Credential::from).map_err(|failure| {
            let problem = self.problem(&failure);
            match self.lacking {
                Some(lacking) => format!("{lacking}, and {problem}").into(),
                None => problem.into(),
            }
        })
    }
}

fn has_no_agency(error: &Error) -> bool {
    let excerpt = error.answer().and_then(|answer| answer.excerpt.as_deref());
    excerpt.is_some_and(|text| text.contains(NO_AGENCY))
}

/// The key that the service returned, or which property of it is missing or can't be used.
fn access_key(key: SecurityKey) -> Result<AccessKey, &'static str> {
    let expires_at = key.expires_at.and_then(|time| time.parse().ok());
    let expires_at: Timestamp = expires_at.ok_or("expires_at")?;
    let id = key.access.ok_or("access")?;
    let secret_key = key.secret.ok_or("secret")?;
    let security_token = key.securitytoken.ok_or("securitytoken")?;
    Ok(AccessKey::new(id, secret_key)
        .security_token(security_token)
        .expires_at(SystemTime::from(expires_at)))
}
