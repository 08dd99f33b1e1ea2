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
/// ```
/// use drs_api::{Client, Credentials};
///
/// # async fn token_from_vault() -> Result<drs_api::Secret, std::io::Error> { Ok("test-token".into()) }
/// let credentials = Credentials::token_source(async || token_from_vault().await);
/// let client = Client::builder().region("ap-southeast-1").credentials(credentials).build()?;
/// # Ok::<(), drs_api::Error>(())
/// ```
///
/// With the feature `login`, `login::Iam::user` is a source that gets tokens
/// from IAM for a user's name and password.
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
