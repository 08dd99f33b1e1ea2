//! Checking a plan, cutting it into batches, and the call of each.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    Client, Error,
    body::RequestBody,
    call::Call,
    path,
    types::{BatchModifyPwdReq, EndPointType, Language, ModifyPwdEndPoint},
};

use super::Options;

/// Braces, key and brackets around the items of a body.
const BODY_FRAME: usize = r#"{"jobs":[]}"#.len();

/// What an item without `kerberos` has besides its texts.
const FRAME_OF_SMALL: usize = r#"{"db_password":"","end_point_type":"so","job_id":""}"#.len();

/// A plan that may be sent. An item is an index into its changes.
pub(super) struct Plan {
    pub(super) project_id: String,
    language: Option<Language>,
    /// Shared with what looks for their secrets in answers.
    pub(super) changes: Arc<Vec<ModifyPwdEndPoint>>,
    /// The items of each. The end points of one task follow each other; tasks come in the order of
    /// their first.
    pub(super) batches: Vec<Vec<usize>>,
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
            let problem = "the plan is empty; there is nothing to change";
            return Err(Error::invalid("jobs", problem));
        }
        let sizes = (changes.iter().enumerate())
            .map(|(item, change)| check_item(item, change, options))
            .collect::<Result<Vec<usize>, Error>>()?;
        let mut plan = Self {
            project_id,
            language: options.language,
            changes: Arc::new(changes),
            batches: Vec::new(),
        };
        plan.batches = plan.cut(&sizes, options)?;
        Ok(plan)
    }

    /// Cuts the plan into batches that stay below both limits.
    fn cut(&self, sizes: &[usize], options: &Options) -> Result<Vec<Vec<usize>>, Error> {
        let mut batches: Vec<Vec<usize>> = Vec::new();
        // Those of the last batch.
        let mut bytes = 0;
        let fits = |items: usize, bytes: usize| {
            items <= options.batch_size && bytes <= options.batch_bytes
        };
        // A comma for each item is one too many, on the safe side.
        let size = |items: &[usize]| items.iter().map(|item| sizes[*item] + 1).sum::<usize>();
        for task in self.by_task(&self.order_by_task()) {
            self.check_sides(task)?;
            // Only a task that is too large for a batch of its own is cut.
            let whole = fits(task.len(), BODY_FRAME + size(task));
            for items in task.chunks(if whole { task.len() } else { 1 }) {
                let more = size(items);
                match batches.last_mut() {
                    Some(last) if fits(last.len() + items.len(), bytes + more) => {
                        last.extend(items);
                        bytes += more;
                    }
                    _ => {
                        batches.push(items.to_vec());
                        bytes = BODY_FRAME + more;
                    }
                }
            }
        }
        Ok(batches)
    }

    /// The call that asks for some items. Their secrets are written into its body and copied
    /// nowhere else.
    pub(super) fn call(&self, client: &Client, items: &[usize]) -> Result<Call, Error> {
        let jobs: Vec<_> = items.iter().map(|item| &self.changes[*item]).collect();
        let room = BODY_FRAME + jobs.iter().map(|job| size(job) + 1).sum::<usize>();
        let body = RequestBody::write_in(room, &Jobs { jobs });
        let body = body.map_err(|e| Error::invalid("jobs", format!("they can't be written: {e}")));
        let mut call = client
            .batch_reset_password()
            .project_id(&self.project_id)
            .body(BatchModifyPwdReq { jobs: Vec::new() });
        if let Some(language) = self.language {
            call = call.x_language(language);
        }
        let mut call = call.call()?;
        call.body = Some(body?);
        Ok(call)
    }

    /// Brings the end points of a task together, each task where its first one is.
    fn order_by_task(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.changes.len()).collect();
        // Those of a task stay in their order.
        order.sort_by_key(|item| self.key(*item).0);
        let mut tasks: Vec<_> = self.by_task(&order).collect();
        tasks.sort_unstable_by_key(|task| task.first());
        tasks.concat()
    }

    /// Refuses a task of which the same end point is there twice.
    fn check_sides(&self, task: &[usize]) -> Result<(), Error> {
        for (at, item) in task.iter().enumerate() {
            let (id, side) = self.key(*item);
            let is_same = |first: &&usize| self.key(**first).1 == side;
            if let Some(first) = task[..at].iter().find(is_same) {
                let problem = format!(
                    "end point {side} of task {id:?} is already in jobs[{first}]; a run changes \
                     each password once"
                );
                return Err(Error::invalid(format!("jobs[{item}]"), problem));
            }
        }
        Ok(())
    }

    /// What names an item.
    pub(super) fn key(&self, item: usize) -> (&str, EndPointType) {
        let change = &self.changes[item];
        (&change.job_id, change.end_point_type)
    }

    /// The items of several tasks, a group for each task.
    pub(super) fn by_task<'a>(&'a self, items: &'a [usize]) -> impl Iterator<Item = &'a [usize]> {
        items.chunk_by(|a, b| self.key(*a).0 == self.key(*b).0)
    }
}

/// Refuses an item that can't be sent; else returns its size as JSON, or more if it is small.
fn check_item(item: usize, change: &ModifyPwdEndPoint, options: &Options) -> Result<usize, Error> {
    let (id, side) = (&change.job_id, change.end_point_type);
    let invalid = |property: &str, problem: &str| {
        let field = format!("jobs[{item}].{property} (task {id:?}, {side})");
        Err(Error::invalid(field, problem))
    };
    if id.is_empty() {
        return invalid("job_id", "it is empty; give the task's id");
    }
    if change.db_password.is_empty() {
        return invalid("db_password", "it is empty; give the new password");
    }
    // To measure each would take as long as to write it. A byte becomes six at most.
    let most = 6 * size(change);
    if change.kerberos.is_none() && most <= options.batch_bytes / options.batch_size {
        return Ok(most);
    }
    let kerberos = change.kerberos.as_ref();
    let largest = kerberos.map_or("db_password", |_| "kerberos");
    match RequestBody::write(change) {
        Ok(body) if BODY_FRAME + body.len() <= options.batch_bytes => Ok(body.len()),
        Ok(_) => invalid(
            largest,
            "the item alone is larger than a request may be (batch_bytes); look for a file \
             given by mistake",
        ),
        Err(e) => invalid(largest, &format!("it can't be written as JSON: {e}")),
    }
}

/// The size of an item as JSON, without `kerberos` and if nothing in it is escaped.
fn size(change: &ModifyPwdEndPoint) -> usize {
    FRAME_OF_SMALL + change.job_id.len() + change.db_password.expose_secret().len()
}

/// [`BatchModifyPwdReq`] without copies of its items.
#[derive(Serialize)]
struct Jobs<'a> {
    jobs: Vec<&'a ModifyPwdEndPoint>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_small_item_is_taken_for_is_no_less_than_its_size() {
        for text in ["a", "\u{1}\u{2}", "\"\\", "é", "test-Passw0rd"] {
            let change = ModifyPwdEndPoint::new(text, EndPointType::Ta, text.repeat(40));
            let taken_for = check_item(0, &change, &Options::default()).unwrap();
            assert!(
                taken_for >= RequestBody::write(&change).unwrap().len(),
                "{text:?}"
            );
        }
    }
}
