//! What the service does when passwords are to be changed: the one operation with a behaviour of
//! its own.

use serde_json::{Value, json};

use crate::change::Change;
use crate::problem::{Code, Language, Problem};
use crate::store::Store;

/// The operation's id in the spec.
pub(crate) const OPERATION: &str = "BatchResetPassword";

/// How the refusal of an item is answered.
///
/// The vendor's page documents the result of each item inside a 200, so that is the default. The
/// other two exist because public clients show that the service's sibling endpoints answer so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refusal {
    /// A 200 with one result for each item; the other items are changed.
    #[default]
    PerItem,
    /// A flat 400 with the first refused item's code; nothing is changed.
    WholeRequest,
    /// A 400 whose `results` hold the refused items alone; nothing is changed.
    Batch400,
}

/// Judges each item, stores what is to be stored, and gives the answer's status and body, and how
/// many items were stored.
pub(crate) fn carry_out(
    held: &mut Store,
    changes: &[Change],
    refusal: Refusal,
    language: Language,
    store: bool,
) -> Result<(u16, Value, usize), Problem> {
    let refusals: Vec<Option<Code>> = changes
        .iter()
        .map(|change| held.refusal(&change.job_id))
        .collect();
    let first = refusals.iter().flatten().next().copied();
    let status = match (first, refusal) {
        (None, _) | (_, Refusal::PerItem) => 200,
        (Some(code), Refusal::WholeRequest) => return Err(code.into()),
        (Some(code), Refusal::Batch400) => code.status(),
    };
    let judged = changes.iter().zip(refusals);
    let mut results = Vec::with_capacity(changes.len());
    let mut stored = 0;
    for (change, refusal) in judged {
        match refusal {
            Some(code) => results.push(json!({
                "id": change.job_id,
                "status": "failed",
                "end_point_type": change.side.as_str(),
                "error_code": code.as_str(),
                "error_msg": code.message(language),
            })),
            // A batch-shaped 400 says nothing of the others, and leaves them as they were.
            None if status != 200 => {}
            None => {
                if store {
                    held.change(change);
                    stored += 1;
                }
                results.push(json!({
                    "id": change.job_id,
                    "status": "success",
                    "end_point_type": change.side.as_str(),
                }));
            }
        }
    }
    let body = json!({"count": results.len(), "results": results});
    Ok((status, body, stored))
}
