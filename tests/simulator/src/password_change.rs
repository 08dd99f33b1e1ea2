//! How the service changes passwords.

use serde_json::{Value, json};

use crate::change::Change;
use crate::fault::Stores;
use crate::problem::{Code, Language, Problem};
use crate::refusal::Refusal;
use crate::store::Store;
use crate::task_state::TaskState;

/// The operation's id in the spec.
pub(crate) const OPERATION: &str = "BatchResetPassword";

/// Checks each item and stores the valid ones. Returns the response's status and body, and how many
/// items were stored.
pub(crate) fn carry_out(
    held: &mut Store,
    changes: &[Change],
    refusal: Refusal,
    language: Language,
    stores: Stores,
) -> Result<(u16, Value, usize), Problem> {
    let mut refuses = |(at, change): (usize, &Change)| {
        let refusal = held.refusal(&change.job_id, TaskState::allows_change);
        refusal.or_else(|| {
            let is_wrong = held.refuses_password(change, stores.item(at));
            is_wrong.then_some(Code::WrongPassword)
        })
    };
    let refused: Vec<_> = changes.iter().enumerate().map(&mut refuses).collect();
    let mut stored = 0;
    let (status, body) = refusal.answer(&refused, |at, code| {
        let change = &changes[at];
        let mut result = result(&change.job_id, code, language);
        result["end_point_type"] = change.side.as_str().into();
        if code.is_none() && stores.item(at) {
            held.change(change);
            stored += 1;
        }
        result
    })?;
    Ok((status, body, stored))
}

/// The result of one item, in the form that all operations on tasks share.
pub(crate) fn result(job_id: &str, refused: Option<Code>, language: Language) -> Value {
    match refused {
        None => json!({"id": job_id, "status": "success"}),
        Some(code) => json!({
            "id": job_id,
            "status": "failed",
            "error_code": code.as_str(),
            "error_msg": code.message(language),
        }),
    }
}
