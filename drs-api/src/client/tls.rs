//! Certificates of the user's own: authorities to trust, and the one to show to a server.

use reqwest::{Certificate, Identity};

use crate::{Error, Secret, error::causes};

/// The settings, as an error names them.
const ROOT: &str = "add_root_certificate";
const IDENTITY: &str = "identity";

/// Certificates of the user's own, as PEM.
#[derive(Clone, Default)]
pub(super) struct Tls {
    pub(super) roots: Vec<Vec<u8>>,
    pub(super) identity: Option<Secret>,
}

impl Tls {
    /// Builds an HTTP client that knows these certificates.
    pub(super) fn build(&self, mut http: reqwest::ClientBuilder) -> Result<reqwest::Client, Error> {
        for pem in &self.roots {
            let found = Certificate::from_pem_bundle(pem).unwrap_or_default();
            if found.is_empty() {
                return Err(Error::invalid(
                    ROOT,
                    "there is no certificate in it; give the content of a PEM file, which begins \
                     with -----BEGIN CERTIFICATE-----",
                ));
            }
            http = http.tls_certs_merge(found);
        }
        if let Some(pem) = &self.identity {
            let own = identity(pem.expose_secret().as_bytes());
            http = http.identity(own.map_err(|e| {
                let cause = causes(&e);
                let problem = "give a certificate and its private key, both PEM";
                Error::invalid(IDENTITY, format!("it can't be used ({cause}); {problem}"))
            })?);
        }
        let setting = match &self.identity {
            Some(_) => IDENTITY,
            None if self.roots.is_empty() => "client",
            None => ROOT,
        };
        http.build()
            .map_err(|e| Error::invalid(setting, causes(&e)))
    }
}

/// As the TLS library takes it that reqwest chooses: the platform's if both are built in.
#[cfg(feature = "native-tls")]
fn identity(pem: &[u8]) -> reqwest::Result<Identity> {
    // The key has to stand first.
    let begin = b"-----BEGIN PRIVATE KEY-----";
    let key = pem.windows(begin.len()).position(|part| part == begin);
    Identity::from_pkcs8_pem(pem, &pem[key.unwrap_or(0)..])
}

#[cfg(not(feature = "native-tls"))]
fn identity(pem: &[u8]) -> reqwest::Result<Identity> {
    Identity::from_pem(pem)
}
