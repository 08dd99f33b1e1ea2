//! Carrying out a call: sending its request once, and reading what comes back.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::future;
use http::{HeaderMap, HeaderValue, header::ACCEPT_ENCODING};
use http_body::Body as _;
use reqwest::{Request, Url};
use serde::de::DeserializeOwned;

use crate::{
    Credentials, Error, ResponseValue,
    answer::{self, Answer},
    call::Call,
    credentials::{Proof, Renewal},
    echo::Secrets,
    error::NetworkError,
    exchange::{Exchange, Failure, Whole},
    texts::Texts,
};

/// The most values (objects, lists and what they hold) that an answer may have, counted
/// roughly: some bytes each on the wire become some hundred in memory. Ten thousand results
/// have a hundred thousand.
const MAX_VALUES: usize = 1_000_000;

/// The most that is kept of a text of a typed answer, in bytes.
const MAX_TEXT: usize = 4096;

/// What each generated client carries for us, shared by all clones of a client.
#[derive(Clone)]
pub(crate) struct Inner(Arc<Shared>);

struct Shared {
    settings: Settings,
    /// The URL of the last request, as text and parsed: the next one nearly always has the
    /// same, and parsing takes a tenth of a call's instructions.
    last_url: Mutex<Option<(String, Url)>>,
}

#[derive(Clone)]
pub(crate) struct Settings {
    /// Scheme, host, and port if it isn't the scheme's own.
    pub(crate) endpoint: String,
    pub(crate) http: reqwest::Client,
    pub(crate) credentials: Credentials,
    /// The most that is read of an answer, in bytes.
    pub(crate) max_answer: usize,
    /// For each request, whatever the HTTP client does without.
    pub(crate) request_timeout: Duration,
    /// Its successes are credentials: values that are used and not shown, whatever they quote.
    pub(crate) gives_credentials: bool,
}

/// Shows no secret: `reqwest::Client` would show its default headers.
impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("endpoint", &self.0.settings.endpoint)
            .field("credentials", &self.0.settings.credentials)
            .finish_non_exhaustive()
    }
}

impl Inner {
    pub(crate) fn new(settings: Settings) -> Self {
        let last_url = Mutex::default();
        Self(Arc::new(Shared { settings, last_url }))
    }

    /// The same service and settings with other credentials, to ask for credentials.
    #[cfg(feature = "login")]
    pub(crate) fn with(&self, credentials: Credentials) -> Self {
        Self::new(Settings {
            credentials,
            gives_credentials: true,
            ..self.0.settings.clone()
        })
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.0.settings.endpoint
    }

    /// Makes the request of a call, with its credentials. Takes the call's headers.
    pub(crate) async fn prepare(&self, call: &mut Call) -> Result<(Request, Proof), Error> {
        let settings = &self.0.settings;
        let mut request = Request::new(call.method.clone(), self.url(&call.path)?);
        if !call.query.is_empty() {
            let mut query = request.url_mut().query_pairs_mut();
            query.extend_pairs(&call.query);
        }
        *request.headers_mut() = std::mem::take(&mut call.headers);
        // Nothing here unpacks an answer.
        let identity = HeaderValue::from_static("identity");
        request.headers_mut().insert(ACCEPT_ENCODING, identity);
        *request.timeout_mut() = Some(settings.request_timeout);
        *request.body_mut() = call.body.as_ref().map(|body| body.bytes().into());
        let (project, timeout) = (call.project.as_deref(), settings.request_timeout);
        let proof = settings.credentials.apply(&mut request, project, timeout);
        let proof = proof.await?;
        Ok((request, proof))
    }

    fn url(&self, path: &str) -> Result<Url, Error> {
        let endpoint = self.endpoint();
        let mut last = self
            .0
            .last_url
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((text, parsed)) = &*last
            && text.strip_prefix(endpoint) == Some(path)
        {
            return Ok(parsed.clone());
        }
        let text = format!("{endpoint}{path}");
        let parsed = Url::parse(&text)
            .map_err(|e| Error::invalid("request", format!("the URL can't be used: {e}")))?;
        *last = Some((text, parsed.clone()));
        Ok(parsed)
    }

    /// Sends a call's request once and reads what comes back. What keeps it from being sent is
    /// in the exchange too. `run` are the secrets of the run that it belongs to.
    pub(crate) async fn exchange(&self, mut call: Call, run: Option<Arc<Secrets>>) -> Exchange {
        let settings = &self.0.settings;
        let mut exchange = Exchange::default();
        let (request, proof) = match self.prepare(&mut call).await {
            Ok(prepared) => prepared,
            Err(error) => {
                exchange.failure = Some(Failure::Local(Box::new(error)));
                return exchange;
            }
        };
        let secret = request.headers().values().filter(|v| v.is_sensitive());
        let body = call.body.unwrap_or_default();
        exchange.secrets = Secrets::of_request(body, secret.cloned().collect(), run);
        let host = request.url().host_str().unwrap_or_default().to_owned();
        let is_tls = request.url().scheme() == "https";
        match settings.http.execute(request).await {
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

    /// Makes a call whose success, one of these statuses, is JSON.
    pub(crate) async fn typed<T: DeserializeOwned + Texts>(
        &self,
        call: Call,
        statuses: &[u16],
    ) -> Result<ResponseValue<T>, Error> {
        self.answered(call, statuses, answer::typed).await
    }

    /// Makes a call whose success is a text.
    #[cfg(feature = "login")]
    pub(crate) async fn text<T: From<String> + Texts>(
        &self,
        call: Call,
        statuses: &[u16],
    ) -> Result<ResponseValue<T>, Error> {
        let read = |body: &[u8]| String::from_utf8(body.to_vec()).ok().map(T::from);
        self.answered(call, statuses, read).await
    }

    async fn answered<T: Texts>(
        &self,
        call: Call,
        statuses: &[u16],
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<ResponseValue<T>, Error> {
        let exchange = self.exchange(call, None).await;
        let Exchange {
            headers,
            body,
            secrets,
            ..
        } = exchange;
        let status = exchange.status.unwrap_or_default();
        let unread = match exchange.failure {
            Some(Failure::Local(error)) => return Err(*error),
            // The connection may end within an answer, too.
            Some(Failure::Network(error)) => return Err(Error::of_network(error)),
            other => other.map(|why| why.to_string()),
        };
        let is_success = unread.is_none() && statuses.contains(&status.as_u16());
        if let Some(mut value) = is_success.then(|| read(&body)).flatten() {
            let secrets = match self.0.settings.gives_credentials {
                true => Secrets::default(),
                false => secrets,
            };
            value.each_text(&mut |text| secrets.keep_in_place(text, MAX_TEXT));
            return Ok(ResponseValue::new(value, status, headers, secrets));
        }
        let mut answer = Answer::read(status, &headers, &body, unread, &secrets);
        answer.advice = exchange.refusal.map(|refusal| refusal.advice);
        Err(Error::Answer(Box::new(answer)))
    }

    /// Asks for another token in the place of one that was refused, by its number.
    pub(crate) async fn renew(&self, refused: u64) -> Renewal {
        let Settings {
            credentials,
            request_timeout,
            ..
        } = &self.0.settings;
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
        error.redact();
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
    let mut body = Pin::new(&mut body);
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
    let values = || read.bytes.windows(2).filter(begins_value).count();
    // Each value has a byte, so that nearly no answer has to be counted.
    if read.failure.is_none() && read.bytes.len() > MAX_VALUES && values() > MAX_VALUES {
        read.failure = Some(Failure::TooMany { limit: MAX_VALUES });
    }
    read
}
