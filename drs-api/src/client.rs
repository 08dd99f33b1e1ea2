//! Building a client: where to, as whom, and within which limits.

use std::{fmt, time::Duration};

use crate::{
    Client, Credentials, Environment, Error, Secret,
    endpoint::Endpoint,
    transport::{Inner, Settings},
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// Ten thousand results are about 2 MB.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

impl Client {
    /// Starts building a client. An endpoint or a region and credentials are needed; all
    /// else has a default.
    ///
    /// ```
    /// let client = drs_api::Client::builder()
    ///     .endpoint("http://127.0.0.1:8080")
    ///     .token("a token from IAM")
    ///     .build()?;
    /// # Ok::<(), drs_api::Error>(())
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            endpoint: None,
            region: None,
            environment: Environment::process(),
            credentials: None,
            allow_plaintext: false,
            connect_timeout: CONNECT_TIMEOUT,
            request_timeout: REQUEST_TIMEOUT,
            max_answer: MAX_ANSWER,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.baseurl)
            .field("credentials", &self.inner.settings.credentials)
            .finish_non_exhaustive()
    }
}

/// The settings of a [`Client`] to be.
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientBuilder {
    endpoint: Option<String>,
    region: Option<String>,
    environment: Environment,
    credentials: Option<Credentials>,
    allow_plaintext: bool,
    connect_timeout: Duration,
    request_timeout: Duration,
    max_answer: usize,
}

impl ClientBuilder {
    /// The service's URL: `https://`, host, and port if it isn't 443. Plaintext `http://`
    /// is refused unless the host is this machine. It wins over a [region](Self::region).
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The region's id, such as `ap-southeast-1`. One that is not known yet works as well.
    ///
    /// The endpoint is `https://drs.{region}.myhuaweicloud.com` (in `eu-west-101`, `.eu`),
    /// unless the environment has another one for the region: in `cn-north-4` that is the
    /// variable `HUAWEICLOUD_SDK_REGION_DRS_CN_NORTH_4`. It is a URL as
    /// [`endpoint`](Self::endpoint) takes it, or one without `https://`, and is read by
    /// [`build`](Self::build).
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Where the endpoint of a [region](Self::region) is looked up; the process's own
    /// environment unless set. Nothing else is read from it.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Who asks: [`Credentials`], or an [`AccessKey`](crate::AccessKey).
    pub fn credentials(mut self, credentials: impl Into<Credentials>) -> Self {
        self.credentials = Some(credentials.into());
        self
    }

    /// Who asks, by a user token from IAM.
    pub fn token(self, token: impl Into<Secret>) -> Self {
        self.credentials(Credentials::token(token))
    }

    /// How long connecting may take, TLS included. 10 seconds unless set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one request may take from its start to the end of the answer. 60 seconds
    /// unless set. A token source gets as long for a token.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// The most that is read of an answer, in bytes. 16 MiB unless set.
    pub fn max_answer_bytes(mut self, bytes: usize) -> Self {
        self.max_answer = bytes;
        self
    }

    /// Allows an `http://` endpoint on another machine: passwords and credentials then
    /// cross the network in clear, and no one proves that it is the service who answers.
    pub fn danger_allow_plaintext(mut self) -> Self {
        self.allow_plaintext = true;
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the setting that is missing or can't be used.
    pub fn build(self) -> Result<Client, Error> {
        let endpoint = match (&self.endpoint, &self.region) {
            (Some(endpoint), _) => Endpoint::parse(endpoint, self.allow_plaintext)?,
            (None, Some(region)) => {
                Endpoint::of_region(region, &self.environment, self.allow_plaintext)?
            }
            (None, None) => {
                return Err(Error::invalid(
                    "endpoint",
                    "neither an endpoint nor a region is set",
                ));
            }
        };
        let Some(credentials) = self.credentials else {
            return Err(Error::invalid(
                "credentials",
                "none are set; Credentials::from_env takes those of the environment",
            ));
        };
        credentials.check()?;
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("drs-api/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(self.connect_timeout)
            .timeout(self.request_timeout)
            // A redirect would send passwords and credentials on to wherever it points.
            .redirect(reqwest::redirect::Policy::none())
            // Whether a request may be sent twice is for the caller to decide.
            .retry(reqwest::retry::never());
        if endpoint.is_plaintext() {
            // A proxy would see all of it.
            http = http.no_proxy();
        }
        let http = http
            .build()
            .map_err(|e| Error::invalid("client", e.to_string()))?;
        let inner = Inner::new(Settings {
            credentials,
            max_answer: self.max_answer,
            patience: self.request_timeout,
        });
        Ok(Client::new_with_client(endpoint.base_url(), http, inner))
    }
}
