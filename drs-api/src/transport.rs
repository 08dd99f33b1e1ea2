//! What happens between the generated code and the socket.
//!
//! The generated code calls the functions of this file by name (see `Settings` in
//! drs-api-gen) and [`ClientHooks`] before, for and after each request.

#![allow(
    clippy::result_large_err,
    reason = "progenitor's error holds a response; the generated code wants it as it is"
)]

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::{Request, Response, Url};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Credentials,
    body::RequestBody,
    credentials::Renewal,
    echo::Echoes,
    error::causes,
    exchange::{LocalFailure, made_up, rebuild},
    generated::{self, Client, ResponseValue},
    lenient::read_json,
    path::check_path,
};

pub(crate) use crate::exchange::{AnswerBody, Exchange, Failure};

type GeneratedError<E> = generated::Error<E>;

/// The most values (objects, lists and what they hold) that an answer may have, counted
/// roughly: some bytes each on the wire become some hundred in memory. Ten thousand results
/// have a hundred thousand.
const MAX_VALUES: usize = 1_000_000;

/// What the generated client carries for us.
#[derive(Clone)]
pub(crate) struct Inner {
    pub(crate) settings: Arc<Settings>,
    call: Option<Arc<Call>>,
}

/// What all clones of a client share.
pub(crate) struct Settings {
    pub(crate) credentials: Credentials,
    /// The most that is read of an answer, in bytes.
    pub(crate) max_answer: usize,
    /// For each request, whatever the HTTP client does without.
    pub(crate) request_timeout: Duration,
    /// The URL of the last request, as text and parsed: the next one nearly always has the same.
    pub(crate) last_url: Mutex<Option<(String, Url)>>,
}

/// What belongs to one call.
#[derive(Default)]
struct Call {
    body: OnceLock<RequestBody>,
    project: OnceLock<String>,
    /// Whether someone waits for the exchange itself; the generated code then gets an empty
    /// response, and what it makes of that is of no interest.
    watched: bool,
    exchange: Mutex<Option<Exchange>>,
    /// The body of an answer that is to be decoded.
    answer: OnceLock<AnswerBody>,
    /// Where the request is put that is not to be sent but shown.
    preview: Option<OnceLock<Request>>,
}

impl Inner {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings: Arc::new(settings),
            call: None,
        }
    }
}

/// The client that one call is made with.
pub(crate) fn for_call(client: &Client) -> Client {
    let mut client = client.clone();
    if client.inner.call.as_ref().is_none_or(|call| !call.watched) {
        client.inner.call = Some(Arc::new(Call::default()));
    }
    client
}

/// One call whose exchange is of interest, not what the generated code makes of it.
pub(crate) struct WatchedCall {
    /// The client to make the call with.
    pub(crate) client: Client,
    call: Arc<Call>,
}

impl WatchedCall {
    /// With a place for a preview nothing is sent: the request, without secrets in its body,
    /// is put there.
    pub(crate) fn new(client: &Client, preview: Option<OnceLock<Request>>) -> Self {
        let call = Arc::new(Call {
            watched: true,
            preview,
            ..Call::default()
        });
        let mut client = client.clone();
        client.inner.call = Some(Arc::clone(&call));
        Self { client, call }
    }

    /// What was exchanged; nothing if the call failed before a request was made.
    pub(crate) fn take_exchange(&self) -> Option<Exchange> {
        let mut exchange = self.call.exchange.lock();
        exchange.as_mut().ok().and_then(|exchange| exchange.take())
    }

    /// The request that a preview has kept.
    pub(crate) fn kept_request(&self) -> Option<&Request> {
        self.call.preview.as_ref()?.get()
    }
}

/// Parses the URL of a request; refuses one whose path an argument would change.
pub(crate) fn url<E>(client: &Client, url: &str) -> Result<Url, GeneratedError<E>> {
    let last = &client.inner.settings.last_url;
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((text, parsed)) = &*last
        && text == url
    {
        return Ok(parsed.clone());
    }
    check_path(url)?;
    let parsed = Url::parse(url)
        .map_err(|e| GeneratedError::InvalidRequest(format!("the URL can't be used: {e}")))?;
    *last = Some((url.to_owned(), parsed.clone()));
    Ok(parsed)
}

