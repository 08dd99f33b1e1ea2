//! Checking a plan and cutting it into batches.

use std::{collections::HashMap, sync::Arc};

use crate::{
    Client, Error,
    body::RequestBody,
    call::Call,
    path,
    types::{BatchModifyPwdReq, EndPointType, ModifyPwdEndPoint},
};

use super::Options;

/// Braces, key and brackets around the items of a body.
const BODY_FRAME: usize = r#"{"jobs":[]}"#.len();

/// A plan that may be sent.
pub(super) struct Plan {
    pub(super) project_id: String,
    /// Shared with what looks for their secrets in answers.
    pub(super) changes: Arc<Vec<ModifyPwdEndPoint>>,
    /// Indices into `changes`: the end points of one task stand together, tasks in the order
    /// of their first.
    order: Vec<u32>,
    /// Where each batch ends in `order`.
    batch_ends: Vec<u32>,
}

impl Plan {
    pub(super) fn check(
        project_id: String,
        changes: Vec<ModifyPwdEndPoint>,
        options: &Options,
    ) -> Result<Self, Error> {
        options.check()?;
        path::check_argument(&project_id)
            .map_err(|problem| Error::invalid("project_id", problem))?;
        if changes.is_empty() {
            return Err(Error::invalid(
                "jobs",
                "the plan is empty; there is nothing to change",
            ));
        }
        if u32::try_from(changes.len()).is_err() {
            return Err(Error::invalid(
                "jobs",
                "the plan has over 4,294,967,295 items",
            ));
        }
        let mut sizes = Vec::with_capacity(changes.len());
        for (index, change) in changes.iter().enumerate() {
            sizes.push(check_item(index, change, options)?);
        }
        let order = order_by_task(&changes)?;
        let batch_ends = batch_ends(&order, &changes, &sizes, options);
        Ok(Self {
            project_id,
            changes: Arc::new(changes),
            order,
            batch_ends,
        })
    }

    pub(super) fn batches(&self) -> usize {
        self.batch_ends.len()
    }

    /// The items of a batch.
    pub(super) fn batch(&self, number: usize) -> &[u32] {
        let end = |number: usize| self.batch_ends.get(number).map(|end| *end as usize);
        let start = number.checked_sub(1).and_then(end).unwrap_or(0);
        end(number)
            .and_then(|end| self.order.get(start..end))
            .unwrap_or_default()
    }

    /// The changes of some items.
    pub(super) fn changes_of(&self, items: &[u32]) -> impl Iterator<Item = &ModifyPwdEndPoint> {
        items
            .iter()
            .filter_map(|item| self.changes.get(*item as usize))
    }

    /// The call that asks for some items.
    pub(super) fn call(
        &self,
        client: &Client,
        options: &Options,
        items: &[u32],
    ) -> Result<Call, Error> {
        let jobs = self.changes_of(items).cloned().collect();
        let mut call = client
            .batch_reset_password()
            .project_id(&self.project_id)
            .body(BatchModifyPwdReq { jobs });
        if let Some(language) = options.language {
            call = call.x_language(language);
        }
        call.call()
    }

    /// What names an item.
    pub(super) fn key(&self, item: u32) -> (&str, EndPointType) {
        match self.changes.get(item as usize) {
            Some(change) => (&change.job_id, change.end_point_type),
            // Items are indices that this plan gave out.
            None => ("", EndPointType::So),
        }
    }

    /// The items of several tasks, a group for each task.
    pub(super) fn by_task<'a>(&'a self, items: &'a [u32]) -> impl Iterator<Item = &'a [u32]> {
        items.chunk_by(|a, b| self.key(*a).0 == self.key(*b).0)
    }
}

/// Refuses an item that can't be sent; else gives its size as JSON.
fn check_item(index: usize, change: &ModifyPwdEndPoint, options: &Options) -> Result<usize, Error> {
    let invalid = |property: &str, problem: &str| {
        let field = format!(
            "jobs[{index}].{property} (task {:?}, {})",
            change.job_id, change.end_point_type
        );
        Err(Error::invalid(field, problem))
    };
    if change.job_id.is_empty() {
        return invalid("job_id", "it is empty; give the task's id");
    }
    if change.db_password.is_empty() {
        return invalid("db_password", "it is empty; give the new password");
    }
    match RequestBody::length(change) {
        Ok(size) if BODY_FRAME + size > options.batch_bytes => invalid(
            if change.kerberos.is_some() {
                "kerberos"
            } else {
                "db_password"
            },
            "the item alone is larger than a request may be (batch_bytes); look for a file \
             given by mistake",
        ),
        Ok(size) => Ok(size),
        Err(e) => invalid("db_password", &format!("it can't be written as JSON: {e}")),
    }
}

/// Brings the end points of a task together; refuses the same one twice.
fn order_by_task(changes: &[ModifyPwdEndPoint]) -> Result<Vec<u32>, Error> {
    let mut tasks: HashMap<&str, [Option<u32>; 2]> = HashMap::with_capacity(changes.len());
    for (index, change) in (0_u32..).zip(changes) {
        let [source, destination] = tasks.entry(&change.job_id).or_default();
        let place = match change.end_point_type {
            EndPointType::So => source,
            EndPointType::Ta => destination,
        };
        if let Some(first) = place.replace(index) {
            return Err(Error::invalid(
                format!("jobs[{index}]"),
                format!(
                    "end point {} of task {:?} is already in jobs[{first}]; a run changes each \
                     password once",
                    change.end_point_type, change.job_id
                ),
            ));
        }
    }
    let mut order = Vec::with_capacity(changes.len());
    for (index, change) in (0_u32..).zip(changes) {
        let Some(mut places) = tasks.get(change.job_id.as_str()).copied() else {
            continue;
        };
        places.sort_unstable();
        let mut places = places.into_iter().flatten().peekable();
        if places.peek() == Some(&index) {
            order.extend(places);
        }
    }
    Ok(order)
}

fn batch_ends(
    order: &[u32],
    changes: &[ModifyPwdEndPoint],
    sizes: &[usize],
    options: &Options,
) -> Vec<u32> {
    let job = |item: &u32| changes.get(*item as usize).map(|change| &change.job_id);
    let size = |item: &u32| sizes.get(*item as usize).copied().unwrap_or(0);
    let mut ends = Vec::new();
    let mut end = 0;
    let mut count = 0;
    let mut bytes = BODY_FRAME;
    let mut cut = |end: &mut u32, count: &mut usize, bytes: &mut usize| {
        if *count > 0 {
            ends.push(*end);
        }
        (*count, *bytes) = (0, BODY_FRAME);
    };
    for task in order.chunk_by(|a, b| job(a) == job(b)) {
        // A comma for each item is one too many, on the safe side.
        let task_bytes: usize = task.iter().map(|item| size(item) + 1).sum();
        if count + task.len() > options.batch_size || bytes + task_bytes > options.batch_bytes {
            cut(&mut end, &mut count, &mut bytes);
        }
        for item in task {
            // Only a task that is too large for a batch of its own is cut.
            if count + 1 > options.batch_size || bytes + size(item) > options.batch_bytes {
                cut(&mut end, &mut count, &mut bytes);
            }
            end += 1;
            count += 1;
            bytes += size(item) + 1;
        }
    }
    cut(&mut end, &mut count, &mut bytes);
    ends
}
