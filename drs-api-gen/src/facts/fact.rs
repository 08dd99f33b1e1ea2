//! One fact, and which facts came, went or changed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::spec::Object;
use crate::spec::{
    dialect::{Absent, Kind, Role},
    pointer::child,
};

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sort {
    Operation,
    /// Method, servers and path of an operation.
    Address,
    Server,
    Security,
    /// What a name of credentials stands for.
    Scheme,
    Parameter,
    Body,
    Answer,
    /// Whether an answer has a body.
    Content,
    Media,
    Header,
    /// Whether a parameter, a header or a body has to be there.
    Needed,
    /// How a parameter is written.
    Style,
    /// Whether a parameter names the project.
    Project,
    /// Whether there is a schema.
    Schema,
    Property,
    /// Whether a property has to be there.
    Required,
    Type,
    Format,
    Null,
    /// That the values are listed.
    Enum,
    Value,
    /// The order of the values.
    Order,
    /// That values which are not listed can be read.
    Open,
    Limit,
    Default,
    ReadOnly,
    WriteOnly,
    /// Which further properties there may be.
    Further,
    /// A list of alternatives.
    Choice,
    /// What is not understood.
    Other,
}

/// A fact: what it says, and where.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fact {
    pub(crate) value: Value,
    pub(crate) pointer: String,
}

impl Fact {
    pub(crate) fn new(value: impl Into<Value>, pointer: &str) -> Self {
        let (value, pointer) = (value.into(), pointer.to_owned());
        Self { value, pointer }
    }
}

/// Facts by what they are about: a sort, and a name where there are several.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts(BTreeMap<(Sort, String), Fact>);

impl Facts {
    pub(crate) fn add(&mut self, sort: Sort, name: &str, value: impl Into<Value>, pointer: String) {
        let value = value.into();
        let fact = Fact { value, pointer };
        self.0.entry((sort, name.to_owned())).or_insert(fact);
    }

    pub(crate) fn get(&self, sort: Sort, name: &str) -> Option<&Fact> {
        self.0.get(&(sort, name.to_owned()))
    }

    pub(crate) fn has(&self, sort: Sort) -> bool {
        self.of(sort).next().is_some()
    }

    /// The facts of a sort, by name.
    pub(crate) fn of(&self, sort: Sort) -> impl Iterator<Item = (&str, &Fact)> {
        let range = self.0.range((sort, String::new())..);
        let same = range.take_while(move |((found, _), _)| *found == sort);
        same.map(|((_, name), fact)| (name.as_str(), fact))
    }

    /// The names of the facts of a sort, and where they are.
    pub(super) fn places(&mut self, sort: Sort) -> impl Iterator<Item = (String, &mut String)> {
        let facts = self
            .0
            .iter_mut()
            .filter(move |((found, _), _)| *found == sort);
        facts.map(|((_, name), fact)| (name.clone(), &mut fact.pointer))
    }

    /// Says what the value of a fact is, if it is one.
    pub(super) fn set(&mut self, sort: Sort, value: &str) {
        if let Some(fact) = self.0.get_mut(&(sort, String::new())) {
            fact.value = value.into();
        }
    }

    /// Adds what an object says that has no rule of its own.
    pub(super) fn others(&mut self, kind: Kind, map: &Object, pointer: &str, handled: &[&str]) {
        for (key, value) in map {
            if !handled.contains(&key.as_str()) && !says_nothing(kind, key, value) {
                self.add(Sort::Other, key, value.clone(), child(pointer, key));
            }
        }
    }
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
    pub(crate) sort: Sort,
    pub(crate) name: String,
    pub(crate) old: Option<Fact>,
    pub(crate) new: Option<Fact>,
}

impl Difference {
    pub(crate) fn new(sort: Sort, name: &str, old: Option<Fact>, new: Option<Fact>) -> Self {
        let name = name.to_owned();
        Self {
            sort,
            name,
            old,
            new,
        }
    }
}

pub(crate) fn differences(old: &Facts, new: &Facts) -> Vec<Difference> {
    let keys: BTreeSet<_> = old.0.keys().chain(new.0.keys()).collect();
    let sides = keys
        .into_iter()
        .map(|key| (key, old.0.get(key), new.0.get(key)));
    let differs = sides.filter(|(_, old, new)| old.map(|f| &f.value) != new.map(|f| &f.value));
    differs
        .map(|((sort, name), old, new)| Difference::new(*sort, name, old.cloned(), new.cloned()))
        .collect()
}
