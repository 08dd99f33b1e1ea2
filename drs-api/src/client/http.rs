//! The HTTP client beneath ours: what can be set on it, and what can't.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use http::HeaderValue;

use super::proxy;
use crate::{Error, Secret, endpoint::Endpoint};

/// Longer time-outs are cut to this. Lower layers add some of them to the time of day, and panic if
/// the sum overflows. A year is practically for ever.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What can be set.
#[derive(Clone, Default)]
pub(crate) struct Http {
    pub(super) connect_timeout: Option<Duration>,
    pub(super) request_timeout: Option<Duration>,
    pub(super) read_timeout: Option<Duration>,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) http1_only: bool,
    pub(super) proxy: Option<Secret>,
    pub(super) user_agent: Option<String>,
    pub(super) resolved: Vec<(String, IpAddr)>,
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(super) tls: super::tls::Tls,
    /// The user's own, instead of all this.
    pub(super) own: Option<reqwest::Client>,
}

/// A time-out, or this many seconds if none is set.
fn limited(timeout: Option<Duration>, seconds: u64) -> Duration {
    let timeout = timeout.unwrap_or(Duration::from_secs(seconds));
    timeout.min(LONGEST_TIMEOUT)
}

impl Http {
    /// From the start of a request to the end of its answer.
    pub(crate) fn request_timeout(&self) -> Duration {
        limited(self.request_timeout, 60)
    }

    /// For each silence of the service.
    pub(crate) fn read_timeout(&self) -> Duration {
        limited(self.read_timeout, 60)
    }

    /// The HTTP client for an endpoint.
    pub(super) fn client(&self, endpoint: &Endpoint) -> Result<reqwest::Client, Error> {
        if let Some(client) = &self.own {
            return Ok(client.clone());
        }
        let own = concat!("drs-api/", env!("CARGO_PKG_VERSION"));
        let agent = self.user_agent.as_deref().unwrap_or(own);
        let agent = HeaderValue::from_str(agent).map_err(|_| {
            let problem = "it contains a character that a header can't hold";
            Error::invalid("user_agent", problem)
        })?;
        let mut http = reqwest::Client::builder()
            .user_agent(agent)
            .connect_timeout(limited(self.connect_timeout, 10).min(self.request_timeout() / 10 * 9))
            // Shorter than what gateways wait, which makes this side close a connection: a request
            // written to one that the other side is closing is lost.
            .pool_idle_timeout(limited(self.idle_timeout, 30))
            .no_proxy()
            // A redirect would send passwords and credentials on to wherever it points.
            .redirect(reqwest::redirect::Policy::none())
            // Whether a request may be sent twice is for the caller to decide.
            .retry(reqwest::retry::never());
        for (host, address) in &self.resolved {
            http = http.resolve(host, SocketAddr::from((*address, 0)));
        }
        if endpoint.is_plaintext() {
            // A proxy would see all of it; and that `localhost` is this machine is not left
            // to name servers.
            let loopback = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            let loopback = loopback.map(|address: IpAddr| SocketAddr::from((address, 0)));
            http = http.resolve_to_addrs("localhost", &loopback);
        } else {
            http = http.https_only(true);
            let proxy = match &self.proxy {
                Some(url) => Some(proxy::parse("proxy", url.expose_secret())?),
                None => proxy::find(endpoint.port())?,
            };
            http = proxy.into_iter().fold(http, reqwest::ClientBuilder::proxy);
        }
        if self.http1_only {
            http = http.http1_only();
        }
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        return self.tls.build(http);
        #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
        return http
            .build()
            .map_err(|e| Error::invalid("client", crate::error::causes(&e)));
    }
}
