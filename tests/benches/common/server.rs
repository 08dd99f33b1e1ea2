//! The service, as cheap as possible: its kind alone decides what it does. It serves both clients,
//! and runs in its own process, so that neither its instructions nor its memory are counted.

use std::{
    env,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
};

/// Tells a benchmark that it is the server, and of which kind.
const SERVE: &str = "DRS_BENCH_SERVE";

/// What a server does.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// Every change succeeds.
    Accepting,
    /// Every change succeeds, with the headers that a gateway adds to each response.
    Behind,
    /// Every change is rejected, with a code and a message.
    Rejecting,
}

const KINDS: [(Kind, &str); 3] = [
    (Kind::Accepting, "accepting"),
    (Kind::Behind, "behind a gateway"),
    (Kind::Rejecting, "rejecting"),
];

/// Seven headers that gateways and security scanners ask for.
const GATEWAY: &str = "server: api-gateway\r\n\
    cache-control: no-store, no-cache, must-revalidate\r\n\
    strict-transport-security: max-age=31536000; includeSubDomains\r\n\
    x-frame-options: SAMEORIGIN\r\n\
    x-content-type-options: nosniff\r\n\
    x-xss-protection: 1; mode=block\r\n\
    vary: Accept-Encoding, Origin\r\n";

/// The server's process, which ends when this value is dropped.
pub struct Server {
    /// Its address, `http://127.0.0.1:PORT`.
    pub endpoint: String,
    process: Child,
}

impl Server {
    /// Starts this program again, as a server.
    pub fn start(kind: Kind) -> Self {
        let (_, name) = KINDS.iter().find(|(each, _)| *each == kind).unwrap();
        let mut command = Command::new(env::current_exe().unwrap());
        command.env(SERVE, name).stdin(Stdio::piped());
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut endpoint = String::new();
        let mut printed = BufReader::new(process.stdout.take().unwrap());
        printed.read_line(&mut endpoint).unwrap();
        let endpoint = endpoint.trim_end().to_owned();
        Self { endpoint, process }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its end of the pipe tells it.
        self.process.stdin.take();
        let _ = self.process.wait();
    }
}

/// Runs the server until its parent closes the pipe, if this process is the server.
pub fn serve_if_asked() {
    let Ok(asked) = env::var(SERVE) else { return };
    let (kind, _) = *KINDS.iter().find(|(_, name)| *name == asked).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            thread::spawn(move || serve(stream, kind));
        }
    });
    let _ = io::stdin().read(&mut [0]);
    std::process::exit(0);
}

/// Responds to the requests of one connection until it closes.
fn serve(mut stream: TcpStream, kind: Kind) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut request = Vec::new();
    let mut read = vec![0; 1 << 20];
    loop {
        let length = stream.read(&mut read)?;
        if length == 0 {
            return Ok(());
        }
        request.extend_from_slice(&read[..length]);
        if let Some(body) = whole_body(&request) {
            stream.write_all(respond(body, kind).as_bytes())?;
            request.clear();
        }
    }
}

/// The body of a request, if it is complete.
fn whole_body(request: &[u8]) -> Option<&str> {
    let request = str::from_utf8(request).ok()?;
    let (head, body) = request.split_once("\r\n\r\n")?;
    let (_, length) = head.split_once("content-length: ")?;
    let length: usize = length.split("\r\n").next()?.parse().ok()?;
    (body.len() == length).then_some(body)
}

fn respond(body: &str, kind: Kind) -> String {
    let ids = body.split(r#""job_id":""#).skip(1);
    let ids = ids.filter_map(|rest| rest.get(..36));
    let result = match kind {
        Kind::Rejecting => rejected,
        _ => result,
    };
    let headers = match kind {
        Kind::Behind => GATEWAY,
        _ => "",
    };
    let results: Vec<String> = ids.map(result).collect();
    let answer = answer(&results.join(","), results.len());
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
         date: Wed, 25 Nov 2026 04:00:00 GMT\r\n{headers}\
         x-request-id: 8c1b2a4d5e6f708192a3b4c5d6e7f809\r\ncontent-length: {}\r\n\r\n{answer}",
        answer.len()
    )
}

/// The result that accepts a task's change.
pub fn result(id: &str) -> String {
    format!(r#"{{"id":"{id}","end_point_type":"so","status":"success"}}"#)
}

/// The result that rejects a task's change.
pub fn rejected(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","end_point_type":"so","status":"failed","error_code":"DRS.M00304","error_msg":"The operation is not allowed in the current state of task {id}."}}"#
    )
}

/// A response with these results.
pub fn answer(results: &str, count: usize) -> String {
    format!(r#"{{"results":[{results}],"count":{count}}}"#)
}
