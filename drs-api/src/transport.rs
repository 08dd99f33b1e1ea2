//! Carries out a call, in this order: `prepare` makes its request, `exchange` sends it once and keeps
//! what comes back, `typed` reads a success. Where to find:
//!
//! - **redirects**: the HTTP client follows none (`client/http.rs`), so each is an answer here, and
//!   `passwords/decide/asked.rs` says what it means;
//! - **refused tokens**: `exchange` has the credentials judge each answer, `renew` obtains another
//!   token, and the caller decides whether to send again (`passwords/next_step.rs`);
//! - **cut answers**: `read_body` fails where the connection does, and `Whole::of` in `exchange.rs`
//!   tells the other ends of a body.

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use futures_util::future;
use http::{HeaderValue, header::ACCEPT_ENCODING};
use http_body::Body as _;
use reqwest::Request;
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
    endpoint::Endpoint,
    error::NetworkError,
    exchange::{Exchange, Failure, Whole},
    texts::Texts,
};

/// The most values (objects, lists and their elements) that an answer may have, counted roughly:
/// some bytes each on the wire become some hundred in memory. Ten thousand results have a hundred
/// thousand.
const MAX_VALUES: usize = 1_000_000;

/// The most that is kept of a text of a typed answer, in bytes.
const MAX_TEXT: usize = 4096;

/// This much of an answer is read without a permit, in bytes: two thousand results.
const FREE: usize = 512 * 1024;

/// How many longer answers of one client are read and decoded at a time.
pub(crate) const LONG_ANSWERS: usize = 2;

/// How long an answer waits for that at most. One that has a permit is done sooner, unless
/// nobody polls it.
const LONGEST_WAIT: Duration = Duration::from_secs(10 * 60);

/// What a generated call returns.
type Answered<T> = Result<ResponseValue<T>, Error>;

/// What each generated client carries for us, shared by all clones of a client.
#[derive(Clone)]
pub(crate) struct Inner(pub(crate) Arc<Settings>);

#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) endpoint: Endpoint,
    pub(crate) http: reqwest::Client,
    pub(crate) credentials: Credentials,
    /// The most that is read of an answer, in bytes.
    pub(crate) max_answer: usize,
    /// From the start of a request to the end of its answer.
    pub(crate) request_timeout: Duration,
    /// For each silence of the service.
    pub(crate) read_timeout: Duration,
    /// For [long answers](LONG_ANSWERS).
    pub(crate) permits: Arc<Semaphore>,
}

/// Shows where it is alone: `reqwest::Client` would show its default headers.
impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.endpoint().fmt(f)
    }
}

impl Inner {
    /// The same service and settings with other credentials, to ask for credentials.
    #[cfg(feature = "login")]
    pub(crate) fn with(&self, credentials: Credentials) -> Self {
        Self(Arc::new(Settings {
            credentials,
            ..Settings::clone(&self.0)
        }))
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.0.endpoint.base_url()
    }

    /// Makes the request of a call, with its credentials. Takes the call's headers.
    pub(crate) async fn prepare(&self, call: &mut Call) -> Result<(Request, Proof), Error> {
        let mut url = self.0.endpoint.at(&call.path);
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let mut request = Request::new(call.method.clone(), url);
        *request.headers_mut() = std::mem::take(&mut call.headers);
        // Nothing here unpacks an answer.
        let identity = HeaderValue::from_static("identity");
        request.headers_mut().insert(ACCEPT_ENCODING, identity);
        *request.body_mut() = call.body.as_ref().map(|body| body.bytes().into());
        let (project, timeout) = (call.project.as_deref(), self.0.request_timeout);
        let proof = self.0.credentials.apply(&mut request, project, timeout);
        let proof = proof.await?;
        Ok((request, proof))
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
        exchange.refusal = self.0.credentials.judge(&proof, &exchange);
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
        let until = Instant::now() + self.0.request_timeout;
        let response = self.limit(until, self.0.http.execute(request)).await?;
        let (mut head, mut body) = http::Response::from(response).into_parts();
        exchange.status = Some(head.status);
        exchange.reason = head.extensions.remove();
        let read = self.read_body(&mut body, until, exchange).await;
        exchange.is_whole = match read {
            Ok(()) => Whole::of(&head, body.is_end_stream(), !self.0.endpoint.is_plaintext()),
            Err(_) => Whole::No,
        };
        exchange.headers = head.headers;
        read
    }

