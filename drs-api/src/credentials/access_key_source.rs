//! Where access keys come from when they are more than one.

use std::{error::Error, future::Future, pin::Pin};

use super::access_key::AccessKey;

/// What an [`AccessKeySource`] is asked for.
pub type AccessKeyFuture<'a> =
    Pin<Box<dyn Future<Output = Result<AccessKey, Box<dyn Error + Send + Sync>>> + Send + 'a>>;

/// Gives access keys, for temporary ones that expire while the program runs.
///
/// It is asked before the first request. Its key is then kept and shared by all requests and
/// clones of the client, so the source needs no cache. It is asked again, by one request at a
/// time however many need a key:
///
/// - before the key expires, if [`AccessKey::expires_at`] is set: by the smaller of five minutes
///   and a third of the life that the key had when it came. Other requests meanwhile go on with
///   the old key. If the source fails or gives the same key, the old one is used while it is
///   valid, the failure is a `tracing` event of level `WARN`, and the source is left alone for
///   10 seconds;
/// - after it has expired: a failure then is the error of the request, and stops a run;
/// - when a signature by it is refused, by a 401 or by a 403 with `DRS.M00100`, unless the
///   refusal shows that the clock of this machine is wrong: once for each key that is refused,
///   as described for a [`TokenSource`](crate::TokenSource).
///
/// The source has
/// [`ClientBuilder::request_timeout`](crate::ClientBuilder::request_timeout) to answer. Its error
/// is part of the errors that the client then gives, so it must not hold a secret.
///
/// Every function and closure that returns a future of a `Result<AccessKey, _>` is one:
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use drs_api::{AccessKey, Client, Credentials, Error};
///
/// # async fn key_from_vault() -> Result<[String; 3], Error> { Ok(["an access key".into(), "its secret key".into(), "its token".into()]) }
/// let credentials = Credentials::access_key_source(|| async {
///     let asked = SystemTime::now();
///     let [id, secret_key, security_token] = key_from_vault().await?;
///     let key = AccessKey::new(id, secret_key)
///         .security_token(security_token)
///         .expires_at(asked + Duration::from_secs(3600));
///     Ok::<_, Error>(key)
/// });
/// let client = Client::builder().region("ap-southeast-1").credentials(credentials).build()?;
/// # Ok::<(), Error>(())
/// ```
pub trait AccessKeySource: Send + Sync + 'static {
    /// An access key.
    fn access_key(&self) -> AccessKeyFuture<'_>;
}

impl<F, A, E> AccessKeySource for F
where
    F: Fn() -> A + Send + Sync + 'static,
    A: Future<Output = Result<AccessKey, E>> + Send + 'static,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    fn access_key(&self) -> AccessKeyFuture<'_> {
        let answer = self();
        Box::pin(async move { answer.await.map_err(Into::into) })
    }
}
