//! One fact, all facts of something, and what a key says.

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
    /// Whether only people read it.
    pub(crate) is_text: bool,
}

impl Fact {
    pub(crate) fn new(value: impl Into<Value>, at: String) -> Self {
        let value = value.into();
        Self {
            value,
            at,
            inside: None,
            is_text: false,
        }
    }

    /// Something that has facts of its own.
    pub(super) fn part(value: impl Into<Value>, at: String, inside: Kind) -> Self {
        let inside = Some(inside);
        let fact = Self::new(value, at);
        Self { inside, ..fact }
    }
}

/// What a fact is about: a key of the dialect, or words for what has none; and a name where
/// there are several.
type Key = (&'static str, String);

/// The facts of something.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts(BTreeMap<Key, Fact>);

impl Facts {
    /// Adds a fact, unless there is one of this name.
    pub(crate) fn add(&mut self, what: &'static str, name: &str, fact: Fact) {
        self.0.entry((what, name.to_owned())).or_insert(fact);
    }

    pub(crate) fn has(&self, what: &'static str) -> bool {
        let mut from = self.0.range((what, String::new())..);
        from.next().is_some_and(|((found, _), _)| *found == what)
    }

    /// All facts of both, each with what the other says of the same.
    pub(crate) fn paired<'f>(
        &'f self,
        other: &'f Self,
    ) -> impl Iterator<Item = (&'static str, &'f str, Option<&'f Fact>, Option<&'f Fact>)> {
        let keys: BTreeSet<&Key> = self.0.keys().chain(other.0.keys()).collect();
        keys.into_iter()
            .map(|key| (key.0, key.1.as_str(), self.0.get(key), other.0.get(key)))
    }
}

pub(crate) fn differs(old: Option<&Fact>, new: Option<&Fact>) -> bool {
    old.map(|fact| &fact.value) != new.map(|fact| &fact.value)
}

/// What a key says with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// What holds without it.
    Nothing,
    /// Something for people.
    Text,
    Something,
}

impl Says {
    pub(super) fn of(kind: Kind, key: &str, value: &Value) -> Self {
        let row = kind.key(key);
        let is_default = match row.map(|row| row.role) {
            // What is deprecated works as before, and this client follows no link.
            _ if matches!(key, "deprecated" | "links") => return Self::Text,
            Some(Role::Docs) => return Self::Text,
            None if key.starts_with("x-") || is_for_people(kind) => return Self::Text,
            None | Some(Role::Says(Absent::Nothing)) => false,
            Some(Role::Says(Absent::False)) => *value == false,
            Some(Role::Refused(_)) => row.is_some_and(|row| row.refusal(value).is_none()),
            Some(Role::Says(Absent::True)) => *value == true,
            Some(Role::Says(Absent::Zero)) => value.as_f64() == Some(0.0),
            Some(Role::Says(Absent::Empty)) => match value {
                Value::Array(items) => items.is_empty(),
                Value::Object(map) => map.is_empty(),
                _ => false,
            },
        };
        match is_default {
            true => Self::Nothing,
            false => Self::Something,
        }
    }
}

/// Whether nothing of this kind is sent or read.
fn is_for_people(kind: Kind) -> bool {
    use Kind::{Contact, Example, ExternalDocs, Info, License, Tag};
    matches!(
        kind,
        Contact | Example | ExternalDocs | Info | License | Tag
    )
}
