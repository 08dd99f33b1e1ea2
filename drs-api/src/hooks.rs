//! What each generated client has: progenitor's hooks, so what happens before, for and after a
//! request, and a `Debug` that shows no secret.

#![allow(
    clippy::result_large_err,
    reason = "progenitor's error holds a response; the generated code wants it as it is"
)]

use http::{HeaderValue, StatusCode, header::ACCEPT_ENCODING};
use progenitor_client::{ClientHooks, Error, OperationInfo};
use reqwest::{Request, Response};

#[cfg(feature = "login")]
use crate::generated::{iam, metadata};
use crate::{
    exchange::Failure,
    generated::drs,
    response::{AnswerBody, LocalFailure, rebuild, unexpected, without_answer},
    transport::{Inner, Purpose},
};

/// Every client has the same.
macro_rules! hooks_of {
    ($($client:ty),*) => {$(
        impl ClientHooks<Inner> for $client {
            async fn pre<E>(
                &self,
                request: &mut Request,
                _: &OperationInfo,
            ) -> Result<(), Error<E>> {
                prepare(&self.inner, request);
                Ok(())
            }

            async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
                exec(&self.inner, &self.client, request).await
            }

            async fn post<E>(
                &self,
                result: &reqwest::Result<Response>,
                _: &OperationInfo,
            ) -> Result<(), Error<E>> {
                local_failure(result)
            }
        }

        impl std::fmt::Debug for $client {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct("Client")
                    .field("endpoint", &self.baseurl)
                    .field("credentials", &self.inner.settings.credentials)
                    .finish_non_exhaustive()
            }
        }
    )*};
}

hooks_of!(drs::Client);
#[cfg(feature = "login")]
hooks_of!(iam::Client, metadata::Client);

fn prepare(inner: &Inner, request: &mut Request) {
    // progenitor sends the document's version, which means nothing to the service.
    request.headers_mut().remove("api-version");
    // Nothing here unpacks an answer.
    request
        .headers_mut()
        .insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let timeout = inner.settings.request_timeout;
    request.timeout_mut().get_or_insert(timeout);
}

async fn exec(
    inner: &Inner,
    http: &reqwest::Client,
    request: Request,
) -> reqwest::Result<Response> {
    let url = request.url().clone();
    let mut exchange = inner.send(http, request).await;
    let Some(call) = &inner.call else {
        return Ok(without_answer(LocalFailure::default()));
    };
    if call.purpose != Purpose::Typed {
        call.keep_exchange(exchange);
        return Ok(without_answer(LocalFailure::default()));
    }
    // The connection may end within an answer, too.
    let is_lost = matches!(exchange.failure, Some(Failure::Network(_)));
    let Some(status) = exchange.status.filter(|_| !is_lost) else {
        let text = match exchange.failure {
            Some(Failure::Network(error)) => match error.into_source() {
                Ok(error) => return Err(error),
                Err(text) => text,
            },
            Some(failure) => failure.to_string(),
            None => "there was no answer".to_owned(),
        };
        return Ok(without_answer(LocalFailure(text)));
    };
    exchange.secrets.blank_headers(&mut exchange.headers);
    let answer = call.answer.get_or_init(|| AnswerBody {
        bytes: exchange.body,
        unread: exchange.failure.map(|failure| failure.to_string()),
        advice: exchange.refusal.map(|refusal| refusal.advice),
    });
    let secrets = call.secrets.get_or_init(|| exchange.secrets);
    Ok(match status {
        // It is decoded, and nothing else reads its body.
        StatusCode::OK => rebuild(&url, status, exchange.headers, AnswerBody::default()),
        _ => unexpected(&url, status, exchange.headers, answer, secrets),
    })
}

fn local_failure<E>(result: &reqwest::Result<Response>) -> Result<(), Error<E>> {
    match result.as_ref().map(|response| response.extensions().get()) {
        Ok(Some(LocalFailure(message))) => Err(Error::Custom(message.clone())),
        _ => Ok(()),
    }
}
