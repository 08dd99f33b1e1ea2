//! The functions that the generated code calls by name (see `Settings` in drs-api-gen). They
//! see what a client carries for us and not the client, so that they serve any generated one.

#![allow(
    clippy::result_large_err,
    reason = "progenitor's error holds a response; the generated code wants it as it is"
)]

use std::sync::{Arc, PoisonError};

use progenitor_client::{Error, ResponseValue};
use reqwest::{Response, StatusCode, Url};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    answer,
    body::RequestBody,
    path::check_path,
    response::unexpected,
    texts::Texts,
    transport::{Call, Inner, Purpose},
};

/// Begins a call, unless the caller has begun one that it watches.
pub(crate) fn for_call(inner: &Inner) -> Inner {
    match &inner.call {
        Some(call) if call.purpose != Purpose::Typed => inner.clone(),
        _ => inner.with_call(Arc::new(Call::new(Purpose::Typed, None))),
    }
}

/// Parses the URL of a request; refuses one whose path an argument would change.
pub(crate) fn url<E>(inner: &Inner, url: &str) -> Result<Url, Error<E>> {
    let last = &inner.settings.last_url;
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((text, parsed)) = &*last
        && text == url
    {
        return Ok(parsed.clone());
    }
    check_path(url)?;
    let parsed = Url::parse(url)
        .map_err(|e| Error::InvalidRequest(format!("the URL can't be used: {e}")))?;
    *last = Some((url.to_owned(), parsed.clone()));
    Ok(parsed)
}

/// Notes the project that a call is for.
pub(crate) fn project(inner: &Inner, project_id: &str) {
    let signs = inner.settings.credentials.sign();
    if let Some(call) = inner.call.as_ref().filter(|_| signs) {
        // A call has one project.
        let _ = call.project.set(project_id.to_owned());
    }
}

/// Writes the body of a request.
pub(crate) fn request_body<T: Serialize, E>(
    inner: &Inner,
    value: &T,
) -> Result<reqwest::Body, Error<E>> {
    let call = inner.call.as_ref();
    let write = match call {
        Some(call) if call.purpose == Purpose::Preview => RequestBody::redacted,
        _ => RequestBody::write,
    };
    let body = write(value)
        .map_err(|e| Error::InvalidRequest(format!("the body can't be written: {e}")))?;
    let bytes = body.bytes();
    if let Some(call) = call {
        // A call writes one body; a second one would be the same.
        let _ = call.body.set(body);
    }
    Ok(bytes.into())
}

/// Reads a documented answer that is a text.
#[cfg(feature = "login")]
pub(crate) async fn text<T: From<String> + Texts, E>(
    inner: &Inner,
    response: Response,
) -> Result<ResponseValue<T>, Error<E>> {
    read(inner, response, |_, body| {
        String::from_utf8(body.to_vec()).ok().map(T::from)
    })
}

/// Reads a documented answer that is JSON. One that can't be read stays whole.
pub(crate) async fn decode<T: DeserializeOwned + Texts, E>(
    inner: &Inner,
    response: Response,
) -> Result<ResponseValue<T>, Error<E>> {
    read(inner, response, answer::typed)
}

fn read<T: Texts, E>(
    inner: &Inner,
    mut response: Response,
    make: impl FnOnce(StatusCode, &[u8]) -> Option<T>,
) -> Result<ResponseValue<T>, Error<E>> {
    let call = inner.call.as_ref();
    let call = call.and_then(|call| Some((call.answer.get()?, call.secrets.get()?)));
    let Some((body, secrets)) = call else {
        // A call whose exchange is watched: no one looks at this.
        return Err(Error::UnexpectedResponse(response));
    };
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    if body.unread.is_none()
        && let Some(mut value) = make(status, &body.bytes)
    {
        let most = inner.settings.max_text;
        value.each_text(&mut |text| secrets.keep_in_place(text, most));
        return Ok(ResponseValue::new(value, status, headers));
    }
    let whole = unexpected(response.url(), status, headers, body, secrets);
    Err(Error::UnexpectedResponse(whole))
}
