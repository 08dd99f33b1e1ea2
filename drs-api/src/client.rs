//! Building a client: endpoint, credentials and limits.

mod http;
mod proxy;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tls;

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use self::http::Http;
use crate::{
    Client, Credentials, Environment, Error, Secret,
    endpoint::Endpoint,
    transport::{Inner, LONG_ANSWERS, Settings},
};

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
        ClientBuilder::default()
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
/// layer, answers are not decompressed, and a proxy ([that is set](Self::proxy), or from
/// `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` in the environment) is used for `https://` alone, by
/// way of `CONNECT`.
#[derive(Clone, Default)]
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
    max_answer: Option<usize>,
    pub(crate) http: Http,
}

/// Neither the endpoint, which is not checked yet and may hold a password, nor `reqwest::Client`,
/// which shows its default headers.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("region", &self.region)
            .field("credentials", &self.credentials)
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
    /// [profile](crate::login::Profile) may name one. Needs the feature `login`.
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
        self.http.connect_timeout = Some(timeout);
        self
    }

    /// How long one request may take from its start to the end of the answer. 60 seconds
    /// unless set. A source of credentials has as long for one.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.http.request_timeout = Some(timeout);
        self
    }

    /// How long the service may be silent, before its answer or within it. 60 seconds unless
    /// set; of use where the request time-out is longer.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.http.read_timeout = Some(timeout);
        self
    }

    /// How long a connection is kept that is not in use. 30 seconds unless set.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.http.idle_timeout = Some(timeout);
        self
    }

    /// The most that is read of an answer, in bytes. 16 MiB unless set. An answer with more
    /// than 1,000,000 values is not read either.
    pub fn max_answer_bytes(mut self, bytes: usize) -> Self {
        self.max_answer = Some(bytes);
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
        self.http.http1_only = true;
        self
    }

    /// Reaches the service through this proxy and not the one that the environment names:
    /// `http://host:port` or `https://host:port`, with a user name and a password before the host
    /// if it needs them. `NO_PROXY` does not count then. Plaintext goes through no proxy.
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.http.proxy = Some(url.into());
        self
    }

    /// The header `User-Agent`: `drs-api/` and the version unless set.
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.http.user_agent = Some(text.into());
        self
    }

    /// The address of a host, which no name server is then asked for. A certificate must still be
    /// for the host. A proxy looks hosts up itself, and `localhost` in plaintext stays this machine.
    pub fn resolve(mut self, host: impl Into<String>, address: IpAddr) -> Self {
        self.http.resolved.push((host.into(), address));
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
    /// - its proxy, the header `User-Agent`, and the addresses of hosts;
    /// - no decompression, which has no limit, and no `connection_verbose`, which logs each
    ///   byte that is sent;
    /// - wiped memory, if it wraps connections in layers that copy.
    ///
    /// What stays: the checks of the endpoint, credentials marked as sensitive, the request and
    /// read time-outs, the limit on the answer, and blanked echoes.
    pub fn danger_http_client(mut self, client: reqwest::Client) -> Self {
        self.http.own = Some(client);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the setting that is missing or can't be used.
    pub fn build(self) -> Result<Client, Error> {
        let plaintext = self.allow_plaintext;
        let endpoint = match (&self.endpoint, &self.region) {
            (Some(endpoint), _) => Endpoint::parse("endpoint", endpoint, plaintext),
            (None, Some(region)) => Endpoint::of_region(region, &self.environment, plaintext),
            (None, None) => Err(Error::invalid("endpoint", "set an endpoint or a region")),
        }?;
        let unset = || Error::invalid("credentials", "none are set; see `Credentials`");
        let credentials = self.credentials.clone().ok_or_else(unset)?;
        Ok(Client::new(self.inner(&endpoint, credentials)?))
    }

    /// What a generated client carries for us.
    pub(crate) fn inner(&self, to: &Endpoint, credentials: Credentials) -> Result<Inner, Error> {
        credentials.check()?;
        Ok(Inner(Arc::new(Settings {
            endpoint: to.clone(),
            http: self.http.client(to)?,
            credentials,
            max_answer: self.max_answer.unwrap_or(MAX_ANSWER),
            request_timeout: self.http.request_timeout(),
            read_timeout: self.http.read_timeout(),
            permits: Arc::new(Semaphore::new(LONG_ANSWERS)),
        })))
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
impl ClientBuilder {
    /// Also trusts the certificate authorities in the content of a PEM file, in addition to the
    /// platform's. Can be called several times.
    ///
    /// [`build`](Self::build) refuses anything but certificates.
    pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.tls.roots.push(pem.into());
        self
    }

    /// Shows this certificate to a server that asks for one. A PEM file's content: the
    /// certificate with those that lead to its authority, and its private key (PKCS #8; with
    /// rustls also PKCS #1 and SEC 1).
    ///
    /// [`build`](Self::build) refuses content without a key or a certificate.
    pub fn identity(mut self, pem: impl Into<Secret>) -> Self {
        self.http.tls.identity = Some(pem.into());
        self
    }
}
