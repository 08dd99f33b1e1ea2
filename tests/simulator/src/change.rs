//! A parsed request body: the changes it asks for, or why it is invalid.

use std::collections::HashSet;

use serde_json::Value;

use crate::problem::{Code, Problem};
use crate::secret::Hidden;
use crate::spec::Operation;
use crate::task::Side;

/// One requested change.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) job_id: String,
    pub(crate) side: Side,
    pub(crate) password: Hidden,
    pub(crate) key_tab: Option<Hidden>,
}

/// The changes in a body that satisfies the spec, and the rules that the spec can't express.
pub(crate) fn read(operation: &Operation, body: &[u8]) -> Result<Vec<Change>, Problem> {
    let body = operation.read_body(body)?;
    let jobs = body["jobs"].as_array().ok_or(Code::Missing)?;
    if jobs.is_empty() {
        return Err(Code::Missing.at("jobs"));
    }
    let mut changes = Vec::with_capacity(jobs.len());
    let mut seen = HashSet::new();
    for (number, job) in jobs.iter().enumerate() {
        let text = |name: &str| match job[name].as_str() {
            Some("") | None => Err(Code::Missing.at(format!("jobs/{number}/{name}"))),
            Some(text) => Ok(text),
        };
        let job_id = text("job_id")?;
        let password = text("db_password")?;
        let side = Side::parse(text("end_point_type")?)
            .ok_or_else(|| Code::Invalid.at(format!("jobs/{number}/end_point_type")))?;
        if !seen.insert((job_id, side)) {
            return Err(Code::Duplicates.at(format!("jobs/{number}")));
        }
        changes.push(Change {
            job_id: job_id.to_owned(),
            side,
            password: password.into(),
            key_tab: job["kerberos"]["key_tab_file"].as_str().map(Hidden::from),
        });
    }
    Ok(changes)
}

/// An end point that a request names, whatever else is wrong with the request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Item {
    /// The task's id.
    pub job_id: String,
    /// The side, normally `so` or `ta`.
    pub end_point_type: String,
}

/// The end points that a body names, in order; anything else is skipped.
pub(crate) fn items(body: &[u8]) -> Vec<Item> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let jobs = body["jobs"].as_array().map(Vec::as_slice);
    let items = jobs.unwrap_or_default().iter().filter_map(|job| {
        Some(Item {
            job_id: job["job_id"].as_str()?.to_owned(),
            end_point_type: job["end_point_type"].as_str()?.to_owned(),
        })
    });
    items.collect()
}
