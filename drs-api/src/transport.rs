//! What happens between the generated code and the socket.
//!
//! The generated code calls the functions of this file by name (see `Settings` in
//! drs-api-gen) and [`ClientHooks`] before, for and after each request.

#![allow(
    clippy::result_large_err,
    reason = "progenitor's error holds a response; the generated code wants it as it is"
)]

use std::{
    fmt,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, StatusCode};
use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::{Request, Response, ResponseBuilderExt as _, Url};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Credentials, Error,
    body::RequestBody,
    credentials::{Refusal, Renewal},
    echo::Echoes,
    error::causes,
    generated::{self, Client, ResponseValue},
};

type GeneratedError<E> = generated::Error<E>;

/// The generated code looks for it here.
pub(crate) use crate::path::check_path;

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

/// Notes the project that a call is for.
pub(crate) fn project(client: &Client, project_id: &str) {
    if let Some(call) = &client.inner.call {
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
    mut response: Response,
) -> Result<ResponseValue<T>, GeneratedError<E>> {
    let body = response.extensions().get::<AnswerBody>().cloned();
    let body = body.unwrap_or_default();
    if body.unread.is_some() || !response.status().is_success() && !has_known_shape(&body.bytes) {
        return Err(GeneratedError::UnexpectedResponse(response));
    }
    match serde_json::from_slice(&body.bytes) {
        Ok(value) => Ok(ResponseValue::new(
            value,
            response.status(),
            std::mem::take(response.headers_mut()),
        )),
        Err(_) => Err(GeneratedError::UnexpectedResponse(response)),
    }
}

/// Whether an error has one of the documented shapes. Every property of theirs is optional,
/// so that an object of any other shape would be read as an error that says nothing.
fn has_known_shape(body: &[u8]) -> bool {
    [&b"\"error_code\""[..], b"\"results\""]
        .iter()
        .any(|name| body.windows(name.len()).any(|window| window == *name))
}

/// The body of an answer, in the response's extensions: `reqwest` gives it away only once
/// and asynchronously.
#[derive(Clone, Default)]
pub(crate) struct AnswerBody {
    pub(crate) bytes: Bytes,
    /// Why it was not read to its end, if it wasn't.
    pub(crate) unread: Option<String>,
}

/// One request and what came back. What came back shows no secret of the request.
#[derive(Default)]
pub(crate) struct Exchange {
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    /// What was read of the body.
    pub(crate) body: Bytes,
    /// Why there is no answer, or not all of it.
    pub(crate) failure: Option<Failure>,
    /// What was sent in headers and must not be shown. (Clones share their bytes.)
    pub(crate) credentials: Vec<HeaderValue>,
    /// The answer refuses who asks.
    pub(crate) refusal: Option<Refusal>,
}

impl Exchange {
    /// The request's id by its header.
    pub(crate) fn request_id(&self) -> Option<String> {
        let id = self.headers.get("x-request-id")?.to_str().ok()?;
        Some(id.to_owned())
    }
}

/// Why an exchange has no whole answer.
pub(crate) enum Failure {
    /// The network, or the server's end of it.
    Network(reqwest::Error),
    /// The request could not be made, or the credentials not be had.
    Local(Box<Error>),
    /// The answer was longer than is read.
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// The answer holds more values than are read.
    TooMany {
        /// How many are read.
        limit: usize,
    },
    /// The network's or the server's end of it, in words that quoted a secret; blanked.
    Quoting(String),
}

impl Failure {
    fn network(error: reqwest::Error) -> Self {
        Self::Network(error.without_url())
    }

    /// Whether not a byte of the request can have reached the service.
    pub(crate) fn nothing_was_sent(&self) -> bool {
        match self {
            Self::Network(error) => error.is_connect() || error.is_builder(),
            Self::Local(_) => true,
            Self::TooLarge { .. } | Self::TooMany { .. } | Self::Quoting(_) => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(error) => f.write_str(&causes(error)),
            Self::Local(error) => error.fmt(f),
            Self::TooLarge { limit } => write!(f, "the answer has more than {limit} bytes"),
            Self::TooMany { limit } => write!(f, "the answer holds more than {limit} values"),
            Self::Quoting(text) => f.write_str(text),
        }
    }
}

/// Why there is no answer although nothing in `reqwest` failed, in the extensions of the
/// response that `exec` has to make up.
#[derive(Clone)]
struct LocalFailure(String);

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
        let url = request.url().clone();
        let mut exchange = self.attempt(request).await;
        self.inner.blank_echoes(&mut exchange);
        if let Some(call) = self.inner.call.as_ref().filter(|call| call.watched) {
            if let Ok(mut place) = call.exchange.lock() {
                *place = Some(exchange);
            }
            let nothing = AnswerBody::default();
            return Ok(rebuild(
                url,
                StatusCode::default(),
                HeaderMap::new(),
                nothing,
            ));
        }
        match (exchange.failure, exchange.status) {
            (Some(Failure::Network(error)), _) => Err(error),
            (Some(failure), None) => Ok(rebuild(
                url,
                StatusCode::default(),
                HeaderMap::new(),
                LocalFailure(failure.to_string()),
            )),
            (failure, Some(status)) => {
                let body = AnswerBody {
                    bytes: exchange.body,
                    unread: failure.map(|failure| failure.to_string()),
                };
                let mut response = rebuild(url, status, exchange.headers, body);
                if let Some(refusal) = exchange.refusal {
                    response.extensions_mut().insert(refusal);
                }
                Ok(response)
            }
            // Without a status there was no answer, and then there is a failure.
            (None, None) => Ok(rebuild(
                url,
                StatusCode::default(),
                HeaderMap::new(),
                LocalFailure("there was no answer".into()),
            )),
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
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > limit => {
                    exchange.failure = Some(Failure::TooLarge { limit });
                    break;
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => {
                    exchange.failure = Some(Failure::network(error));
                    break;
                }
            }
        }
        let values = body.iter().filter(|b| matches!(b, b'{' | b'[' | b','));
        if exchange.failure.is_none() && values.count() > MAX_VALUES {
            exchange.failure = Some(Failure::TooMany { limit: MAX_VALUES });
        }
        exchange.body = body.freeze();
        exchange.refusal = exchange.status.and_then(|status| {
            let credentials = &settings.credentials;
            credentials.judge(&proof, status, &exchange.headers, &exchange.body)
        });
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
        // HTTP/2 lets a server say something about why it ends a connection.
        if let Some(Failure::Network(error)) = &exchange.failure
            && let text = causes(error)
            && echoes.are_in(text.as_bytes())
        {
            exchange.failure = Some(Failure::Quoting(echoes.blank_text(&text)));
        }
    }
}

/// The response that the generated code gets: its body is at hand, twice.
fn rebuild<T: Clone + Send + Sync + 'static>(
    url: Url,
    status: StatusCode,
    headers: HeaderMap,
    extension: T,
) -> Response {
    let body = (&extension as &dyn std::any::Any)
        .downcast_ref::<AnswerBody>()
        .map(|body| body.bytes.clone())
        .unwrap_or_default();
    let response = http::Response::builder().url(url).extension(extension);
    let mut response = response.body(body).unwrap_or_default();
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.into()
}
