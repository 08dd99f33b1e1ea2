//! What a fault does on a connection beneath HTTP, as a few steps in sequence.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncWriteExt, Interest};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::definition::End;

/// A step.
#[derive(Debug)]
pub(crate) enum Step {
    Write(Bytes),
    /// Writes this many spaces.
    Spaces(u64),
    Pause(Duration),
    /// Neither reads nor writes until the client goes away.
    Hang,
    End(End),
}

/// Performs the steps, then closes the connection.
pub(crate) async fn run(mut stream: TcpStream, steps: Vec<Step>) {
    for step in steps {
        // A client that goes away is expected: many faults cause it.
        if !done(&mut stream, step).await {
            return;
        }
    }
    let _ = stream.shutdown().await;
}

/// Performs a step; returns `false` if no more can follow.
async fn done(stream: &mut TcpStream, step: Step) -> bool {
    match step {
        Step::Write(bytes) => stream.write_all(&bytes).await.is_ok(),
        Step::Spaces(count) => spaces(stream, count).await,
        Step::Pause(pause) => {
            sleep(pause).await;
            true
        }
        Step::Hang => {
            gone(stream).await;
            false
        }
        Step::End(End::Reset) => {
            // Dropping the stream then sends a reset, or closes it where the system can't reset.
            let _ = stream.set_zero_linger();
            false
        }
        Step::End(End::Close) => {
            let _ = stream.shutdown().await;
            false
        }
    }
}

async fn spaces(stream: &mut TcpStream, mut left: u64) -> bool {
    static CHUNK: [u8; 64 * 1024] = [b' '; 64 * 1024];
    while left > 0 {
        let length = usize::try_from(left).map_or(CHUNK.len(), |left| left.min(CHUNK.len()));
        if stream.write_all(&CHUNK[..length]).await.is_err() {
            return false;
        }
        left -= length as u64;
    }
    true
}

/// Waits until the client closes the connection, without reading. Reading would unblock a client
/// that should be stuck in the middle of its body.
async fn gone(stream: &TcpStream) {
    loop {
        match stream.ready(Interest::READABLE).await {
            Ok(ready) if !ready.is_read_closed() => sleep(Duration::from_millis(20)).await,
            _ => return,
        }
    }
}
