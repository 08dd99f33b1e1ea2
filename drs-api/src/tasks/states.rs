//! Reading the states of tasks, a page of them at a time.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::Range,
};

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

/// Asks for all of them, page by page.
pub(super) async fn read(client: &Client, project_id: &str, ids: Vec<String>) -> TaskStates {
    let unknown = |id| TaskState {
        id,
        ..TaskState::default()
    };
    let mut states = TaskStates {
        tasks: ids.into_iter().map(unknown).collect(),
        remarks: Vec::new(),
    };
    let all = states.tasks.len();
    let pages = (0..all).step_by(PAGE);
    let mut pages: VecDeque<_> = pages.map(|at| at..all.min(at + PAGE)).collect();
    while let Some(page) = pages.pop_front() {
        let error = match list(client, project_id, &states.tasks[page.clone()]).await {
            Ok(answer) => {
                take(&mut states, page, answer);
                continue;
            }
            Err(error) => error,
        };
        let status = error.answer().map(|answer| answer.status);
        if matches!(status, Some(200 | 400)) && page.len() > 1 {
            page.rev().for_each(|at| pages.push_front(at..at + 1));
            continue;
        }
        let mut unknown = page;
        if meets_all(&error) {
            unknown.end = all;
            pages.clear();
        }
        let reply = of_error(&error);
        for task in &mut states.tasks[unknown] {
            task.reply = reply.clone();
        }
    }
    states
}

/// Makes one request.
async fn list(
    client: &Client,
    project_id: &str,
    tasks: &[TaskState],
) -> Result<BatchListJobStatusResp, Error> {
    let ids: Vec<_> = tasks.iter().map(|task| task.id.clone()).collect();
    // Without it there are five results.
    let page = PageReq::builder().cur_page(1).per_page(100);
    let body = BatchQueryJobReqPage::builder().jobs(ids).page_req(page);
    let call = client.batch_list_job_status().project_id(project_id);
    Ok(call.body(body).send().await?.into_inner())
}

/// Notes what an answer says of each task of a page. With an error outside of the results, no state
/// is believed.
fn take(states: &mut TaskStates, page: Range<usize>, answer: BatchListJobStatusResp) {
    let whole = of_success(answer.error_code, answer.error_msg, answer.request_id);
    let mut results: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for mut result in answer.results.unwrap_or_default() {
        let id = result.id.take().unwrap_or_default();
        results.entry(id).or_default().push(result);
    }
    for task in &mut states.tasks[page] {
        let mut own = results.remove(&task.id).unwrap_or_default();
        let own = (own.pop(), own.is_empty() && whole.error_code.is_none());
        let cause = match own {
            (Some(result), true) => {
                task.state = short(result.status.map(|state| state.to_string()), MAX_CODE);
                task.reply = of_success(result.error_code, result.error_message, None);
                task.state.is_none().then_some("its result has no state")
            }
            (result, _) => {
                task.reply = whole.clone();
                Some(match result {
                    Some(_) => "the answer contradicts itself about it",
                    None => "the answer has no result for it",
                })
            }
        };
        task.reply.cause = cause.map(str::to_owned);
    }
    let room = MAX_REMARKS.saturating_sub(states.remarks.len());
    states
        .remarks
        .extend(results.into_keys().take(room).map(|id| {
            let id = short(Some(id), MAX_CODE).unwrap_or_default();
            format!("there is a state of task {id:?}, which was not asked for")
        }));
}
