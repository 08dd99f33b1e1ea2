//! Where tokens come from when they are more than one.

use std::{error::Error, future::Future, pin::Pin};

use crate::Secret;

/// What a [`TokenSource`] is asked for.
pub type TokenFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Secret, Box<dyn Error + Send + Sync>>> + Send + 'a>>;

/// Gives tokens of IAM, each time it is asked a fresh one.
///
/// It is asked before the first request. Its token is then kept and shared by all requests
/// and clones of the client, as long as it is accepted: the source needs no cache. When the
/// token is refused, by a 401 or by a 403 with `DRS.M00100`, the source is asked again, once
/// for each value of a token that is refused, however many requests were under way with it.
/// [`change_passwords`](crate::Client::change_passwords) then tries them again at once. If
/// the source gives the same token again, or three others are refused in a row, the run
/// stops. A single generated call is not tried again; the next call asks the source.
///
/// Requests that need a token wait while the source is asked, at most for
/// [`ClientBuilder::request_timeout`](crate::ClientBuilder::request_timeout). Its error is
/// part of the errors that the client then gives, so it must not hold a secret.
///
/// Every function and closure that returns a future of a `Result<Secret, _>` is one.
///
/// # A token from IAM
///
/// IAM gives a token for a user's name and password, valid for 24 hours. It is not in the
/// body of the answer but in its header `X-Subject-Token`:
///
/// ```sh
/// curl -fsS -o /dev/null -w '%header{x-subject-token}' \
///   https://iam.ap-southeast-1.myhuaweicloud.com/v3/auth/tokens \
///   -H 'Content-Type: application/json' --data @- <<END
/// {"auth": {
///   "identity": {"methods": ["password"], "password": {"user": {
///     "name": "$HW_USER_NAME", "password": "$HW_USER_PASSWORD",
///     "domain": {"name": "$HW_DOMAIN_NAME"}}}},
///   "scope": {"project": {"id": "$HUAWEICLOUD_SDK_PROJECT_ID"}}}}
/// END
/// ```
///
/// `domain` is the account that the user belongs to. (The password goes through curl's standard
/// input, for arguments are seen by all users of a machine; a `"` or a `\` in it has to be written
/// as JSON has it. curl knows `%header{…}` from 7.84 on.) As a token source:
///
/// ```
/// use drs_api::{Client, Credentials, Secret};
///
/// # fn client(iam: reqwest::Client, endpoint: String, password: Secret) -> Result<Client, drs_api::Error> {
/// let source = move || {
///     let body = serde_json::json!({"auth": {
///         "identity": {"methods": ["password"], "password": {"user": {
///             "name": "rotation", "password": password.expose_secret(),
///             "domain": {"name": "example"},
///         }}},
///         "scope": {"project": {"id": "054ba152d480d55b2f5dc0069e7ddef0"}},
///     }});
///     let url = format!("{endpoint}/v3/auth/tokens");
///     let request = iam.post(url).header("content-type", "application/json").body(body.to_string());
///     async move {
///         let answer = request.send().await.map_err(|e| e.to_string())?;
///         match answer.headers().get("x-subject-token").map(|token| token.to_str()) {
///             Some(Ok(token)) => Ok(Secret::from(token)),
///             _ => Err(format!("IAM answered {}", answer.status())),
///         }
///     }
/// };
/// let client = Client::builder()
///     .region("ap-southeast-1")
///     .credentials(Credentials::token_source(source))
///     .build()?;
/// # Ok(client)
/// # }
/// ```
///
/// The example `change_passwords` has one with time-outs and without redirects.
pub trait TokenSource: Send + Sync + 'static {
    /// A token.
    fn token(&self) -> TokenFuture<'_>;
}

impl<F, A, E> TokenSource for F
where
    F: Fn() -> A + Send + Sync + 'static,
    A: Future<Output = Result<Secret, E>> + Send + 'static,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    fn token(&self) -> TokenFuture<'_> {
        let answer = self();
        Box::pin(async move { answer.await.map_err(Into::into) })
    }
}
