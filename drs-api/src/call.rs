//! The one place where changes become a request: sent by a run, or shown by a preview.

use std::sync::Arc;

use reqwest::Request;

use crate::{
    Client, Error,
    echo::Secrets,
    exchange::{Exchange, Failure},
    transport::{Call, Purpose},
    types::{BatchModifyPwdReq, Language, ModifyPwdEndPoint},
};

/// Makes the generated call for some changes. It wants the exchange, not what the generated
/// code makes of it.
pub(crate) struct Requests<'a> {
    pub(crate) client: &'a Client,
    pub(crate) project_id: &'a str,
    pub(crate) language: Option<Language>,
}

impl Requests<'_> {
    /// Sends a request once. What keeps it from being sent is in the exchange too. What comes
    /// back may quote the secrets of `run`, among which are those of `jobs`.
    pub(crate) async fn send(&self, jobs: Vec<ModifyPwdEndPoint>, run: Arc<Secrets>) -> Exchange {
        let call = Arc::new(Call::new(Purpose::Exchange, Some(run)));
        let refused = self.make(&call, jobs).await;
        call.take_exchange().unwrap_or_else(|| Exchange {
            failure: refused.map(|error| Failure::Local(Box::new(error))),
            ..Exchange::default()
        })
    }

    /// Gives the request as [`send`](Self::send) would send it, but without the secrets of its
    /// body, to `show`.
    pub(crate) async fn preview<T>(
        &self,
        jobs: Vec<ModifyPwdEndPoint>,
        show: impl FnOnce(&Request) -> T,
    ) -> Result<T, Error> {
        let call = Arc::new(Call::new(Purpose::Preview, None));
        let refused = self.make(&call, jobs).await;
        if let Some(request) = call.previewed() {
            return Ok(show(request));
        }
        // What keeps the request from being made, such as a token source that fails.
        match call.take_exchange().and_then(|exchange| exchange.failure) {
            Some(Failure::Local(error)) => Err(*error),
            _ => Err(refused.unwrap_or_else(|| Error::other("the request could not be made"))),
        }
    }

    /// Makes the call; gives why the generated code refused to, if it did.
    async fn make(&self, call: &Arc<Call>, jobs: Vec<ModifyPwdEndPoint>) -> Option<Error> {
        let client = Client {
            inner: self.client.inner.with_call(Arc::clone(call)),
            ..self.client.clone()
        };
        let mut request = client
            .batch_reset_password()
            .project_id(self.project_id)
            .body(BatchModifyPwdReq { jobs });
        if let Some(language) = self.language {
            request = request.x_language(language);
        }
        request.send().await.err().map(Error::from)
    }
}
