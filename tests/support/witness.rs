//! A server that should receive nothing.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{io::AsyncReadExt as _, net::TcpListener, task::JoinHandle};

/// Listens on loopback, never responds, and counts what it receives.
pub struct Witness {
    /// Its address, `http://127.0.0.1:PORT`.
    pub endpoint: String,
    connections: Arc<AtomicUsize>,
    bytes: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Witness {
    /// Listens.
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let (connections, bytes) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let counts = (Arc::clone(&connections), Arc::clone(&bytes));
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counts.0.fetch_add(1, Ordering::SeqCst);
                let bytes = Arc::clone(&counts.1);
                tokio::spawn(async move {
                    let mut buffer = [0; 4096];
                    while let Ok(n @ 1..) = stream.read(&mut buffer).await {
                        bytes.fetch_add(n, Ordering::SeqCst);
                    }
                });
            }
        });
        Ok(Self {
            endpoint,
            connections,
            bytes,
            task,
        })
    }

    /// How many connections there were, and how many bytes they carried.
    pub async fn received(&self) -> (usize, usize) {
        // Bytes under way still arrive.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let count = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
        (count(&self.connections), count(&self.bytes))
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.task.abort();
    }
}
