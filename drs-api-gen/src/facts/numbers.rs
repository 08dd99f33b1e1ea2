//! Limits as the numbers that they are: integers of any size aren't rounded.

use std::cmp::Ordering;

use serde_json::{Value, json};

/// Floats up to here have every integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn integer(value: &Value) -> Option<i128> {
    let whole = |float: &f64| float.fract() == 0.0 && float.abs() <= EXACT;
    let float = value.as_f64().filter(whole).map(|float| float as i128);
    let exact = value.as_i64().map(i128::from);
    exact.or(value.as_u64().map(i128::from)).or(float)
}

/// Which of two numbers is larger, if both are numbers.
pub(crate) fn more_than(a: &Value, b: &Value) -> Option<Ordering> {
    match (integer(a), integer(b)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

/// A limit as what it allows: of an integer the last one that is allowed, of another number
/// an object if the limit itself is excluded.
pub(super) fn limit(value: &Value, upper: bool, is_integer: bool, excluded: bool) -> Value {
    let step = match (is_integer && excluded, upper) {
        (false, _) => 0,
        (true, true) => -1,
        (true, false) => 1,
    };
    let exact = integer(value).and_then(|exact| serde_json::to_value(exact + step).ok());
    match exact {
        Some(exact) if is_integer || !excluded => exact,
        _ if excluded => json!({ "excluded": value }),
        _ => value.clone(),
    }
}
