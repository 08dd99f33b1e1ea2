//! Sending a request once, and reading what comes back.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::future;
use http::HeaderMap;
use http_body::Body as _;
use reqwest::{Request, Url};

use crate::{
    Credentials,
    body::RequestBody,
    credentials::Renewal,
    echo::Secrets,
    error::NetworkError,
    exchange::{Exchange, Failure, Whole},
    response::AnswerBody,
    secret::REDACTED,
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
    run: Option<Arc<Secrets>>,
    pub(crate) body: OnceLock<RequestBody>,
    pub(crate) project: OnceLock<String>,
    /// The body of an answer that is to be decoded.
    pub(crate) answer: OnceLock<AnswerBody>,
    /// What the answer may quote.
    pub(crate) secrets: OnceLock<Secrets>,
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
    pub(crate) fn new(purpose: Purpose, run: Option<Arc<Secrets>>) -> Self {
        Self {
            purpose,
            run,
            body: OnceLock::new(),
            project: OnceLock::new(),
            answer: OnceLock::new(),
            secrets: OnceLock::new(),
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

    /// Sends a request once and reads what comes back.
    pub(crate) async fn send(&self, http: &reqwest::Client, mut request: Request) -> Exchange {
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
                return exchange;
            }
        };
        if let Some(call) = call.filter(|call| call.purpose == Purpose::Preview) {
            let _ = call.preview.set(request);
            return exchange;
        }
        let headers = request.headers().values().filter(|v| v.is_sensitive());
        let body = call.and_then(|call| call.body.get()).cloned();
        exchange.secrets = Secrets::of_request(
            body.unwrap_or_default(),
            headers.cloned().collect(),
            call.and_then(|call| call.run.clone()),
        );
        let host = request.url().host_str().unwrap_or_default().to_owned();
        let is_tls = request.url().scheme() == "https";
        match http.execute(request).await {
            Err(error) => exchange.failure = Some(Failure::Network(NetworkError::new(error))),
            Ok(response) => {
                let (mut head, body) = http::Response::from(response).into_parts();
                let read = read_body(body, settings.max_answer).await;
                exchange.status = Some(head.status);
                exchange.is_whole = match &read.failure {
                    None => Whole::of(&head, read.has_ended, is_tls),
                    Some(_) => Whole::No,
                };
                exchange.reason = head.extensions.remove();
                exchange.headers = head.headers;
                exchange.trailers = read.trailers;
                exchange.body = read.bytes;
                exchange.failure = read.failure;
                exchange.refusal = settings.credentials.judge(
                    &proof,
                    head.status,
                    &exchange.headers,
                    &exchange.body,
                );
            }
        }
        blank_failure(&mut exchange, &host);
        exchange
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

/// Replaces the text of an error of the network that quotes a secret. The name of the host,
/// which the user has configured, is no such quotation.
fn blank_failure(exchange: &mut Exchange, host: &str) {
    let Some(Failure::Network(error)) = &mut exchange.failure else {
        return;
    };
    let text = error.to_string();
    // HTTP/2 lets a server say something about why it ends a connection, and a certificate
    // holds names. Where there was no connection otherwise, the words are those of lower
    // layers, and a secret such as `connect` only happens to be one of them.
    let may_quote = !error.is_connect() || text.contains("certificate");
    let text = match host.is_empty() {
        true => text,
        false => text.replace(host, "\0"),
    };
    if may_quote && exchange.secrets.are_in(text.as_bytes()) {
        error.replace_text(REDACTED.to_owned());
    }
}

/// What was read of a body.
#[derive(Default)]
struct Read {
    bytes: Bytes,
    trailers: HeaderMap,
    /// Why this is not all.
    failure: Option<Failure>,
    /// Whether the body knows that it ended, and not only that nothing more comes.
    has_ended: bool,
}

/// Reads a body up to a limit in bytes.
async fn read_body(mut body: reqwest::Body, limit: usize) -> Read {
    let mut read = Read::default();
    // Nearly always there is one piece, which then needs no copy.
    let mut pieces = BytesMut::new();
    let mut body = std::pin::Pin::new(&mut body);
    while let Some(frame) = future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let data = match frame.map(http_body::Frame::into_data) {
            Ok(Ok(data)) => data,
            Ok(Err(frame)) => {
                read.trailers
                    .extend(frame.into_trailers().unwrap_or_default());
                continue;
            }
            Err(error) => {
                read.failure = Some(Failure::Network(NetworkError::new(error)));
                break;
            }
        };
        if read.bytes.len() + pieces.len() + data.len() > limit {
            read.failure = Some(Failure::TooLarge { limit });
            break;
        }
        if read.bytes.is_empty() && pieces.is_empty() {
            read.bytes = data;
        } else {
            pieces.extend_from_slice(&std::mem::take(&mut read.bytes));
            pieces.extend_from_slice(&data);
        }
    }
    read.has_ended = body.is_end_stream();
    if !pieces.is_empty() {
        read.bytes = pieces.freeze();
    }
    // In JSON no comma follows another.
    let begins_value = |two: &&[u8]| matches!(two, [_, b'{' | b'['] | [0..=b'+' | b'-'.., b',']);
    if read.failure.is_none() && read.bytes.windows(2).filter(begins_value).count() > MAX_VALUES {
        read.failure = Some(Failure::TooMany { limit: MAX_VALUES });
    }
    read
}
