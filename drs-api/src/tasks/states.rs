//! Reading the states of tasks, a page of them at a time.

use std::{collections::BTreeMap, ops::Range};

use serde::Serialize;

use super::{
    phase::Phase,
    reply::{meets_all, of_error, of_success, short},
};
use crate::{
    Error,
    answer::MAX_CODE,
    generated::tasks::{
        Client,
        types::{BatchListJobStatusResp, BatchQueryJobReqPage, PageReq},
    },
    passwords::Reply,
};

/// How many tasks a request asks for: as many as fit on a page.
const PAGE: usize = 100;

/// How many remarks are kept.
const MAX_REMARKS: usize = 1000;

/// The states of tasks, and what is odd about the answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TaskStates {
    /// One for each task that was asked for, in that order.
    pub tasks: Vec<TaskState>,
    /// What is odd about the answers, such as the state of a task that was not asked for. A
    /// thousand at most.
    pub remarks: Vec<String>,
}

/// What is known of the state of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TaskState {
    /// The task.
    pub id: String,
    /// Its state as the service writes it, such as `INCRE_TRANSFER_FAILED`; `None` if no answer
    /// names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What else the answer said: code and message are those of the task's failure. Without a
    /// state, its cause says why.
    #[serde(flatten)]
    pub reply: Reply,
}

impl TaskState {
    /// A task in a state, for tests of your own.
    pub fn new(id: impl Into<String>, state: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            state: Some(state.into()),
            ..Self::default()
        }
    }

    /// What the task does. A running state with an error code counts as failed.
    pub fn phase(&self) -> Phase {
        let phase = self.state.as_deref().map_or(Phase::Unknown, Phase::of);
        match phase {
            Phase::Running if self.reply.error_code.is_some() => Phase::Failed,
            phase => phase,
        }
    }
}

/// Asks for all of them, page by page; where one task may be the reason that a page has no answer,
/// task by task.
pub(super) async fn read(client: &Client, project_id: &str, ids: Vec<String>) -> TaskStates {
    let unknown = |id| TaskState {
        id,
        ..TaskState::default()
    };
    let mut states = TaskStates::default();
    states.tasks.extend(ids.into_iter().map(unknown));
    let (mut at, mut alone_until, all) = (0, 0, states.tasks.len());
    while at < all {
        let mut end = all.min(at + if at < alone_until { 1 } else { PAGE });
        let page = states.tasks[at..end].iter();
        let ids: Vec<_> = page.map(|task| task.id.clone()).collect();
        // Without a page there are five results.
        let page = PageReq::builder().cur_page(1).per_page(100);
        let body = BatchQueryJobReqPage::builder().jobs(ids).page_req(page);
        let call = client.batch_list_job_status().project_id(project_id);
        match call.body(body).send().await {
            Ok(answer) => take(&mut states, at..end, answer.into_inner()),
            Err(Error::Answer(answer)) if end - at > 1 && matches!(answer.status, 200 | 400) => {
                alone_until = end;
                continue;
            }
            Err(error) => {
                if meets_all(&error) {
                    end = all;
                }
                let reply = of_error(&error);
                let unknown = states.tasks[at..end].iter_mut();
                unknown.for_each(|task| task.reply.clone_from(&reply));
            }
        }
        at = end;
    }
    states
}

/// Notes what an answer says of each task of a page. With an error outside of the results, no state
/// is believed.
fn take(states: &mut TaskStates, page: Range<usize>, answer: BatchListJobStatusResp) {
    let whole = of_success(answer.error_code, answer.error_msg, answer.request_id);
    // Of a task that occurs twice none is believed.
    let mut results = BTreeMap::new();
    for mut result in answer.results.unwrap_or_default() {
        let id = result.id.take().unwrap_or_default();
        let of_id = results.entry(id).and_modify(|other| *other = None);
        of_id.or_insert(Some(result));
    }
    let unknown = |cause| (whole.clone(), Some(cause));
    for task in &mut states.tasks[page] {
        let (reply, cause) = match results.remove(&task.id) {
            Some(Some(own)) if whole.error_code.is_none() => {
                task.state = short(own.status.map(|state| state.to_string()), MAX_CODE);
                let cause = task.state.is_none().then_some("its result has no state");
                (of_success(own.error_code, own.error_message, None), cause)
            }
            Some(_) => unknown("the response contradicts itself about it"),
            None => unknown("the response has no result for it"),
        };
        let cause = cause.map(str::to_owned);
        task.reply = Reply { cause, ..reply };
    }
    let room = MAX_REMARKS.saturating_sub(states.remarks.len());
    let remark = |id| {
        let id = short(Some(id), MAX_CODE).unwrap_or_default();
        format!("there is a state of task {id:?}, which was not asked for")
    };
    let remarks = results.into_keys().take(room).map(remark);
    states.remarks.extend(remarks);
}
