//! What several tests need: servers on loopback that do exactly what they are told.

mod again;
mod cases;
mod child;
mod echo;
mod h2_server;
mod marked;
#[cfg(target_os = "linux")]
mod memory;
mod proxy;
mod request;
mod scripted;
mod signature;
mod tls;
mod witness;

pub use again::{cargo, child, is_child, output};
pub use cases::cases;
pub use child::program;
pub use echo::{Echo, Quote};
pub use h2_server::{H2Act, H2Server};
pub use marked::{Leaks, Marked};
#[cfg(target_os = "linux")]
pub use memory::Mark;
pub use proxy::Proxy;
pub use request::read_request;
pub use scripted::{Act, Scripted};
pub use signature::ToSign;
pub use tls::{Ca, Certified, TlsFront};
pub use witness::Witness;

use tokio::{io::AsyncWriteExt as _, net::TcpListener, task::JoinHandle};

/// A server on loopback that responds to one request and returns what it received.
pub struct OneAnswer {
    /// Its address, `http://127.0.0.1:PORT`.
    pub endpoint: String,
    received: JoinHandle<std::io::Result<String>>,
}

impl OneAnswer {
    /// Listens. The response is what follows `HTTP/1.1 ` on the socket, without the length.
    pub async fn serve(status: &str, headers: &str, body: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let length = body.len();
        let answer =
            format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}");
        let received = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await?;
            let request = read_request(&mut stream).await?;
            stream.write_all(answer.as_bytes()).await?;
            Ok(String::from_utf8_lossy(&request).into_owned())
        });
        Ok(Self { endpoint, received })
    }

    /// The bytes of the request.
    pub async fn received(self) -> std::io::Result<String> {
        self.received.await?
    }
}

/// The README's program, run as a doctest.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
