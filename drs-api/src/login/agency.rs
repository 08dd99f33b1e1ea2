//! Temporary access keys of the agency that an ECS machine has, from the machine's metadata
//! service.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use crate::{
    AccessKey, AccessKeyFuture, AccessKeySource, Client, Credentials, Environment, Error, Secret,
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

impl Credentials {
    /// The temporary access keys of the agency that this ECS machine has, renewed before they
    /// expire and when they are refused: see [`AccessKeySource`].
    ///
    /// A key takes two requests to the machine's metadata service, `169.254.169.254`, in
    /// plaintext and never through a proxy: for a token of that service, which a machine with
    /// its first version alone doesn't have, and for the key. For tests, the variable
    /// `DRS_METADATA_ENDPOINT` names another address on loopback.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if that variable can't be used. That there is no metadata service
    /// or no agency is the error of the first request.
    pub fn agency() -> Result<Self, Error> {
        Agency::new(&Environment::process()).map(Self::access_key_source)
    }
}

/// The metadata service of this machine.
pub(super) struct Agency(Inner);

impl Agency {
    pub(super) fn new(environment: &Environment) -> Result<Self, Error> {
        let builder = Client::builder()
            .connect_timeout(TIMEOUT)
            .read_timeout(TIMEOUT)
            .request_timeout(TIMEOUT * 2)
            .max_answer_bytes(64 * 1024);
        let endpoint = Endpoint::of_metadata(environment)?;
        builder.inner(&endpoint, Credentials::none()).map(Self)
    }

    fn client(&self, credentials: Credentials) -> metadata::Client {
        metadata::Client::new(self.0.with(credentials))
    }

    async fn key(&self) -> Result<AccessKey, String> {
        let credentials = match self.token().await? {
            Some(token) => Credentials::metadata_token(&token).map_err(|e| e.to_string())?,
            None => Credentials::none(),
        };
        let client = self.client(credentials);
        let answer = client.show_security_key().send().await;
        let answer = answer.map_err(|error| problem(&error, "the agency's key"))?;
        let key = answer.into_inner().credential.unwrap_or_default();
        access_key(key).map_err(|property| {
            format!("the metadata service gave a key without a usable `{property}`; run again")
        })
    }

    /// A token of the metadata service, unless it has the first version alone.
    async fn token(&self) -> Result<Option<Secret>, String> {
        let client = self.client(Credentials::none());
        let call = client.create_metadata_token();
        let call = call.x_metadata_token_ttl_seconds(TOKEN_LIFETIME);
        match call.send().await {
            // Some services end a text with a line break.
            Ok(token) => Ok(Some(token.into_inner().expose_secret().trim().into())),
            Err(Error::Answer(answer)) if matches!(answer.status, 404 | 405 | 503) => Ok(None),
            Err(error) => Err(problem(&error, "a token")),
        }
    }
}

impl AccessKeySource for Agency {
    fn access_key(&self) -> AccessKeyFuture<'_> {
        Box::pin(async { Ok(self.key().await?) })
    }
}

/// The key that the service gave, or which property of it is missing or can't be used.
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

/// What a failure means, and what to do.
fn problem(error: &Error, wanted: &str) -> String {
    let Error::Answer(answer) = error else {
        return format!(
            "no metadata service answered at 169.254.169.254; this is not an ECS machine, or the \
             address is blocked ({error})"
        );
    };
    let has_no_agency = answer
        .excerpt
        .as_ref()
        .is_some_and(|text| text.contains(NO_AGENCY));
    let status = answer.status;
    match status {
        401 if has_no_agency => "this machine has no agency; give it one that may modify DRS \
                                 tasks, on the machine's page in the console"
            .to_owned(),
        401 => format!(
            "the metadata service took no token for {wanted} (HTTP status 401); run again, and \
             check this machine's clock"
        ),
        403 => format!(
            "the metadata service refuses {wanted} (HTTP status 403); the machine's settings \
             close it to this program"
        ),
        404 => "the metadata service knows no keys (HTTP status 404); give the machine an agency, \
                on its page in the console"
            .to_owned(),
        500.. => format!(
            "the metadata service failed over {wanted} (HTTP status {status}); run again in a \
             minute"
        ),
        _ => format!(
            "the metadata service answered the request for {wanted} with something else (HTTP \
             status {status}); run again"
        ),
    }
}
