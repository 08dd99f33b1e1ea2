//! Which side of a difference allows more.

use std::cmp::Ordering;

use crate::facts::{Fact, is_enough_for, more_than};

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

pub(super) fn relation(what: &str, old: Option<&Fact>, new: Option<&Fact>) -> Relation {
    if let (Some(was), Some(is)) = (level(what, old), level(what, new)) {
        return match was.cmp(&is) {
            Ordering::Equal if was == PLAIN => Same,
            // Others of one level aren't compared here.
            Ordering::Equal => Other,
            order => Relation::by(order),
        };
    }
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (&old.value, &new.value),
        // Of most facts the values are fewer with it than without.
        (old, _) => {
            let adds = matches!(what, "enum value" | "nullable" | "server address");
            return if adds == old.is_none() {
                Wider
            } else {
                Narrower
            };
        }
    };
    match what {
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

/// The level of a format that allows all that its type does.
const PLAIN: u8 = 9;

/// How much is allowed, where a name says it.
pub(super) fn level(what: &str, fact: Option<&Fact>) -> Option<u8> {
    let value = fact.map(|fact| fact.value.as_str().unwrap_or_default());
    match (what, value) {
        // A secret is written as every other text is, and a number has 64 bits without a format.
        ("format", None | Some("password" | "int64" | "double")) => Some(PLAIN),
        ("format", _) | ("further properties", Some("none")) => Some(0),
        ("further properties", Some(_)) => Some(1),
        ("further properties", None) => Some(2),
        _ => None,
    }
}
