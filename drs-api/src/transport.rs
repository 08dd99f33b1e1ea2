//! Sending a request once, and reading what comes back.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::HeaderValue;
use memchr::memchr2;
use reqwest::{Request, Response, Url};

use crate::{
    Credentials,
    body::RequestBody,
    credentials::Renewal,
    error::NetworkError,
    exchange::{Exchange, Failure, ends_with_connection},
    old_echo::{Echoes, RunSecrets},
    response::AnswerBody,
};

/// The most values (objects, lists and what they hold) that an answer may have, counted
/// roughly: some bytes each on the wire become some hundred in memory. Ten thousand results
/// have a hundred thousand.
const MAX_VALUES: usize = 1_000_000;

/// What each generated client carries for us.
#[derive(Clone)]
pub(crate) struct Inner {
    pub(crate) settings: Arc<Settings>,
    pub(crate) call: Option<Arc<Call>>,
}

/// What all clones of a client share.
pub(crate) struct Settings {
    pub(crate) credentials: Credentials,
    /// The most that is read of an answer, in bytes.
    pub(crate) max_answer: usize,
    /// The most that is kept of a text of an answer, in bytes.
    pub(crate) max_text: usize,
    /// For each request, whatever the HTTP client does without.
    pub(crate) request_timeout: Duration,
    /// The URL of the last request, as text and parsed: the next one nearly always has the
    /// same, and parsing takes a tenth of a call's instructions.
    pub(crate) last_url: Mutex<Option<(String, Url)>>,
}

/// What belongs to one call.
pub(crate) struct Call {
    pub(crate) purpose: Purpose,
    /// The secrets of the run that it belongs to.
    run: Option<RunSecrets>,
    pub(crate) body: OnceLock<RequestBody>,
    pub(crate) project: OnceLock<String>,
    /// The body of an answer that is to be decoded.
    pub(crate) answer: OnceLock<AnswerBody>,
    exchange: Mutex<Option<Exchange>>,
    preview: OnceLock<Request>,
}

/// What a call is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The typed answer that the generated code makes of it.
    Typed,
    /// The exchange itself. The generated code then gets an empty response, and what it makes
    /// of that is of no interest.
    Exchange,
    /// The request, without secrets in its body. Nothing is sent.
    Preview,
}

impl Call {
    pub(crate) fn new(purpose: Purpose, run: Option<RunSecrets>) -> Self {
        Self {
            purpose,
            run,
            body: OnceLock::new(),
            project: OnceLock::new(),
            answer: OnceLock::new(),
            exchange: Mutex::default(),
            preview: OnceLock::new(),
        }
    }

    pub(crate) fn keep_exchange(&self, exchange: Exchange) {
        *self.exchange.lock().unwrap_or_else(PoisonError::into_inner) = Some(exchange);
    }

    /// What was exchanged; nothing if the call failed before a request was made.
    pub(crate) fn take_exchange(&self) -> Option<Exchange> {
        let mut exchange = self.exchange.lock().unwrap_or_else(PoisonError::into_inner);
        exchange.take()
    }

    /// The request that a preview has kept.
    pub(crate) fn previewed(&self) -> Option<&Request> {
        self.preview.get()
    }
}

