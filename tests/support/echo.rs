//! A server that quotes what it receives.

use std::sync::Arc;

use tokio::{io::AsyncWriteExt as _, net::TcpListener, task::JoinHandle};

use crate::read_request;

/// Makes headers (each line ended) and a body from a request's head and body.
pub type Quote = dyn Fn(&str, &str) -> (String, String) + Send + Sync;

/// Responds to each request with a quotation of it.
pub struct Echo {
    /// Its address, `http://127.0.0.1:PORT`.
    pub endpoint: String,
    task: JoinHandle<()>,
}

impl Echo {
    /// Listens.
    pub async fn start(status: &str, quote: Arc<Quote>) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let status = status.to_owned();
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let Ok(request) = read_request(&mut stream).await else {
                    continue;
                };
                let request = String::from_utf8_lossy(&request).into_owned();
                let (head, body) = request.split_once("\r\n\r\n").unwrap_or((&request, ""));
                let (headers, body) = quote(head, body);
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status}\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
                );
                // A client that went away needs no response.
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Ok(Self { endpoint, task })
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.task.abort();
    }
}
