//! Temporary access keys of the agency that an ECS instance has, from the instance's metadata
//! service.

use std::{error::Error as StdError, time::Duration};

use jiff::Timestamp;

use super::hiccup::{is_hiccup, twice};
use crate::{
    AccessKey, Client, Credential, CredentialSource, Credentials, Environment, Error, Secret,
    endpoint::Endpoint, environment::CREDENTIALS, generated::metadata, transport::Inner,
};

/// How long a request may take. The service is one hop away.
const TIMEOUT: Duration = Duration::from_secs(3);

/// How long a token of the metadata service lives, in seconds. It is used at once, and once.
const TOKEN_LIFETIME: i32 = 60;

/// What the service says where the machine has no agency.
const NO_AGENCY: &str = "Please configure Cloud Service Agency first";

/// For tests: another address.
const VARIABLE: &str = "DRS_METADATA_ENDPOINT";

impl Credentials {
    /// The temporary access keys of the agency that this ECS instance has, refreshed before they
    /// expire and when they are refused: see [`CredentialSource`]. Needs the feature `login`.
    ///
    /// A key takes two requests to the machine's metadata service, `169.254.169.254`, in
    /// plaintext and never through a proxy: for a token of that service, which a machine with
    /// its first version alone doesn't have, and for the key. If the service fails, both are sent
    /// once more. For tests, the variable `DRS_METADATA_ENDPOINT` names another address, on
    /// loopback and without TLS.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if that variable can't be used. A missing metadata service or agency
    /// is an error of the first request.
    pub fn agency() -> Result<Self, Error> {
        Agency::new(&Environment::process(), false).map(Self::source)
    }
}

/// The metadata service of this machine.
pub(super) struct Agency {
    inner: Inner,
    /// Nothing was found before it was asked.
    is_last: bool,
}

impl Agency {
    pub(super) fn new(environment: &Environment, is_last: bool) -> Result<Self, Error> {
        let given = environment.text(VARIABLE)?;
        let address = given.as_deref().unwrap_or("http://169.254.169.254");
        // Plaintext goes to the machine's host, and for tests to loopback alone.
        let endpoint = Endpoint::parse(VARIABLE, address, given.is_none())?;
        if given.is_some() && !endpoint.is_plaintext() {
            return Err(Error::invalid(
                VARIABLE,
                "write http://127.0.0.1 and a port",
            ));
        }
        let builder = Client::builder().request_timeout(TIMEOUT);
        let builder = builder.max_answer_bytes(64 * 1024);
        let inner = builder.inner(&endpoint, Credentials::metadata(None))?;
        Ok(Self { inner, is_last })
    }

    fn client(&self, token: Option<Secret>) -> metadata::Client {
        metadata::Client::new(self.inner.with(Credentials::metadata(token)))
    }

    async fn key(&self) -> Result<AccessKey, Error> {
        let client = self.client(self.token().await?);
        let answer = client.show_security_key().send().await?;
        let key = answer.into_inner().credential.unwrap_or_default();
        let time = key.expires_at.unwrap_or_default().parse();
        let expires_at = time.map(Timestamp::try_into);
        match (key.access, key.secret, key.securitytoken, expires_at) {
            (Some(id), Some(secret_key), Some(token), Ok(Ok(expires_at))) => {
                let key = AccessKey::new(id, secret_key).security_token(token);
                Ok(key.expires_at(expires_at))
            }
            _ => Err(Error::invalid("key", "it is incomplete")),
        }
    }

    /// A token of the metadata service; none if it has the first version alone.
    async fn token(&self) -> Result<Option<Secret>, Error> {
        let client = self.client(None);
        let call = client.create_metadata_token();
        let call = call.x_metadata_token_ttl_seconds(TOKEN_LIFETIME);
        match call.send().await {
            // Some services end a text with a line break.
            Ok(token) => Ok(Some(token.into_inner().expose_secret().trim().into())),
            Err(Error::Answer(answer)) if matches!(answer.status, 404 | 405 | 503) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What a failure means, and what to do.
    fn problem(&self, error: &Error) -> String {
        let status = error.answer().map(|answer| answer.status);
        let problem = match (error, status) {
            (_, Some(status)) => format!("answered with HTTP status {status}"),
            (Error::NotConnected(cause) | Error::AnswerLost(cause), _) => {
                format!("did not answer ({cause})")
            }
            _ => format!("failed ({error})"),
        };
        let step = match (error, status) {
            _ if has_no_agency(error) => {
                "this machine has no agency: on its page, give it one that may modify DRS tasks"
            }
            (_, Some(403)) => "this machine's settings block it",
            (Error::NotConnected(_) | Error::AnswerLost(_), _) => {
                "this is not an ECS instance, or the service is blocked or down"
            }
            _ => "run again in a minute",
        };
        let host = self.inner.endpoint();
        let problem = format!("the metadata service at {host} {problem}; {step}");
        match self.is_last {
            false => problem,
            true => format!(
                "the environment has no credentials (set {CREDENTIALS}, or HW_USER_NAME, \
                 HW_USER_PASSWORD and HW_DOMAIN_NAME), there is no profile file \
                 ~/.huaweicloud/credentials, and {problem}"
            ),
        }
    }
}

impl CredentialSource for Agency {
    async fn credential(&self) -> Result<Credential, Box<dyn StdError + Send + Sync>> {
        // A token may have expired on its way, or be needed after all.
        let is_refused = |error: &Error| error.answer().is_some_and(|answer| answer.status == 401);
        let again = |error: &Error| is_hiccup(error) || is_refused(error) && !has_no_agency(error);
        let key = twice(|| self.key(), again).await;
        Ok(key.map_err(|error| self.problem(&error))?.into())
    }
}

fn has_no_agency(error: &Error) -> bool {
    error.answer().is_some_and(|answer| {
        let says = |text: &String| text.contains(NO_AGENCY);
        answer.status == 404 || answer.excerpt.as_ref().is_some_and(says)
    })
}
