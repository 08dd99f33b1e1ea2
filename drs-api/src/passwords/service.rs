//! What a run needs of the world: the service, and a clock. Tests bring a world of their own.
//! Nothing is tried again here: an exchange that failed is an exchange.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    Client,
    credentials::Renewal,
    echo::Secrets,
    exchange::{Exchange, Failure},
};

use super::plan::Plan;

pub(super) trait Service: Sync {
    fn now(&self) -> Instant;

    fn sleep(&self, delay: Duration) -> impl Future<Output = ()> + Send;

    /// Asks once to change some items of a plan.
    fn exchange(&self, plan: &Plan, items: &[usize]) -> impl Future<Output = Exchange> + Send;

    /// Asks the source for another credential than the refused one, which has this number.
    fn renew(&self, refused: u64) -> impl Future<Output = Renewal> + Send;
}

/// DRS, by way of a client.
pub(super) struct Drs {
    client: Client,
    /// The secrets of all changes, which no answer may show.
    secrets: Arc<Secrets>,
}

impl Drs {
    pub(super) fn new(client: Client, plan: &Plan) -> Self {
        let secrets = Arc::new(Secrets::of_run(Arc::clone(&plan.changes)));
        Self { client, secrets }
    }
}

impl Service for Drs {
    fn now(&self) -> Instant {
        Instant::now()
    }

    async fn sleep(&self, delay: Duration) {
        tokio::time::sleep(delay).await;
    }

    async fn exchange(&self, plan: &Plan, items: &[usize]) -> Exchange {
        let sent = async {
            let call = plan.call(&self.client, items)?;
            let secrets = Some(Arc::clone(&self.secrets));
            self.client.inner.exchange(call, secrets).await
        };
        sent.await.unwrap_or_else(|error| Exchange {
            failure: Some(Failure::Local(Box::new(error))),
            ..Exchange::default()
        })
    }

    async fn renew(&self, refused: u64) -> Renewal {
        self.client.inner.renew(refused).await
    }
}
