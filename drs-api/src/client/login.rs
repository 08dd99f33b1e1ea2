//! What the requests for credentials take of a builder's settings.

use super::ClientBuilder;
use crate::{Environment, Error, endpoint::Endpoint};

impl ClientBuilder {
    /// The endpoint of IAM for this builder.
    pub(crate) fn iam_endpoint(&self) -> Result<Endpoint, Error> {
        let region = self.region.as_deref();
        Endpoint::of_iam(region, &self.environment, self.allow_plaintext)
    }

    /// The region, if one is set.
    pub(crate) fn region_id(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The environment that it reads.
    pub(crate) fn variables(&self) -> &Environment {
        &self.environment
    }
}
