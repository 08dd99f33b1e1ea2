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
    let step = i128::from(excluded) * if upper { -1 } else { 1 };
    let rounded = match (integer(value), value.as_f64()) {
        (Some(exact), _) => Some(exact + step),
        // What lies between two integers excludes neither.
        (None, Some(float)) if upper => Some(float.floor() as i128),
        (None, Some(float)) => Some(float.ceil() as i128),
        _ => None,
    };
    let of = |whole: i128| match (i64::try_from(whole), u64::try_from(whole)) {
        (Ok(whole), _) => Some(json!(whole)),
        (_, Ok(whole)) => Some(json!(whole)),
        _ => None,
    };
    match rounded.filter(|_| is_integer).and_then(of) {
        Some(whole) => whole,
        None if excluded => json!({ "excluded": value }),
        None => integer(value).and_then(of).unwrap_or_else(|| value.clone()),
    }
}
