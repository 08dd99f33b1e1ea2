//! Which side of a difference allows more.

use std::cmp::Ordering;

use crate::facts::{Difference, Fact, is_enough_for, more_than};

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
    let Difference { what, old, new, .. } = difference;
    if *what == "format" {
        // A secret is written as every other text is, and a number has 64 bits without a format.
        let is_plain = |fact: &Option<Fact>| {
            let format = fact.as_ref().and_then(|fact| fact.value.as_str());
            matches!(format, None | Some("password" | "int64" | "double"))
        };
        return match (is_plain(old), is_plain(new)) {
            (true, true) => Same,
            (true, false) => Narrower,
            (false, true) => Wider,
            (false, false) => Other,
        };
    }
    if *what == "further properties" {
        // Two types of what there may be aren't compared here.
        return match further(old).cmp(&further(new)) {
            Ordering::Equal => Other,
            order => Relation::by(order),
        };
    }
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (&old.value, &new.value),
        // Of most facts the values are fewer with it than without.
        (old, _) => {
            let adds = matches!(*what, "enum value" | "nullable" | "server address");
            return if adds == old.is_none() {
                Wider
            } else {
                Narrower
            };
        }
    };
    match *what {
        "type" if *old == "integer" && *new == "number" => Wider,
        "type" if *old == "number" && *new == "integer" => Narrower,
        "security" => match (is_enough_for(old, new), is_enough_for(new, old)) {
            (true, true) => Same,
            (true, false) => Wider,
            _ => Narrower,
        },
        limit if limit.starts_with("max") || limit.starts_with("min") => {
            let (a, b) = (old.get("excluded"), new.get("excluded"));
            let order = more_than(a.unwrap_or(old), b.unwrap_or(new));
            let is_upper = limit.starts_with("max");
            // The same number allows less if it is excluded itself.
            let order = order.map(|order| if is_upper { order } else { order.reverse() });
            let order = order.map(|order| order.then(a.is_none().cmp(&b.is_none())));
            order.map_or(Other, Relation::by)
        }
        _ => Other,
    }
}

/// How much is allowed of further properties: nothing, some, everything.
pub(super) fn further(fact: &Option<Fact>) -> u8 {
    match fact.as_ref().map(|fact| fact.value.as_str()) {
        None => 2,
        Some(Some("none")) => 0,
        _ => 1,
    }
}
