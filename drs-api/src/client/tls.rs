//! Certificates of the user's own: authorities to trust, and the one to show to a server.

use reqwest::{Certificate, Identity};

use crate::{Error, Secret, error::causes};

/// Certificates of the user's own.
#[derive(Clone, Default)]
pub(super) struct Tls {
    roots: Vec<Vec<u8>>,
    identity: Option<Secret>,
}

impl Tls {
    pub(super) fn add_root(&mut self, pem: Vec<u8>) {
        self.roots.push(pem);
    }

    pub(super) fn set_identity(&mut self, pem: Secret) {
        self.identity = Some(pem);
    }

    pub(super) fn apply(
        &self,
        mut http: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, Error> {
        let mut roots = Vec::new();
        for pem in &self.roots {
            let found = Certificate::from_pem_bundle(pem).unwrap_or_default();
            if found.is_empty() {
                return Err(Error::invalid(
                    "add_root_certificate",
                    "there is no certificate in it; give the content of a PEM file, which \
                     begins with -----BEGIN CERTIFICATE-----",
                ));
            }
            roots.extend(found);
        }
        if !roots.is_empty() {
            http = http.tls_certs_merge(roots);
        }
        if let Some(pem) = &self.identity {
            let pem = pem.expose_secret().as_bytes();
            let identity = identity(pem).map_err(|e| {
                let problem = format!(
                    "it can't be used ({}); give a certificate and its private key, both PEM",
                    causes(&e)
                );
                Error::invalid("identity", problem)
            })?;
            http = http.identity(identity);
        }
        Ok(http)
    }

    /// The names of those settings that are in use.
    pub(super) fn settings(&self) -> Option<&'static str> {
        match (self.roots.is_empty(), &self.identity) {
            (true, None) => None,
            (false, None) => Some("add_root_certificate"),
            (true, Some(_)) => Some("identity"),
            (false, Some(_)) => Some("add_root_certificate or identity"),
        }
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
