//! The requests of a run, shown instead of sent.

use std::fmt;

use crate::{Client, Error, secret::REDACTED};

use super::plan::Plan;

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
    fn of(request: &reqwest::Request, body: String) -> Self {
        let value = |value: &http::HeaderValue| match value.is_sensitive() {
            true => REDACTED.to_owned(),
            false => String::from_utf8_lossy(value.as_bytes()).into_owned(),
        };
        let headers = request.headers().iter();
        let headers = headers.map(|(name, text)| (name.to_string(), value(text)));
        Self {
            method: request.method().to_string(),
            url: request.url().to_string(),
            headers: headers.collect(),
            body,
        }
    }
}

/// Makes the request of each batch without sending it.
pub(super) async fn preview(client: &Client, plan: &Plan) -> Result<Vec<RequestPreview>, Error> {
    let mut previews = Vec::with_capacity(plan.batches.len());
    for items in &plan.batches {
        let mut call = plan.call(client, items)?;
        let (request, _) = client.inner.prepare(&mut call).await?;
        let body = call.body.unwrap_or_default().redacted();
        previews.push(RequestPreview::of(&request, body));
    }
    Ok(previews)
}