impl Inner {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings: Arc::new(settings),
            call: None,
        }
    }

    /// The same for one call.
    pub(crate) fn with_call(&self, call: Arc<Call>) -> Self {
        Self {
            settings: Arc::clone(&self.settings),
            call: Some(call),
        }
    }

    /// Sends a request once and reads what comes back. Also gives the response that it came
    /// in, without its headers and body.
    pub(crate) async fn send(
        &self,
        http: &reqwest::Client,
        mut request: Request,
    ) -> (Exchange, Option<Response>) {
        let mut exchange = Exchange::default();
        let settings = &self.settings;
        let call = self.call.as_ref();
        let project = call.and_then(|call| call.project.get());
        let project = project.map(String::as_str);
        let timeout = settings.request_timeout;
        let proof = settings.credentials.apply(&mut request, project, timeout);
        let proof = match proof.await {
            Ok(proof) => proof,
            Err(error) => {
                exchange.failure = Some(Failure::Local(Box::new(error)));
                return (exchange, None);
            }
        };
        if let Some(call) = call.filter(|call| call.purpose == Purpose::Preview) {
            let _ = call.preview.set(request);
            return (exchange, None);
        }
        let values = request.headers().values();
        let secret = values.filter(|value| value.is_sensitive());
        let credentials: Vec<HeaderValue> = secret.cloned().collect();
        let host = request.url().host_str().unwrap_or_default().to_owned();
        let mut response = match http.execute(request).await {
            Ok(response) => response,
            Err(error) => {
                exchange.failure = Some(Failure::Network(NetworkError::new(error)));
                self.blank_echoes(&credentials, &host, &mut exchange);
                return (exchange, None);
            }
        };
        exchange.status = Some(response.status());
        exchange.ends_with_connection = ends_with_connection(&response);
        exchange.headers = std::mem::take(response.headers_mut());
        (exchange.body, exchange.failure) = read_body(&mut response, settings.max_answer).await;
        exchange.refusal = settings.credentials.judge(
            &proof,
            response.status(),
            &exchange.headers,
            &exchange.body,
        );
        self.blank_echoes(&credentials, &host, &mut exchange);
        (exchange, Some(response))
    }

    /// Blanks what an answer, or an error about it, echoes of its request or its run.
    fn blank_echoes(&self, credentials: &[HeaderValue], host: &str, exchange: &mut Exchange) {
        let Some(call) = &self.call else { return };
        let none = RequestBody::default();
        let request = call.body.get().unwrap_or(&none);
        let echoes = Echoes::new(request, credentials, call.run.as_ref());
        echoes.blank_answer(&mut exchange.headers, &mut exchange.body);
        let Some(Failure::Network(error)) = &mut exchange.failure else {
            return;
        };
        let text = error.to_string();
        // HTTP/2 lets a server say something about why it ends a connection, and a certificate
        // holds names. Where there was no connection otherwise, the words are those of lower
        // layers, and a secret such as `connect` only happens to be one of them.
        let may_quote = !error.is_connect() || text.contains("certificate");
        if may_quote && echoes.are_in(text.as_bytes()) {
            error.replace_text(echoes.blank_text(&text, host));
        }
    }

    /// Asks for another token in the place of one that was refused, by its number.
    pub(crate) async fn renew(&self, refused: u64) -> Renewal {
        let Settings {
            credentials,
            request_timeout,
            ..
        } = &*self.settings;
        credentials.renew(refused, *request_timeout).await
    }
}

/// Reads the body of an answer up to a limit in bytes. Gives what was read, and why that is
/// not all.
async fn read_body(response: &mut Response, limit: usize) -> (Bytes, Option<Failure>) {
    // Nearly always there is one piece, which then needs no copy.
    let mut first = Bytes::new();
    let mut pieces = BytesMut::new();
    let mut failure = None;
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if first.len() + pieces.len() + chunk.len() > limit => {
                failure = Some(Failure::TooLarge { limit });
                break;
            }
            Ok(Some(chunk)) if first.is_empty() && pieces.is_empty() => first = chunk,
            Ok(Some(chunk)) => {
                pieces.extend_from_slice(&std::mem::take(&mut first));
                pieces.extend_from_slice(&chunk);
            }
            Ok(None) => break,
            Err(error) => {
                failure = Some(Failure::Network(NetworkError::new(error)));
                break;
            }
        }
    }
    let body = match pieces.is_empty() {
        true => first,
        false => pieces.freeze(),
    };
    if failure.is_none() && count_values(&body) > MAX_VALUES {
        failure = Some(Failure::TooMany { limit: MAX_VALUES });
    }
    (body, failure)
}

/// How many values JSON has, roughly; what stands in strings does not count.
fn count_values(json: &[u8]) -> usize {
    let mut values = 0;
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        match byte {
            b'{' | b'[' | b',' => values += 1,
            b'"' => at = end_of_string(json, at),
            _ => {}
        }
        at += 1;
    }
    values
}

/// Where the string ends that begins here.
fn end_of_string(json: &[u8], begin: usize) -> usize {
    let mut at = begin + 1;
    while let Some(found) = json.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found;
        if json.get(at) == Some(&b'"') {
            return at;
        }
        at += 2;
    }
    json.len()
}
