//! A server that follows a script, one act per request.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
    time::timeout,
};

use crate::read_request;

/// What the server does with a request. It repeats the last act of a script.
#[derive(Clone, Debug)]
pub enum Act {
    /// Responds with a status line and headers, each on its own line, and a body.
    Answer(&'static str, String),
    /// Responds with a `content-length` larger than the body, and closes.
    AnswerCut(&'static str, String),
    /// Responds with the head, but never with the body.
    AnswerHang(&'static str),
    /// Sends exactly these bytes, and closes.
    Raw(Vec<u8>),
    /// Sends exactly these bytes, then goes silent.
    RawHang(&'static str),
    /// Responds with this many bytes of JSON that never ends.
    AnswerHuge(&'static str, usize),
    /// Closes before reading.
    CutBefore,
    /// Closes after some bytes of the request's body.
    CutWithin,
    /// Closes once the request has arrived.
    CutAfter,
    /// Never responds.
    Hang,
    /// Stops listening before this request.
    Close,
    /// Never accepts a connection. Must be the first act.
    Full,
}

/// A running script.
pub struct Scripted {
    /// Its address, `http://127.0.0.1:PORT`.
    pub endpoint: String,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Scripted {
    /// Listens and starts.
    pub async fn start(script: impl IntoIterator<Item = Act>) -> std::io::Result<Self> {
        let script: VecDeque<Act> = script.into_iter().collect();
        let requests = Arc::default();
        let socket = TcpSocket::new_v4()?;
        socket.bind(([127, 0, 0, 1], 0).into())?;
        let endpoint = format!("http://{}", socket.local_addr()?);
        if let Some(Act::Full) = script.front() {
            let listener = socket.listen(1)?;
            let waiting = fill(&listener).await?;
            let task = tokio::spawn(async move {
                std::future::pending::<()>().await;
                drop((listener, waiting));
            });
            return Ok(Self {
                endpoint,
                requests,
                task,
            });
        }
        let listener = socket.listen(1024)?;
        let script = Arc::new(Mutex::new(script));
        let task = tokio::spawn(serve(listener, script, Arc::clone(&requests)));
        Ok(Self {
            endpoint,
            requests,
            task,
        })
    }

    /// The requests that were read completely.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().map(|r| r.clone()).unwrap_or_default()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Script = Arc<Mutex<VecDeque<Act>>>;

fn next(script: &Script) -> Act {
    let mut script = script.lock().unwrap();
    match script.len() {
        0 => Act::CutAfter,
        1 => script[0].clone(),
        _ => script.pop_front().unwrap(),
    }
}

fn closes_next(script: &Script) -> bool {
    matches!(script.lock().unwrap().front(), Some(Act::Close))
}

/// Fills the queue of waiting connections, so that the system refuses more.
async fn fill(listener: &TcpListener) -> std::io::Result<Vec<TcpStream>> {
    let address = listener.local_addr()?;
    let mut waiting = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(500), TcpStream::connect(address)).await {
        waiting.push(stream?);
    }
    Ok(waiting)
}

async fn serve(listener: TcpListener, script: Script, requests: Arc<Mutex<Vec<String>>>) {
    let address = listener.local_addr();
    while !closes_next(&script) {
        let Ok((stream, _)) = listener.accept().await else {
            return;
        };
        // In sequence, so that acts meet requests in order: each connection carries one request.
        let act = next(&script);
        if let Act::Hang | Act::AnswerHang(_) | Act::RawHang(_) = act {
            tokio::spawn(play(stream, act, Arc::clone(&requests)));
        } else {
            let _ = play(stream, act, Arc::clone(&requests)).await;
        }
    }
    drop(listener);
    // A socket that refuses keeps the port, so no other server gets it.
    let closed = TcpSocket::new_v4().and_then(|socket| {
        socket.set_reuseaddr(true)?;
        socket.bind(address?)?;
        socket.set_reuseaddr(false)?;
        Ok(socket)
    });
    std::future::pending::<()>().await;
    drop(closed);
}

async fn play(
    mut stream: TcpStream,
    act: Act,
    requests: Arc<Mutex<Vec<String>>>,
) -> std::io::Result<()> {
    match act {
        Act::CutBefore | Act::Close | Act::Full => return Ok(()),
        Act::CutWithin => {
            let mut some = [0; 200];
            stream.read_exact(&mut some).await?;
            // Unread bytes make the system reset the connection.
            return Ok(());
        }
        _ => {}
    }
    let request = read_request(&mut stream).await?;
    requests
        .lock()
        .unwrap()
        .push(String::from_utf8_lossy(&request).into_owned());
    let (head, length, body) = match &act {
        Act::Answer(head, body) => (*head, body.len(), body.as_str()),
        Act::AnswerCut(head, body) => (*head, body.len() + 10, body.as_str()),
        Act::AnswerHang(head) => (*head, 10, ""),
        Act::AnswerHuge(head, length) => (*head, *length, r#"{"results":["#),
        Act::Raw(bytes) => return stream.write_all(bytes).await,
        Act::RawHang(text) => {
            stream.write_all(text.as_bytes()).await?;
            tokio::time::sleep(Duration::from_secs(60)).await;
            return Ok(());
        }
        Act::Hang => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            return Ok(());
        }
        _ => return Ok(()),
    };
    let (status, headers) = head.split_once('\n').unwrap_or((head, ""));
    let headers: String = headers.lines().map(|line| format!("{line}\r\n")).collect();
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    match act {
        Act::AnswerHang(_) => tokio::time::sleep(Duration::from_secs(60)).await,
        Act::AnswerHuge(_, length) => {
            let filler = vec![b' '; 1 << 16];
            let mut left = length - body.len();
            while left > 0 {
                let n = left.min(filler.len());
                stream.write_all(&filler[..n]).await?;
                left -= n;
            }
        }
        _ => {}
    }
    Ok(())
}
