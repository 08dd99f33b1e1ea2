//! What a caller may choose about a run.

use std::time::Duration;

use crate::{Error, types::Language};

/// How a run goes about it. The defaults are made for a nightly rotation.
///
/// ```
/// use std::time::Duration;
/// use drs_api::passwords::{Options, Retry};
///
/// let retry = Retry::default().deadline(Duration::from_secs(600));
/// let options = Options::default().concurrency(8).retry(retry);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "options do nothing until a run is made with them"]
pub struct Options {
    pub(super) batch_size: usize,
    pub(super) batch_bytes: usize,
    pub(super) concurrency: usize,
    pub(super) language: Option<Language>,
    pub(super) retry: Retry,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            batch_size: 10,
            batch_bytes: 8 * 1024 * 1024,
            concurrency: 4,
            language: None,
            retry: Retry::default(),
        }
    }
}

impl Options {
    /// The most end points in one request. 10 by default; the service publishes no limit.
    pub fn batch_size(mut self, end_points: usize) -> Self {
        self.batch_size = end_points;
        self
    }

    /// How many bytes the body of one request has at most. 8 MiB unless set; the API gateway
    /// refuses bodies over 12 MB.
    pub fn batch_bytes(mut self, bytes: usize) -> Self {
        self.batch_bytes = bytes;
        self
    }

    /// How many requests are under way at a time at most. 4 unless set.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests;
        self
    }

    /// Language of the service's messages. The service takes `en-us` unless set.
    pub fn language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }

    /// When a request is tried again.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let counts = [
            ("batch_size", self.batch_size),
            ("concurrency", self.concurrency),
            ("retry.max_tries", self.retry.max_tries),
            ("retry.max_failed_batches", self.retry.max_failed_batches),
        ];
        match counts.into_iter().find(|(_, count)| *count == 0) {
            Some((field, _)) => Err(Error::invalid(field, "it is 0; it must be at least 1")),
            None => Ok(()),
        }
    }
}

/// Limits on trying again. What is tried again at all is not a matter of choice: see the
/// [module](crate::passwords).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "limits do nothing until they are part of options"]
pub struct Retry {
    pub(super) max_tries: usize,
    pub(super) first_delay: Duration,
    pub(super) max_delay: Duration,
    pub(super) deadline: Duration,
    pub(super) max_failed_batches: usize,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            max_tries: 4,
            first_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(20),
            deadline: Duration::from_secs(300),
            max_failed_batches: 5,
        }
    }
}

impl Retry {
    /// One try for each request.
    pub fn none() -> Self {
        Self::default().max_tries(1)
    }

    /// How often one request is sent at most, the first time included. A request with a refreshed
    /// credential doesn't count, nor do those that ask for each task of a refused batch alone. With
    /// more than 1, nor does a request that is throttled (429). 4 unless set.
    pub fn max_tries(mut self, tries: usize) -> Self {
        self.max_tries = tries;
        self
    }

    /// The delay before the second try, of which a random part is waited. It doubles with
    /// each further try. 500 ms unless set.
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// The most that the delay grows to. 20 seconds unless set. A longer `Retry-After` is
    /// obeyed as long as the deadline allows.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// How long after the first try of a batch another one may be planned. 5 minutes unless set.
    /// A `Retry-After` that is longer ends the run. A request that is throttled (429) costs no
    /// try; a batch that gets nothing else for so long ends the run, too.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// After how many consecutive batches that used up their tries on an outage (no connection,
    /// lost answers, 5xx) the run stops. 5 unless set. Batches under way are finished, and
    /// the others are not sent.
    pub fn max_failed_batches(mut self, batches: usize) -> Self {
        self.max_failed_batches = batches;
        self
    }
}