    /// Reads a body up to its limits. Of a long one the rest waits for a permit, which the
    /// exchange then keeps; meanwhile no time-out runs.
    async fn read_body(
        &self,
        body: &mut reqwest::Body,
        mut until: Instant,
        exchange: &mut Exchange,
    ) -> Result<(), Failure> {
        let limit = self.0.max_answer;
        let mut next = async || {
            let frame = future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context));
            frame.await.transpose()
        };
        while let Some(frame) = self.limit(until, next()).await? {
            match frame.into_data() {
                Ok(data) if exchange.body.len() + data.len() > limit => {
                    return Err(Failure::TooMuch("bytes", limit));
                }
                Ok(data) => exchange.body.extend_from_slice(&data),
                Err(frame) => exchange
                    .trailers
                    .extend(frame.into_trailers().unwrap_or_default()),
            }
            if exchange.body.len() > FREE && exchange.permit.is_none() {
                let begun = Instant::now();
                let permit = Arc::clone(&self.0.permits).acquire_owned();
                let permit = timeout(LONGEST_WAIT, permit).await;
                let late = Failure::Network(NetworkError::timed_out(false));
                exchange.permit = permit.map_err(|_| late)?.ok();
                until += begun.elapsed();
            }
        }
        // Each value has a byte of these, and nearly no answer has to be counted. In JSON no comma
        // follows another, and a message of commas is one value.
        let begins = |two: &&[u8]| matches!(two, [_, b'{' | b'['] | [0..=b'+' | b'-'.., b',']);
        let marks = || exchange.body.windows(2).filter(begins);
        match exchange.body.len() > MAX_VALUES && marks().count() > MAX_VALUES {
            true => Err(Failure::TooMuch("values", MAX_VALUES)),
            false => Ok(()),
        }
    }

    /// Makes a call whose success, one of these statuses, is JSON.
    pub(crate) async fn typed<T: DeserializeOwned + Texts>(
        &self,
        call: Call,
        statuses: &[u16],
    ) -> Answered<T> {
        self.answered(call, statuses, answer::typed).await
    }

    /// Makes a call whose success is a text.
    #[allow(dead_code, reason = "not every document has such a call")]
    pub(crate) async fn text<T: From<String> + Texts>(
        &self,
        call: Call,
        statuses: &[u16],
    ) -> Answered<T> {
        let read = |body: &[u8]| String::from_utf8(body.to_vec()).ok().map(T::from);
        self.answered(call, statuses, read).await
    }

    /// Makes a call whose success is what `read` makes of the body.
    pub(crate) async fn answered<T: Texts>(
        &self,
        call: Call,
        statuses: &[u16],
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Answered<T> {
        let exchange = self.exchange(call, None).await?;
        let status = exchange.status.unwrap_or_default();
        let unread = match exchange.failure {
            Some(Failure::Network(error)) if error.is_connect() => {
                return Err(Error::NotConnected(error));
            }
            // The connection may end within an answer, too.
            Some(Failure::Network(error)) => return Err(Error::AnswerLost(error)),
            other => other.map(|why| why.to_string()),
        };
        let (headers, body) = (exchange.headers, &exchange.body);
        let is_success = unread.is_none() && statuses.contains(&status.as_u16());
        if let Some(mut value) = is_success.then(|| read(body)).flatten() {
            let secrets = exchange.secrets;
            // Credentials are used and not shown, whatever they quote.
            #[cfg(feature = "login")]
            let secrets = match self.0.credentials.obtain_others() {
                true => Secrets::default(),
                false => secrets,
            };
            value.each_text(&mut |text| secrets.keep_in_place(text, MAX_TEXT));
            return Ok(ResponseValue::new(value, status, headers, secrets));
        }
        let mut answer = Answer::read(status, &headers, body, unread, &exchange.secrets);
        answer.advice = exchange.refusal.map(|refusal| refusal.advice);
        Err(Error::Answer(Box::new(answer)))
    }

    /// Obtains another token to replace a refused one, by its number.
    pub(crate) async fn renew(&self, refused: u64) -> Renewal {
        let timeout = self.0.request_timeout;
        self.0.credentials.renew(refused, timeout).await
    }

    /// One step of a request that has to be done by then, without a longer silence than the
    /// service may have.
    async fn limit<T>(
        &self,
        until: Instant,
        step: impl Future<Output = reqwest::Result<T>>,
    ) -> Result<T, Failure> {
        let until = until.min(Instant::now() + self.0.read_timeout);
        let done = timeout_at(until, step).await;
        let done = done.map(|done| done.map_err(|e| Failure::Network(NetworkError::new(e))));
        done.unwrap_or_else(|_| Err(Failure::Network(NetworkError::timed_out(false))))
    }
}