/// Notes the project that a call is for.
pub(crate) fn project(client: &Client, project_id: &str) {
    let signs = client.inner.settings.credentials.sign();
    if let Some(call) = client.inner.call.as_ref().filter(|_| signs) {
        // A call has one project.
        let _ = call.project.set(project_id.to_owned());
    }
}

/// Writes the body of a request.
pub(crate) fn request_body<T: Serialize, E>(
    client: &Client,
    value: &T,
) -> Result<reqwest::Body, GeneratedError<E>> {
    let call = client.inner.call.as_ref();
    let write = match call {
        Some(call) if call.preview.is_some() => RequestBody::redacted,
        _ => RequestBody::write,
    };
    let body = write(value)
        .map_err(|e| GeneratedError::InvalidRequest(format!("the body can't be written: {e}")))?;
    let bytes = body.bytes();
    if let Some(call) = call {
        // A call writes one body; a second one would be the same.
        let _ = call.body.set(body);
    }
    Ok(bytes.into())
}

/// Reads a documented answer. One that can't be read stays whole.
pub(crate) async fn decode<T: DeserializeOwned, E>(
    client: &Client,
    mut response: Response,
) -> Result<ResponseValue<T>, GeneratedError<E>> {
    let call = client.inner.call.as_ref();
    let body = call.and_then(|call| call.answer.get());
    let Some(body) = body.or_else(|| response.extensions().get()).cloned() else {
        // A call whose exchange is watched: no one looks at this.
        return Err(GeneratedError::UnexpectedResponse(response));
    };
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    if body.unread.is_none()
        && (status.is_success() || has_known_shape(&body.bytes))
        && let Ok(value) = read_json(&body.bytes)
    {
        return Ok(ResponseValue::new(value, status, headers));
    }
    let whole = rebuild(response.url(), status, headers, body);
    Err(GeneratedError::UnexpectedResponse(whole))
}

/// How many values JSON has, roughly.
fn count_values(json: &[u8]) -> usize {
    let begins = |b: &u8| u8::from(*b == b'{') + u8::from(*b == b'[') + u8::from(*b == b',');
    // Sums that fit into a byte are made many at a time.
    let pieces = json.chunks(usize::from(u8::MAX));
    pieces
        .map(|piece| usize::from(piece.iter().map(begins).sum::<u8>()))
        .sum()
}

/// Whether an error has one of the documented shapes. Every property of theirs is optional,
/// so that an object of any other shape would be read as an error that says nothing.
fn has_known_shape(body: &[u8]) -> bool {
    [&b"\"error_code\""[..], b"\"results\""]
        .iter()
        .any(|name| body.windows(name.len()).any(|window| window == *name))
}

impl ClientHooks<Inner> for Client {
    async fn pre<E>(
        &self,
        request: &mut Request,
        _: &OperationInfo,
    ) -> Result<(), GeneratedError<E>> {
        // progenitor sends the document's version, which means nothing to the service.
        request.headers_mut().remove("api-version");
        let timeout = self.inner.settings.request_timeout;
        request.timeout_mut().get_or_insert(timeout);
        Ok(())
    }

    async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        let mut exchange = self.attempt(request).await;
        self.inner.blank_echoes(&mut exchange);
        let emptied = exchange.emptied.take();
        let call = self.inner.call.as_ref();
        if let Some(call) = call.filter(|call| call.watched) {
            if let Ok(mut place) = call.exchange.lock() {
                *place = Some(exchange);
            }
            return Ok(emptied.unwrap_or_else(|| made_up(LocalFailure::default())));
        }
        match (exchange.failure, exchange.status, emptied) {
            (Some(Failure::Network(error)), ..) => Err(error),
            (failure, Some(status), Some(mut emptied)) => {
                let body = AnswerBody {
                    bytes: exchange.body,
                    unread: failure.map(|failure| failure.to_string()),
                };
                if let Some(call) = call.filter(|_| status == StatusCode::OK) {
                    // It is decoded, and nothing else reads its body.
                    *emptied.headers_mut() = exchange.headers;
                    let _ = call.answer.set(body);
                    return Ok(emptied);
                }
                let mut response = rebuild(emptied.url(), status, exchange.headers, body);
                if let Some(refusal) = exchange.refusal {
                    response.extensions_mut().insert(refusal);
                }
                Ok(response)
            }
            // Without a status there was no answer, and then there is a failure.
            (failure, ..) => Ok(made_up(LocalFailure(failure.map_or_else(
                || "there was no answer".to_owned(),
                |failure| failure.to_string(),
            )))),
        }
    }

    async fn post<E>(
        &self,
        result: &reqwest::Result<Response>,
        _: &OperationInfo,
    ) -> Result<(), GeneratedError<E>> {
        match result {
            Ok(response) => match response.extensions().get::<LocalFailure>() {
                Some(LocalFailure(message)) => Err(GeneratedError::Custom(message.clone())),
                None => Ok(()),
            },
            Err(_) => Ok(()),
        }
    }
}

