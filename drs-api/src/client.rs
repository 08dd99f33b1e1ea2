//! Building a client: endpoint, credentials and limits.

mod proxy;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tls;

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use crate::{
    Client, Credentials, Environment, Error, Secret,
    credentials::Problem,
    endpoint::Endpoint,
    error::causes,
    transport::{Inner, Settings},
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
const READ_TIMEOUT: Duration = Duration::from_secs(60);
/// Shorter than what gateways wait, so that it is this side which closes a connection: a
/// request written to one that the other side is closing is lost.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Longer ones are cut to this: lower layers add some of them to the time of day, and panic
/// where there is no such time. A year is for ever.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 60 * 60);
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
            #[cfg(feature = "login")]
            iam_endpoint: None,
            credentials: None,
            allow_plaintext: false,
            connect_timeout: CONNECT_TIMEOUT,
            request_timeout: REQUEST_TIMEOUT,
            read_timeout: READ_TIMEOUT,
            idle_timeout: IDLE_TIMEOUT,
            max_answer: MAX_ANSWER,
            http1_only: false,
            http: None,
            #[cfg(any(feature = "rustls", feature = "native-tls"))]
            tls: tls::Tls::default(),
        }
    }

    /// Where requests go: scheme, host, and port if it isn't the scheme's own.
    pub fn endpoint(&self) -> &str {
        self.inner.endpoint()
    }

    /// The version of the OpenAPI document that this client was generated from.
    pub fn spec_version() -> &'static str {
        Self::VERSION
    }
}

