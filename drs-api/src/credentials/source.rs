//! What obtains credentials.

use std::{error::Error, future::Future, sync::Arc};

use super::credential::Credential;

/// Obtains a credential, a fresh one each time: a token, or an access key.
///
/// The client asks it before the first request, then keeps the credential and shares it with all
/// requests and clones, so a source needs no cache. The client asks again, with one request at a
/// time however many wait for it:
///
/// - **before an access key expires**, if it has [`AccessKey::expires_at`](crate::AccessKey::expires_at):
///   by five minutes, or by a third of the key's lifetime if that is shorter. Meanwhile other
///   requests go on with the old key. If the source fails or returns the same key, the client uses
///   the old one while it is valid, logs a failure as a `tracing` event of level `WARN`, and leaves
///   the source alone for 10 seconds;
/// - **after it has expired**: a failure then is the error of the request, and stops a run;
/// - **when the service refuses it**, by a 401 or by a 403 with `DRS.M00100`, unless the response
///   shows that the clock of this machine is wrong: once for each credential, however many
///   requests were sent with it. [`change_passwords`](crate::Client::change_passwords) then retries
///   these at once. If the source returns the same credential again, or a batch is refused with
///   three others, the run stops. A single generated call is not retried; the next call asks the
///   source.
///
/// A source has [`ClientBuilder::request_timeout`](crate::ClientBuilder::request_timeout) to
/// answer. **It must not block its thread**: a future that never yields defeats every time-out,
/// that of the request included. Wrap a blocking client in `tokio::task::spawn_blocking`. The error
/// of a source is part of the errors of the client, so it must not hold a secret.
///
/// A vault client with state of its own, which the rest of the program uses too:
///
/// ```
/// use std::{error::Error, sync::Arc, time::{Duration, SystemTime}};
///
/// use drs_api::{AccessKey, Client, Credential, CredentialSource, Credentials};
///
/// struct Vault { role: String }
///
/// # impl Vault { async fn read(&self, path: &str) -> Result<[String; 3], std::io::Error> { let _ = (path, &self.role); Ok(["an access key".into(), "its secret key".into(), "its token".into()]) } }
/// impl CredentialSource for Vault {
///     async fn credential(&self) -> Result<Credential, Box<dyn Error + Send + Sync>> {
///         let asked = SystemTime::now();
///         let [id, secret_key, security_token] = self.read("huaweicloud/sts").await?;
///         let key = AccessKey::new(id, secret_key)
///             .security_token(security_token)
///             .expires_at(asked + Duration::from_secs(3600));
///         Ok(key.into())
///     }
/// }
///
/// let vault = Arc::new(Vault { role: "rotation".into() });
/// let credentials = Credentials::source(Arc::clone(&vault));
/// let client = Client::builder().region("ap-southeast-1").credentials(credentials).build()?;
/// # Ok::<(), drs_api::Error>(())
/// ```
///
/// A closure is a source if it returns a future of a `Result`, with a [`Secret`](crate::Secret)
/// (which is a token), an [`AccessKey`](crate::AccessKey) or a [`Credential`]. The future owns what
/// it needs of the closure's state:
///
/// ```
/// # use drs_api::{Credentials, Secret};
/// # use std::sync::Arc;
/// # struct Vault;
/// # impl Vault { async fn token(&self) -> Result<Secret, std::io::Error> { Ok("test-token".into()) } }
/// # let vault = Arc::new(Vault);
/// let credentials = Credentials::source(move || {
///     let vault = Arc::clone(&vault);
///     async move { vault.token().await }
/// });
/// ```
///
/// With the feature `login`, `ClientBuilder::iam_user` obtains tokens for a user's name and password, and
/// `Credentials::agency` the keys of an ECS instance.
pub trait CredentialSource: Send + Sync + 'static {
    /// Obtains a credential.
    fn credential(
        &self,
    ) -> impl Future<Output = Result<Credential, Box<dyn Error + Send + Sync>>> + Send;
}

impl<S: CredentialSource> CredentialSource for Arc<S> {
    async fn credential(&self) -> Result<Credential, Box<dyn Error + Send + Sync>> {
        (**self).credential().await
    }
}

impl<F, A, C, E> CredentialSource for F
where
    F: Fn() -> A + Send + Sync + 'static,
    A: Future<Output = Result<C, E>> + Send,
    C: Into<Credential>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    async fn credential(&self) -> Result<Credential, Box<dyn Error + Send + Sync>> {
        self().await.map(Into::into).map_err(Into::into)
    }
}
