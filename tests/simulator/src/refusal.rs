//! The ways in which an item of a request is refused.

use serde_json::{Value, json};

use crate::problem::{Code, Problem};

/// How the refusal of an item is answered.
///
/// The vendor's pages document the result of each item inside a 200, so that is the default. The
/// other two exist because public clients show that the service's sibling endpoints answer so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refusal {
    /// A 200 with one result for each item; the other items are carried out.
    #[default]
    PerItem,
    /// A flat 400 with the first refused item's code; nothing is carried out.
    WholeRequest,
    /// A 400 whose `results` hold the refused items alone; nothing is carried out.
    Batch400,
}

impl Refusal {
    /// The status and the body of an answer. `result` carries an item out, by its position, unless
    /// it is refused, and makes its result.
    pub(crate) fn answer(
        self,
        refused: &[Option<Code>],
        mut result: impl FnMut(usize, Option<Code>) -> Value,
    ) -> Result<(u16, Value), Problem> {
        let first = refused.iter().flatten().next().copied();
        let status = match (first, self) {
            (None, _) | (_, Self::PerItem) => 200,
            (Some(code), Self::WholeRequest) => return Err(code.into()),
            (Some(_), Self::Batch400) => 400,
        };
        let items = refused.iter().enumerate();
        // A batch-shaped 400 says nothing of the others, and leaves them as they were.
        let told = items.filter(|(_, code)| status == 200 || code.is_some());
        let results: Vec<Value> = told.map(|(at, code)| result(at, *code)).collect();
        Ok((status, json!({"count": results.len(), "results": results})))
    }
}
