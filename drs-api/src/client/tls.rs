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
        let mut setting = "client";
        for pem in &self.roots {
            setting = ROOT;
            let found = Certificate::from_pem_bundle(pem).unwrap_or_default();
            if found.is_empty() {
                let problem = "it contains no certificate; give the content of a PEM file";
                return Err(Error::invalid(setting, problem));
            }
            http = http.tls_certs_merge(found);
        }
        if let Some(pem) = &self.identity {
            setting = IDENTITY;
            let pem = pem.expose_secret().as_bytes();
            #[cfg(not(feature = "native-tls"))]
            let own = Identity::from_pem(pem);
            // What reqwest then takes: the platform's library, which wants the key first.
            #[cfg(feature = "native-tls")]
            let own = {
                let begin = b"-----BEGIN PRIVATE KEY-----";
                let key = pem.windows(begin.len()).position(|part| part == begin);
                Identity::from_pkcs8_pem(pem, &pem[key.unwrap_or(0)..])
            };
            http = http.identity(own.map_err(|e| {
                let problem = "give a certificate and its private key, both PEM";
                Error::invalid(
                    setting,
                    format!("it can't be used ({}); {problem}", causes(&e)),
                )
            })?);
        }
        http.build()
            .map_err(|e| Error::invalid(setting, causes(&e)))
    }
}
