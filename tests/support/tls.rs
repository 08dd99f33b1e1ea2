//! A certificate authority of our own, and servers with its certificates.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
        server::WebPkiClientVerifier,
    },
};

/// Signs certificates.
pub struct Ca {
    issuer: Issuer<'static, KeyPair>,
    der: CertificateDer<'static>,
    pem: String,
}

/// A certificate and its key.
pub struct Certified {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    /// Both as PEM.
    pub pem: String,
}

impl Default for Ca {
    fn default() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Distinct names; otherwise one authority passes for another with a bad signature.
        static COUNT: AtomicUsize = AtomicUsize::new(1);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("drs-tests authority {number}");
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self {
            der: certificate.der().clone(),
            pem: certificate.pem(),
            issuer: Issuer::new(params, key),
        }
    }
}

impl Ca {
    /// The authority's certificate.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for these names and addresses.
    pub fn certify(&self, names: &[&str]) -> Certified {
        self.sign(params(names))
    }

    /// An expired one.
    pub fn certify_expired(&self, names: &[&str]) -> Certified {
        let mut params = params(names);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
        self.sign(params)
    }

    fn sign(&self, params: CertificateParams) -> Certified {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Certified::new(&certificate, &key)
    }
}

impl Certified {
    /// A self-signed certificate.
    pub fn self_signed(names: &[&str]) -> Self {
        let key = KeyPair::generate().unwrap();
        Self::new(&params(names).self_signed(&key).unwrap(), &key)
    }

    fn new(certificate: &rcgen::Certificate, key: &KeyPair) -> Self {
        let key = key.serialize_pem();
        Self {
            chain: vec![certificate.der().clone()],
            pem: format!("{}{key}", certificate.pem()),
            key: PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
        }
    }

    /// Accepts TLS with this certificate and these protocols.
    pub fn acceptor(self, alpn: &[&str]) -> TlsAcceptor {
        self.configure(alpn, None)
    }

    fn configure(self, alpn: &[&str], clients: Option<&Ca>) -> TlsAcceptor {
        let config = ServerConfig::builder();
        let config = match clients {
            None => config.with_no_client_auth(),
            Some(ca) => {
                let mut roots = RootCertStore::empty();
                roots.add(ca.der.clone()).unwrap();
                let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build();
                config.with_client_cert_verifier(verifier.unwrap())
            }
        };
        let mut config = config.with_single_cert(self.chain, self.key).unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    CertificateParams::new(names).unwrap()
}

/// TLS in front of an HTTP/1.1 server.
pub struct TlsFront {
    /// Its address, `https://127.0.0.1:PORT`.
    pub endpoint: String,
    /// Its port.
    pub port: u16,
    task: JoinHandle<()>,
}

impl TlsFront {
    /// Listens. `backend` is the address, or the `http://` endpoint, of the server behind it.
    pub async fn start(certified: Certified, backend: &str) -> std::io::Result<Self> {
        Self::serve(certified.acceptor(&["http/1.1"]), backend).await
    }

    /// Listens, and prefers HTTP/2.
    pub async fn start_preferring_h2(certified: Certified, backend: &str) -> std::io::Result<Self> {
        Self::serve(certified.acceptor(&["h2", "http/1.1"]), backend).await
    }

    /// Listens, and requires client certificates of this authority.
    pub async fn start_for(
        clients: &Ca,
        certified: Certified,
        backend: &str,
    ) -> std::io::Result<Self> {
        Self::serve(certified.configure(&["http/1.1"], Some(clients)), backend).await
    }

    async fn serve(acceptor: TlsAcceptor, backend: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let backend: SocketAddr = backend.trim_start_matches("http://").parse().unwrap();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let mut front = acceptor.accept(stream).await?;
                    let mut back = TcpStream::connect(backend).await?;
                    tokio::io::copy_bidirectional(&mut front, &mut back).await
                });
            }
        });
        Ok(Self {
            endpoint: format!("https://127.0.0.1:{port}"),
            port,
            task,
        })
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.task.abort();
    }
}
