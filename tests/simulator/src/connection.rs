//! Accepts connections, serves HTTP/1.1 on each, and hands over those that a fault acts on.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::fault;
use crate::front::{Front, Reply};

/// Accepts connections until `stop` is sent or dropped, then closes them all.
pub(crate) async fn accept(listener: TcpListener, front: Arc<Front>, stop: oneshot::Receiver<()>) {
    // Dropping the set ends the tasks in it.
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            _ = &mut stop => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let number = front.connections.fetch_add(1, Ordering::Relaxed) + 1;
                    connections.spawn(serve(stream, number, Arc::clone(&front)));
                }
                // For example, no file descriptor is left; there may be one soon.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            // Without this, the set would keep every finished task.
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, number: u64, front: Arc<Front>) {
    // Otherwise small responses wait for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    if let Some(fault) = front.plan.for_connection(number) {
        return fault::run(stream, fault.early()).await;
    }
    let (take_over, mut taken_over) = mpsc::channel(1);
    let service = service_fn(move |request| {
        let (front, take_over) = (Arc::clone(&front), take_over.clone());
        async move {
            match front.handle(request).await? {
                Reply::Regular(response) => Ok::<_, hyper::Error>(response),
                Reply::Fault(steps) => {
                    // The receiver lives as long as this connection.
                    let _ = take_over.send(steps).await;
                    pending().await
                }
            }
        }
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let steps = tokio::select! {
        // An error means that the client went away, which is not our problem.
        _ = &mut connection => return,
        steps = taken_over.recv() => steps.unwrap_or_default(),
    };
    // From here on it is a plain stream, and a fault can do what HTTP forbids.
    let stream = connection.into_parts().io.into_inner();
    fault::run(stream, steps).await;
}
