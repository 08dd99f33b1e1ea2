//! Which side of a difference allows more.

use std::cmp::Ordering;

use serde_json::Value;

use crate::facts::{Difference, Fact, Sort, divides, is_enough_for, more_than, range};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Same,
    /// The revision allows all that the base did, and more.
    Wider,
    Narrower,
    Other,
}
use Relation::{Narrower, Other, Same, Wider};

impl Relation {
    /// From whether everything old is allowed now, and everything new was.
    fn of(old_fits: bool, new_fitted: bool) -> Self {
        match (old_fits, new_fitted) {
            (true, true) => Same,
            (true, false) => Wider,
            (false, true) => Narrower,
            (false, false) => Other,
        }
    }

    /// From the order of how much is allowed.
    fn by(order: Ordering) -> Self {
        match order {
            Ordering::Less => Wider,
            Ordering::Equal => Same,
            Ordering::Greater => Narrower,
        }
    }
}

pub(super) fn relation(difference: &Difference) -> Relation {
    let (from, to) = (&difference.old, &difference.new);
    match difference.sort {
        Sort::Format => return format(from, to),
        Sort::Further => {
            // Two types of what there may be aren't compared here.
            let order = Relation::by(further(from).cmp(&further(to)));
            return if order == Same { Other } else { order };
        }
        _ => {}
    }
    let (old, new) = match (from, to) {
        (Some(old), Some(new)) => (&old.value, &new.value),
        // Of most facts the values are fewer with it than without.
        (old, _) => {
            let adds = matches!(difference.sort, Sort::Value | Sort::Null);
            return if adds == old.is_none() {
                Wider
            } else {
                Narrower
            };
        }
    };
    match (difference.sort, difference.name.as_str()) {
        (Sort::Type, _) => match (old.as_str(), new.as_str()) {
            (Some("integer"), Some("number")) => Wider,
            (Some("number"), Some("integer")) => Narrower,
            _ => Other,
        },
        (Sort::Limit, "multipleOf") => Relation::of(divides(new, old), divides(old, new)),
        (Sort::Limit, name) if name != "pattern" => {
            let (a, b) = (old.get("excluded"), new.get("excluded"));
            let Some(order) = more_than(a.unwrap_or(old), b.unwrap_or(new)) else {
                return Other;
            };
            let order = if name.starts_with("max") {
                order
            } else {
                order.reverse()
            };
            // The same number allows less if it is excluded itself.
            Relation::by(order.then(a.is_none().cmp(&b.is_none())))
        }
        (Sort::Choice, "anyOf") => Relation::of(is_within(old, new), is_within(new, old)),
        (Sort::Security, _) => Relation::of(is_enough_for(old, new), is_enough_for(new, old)),
        (Sort::Server, _) => Relation::of(keeps(old, new), false),
        _ => Other,
    }
}

/// A secret is written as every other text is, and what has no range is a format of texts.
fn format(old: &Option<Fact>, new: &Option<Fact>) -> Relation {
    let format = |fact: &Option<Fact>| {
        let format = fact.as_ref().and_then(|fact| fact.value.as_str());
        format
            .filter(|format| *format != "password")
            .map(str::to_owned)
    };
    let (old, new) = (format(old), format(new));
    let within = |a: (i128, i128), b: (i128, i128)| b.0 <= a.0 && a.1 <= b.1;
    match (range(old.as_deref()), range(new.as_deref())) {
        _ if old == new => Same,
        (Some(old), Some(new)) => Relation::of(within(old, new), within(new, old)),
        _ => Relation::of(new.is_none(), old.is_none()),
    }
}

/// How much is allowed of further properties: nothing, some, everything.
fn further(fact: &Option<Fact>) -> u8 {
    match fact.as_ref().map(|fact| fact.value.as_str()) {
        None => 2,
        Some(Some("none")) => 0,
        _ => 1,
    }
}

/// Whether no further property is allowed.
pub(super) fn allows_nothing(fact: &Option<Fact>) -> bool {
    further(fact) == 0
}

fn is_within(inner: &Value, outer: &Value) -> bool {
    let outer = outer.as_array();
    let has = |value| outer.is_some_and(|outer| outer.contains(value));
    inner.as_array().is_some_and(|inner| inner.iter().all(has))
}

/// Whether each variable of a server has its default and all values that it had.
fn keeps(old: &Value, new: &Value) -> bool {
    let (Value::Array(old), Value::Array(new)) = (old, new) else {
        return false;
    };
    let keeps = |(old, new): (&Value, &Value)| {
        old[0] == new[0] && (new[1].is_null() || is_within(&old[1], &new[1]))
    };
    old.len() == new.len() && old.iter().zip(new).all(keeps)
}
