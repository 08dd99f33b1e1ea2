//! Retries of tasks: one request for each, sent once.

use std::fmt;

use serde::Serialize;

use super::reply::{meets_all, of_error, of_success};
use crate::{
    Answer, Error,
    codes::Code,
    generated::tasks::{
        Client,
        types::{BatchRetryReq, BatchRetryResp, RetryInfo, RetryTaskResp, RetryTaskStatus},
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
    /// The service refused it, with a code that the reply has.
    Refused,
    /// It was sent, and no answer says whether the service accepted it: the answer was lost,
    /// can't be read or was not awaited, or the service failed. It may have been carried out.
    Unconfirmed,
    /// Nothing was sent.
    NotSent,
}

/// The name in JSON: `accepted`, `refused`, `unconfirmed`, `not_sent`.
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
        retry.reply.cause = Some("the response was not awaited".to_owned());
        let job_id = retry.id.clone();
        let body = BatchRetryReq::builder().jobs(vec![RetryInfo { job_id }]);
        let call = self.client.batch_restore_task();
        let call = call.project_id(&self.project_id).body(body);
        let answer = call.send().await;
        if answer.as_ref().is_err_and(meets_all) {
            self.next = usize::MAX;
        }
        (retry.kind, retry.reply) = match answer {
            Ok(answer) => said(&retry.id, answer.into_inner()),
            Err(error) => (kind_of(&error), of_error(&error)),
        };
        Some(retry)
    }

    /// What is known of each retry now, in the order asked.
    pub fn outcomes(&self) -> &[TaskRetry] {
        &self.outcomes
    }
}

/// What a 200 says of a task.
fn said(id: &str, answer: BatchRetryResp) -> (RetryKind, Reply) {
    let mut reply = of_success(answer.error_code, answer.error_msg, answer.request_id);
    let mut kind = RetryKind::Unconfirmed;
    let mut results = answer.results.unwrap_or_default();
    let is_one = results.len() == 1 && answer.count.is_none_or(|count| count == 1);
    let is_own = |own: &RetryTaskResp| is_one && own.id.as_deref() == Some(id);
    if let (None, Some(own)) = (&reply.error_code, results.pop().filter(is_own)) {
        let said = of_success(own.error_code, own.error_msg, None);
        kind = match (own.status, &said.error_code) {
            (Some(RetryTaskStatus::Success), None) => RetryKind::Accepted,
            (Some(RetryTaskStatus::Failed), Some(code)) if Code::of(code) != Some(Code::Fault) => {
                RetryKind::Refused
            }
            _ => kind,
        };
        reply.error_code = said.error_code;
        reply.error_msg = said.error_msg.or(reply.error_msg);
    }
    if kind == RetryKind::Unconfirmed && reply.error_code.is_none() {
        reply.cause = Some("the response does not say that the retry was accepted".to_owned());
    }
    (kind, reply)
}

/// What is known of a retry after an error. It is refused if the whole answer is a refusal with a
/// documented code.
fn kind_of(error: &Error) -> RetryKind {
    let refuses = |answer: &&Answer| {
        answer.results.is_empty() && matches!(answer.status, 400 | 401 | 403 | 404 | 429)
    };
    let refusal = error.answer().filter(refuses);
    let code = refusal.and_then(|answer| Code::of(answer.error_code.as_deref()?));
    match error {
        _ if code.is_some_and(|code| code != Code::Fault) => RetryKind::Refused,
        Error::Answer(_) | Error::AnswerLost(_) => RetryKind::Unconfirmed,
        // Before anything is sent, such as credentials that can't be obtained.
        _ => RetryKind::NotSent,
    }
}
