//! An HTTP/2 server, frame by frame, that responds or refuses.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};

use crate::Certified;

/// What the server does once it has read a request.
#[derive(Clone)]
pub enum H2Act {
    /// Responds with 200 and this body.
    Answer(&'static str),
    /// Responds with this status and the start of a body, then ends the stream without an error.
    /// It may announce the body's length.
    Cut(&'static str, &'static str, Option<&'static str>),
    /// Claims that it has not processed the request, so that it may be resent.
    RefuseStream,
    /// Closes the connection, claiming that it has not processed the request.
    GoAway,
    /// Closes the connection with an error that quotes the request's body.
    GoAwayQuoting,
}

/// A running TLS server that offers only HTTP/2.
pub struct H2Server {
    /// Its address, `https://127.0.0.1:PORT`.
    pub endpoint: String,
    bodies: Arc<Mutex<Vec<Vec<u8>>>>,
    task: JoinHandle<()>,
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GO_AWAY: u8 = 7;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const ACK: u8 = 1;
const PREFACE: usize = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len();

impl H2Server {
    /// Listens.
    pub async fn start(certified: Certified, act: H2Act) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("https://{}", listener.local_addr()?);
        let acceptor = certified.acceptor(&["h2"]);
        let bodies = Arc::<Mutex<Vec<_>>>::default();
        let received = Arc::clone(&bodies);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, act) = (acceptor.clone(), act.clone());
                let received = Arc::clone(&received);
                tokio::spawn(async move {
                    let stream = acceptor.accept(stream).await?;
                    serve(stream, act, received).await
                });
            }
        });
        Ok(Self {
            endpoint,
            bodies,
            task,
        })
    }

    /// The bodies of the requests that were read completely.
    pub fn bodies(&self) -> Vec<Vec<u8>> {
        self.bodies.lock().unwrap().clone()
    }
}

impl Drop for H2Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

async fn serve(
    mut io: impl AsyncRead + AsyncWrite + Unpin,
    act: H2Act,
    received: Arc<Mutex<Vec<Vec<u8>>>>,
) -> std::io::Result<()> {
    io.read_exact(&mut [0; PREFACE]).await?;
    io.write_all(&frame(SETTINGS, 0, 0, &[])).await?;
    let mut body = Vec::new();
    loop {
        let mut head = [0; 9];
        io.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        io.read_exact(&mut payload).await?;
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        match (head[3], head[4]) {
            (SETTINGS, 0) => io.write_all(&frame(SETTINGS, ACK, 0, &[])).await?,
            (DATA, flags) => {
                body.extend(payload);
                if flags & END_STREAM != 0 {
                    let body = std::mem::take(&mut body);
                    received.lock().unwrap().push(body.clone());
                    answer(&mut io, &act, stream, &body).await?;
                }
            }
            _ => {}
        }
        io.flush().await?;
    }
}

async fn answer(
    io: &mut (impl AsyncWrite + Unpin),
    act: &H2Act,
    stream: u32,
    body: &[u8],
) -> std::io::Result<()> {
    let frames = match act {
        // 0x88 is `:status: 200`.
        H2Act::Answer(answer) => [
            frame(HEADERS, END_HEADERS, stream, &[0x88]),
            frame(DATA, END_STREAM, stream, answer.as_bytes()),
        ]
        .concat(),
        H2Act::Cut(status, body, length) => {
            // `:status` and `content-length`, not indexed, and their values.
            let mut head = [&[0x08, status.len() as u8], status.as_bytes()].concat();
            if let Some(length) = length {
                head.extend([0x0f, 0x0d, length.len() as u8]);
                head.extend(length.as_bytes());
            }
            [
                frame(HEADERS, END_HEADERS, stream, &head),
                frame(DATA, 0, stream, body.as_bytes()),
                // NO_ERROR.
                frame(RST_STREAM, 0, stream, &[0; 4]),
            ]
            .concat()
        }
        H2Act::RefuseStream => frame(RST_STREAM, 0, stream, &[0, 0, 0, 7]),
        // The last processed stream is 0; no error.
        H2Act::GoAway => frame(GO_AWAY, 0, 0, &[0; 8]),
        // PROTOCOL_ERROR.
        H2Act::GoAwayQuoting => {
            let payload = [&[0, 0, 0, 0, 0, 0, 0, 1], body].concat();
            frame(GO_AWAY, 0, 0, &payload)
        }
    };
    io.write_all(&frames).await
}
