//! Connections: accepting them, and serving each with HTTP/1.1.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::front::Front;

/// Accepts connections until `stop` is sent or dropped; then closes all of them.
pub(crate) async fn accept(listener: TcpListener, front: Arc<Front>, stop: oneshot::Receiver<()>) {
    // Dropping the set ends the tasks in it.
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            _ = &mut stop => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    front.connections.fetch_add(1, Ordering::Relaxed);
                    connections.spawn(serve(stream, Arc::clone(&front)));
                }
                // Out of file descriptors, say: there may be some again soon.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            // Without this the set would hold every task that has ended.
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, front: Arc<Front>) {
    // Else small answers wait for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| Arc::clone(&front).handle(request));
    // An error means that the client went away, which is the client's affair.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
