//! Retries of tasks: one request for each, sent once.

use std::fmt;

use serde::Serialize;

use super::reply::{meets_all, of_error, of_success};
use crate::{
    Error,
    generated::tasks::{
        Client,
        types::{BatchRetryReq, BatchRetryResp, RetryInfo, RetryTaskStatus},
    },
    passwords::Reply,
};

/// What is known of a retry by its answer. Whether the task then replicates, only its
/// [state](crate::Client::task_states) tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RetryKind {
    /// The service accepted it.
    Accepted,
    /// It was sent, and the service did not say that it accepted it: the answer is a refusal, lost
    /// or unreadable, or was not awaited. It may have been carried out all the same.
    Unconfirmed,
    /// Nothing was sent.
    NotSent,
}

/// The name in JSON: `accepted`, `unconfirmed`, `not_sent`.
impl fmt::Display for RetryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// What became of one retry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TaskRetry {
    /// The task.
    pub id: String,
    /// What is known; as JSON, `retry`.
    #[serde(rename = "retry")]
    pub kind: RetryKind,
    /// What the answer said. Its cause says why the retry is not accepted, where code and message
    /// don't.
    #[serde(flatten)]
    pub reply: Reply,
}

/// Retries that are sent one after the other, each when [`next`](Self::next) is awaited.
///
/// No task is retried twice, also if the future of `next` is dropped.
#[derive(Debug)]
#[must_use = "nothing is retried unless `next` is awaited"]
pub struct Retries {
    client: Client,
    project_id: String,
    outcomes: Vec<TaskRetry>,
    next: usize,
}

impl Retries {
    pub(super) fn new(client: Client, project_id: String, ids: Vec<String>) -> Self {
        let unsent = |id| TaskRetry {
            id,
            kind: RetryKind::NotSent,
            reply: Reply::default(),
        };
        Self {
            client,
            project_id,
            outcomes: ids.into_iter().map(unsent).collect(),
            next: 0,
        }
    }

    /// Retries the next task, and returns what the answer says; `None` if none is left.
    ///
    /// Where a request can't be sent, the credentials are refused, or the service takes no more
    /// requests (429, 503), the tasks behind it are not retried.
    pub async fn next(&mut self) -> Option<&TaskRetry> {
        let retry = self.outcomes.get_mut(self.next)?;
        self.next += 1;
        // Unless it is awaited to its end.
        retry.kind = RetryKind::Unconfirmed;
        retry.reply.cause = Some("the answer was not awaited".to_owned());
        let job_id = retry.id.clone();
        let body = BatchRetryReq::builder().jobs(vec![RetryInfo { job_id }]);
        let call = self.client.batch_restore_task();
        match call.project_id(&self.project_id).body(body).send().await {
            Ok(answer) => take(retry, answer.into_inner()),
            Err(error) => {
                retry.reply = of_error(&error);
                // Any other kind comes before something is sent, such as credentials that can't be
                // obtained.
                if !matches!(error, Error::Answer(_) | Error::AnswerLost(_)) {
                    retry.kind = RetryKind::NotSent;
                }
                if meets_all(&error) {
                    self.next = usize::MAX;
                }
            }
        }
        Some(retry)
    }

    /// What is known of each retry now, in the order asked.
    pub fn outcomes(&self) -> &[TaskRetry] {
        &self.outcomes
    }
}

/// Notes what a 200 says.
fn take(retry: &mut TaskRetry, answer: BatchRetryResp) {
    let mut reply = of_success(answer.error_code, answer.error_msg, answer.request_id);
    let mut results = answer.results.unwrap_or_default();
    let is_one = results.len() == 1 && answer.count.is_none_or(|count| count == 1);
    let is_error = reply.error_code.is_some();
    let own = results
        .pop()
        .filter(|own| is_one && own.id.as_deref() == Some(&retry.id));
    if let Some(own) = own {
        let said = of_success(own.error_code, own.error_msg, None);
        let is_success = own.status == Some(RetryTaskStatus::Success);
        if is_success && said.error_code.is_none() && !is_error {
            retry.kind = RetryKind::Accepted;
        }
        reply.error_code = said.error_code.or(reply.error_code);
        reply.error_msg = said.error_msg.or(reply.error_msg);
    }
    if retry.kind != RetryKind::Accepted && reply.error_code.is_none() {
        reply.cause = Some("the answer does not say that the retry was accepted".to_owned());
    }
    retry.reply = reply;
}
