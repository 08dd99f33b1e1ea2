//! One fact, and which facts came, went or changed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::spec::dialect::{Absent, Kind, Role};

/// A fact: what it says, and where.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) value: Value,
    /// JSON pointer.
    pub(crate) at: String,
    /// The kind of what has facts of its own, such as a property. The value says then whether
    /// it has to be there.
    pub(crate) inside: Option<Kind>,
}

/// What a fact is about: a key of the dialect, or words for what has none; and a name where
/// there are several.
type Key = (&'static str, String);

#[derive(Clone, Debug, Default)]
pub(crate) struct Facts(BTreeMap<Key, Fact>);

impl Facts {
    pub(crate) fn add(&mut self, what: &'static str, name: &str, value: Value, at: String) {
        let inside = None;
        let fact = Fact { value, at, inside };
        self.0.entry((what, name.to_owned())).or_insert(fact);
    }

    /// Adds something that has facts of its own.
    pub(super) fn part(&mut self, what: &'static str, name: &str, value: Value, inside: Part) {
        let Part(kind, at) = inside;
        let inside = Some(kind);
        let fact = Fact { value, at, inside };
        self.0.entry((what, name.to_owned())).or_insert(fact);
    }

    pub(crate) fn has(&self, what: &'static str) -> bool {
        let mut from = self.0.range((what, String::new())..);
        from.next().is_some_and(|((found, _), _)| *found == what)
    }

    /// What is in both, with what both say.
    pub(crate) fn parts_in<'f>(
        &'f self,
        other: &'f Self,
    ) -> impl Iterator<Item = (&'static str, &'f str, &'f Fact, &'f Fact)> {
        self.0.iter().filter_map(|(key @ (what, name), fact)| {
            Some((*what, name.as_str(), fact, other.0.get(key)?))
        })
    }
}

/// Of which kind something is, and where.
pub(super) struct Part(pub(super) Kind, pub(super) String);

/// The facts of something.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    /// The object that a reader would call the thing itself.
    pub(crate) home: String,
    pub(crate) facts: Facts,
}

/// Whether nothing on the wire depends on a key with this value.
pub(crate) fn says_nothing(kind: Kind, key: &str, value: &Value) -> bool {
    let is_empty = || match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    };
    match kind.key(key).map(|key| key.role) {
        // What is deprecated works as before, and this client follows no link.
        _ if matches!(key, "deprecated" | "links") => true,
        Some(Role::Docs) => true,
        Some(Role::Says(Absent::Nothing)) => false,
        Some(Role::Says(Absent::False) | Role::Refused(_)) => *value == false,
        Some(Role::Says(Absent::True)) => *value == true,
        Some(Role::Says(Absent::Zero)) => value.as_f64() == Some(0.0),
        Some(Role::Says(Absent::Empty)) => is_empty(),
        None => key.starts_with("x-"),
    }
}

/// A fact that came, went or changed.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) what: &'static str,
    pub(crate) name: String,
    pub(crate) old: Option<Fact>,
    pub(crate) new: Option<Fact>,
}

impl Difference {
    /// Where it is, in both documents; empty, where it isn't.
    pub(crate) fn places(&self) -> (String, String) {
        let place = |fact: &Option<Fact>| fact.as_ref().map_or("", |fact| &fact.at).to_owned();
        (place(&self.old), place(&self.new))
    }

    /// Whether it is about something that has facts of its own.
    pub(crate) fn is_of_a_part(&self) -> bool {
        let mut facts = [&self.old, &self.new].into_iter().flatten();
        facts.any(|fact| fact.inside.is_some())
    }
}

pub(crate) fn differences(old: &Facts, new: &Facts) -> Vec<Difference> {
    let keys: BTreeSet<_> = old.0.keys().chain(new.0.keys()).collect();
    let mut found = Vec::new();
    for key @ (what, name) in keys {
        let (old, new) = (old.0.get(key), new.0.get(key));
        if old.map(|fact| &fact.value) != new.map(|fact| &fact.value) {
            found.push(Difference {
                what,
                name: name.clone(),
                old: old.cloned(),
                new: new.cloned(),
            });
        }
    }
    found
}