/// The settings of a [`Client`] to be.
///
/// What can't be set: redirects are never followed, no request is sent again by a lower
/// layer, answers are not decompressed, and a proxy (from `HTTPS_PROXY`, `ALL_PROXY` and
/// `NO_PROXY` in the environment) is used for `https://` alone, by way of `CONNECT`.
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    endpoint: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) environment: Environment,
    /// Where IAM is, instead of what region and environment say.
    #[cfg(feature = "login")]
    pub(crate) iam_endpoint: Option<String>,
    credentials: Option<Credentials>,
    pub(crate) allow_plaintext: bool,
    connect_timeout: Duration,
    request_timeout: Duration,
    pub(crate) read_timeout: Duration,
    idle_timeout: Duration,
    max_answer: usize,
    http1_only: bool,
    http: Option<reqwest::Client>,
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    tls: tls::Tls,
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not checked yet: a user name and a password may stand before the host.
        let endpoint = self.endpoint.as_deref();
        let endpoint = endpoint.map(|e| {
            if e.contains('@') {
                "(with a user name)"
            } else {
                e
            }
        });
        f.debug_struct("ClientBuilder")
            .field("endpoint", &endpoint)
            .field("region", &self.region)
            .field("credentials", &self.credentials)
            // `reqwest::Client` shows its default headers, and the rest is of no interest.
            .finish_non_exhaustive()
    }
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

    /// Where endpoints are looked up, with the feature `login` also credentials; the process's own
    /// environment unless set.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Where IAM is, instead of the endpoint that the environment or the region says. A
    /// [profile](crate::login::Profile) may name one.
    #[cfg(feature = "login")]
    pub fn iam_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.iam_endpoint = Some(endpoint.into());
        self
    }

    /// The [`Credentials`], or an [`AccessKey`](crate::AccessKey).
    pub fn credentials(mut self, credentials: impl Into<Credentials>) -> Self {
        self.credentials = Some(credentials.into());
        self
    }

    /// A user token from IAM as the credentials.
    pub fn token(self, token: impl Into<Secret>) -> Self {
        self.credentials(Credentials::token(token))
    }

    /// How long connecting may take, TLS included. 10 seconds unless set, and at most nine tenths
    /// of the request time-out: a request that times out while it connects is known not to be
    /// sent.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one request may take from its start to the end of the answer. 60 seconds
    /// unless set. A source of credentials has as long for one.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// How long the service may be silent, before its answer or within it. 60 seconds unless
    /// set; of use where the request time-out is longer.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// How long a connection is kept that is not in use. 30 seconds unless set.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// The most that is read of an answer, in bytes. 16 MiB unless set. An answer with more
    /// than 1,000,000 values is not read either.
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

    /// Does not offer HTTP/2, which the feature `http2` otherwise does where there is TLS.
    ///
    /// HTTP/2's buffers keep the first 256 bytes of a body, with a password or two, until
    /// something else is written over them; HTTP/1.1 keeps nothing (see SECURITY.md).
    pub fn http1_only(mut self) -> Self {
        self.http1_only = true;
        self
    }

    /// Sends requests with a `reqwest::Client` of your own. You give up what this crate would
    /// have set on it, and have to set it yourself if you want it:
    ///
    /// - **no redirects** (`redirect::Policy::none()`): with reqwest's default, passwords and
    ///   tokens go on to wherever a 307 or 308 points;
    /// - **no resending** (`retry::never()`);
    /// - **no proxy for plaintext** (`no_proxy()`): with `HTTP_PROXY` set, plaintext goes through
    ///   it, loopback included;
    /// - the connect and idle time-outs, and the certificates given to this builder;
    /// - no decompression, which has no limit, and no `connection_verbose`, which logs each
    ///   byte that is sent;
    /// - wiped memory, if it wraps connections in layers that copy.
    ///
    /// What stays: the checks of the endpoint, credentials marked as sensitive, the request and
    /// read time-outs, the limit on the answer, and blanked echoes.
    pub fn danger_http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
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
        let Some(credentials) = self.credentials.clone() else {
            return Err(Error::invalid("credentials", "none; see `Credentials`"));
        };
        credentials.check().map_err(Problem::error)?;
        Ok(Client::new(self.inner(&endpoint, credentials)?))
    }

    /// What a generated client carries for us.
    pub(crate) fn inner(&self, to: &Endpoint, credentials: Credentials) -> Result<Inner, Error> {
        Ok(Inner::new(Settings {
            endpoint: to.base_url().to_owned(),
            http: self.http_client(to)?,
            credentials,
            max_answer: self.max_answer,
            request_timeout: self.request_timeout.min(LONGEST_TIMEOUT),
            read_timeout: self.read_timeout.min(LONGEST_TIMEOUT),
            gives_credentials: false,
        }))
    }

    /// The HTTP client for an endpoint.
    fn http_client(&self, endpoint: &Endpoint) -> Result<reqwest::Client, Error> {
        if let Some(client) = &self.http {
            return Ok(client.clone());
        }
        let request_timeout = self.request_timeout.min(LONGEST_TIMEOUT);
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("drs-api/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(self.connect_timeout.min(request_timeout / 10 * 9))
            .pool_idle_timeout(self.idle_timeout.min(LONGEST_TIMEOUT))
            // A redirect would send passwords and credentials on to wherever it points.
            .redirect(reqwest::redirect::Policy::none())
            // Whether a request may be sent twice is for the caller to decide.
            .retry(reqwest::retry::never());
        if endpoint.is_plaintext() {
            let loopback = [
                SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
            ];
            // A proxy would see all of it; and that `localhost` is this machine is not left
            // to name servers.
            http = http.no_proxy().resolve_to_addrs("localhost", &loopback);
        } else {
            http = http.no_proxy().https_only(true);
            if let Some(proxy) = proxy::find(endpoint.port())? {
                http = http.proxy(proxy);
            }
        }
        if self.http1_only {
            http = http.http1_only();
        }
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        let http = self.tls.apply(http)?;
        http.build().map_err(|e| {
            #[cfg(any(feature = "rustls", feature = "native-tls"))]
            if let Some(settings) = self.tls.settings() {
                return Error::invalid(settings, causes(&e));
            }
            Error::invalid("client", causes(&e))
        })
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
impl ClientBuilder {
    /// Trusts the certificate authorities in a PEM file's content too, beside those that the
    /// platform trusts. Given several times, all count.
    ///
    /// [`build`](Self::build) refuses what is no certificate.
    pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.add_root(pem.into());
        self
    }

    /// Shows this certificate to a server that asks for one. A PEM file's content: the
    /// certificate with those that lead to its authority, and its private key (PKCS #8; with
    /// rustls also PKCS #1 and SEC 1).
    ///
    /// [`build`](Self::build) refuses what holds no key or no certificate.
    pub fn identity(mut self, pem: impl Into<Secret>) -> Self {
        self.tls.set_identity(pem.into());
        self
    }
}