impl Client {
    /// Sends a request once and reads what comes back.
    async fn attempt(&self, mut request: Request) -> Exchange {
        let mut exchange = Exchange::default();
        let settings = &self.inner.settings;
        let call = self.inner.call.as_ref();
        let project = call.and_then(|call| call.project.get());
        let project = project.map(String::as_str);
        let patience = settings.request_timeout;
        let proof = settings.credentials.apply(&mut request, project, patience);
        let proof = match proof.await {
            Ok(proof) => proof,
            Err(error) => {
                exchange.failure = Some(Failure::Local(Box::new(error)));
                return exchange;
            }
        };
        if let Some(preview) = call.and_then(|call| call.preview.as_ref()) {
            let _ = preview.set(request);
            return exchange;
        }
        let values = request.headers().values();
        let secret = values.filter(|value| value.is_sensitive());
        exchange.credentials = secret.cloned().collect();
        let mut response = match self.client.execute(request).await {
            Ok(response) => response,
            Err(error) => {
                exchange.failure = Some(Failure::network(error));
                return exchange;
            }
        };
        exchange.status = Some(response.status());
        exchange.headers = std::mem::take(response.headers_mut());
        let limit = settings.max_answer;
        // Nearly always there is one piece, which then needs no copy.
        let mut body = Bytes::new();
        let mut pieces = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + pieces.len() + chunk.len() > limit => {
                    exchange.failure = Some(Failure::TooLarge { limit });
                    break;
                }
                Ok(Some(chunk)) if body.is_empty() && pieces.is_empty() => body = chunk,
                Ok(Some(chunk)) => {
                    pieces.extend_from_slice(&std::mem::take(&mut body));
                    pieces.extend_from_slice(&chunk);
                }
                Ok(None) => break,
                Err(error) => {
                    exchange.failure = Some(Failure::network(error));
                    break;
                }
            }
        }
        if !pieces.is_empty() {
            body = pieces.freeze();
        }
        if exchange.failure.is_none() && count_values(&body) > MAX_VALUES {
            exchange.failure = Some(Failure::TooMany { limit: MAX_VALUES });
        }
        exchange.body = body;
        exchange.refusal = exchange.status.and_then(|status| {
            let credentials = &settings.credentials;
            credentials.judge(&proof, status, &exchange.headers, &exchange.body)
        });
        exchange.emptied = Some(response);
        exchange
    }

    /// Asks for another token in the place of one that was refused, by its number.
    pub(crate) async fn renew(&self, refused: u64) -> Renewal {
        let settings = &self.inner.settings;
        settings
            .credentials
            .renew(refused, settings.request_timeout)
            .await
    }
}

impl Inner {
    /// Blanks what an answer, or an error about it, echoes of its request.
    fn blank_echoes(&self, exchange: &mut Exchange) {
        let request = self.call.as_ref().and_then(|call| call.body.get());
        let Some(request) = request else {
            return;
        };
        let credentials = std::mem::take(&mut exchange.credentials);
        let echoes = Echoes::new(request, &credentials);
        echoes.blank_answer(exchange);
        // HTTP/2 lets a server say something about why it ends a connection. (Where there was
        // none, a secret such as `connect` only happens to stand in the error.)
        if let Some(Failure::Network(error)) = &exchange.failure
            && !error.is_connect()
            && let text = causes(error)
            && echoes.are_in(text.as_bytes())
        {
            exchange.failure = Some(Failure::Quoting(echoes.blank_text(&text)));
        }
    }
}
