//! How the service lists the states of tasks, and retries them.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::fault::Stores;
use crate::password_change::result;
use crate::problem::{Code, Language, Problem};
use crate::refusal::Refusal;
use crate::store::Store;
use crate::task_state::TaskState;

/// The operations' ids.
pub(crate) const LIST: &str = "BatchListJobStatus";
pub(crate) const RETRY: &str = "BatchRestoreTask";

/// The default number of results on a page.
const PAGE: usize = 5;

/// The ids in a body that satisfies its schema; duplicates are refused.
fn ids<'a>(
    body: &'a Value,
    id: impl Fn(&'a Value) -> Option<&'a str>,
) -> Result<Vec<&'a str>, Problem> {
    let jobs = body["jobs"].as_array().map(Vec::as_slice);
    let jobs = jobs.filter(|jobs| !jobs.is_empty());
    let mut seen = HashSet::new();
    let ids = jobs.ok_or_else(|| Code::Missing.at("jobs"))?.iter();
    ids.enumerate()
        .map(|(at, job)| match id(job) {
            None | Some("") => Err(Code::Missing.at(format!("jobs/{at}"))),
            Some(id) if !seen.insert(id) => Err(Code::Duplicates.at(format!("jobs/{at}"))),
            Some(id) => Ok(id),
        })
        .collect()
}

/// The states on the requested page.
pub(crate) fn list(
    held: &Store,
    body: &Value,
    refusal: Refusal,
    language: Language,
) -> Result<(u16, Value), Problem> {
    let number = |name: &str, otherwise: usize| {
        let number = body["page_req"][name].as_u64();
        number.map_or(otherwise, |number| number as usize)
    };
    let (page, size) = (number("cur_page", 1), number("per_page", PAGE));
    let ids = ids(body, Value::as_str)?;
    let skipped = page.saturating_sub(1).saturating_mul(size);
    let shown: Vec<&str> = match size {
        0 => ids,
        size => ids.into_iter().skip(skipped).take(size).collect(),
    };
    let is_unknown = |id: &&str| held.task(id).is_none().then_some(Code::UnknownTask);
    let refused: Vec<_> = shown.iter().map(is_unknown).collect();
    refusal.answer(&refused, |at, code| {
        let id = shown[at];
        if let Some(code) = code {
            let (code, message) = (code.as_str(), code.message(language));
            return json!({"id": id, "error_code": code, "error_message": message});
        }
        let task = held.task(id);
        let state = match task.map(|task| task.state) {
            // The service's own spelling.
            Some(TaskState::StartjobFailed) => Some(TaskState::StartJobFailed),
            state => state,
        };
        let mut result = json!({"id": id, "status": state.map(TaskState::as_str)});
        if let Some(code) = task.and_then(|task| task.error_code.as_deref()) {
            result["error_code"] = code.into();
            result["error_message"] = "The task has failed".into();
        }
        result
    })
}

/// Retries the tasks. Returns the response's status and body, and how many were retried.
pub(crate) fn retry(
    held: &mut Store,
    body: &Value,
    refusal: Refusal,
    language: Language,
    stores: Stores,
) -> Result<(u16, Value, usize), Problem> {
    let ids = ids(body, |job| job["job_id"].as_str())?;
    let can_be_retried = |state: TaskState| state.after_retry().is_some();
    let refuses = |id: &&str| held.refusal(id, can_be_retried);
    let refused: Vec<_> = ids.iter().map(refuses).collect();
    let mut retried = 0;
    let (status, body) = refusal.answer(&refused, |at, code| {
        if code.is_none() && stores.item(at) {
            held.retry(ids[at]);
            retried += 1;
        }
        result(ids[at], code, language)
    })?;
    Ok((status, body, retried))
}
