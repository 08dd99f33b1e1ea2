//! Carrying out a call: sending its request once, and reading what comes back.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::BytesMut;
use futures_util::future;
use http::{HeaderValue, header::ACCEPT_ENCODING};
use http_body::Body as _;
use reqwest::{Request, Url};
use serde::de::DeserializeOwned;
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout, timeout_at},
};

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

/// This much of an answer is read without a permit, in bytes: two thousand results.
const FREE: usize = 512 * 1024;

/// How many longer answers of one client are read and decoded at a time.
const LONG_ANSWERS: usize = 2;

/// How long an answer waits for that at most. Who has a permit is done sooner, unless nobody
/// polls it.
const LONGEST_WAIT: Duration = Duration::from_secs(10 * 60);

/// What each generated client carries for us, shared by all clones of a client.
#[derive(Clone)]
pub(crate) struct Inner(Arc<Shared>);

struct Shared {
    settings: Settings,
    /// The URL of the last request, as text and parsed: the next one nearly always has the
    /// same, and parsing takes a tenth of a call's instructions.
    last_url: Mutex<Option<(String, Url)>>,
    permits: Arc<Semaphore>,
}

#[derive(Clone)]
pub(crate) struct Settings {
    /// Scheme, host, and port if it isn't the scheme's own.
    pub(crate) endpoint: String,
    pub(crate) http: reqwest::Client,
    pub(crate) credentials: Credentials,
    /// The most that is read of an answer, in bytes.
    pub(crate) max_answer: usize,
    /// From the start of a request to the end of its answer.
    pub(crate) request_timeout: Duration,
    /// For each silence of the service.
    pub(crate) read_timeout: Duration,
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
        Self(Arc::new(Shared {
            settings,
            last_url: Mutex::default(),
            permits: Arc::new(Semaphore::new(LONG_ANSWERS)),
        }))
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
        *request.body_mut() = call.body.as_ref().map(|body| body.bytes().into());
        let (project, timeout) = (call.project.as_deref(), settings.request_timeout);
        let proof = settings.credentials.apply(&mut request, project, timeout);
        let proof = proof.await?;
        Ok((request, proof))
    }

    fn url(&self, path: &str) -> Result<Url, Error> {
        let endpoint = self.endpoint();
        let last = self.0.last_url.lock();
        let mut last = last.unwrap_or_else(PoisonError::into_inner);
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

    /// Sends a call's request once and reads what comes back; an error kept it from being sent.
    /// `run` are the secrets of the run that it belongs to.
    pub(crate) async fn exchange(
        &self,
        mut call: Call,
        run: Option<Arc<Secrets>>,
    ) -> Result<Exchange, Error> {
        let mut exchange = Exchange::default();
        let (request, proof) = self.prepare(&mut call).await?;
        let secret = request.headers().values().filter(|v| v.is_sensitive());
        let body = call.body.unwrap_or_default();
        exchange.secrets = Secrets::of_request(body, secret.cloned().collect(), run);
        exchange.failure = self.send(request, &mut exchange).await.err();
        if let Some(status) = exchange.status {
            let credentials = &self.0.settings.credentials;
            exchange.refusal = credentials.judge(&proof, status, &exchange.headers, &exchange.body);
        }
        if let Some(Failure::Network(error)) = &mut exchange.failure
            // A server may explain why it ends a connection, and a certificate contains names.
            && exchange.secrets.are_in(error.to_string().as_bytes())
        {
            error.redact();
        }
        Ok(exchange)
    }

    /// Sends a request, and notes in the exchange what comes back, as far as it comes.
    async fn send(&self, request: Request, exchange: &mut Exchange) -> Result<(), Failure> {
        let settings = &self.0.settings;
        let mut time = TimeOuts {
            until: Instant::now() + settings.request_timeout,
            silence: settings.read_timeout,
        };
        let response = time.limit(settings.http.execute(request)).await?;
        let is_tls = settings.endpoint.starts_with("https");
        let (mut head, mut body) = http::Response::from(response).into_parts();
        exchange.status = Some(head.status);
        exchange.reason = head.extensions.remove();
        let read = self.read(&mut body, &mut time, exchange).await;
        exchange.is_whole = match read {
            Ok(()) => Whole::of(&head, body.is_end_stream(), is_tls),
            Err(_) => Whole::No,
        };
        exchange.headers = head.headers;
        read?;
        // In JSON no comma follows another.
        let begins_value =
            |two: &&[u8]| matches!(two, [_, b'{' | b'['] | [0..=b'+' | b'-'.., b',']);
        let values = || exchange.body.windows(2).filter(begins_value).count();
        // Each value has a byte, so that nearly no answer has to be counted.
        match exchange.body.len() > MAX_VALUES && values() > MAX_VALUES {
            true => Err(Failure::TooMuch("values", MAX_VALUES)),
            false => Ok(()),
        }
    }

    /// Reads a body up to its limits. Of a long one the rest waits for a permit, which the
    /// exchange then keeps; meanwhile no time-out runs.
    async fn read(
        &self,
        body: &mut reqwest::Body,
        time: &mut TimeOuts,
        exchange: &mut Exchange,
    ) -> Result<(), Failure> {
        let limit = self.0.settings.max_answer;
        loop {
            let frame = future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context));
            let Some(frame) = time.limit(async { frame.await.transpose() }).await? else {
                break;
            };
            match frame.into_data() {
                Ok(data) if exchange.body.len() + data.len() > limit => {
                    return Err(Failure::TooMuch("bytes", limit));
                }
                // Nearly always there is one piece, which then needs no copy.
                Ok(data) if exchange.body.is_empty() => exchange.body = data,
                Ok(data) => {
                    let mut all = BytesMut::from(std::mem::take(&mut exchange.body));
                    // A buffer that grows by and by is there twice each time.
                    let most = exchange.permit.as_ref().map_or(FREE, |_| limit);
                    let rest = body.size_hint().upper().map(usize::try_from);
                    let rest = rest
                        .and_then(Result::ok)
                        .unwrap_or_default()
                        .saturating_add(data.len());
                    all.reserve(rest.min(most.saturating_sub(all.len())));
                    all.extend_from_slice(&data);
                    exchange.body = all.freeze();
                }
                Err(frame) => {
                    let trailers = frame.into_trailers().unwrap_or_default();
                    exchange.trailers.extend(trailers);
                }
            }
            if exchange.body.len() > FREE && exchange.permit.is_none() {
                let begun = Instant::now();
                let permit = self.0.permits.clone().acquire_owned();
                let permit = timeout(LONGEST_WAIT, permit).await;
                exchange.permit = permit.map_err(|_| timed_out())?.ok();
                time.until += begun.elapsed();
            }
        }
        Ok(())
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
        let mut exchange = self.exchange(call, None).await?;
        let status = exchange.status.unwrap_or_default();
        let unread = match exchange.failure {
            // The connection may end within an answer, too.
            Some(Failure::Network(error)) => return Err(Error::of_network(error)),
            other => other.map(|why| why.to_string()),
        };
        let (headers, body, secrets) = (exchange.headers, &exchange.body, &exchange.secrets);
        let is_success = unread.is_none() && statuses.contains(&status.as_u16());
        if let Some(mut value) = is_success.then(|| read(body)).flatten() {
            if self.0.settings.gives_credentials {
                exchange.secrets = Secrets::default();
            }
            let secrets = exchange.secrets;
            value.each_text(&mut |text| secrets.keep_in_place(text, MAX_TEXT));
            return Ok(ResponseValue::new(value, status, headers, secrets));
        }
        let mut answer = Answer::read(status, &headers, body, unread, secrets);
        answer.advice = exchange.refusal.map(|refusal| refusal.advice);
        Err(Error::Answer(Box::new(answer)))
    }

    /// Obtains another token to replace a refused one, by its number.
    pub(crate) async fn renew(&self, refused: u64) -> Renewal {
        let settings = &self.0.settings;
        let renewal = settings
            .credentials
            .renew(refused, settings.request_timeout);
        renewal.await
    }
}

fn timed_out() -> Failure {
    Failure::Network(NetworkError::timed_out(false))
}

/// The time-outs of one request.
struct TimeOuts {
    /// When it has to be done. Later by what it waited for a permit.
    until: Instant,
    silence: Duration,
}

impl TimeOuts {
    /// One step of it.
    async fn limit<T>(&self, step: impl Future<Output = reqwest::Result<T>>) -> Result<T, Failure> {
        let until = self.until.min(Instant::now() + self.silence);
        let done = timeout_at(until, step).await;
        let done = done.map(|done| done.map_err(|e| Failure::Network(NetworkError::new(e))));
        done.unwrap_or_else(|_| Err(timed_out()))
    }
}
