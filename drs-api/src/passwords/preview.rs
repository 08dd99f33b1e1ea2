//! The requests of a run, shown instead of sent.

use std::{fmt, sync::OnceLock};

use crate::{
    Client, Error,
    body::REDACTED,
    transport::{Failure, WatchedCall},
    types::BatchModifyPwdReq,
};

use super::{Options, plan::Plan};

/// A request as a run would send it, but for its secrets: passwords, keytabs and credentials
/// are `[redacted]`. It comes from the code that sends, so it shows what would be sent.
///
/// `Display` writes it as HTTP does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestPreview {
    /// Method, such as `PUT`.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Names and values, but for those that every HTTP client adds, such as `Host`.
    pub headers: Vec<(String, String)>,
    /// JSON.
    pub body: String,
}

impl fmt::Display for RequestPreview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.method, self.url)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        write!(f, "\n{}", self.body)
    }
}

impl RequestPreview {
    fn of(request: &reqwest::Request) -> Self {
        let value = |value: &http::HeaderValue| match value.is_sensitive() {
            true => REDACTED.to_owned(),
            false => String::from_utf8_lossy(value.as_bytes()).into_owned(),
        };
        let headers = request.headers().iter();
        let body = request.body().and_then(reqwest::Body::as_bytes);
        Self {
            method: request.method().to_string(),
            url: request.url().to_string(),
            headers: headers
                .map(|(name, text)| (name.to_string(), value(text)))
                .collect(),
            body: String::from_utf8_lossy(body.unwrap_or_default()).into_owned(),
        }
    }
}

/// Makes the generated call for each batch, on a client that keeps requests instead of
/// sending them.
pub(super) async fn preview(
    client: &Client,
    plan: &Plan,
    options: &Options,
) -> Result<Vec<RequestPreview>, Error> {
    let mut requests = Vec::with_capacity(plan.batches());
    for batch in 0..plan.batches() {
        let items = plan.batch(batch).iter();
        let changes = items.filter_map(|item| plan.changes.get(*item as usize));
        let body = BatchModifyPwdReq {
            jobs: changes.cloned().collect(),
        };
        let call = WatchedCall::new(client, Some(OnceLock::new()));
        let mut request = call.client.batch_reset_password();
        request = request.project_id(plan.project_id.as_str()).body(body);
        if let Some(language) = options.language {
            request = request.x_language(language);
        }
        let made = request.send().await;
        if let Some(request) = call.kept_request() {
            requests.push(RequestPreview::of(request));
            continue;
        }
        // What would keep the request from being made, such as credentials that can't be had.
        let failure = call.take_exchange().and_then(|exchange| exchange.failure);
        return Err(match (failure, made) {
            (Some(Failure::Local(error)), _) => *error,
            (_, Err(error)) => error.into(),
            (_, Ok(_)) => Error::Other("the request could not be made".into()),
        });
    }
    Ok(requests)
}
