//! How an item of a request is refused.

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::problem::{Code, Problem};

/// The response to a refused item.
///
/// The vendor's pages document per-item results in a 200, which is the default. The other two exist
/// because public clients show that sibling endpoints respond this way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Refusal {
    /// A 200 with one result per item; the other items are stored.
    #[default]
    PerItem,
    /// A flat 400 with the first refused item's code; nothing is stored.
    WholeRequest,
    /// A 400 whose `results` list only the refused items; nothing is stored.
    Batch400,
}

impl Refusal {
    /// The status and body of a response. `result` stores the item at a position, unless it is
    /// refused, and returns its result.
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
        // A batch-shaped 400 omits the other items, and leaves them unchanged.
        let told = items.filter(|(_, code)| status == 200 || code.is_some());
        let results: Vec<Value> = told.map(|(at, code)| result(at, *code)).collect();
        Ok((status, json!({"count": results.len(), "results": results})))
    }
}
