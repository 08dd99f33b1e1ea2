//! What happens between the generated code and the socket.
//!
//! The generated code calls the functions of this file by name (see `Settings` in
//! drs-api-gen) and [`ClientHooks`] before, for and after each request.

#![allow(
    clippy::result_large_err,
    reason = "progenitor's error holds a response; the generated code wants it as it is"
)]

use std::sync::{Arc, OnceLock};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, StatusCode};
use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::{Request, Response, ResponseBuilderExt as _, Url};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Credentials,
    body::RequestBody,
    echo::Echoes,
    generated::{self, Client, ResponseValue},
};

type GeneratedError<E> = generated::Error<E>;

/// The longest path that is sent, in bytes. The operation's own path is 35 bytes and a
/// project id.
const MAX_PATH: usize = 1024;

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
}

/// What belongs to one call.
#[derive(Default)]
struct Call {
    body: OnceLock<RequestBody>,
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
    client.inner.call = Some(Arc::new(Call::default()));
    client
}

/// Refuses a URL whose path an argument would change when it is parsed.
pub(crate) fn check_path<E>(url: &str) -> Result<(), GeneratedError<E>> {
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    let problem = if path.len() > MAX_PATH {
        format!("it is too long: the path would have {} bytes", path.len())
    } else if let Some(segment) = path.split('/').find(|s| matches!(*s, "" | "." | "..")) {
        format!("it would change the path: `{segment}` is not an id")
    } else if path.chars().any(|c| c.is_control() || c == '\\') {
        "it contains a character that no id has".to_owned()
    } else {
        return Ok(());
    };
    Err(GeneratedError::InvalidRequest(format!(
        "an argument of the path (such as project_id) can't be used: {problem}"
    )))
}

/// Writes the body of a request.
pub(crate) fn request_body<T: Serialize, E>(
    client: &Client,
    value: &T,
) -> Result<reqwest::Body, GeneratedError<E>> {
    let body = RequestBody::write(value)
        .map_err(|e| GeneratedError::InvalidRequest(format!("the body can't be written: {e}")))?;
    let bytes = body.bytes();
    if let Some(call) = &client.inner.call {
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
    let body = body.unwrap_or_default().0;
    match serde_json::from_slice(&body) {
        Ok(value) => Ok(ResponseValue::new(
            value,
            response.status(),
            std::mem::take(response.headers_mut()),
        )),
        Err(_) => Err(GeneratedError::UnexpectedResponse(response)),
    }
}

/// The body of an answer, in the response's extensions: `reqwest` gives it away only once
/// and asynchronously.
#[derive(Clone, Default)]
pub(crate) struct AnswerBody(pub(crate) Bytes);

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
        self.inner
            .settings
            .credentials
            .apply(request)
            .map_err(|e| GeneratedError::InvalidRequest(e.to_string()))
    }

    async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        let url = request.url().clone();
        let mut response = self.client.execute(request).await?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > self.inner.settings.max_answer {
                let limit = self.inner.settings.max_answer;
                let message = format!("HTTP status {status}, and an answer of over {limit} bytes");
                return Ok(rebuild(
                    url,
                    status,
                    HeaderMap::new(),
                    LocalFailure(message),
                ));
            }
            body.extend_from_slice(&chunk);
        }
        let (headers, body) = self.inner.without_echoes(headers, body.freeze());
        Ok(rebuild(url, status, headers, AnswerBody(body)))
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

impl Inner {
    /// An answer without the secrets of its request.
    fn without_echoes(&self, mut headers: HeaderMap, body: Bytes) -> (HeaderMap, Bytes) {
        let request = self.call.as_ref().and_then(|call| call.body.get());
        let Some(request) = request else {
            return (headers, body);
        };
        let echoes = Echoes::new(request);
        for value in headers.values_mut() {
            if echoes.are_in(value.as_bytes()) {
                *value = HeaderValue::from_static(crate::body::REDACTED);
            }
        }
        (headers, echoes.blank_body(body))
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
        .map(|body| body.0.clone())
        .unwrap_or_default();
    let response = http::Response::builder().url(url).extension(extension);
    let mut response = response.body(body).unwrap_or_default();
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.into()
}
