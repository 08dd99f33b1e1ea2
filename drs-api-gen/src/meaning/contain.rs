//! Which of two schemas allows more: constraint by constraint, so that what is judged wider
//! allows each value that the other one allows.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Meaning, Schema, schema::View};

/// What the new values are to the old ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Same,
    /// All of the old ones, and more.
    Wider,
    /// Not all of the old ones, and no others.
    Narrower,
    /// Neither, or it can't be told.
    Other,
}

impl Relation {
    pub(crate) fn turned(self) -> Self {
        match self {
            Self::Wider => Self::Narrower,
            Self::Narrower => Self::Wider,
            other => other,
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Same, other) | (other, Self::Same) => other,
            (a, b) if a == b => a,
            _ => Self::Other,
        }
    }

    pub(super) fn of(keeps_all: bool, adds_none: bool) -> Self {
        match (keeps_all, adds_none) {
            (true, true) => Self::Same,
            (true, false) => Self::Wider,
            (false, true) => Self::Narrower,
            (false, false) => Self::Other,
        }
    }
}

/// What a difference is about, where its class hangs on more than the relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Facet {
    Values,
    Type,
    Null,
    Required,
    PropertyAdded {
        required: bool,
        closed: bool,
    },
    PropertyRemoved {
        required: bool,
        closed: bool,
    },
    EnumValue {
        open: bool,
    },
    /// Only what the generator makes of it differs.
    Rust,
    Secret,
    /// Alternatives, and what those are to each other that a client reads one by one.
    Choice {
        read: Relation,
    },
    Default,
    ReadOnly,
    WriteOnly,
    Unknown,
}

/// One difference of two schemas.
#[derive(Clone, Debug)]
pub(crate) struct Inner {
    pub(crate) kind: &'static str,
    pub(crate) facet: Facet,
    pub(crate) relation: Relation,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) from: Option<Value>,
    pub(crate) to: Option<Value>,
}

/// Two schemas inside of others: what they are to each other counts for these, turned round
/// or, where `one of` leaves it open, either way.
pub(crate) struct Pair {
    pub(crate) old: Schema,
    pub(crate) new: Schema,
    pub(crate) turned: bool,
    pub(crate) exclusive: bool,
}

/// The differences of two schemas one level deep, and the pairs of schemas inside of them.
pub(crate) fn differences(
    (base, old): (Meaning<'_>, &Schema),
    (revision, new): (Meaning<'_>, &Schema),
) -> (Vec<Inner>, Vec<Pair>) {
    let mut found = Found {
        base,
        revision,
        old: base.view(old),
        new: revision.view(new),
        all: Vec::new(),
        pairs: Vec::new(),
    };
    found.types();
    found.enums();
    found.bounds();
    found.format();
    found.rest();
    found.properties();
    found.inside();
    (found.all, found.pairs)
}

pub(super) struct Found<'a> {
    pub(super) base: Meaning<'a>,
    pub(super) revision: Meaning<'a>,
    pub(super) old: View<'a>,
    pub(super) new: View<'a>,
    pub(super) all: Vec<Inner>,
    pub(super) pairs: Vec<Pair>,
}

/// What two schemas are to each other, all that is inside of them included.
pub(crate) fn relation(
    base: Meaning<'_>,
    revision: Meaning<'_>,
    old: &Schema,
    new: &Schema,
) -> Relation {
    let mut waiting = vec![(old.clone(), new.clone(), false, false)];
    let mut seen = BTreeSet::new();
    let mut relation = Relation::Same;
    while let Some((old, new, turned, exclusive)) = waiting.pop() {
        if !seen.insert((old.clone(), new.clone(), turned, exclusive)) {
            continue;
        }
        let (inner, pairs) = differences((base, &old), (revision, &new));
        for difference in inner {
            relation = relation.and(match (difference.relation, turned, exclusive) {
                (Relation::Same, ..) => Relation::Same,
                (_, _, true) => Relation::Other,
                (other, true, _) => other.turned(),
                (other, ..) => other,
            });
        }
        for pair in pairs {
            let exclusive = exclusive || pair.exclusive;
            waiting.push((pair.old, pair.new, turned != pair.turned, exclusive));
        }
    }
    relation
}
