//! The part of two documents in which their generated code can differ: what changed, what
//! refers to it, and what those refer to. To generate the rest would only show that it is
//! the same, and would be most of the time that a large document takes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    Document, names,
    spec::{
        dialect::SECTIONS,
        keys::OPEN_ENUM as EXTENSION,
        pointer::{child, component_of, unescape},
    },
};

/// Paths and components by their pointers.
type Units<'a> = BTreeMap<String, &'a Value>;

/// Both documents without the paths and components that don't matter.
pub(super) fn that_changes(base: &Document, revision: &Document) -> (Document, Document) {
    let (old, new) = (units(base), units(revision));
    let mut refers: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut referred: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (pointer, value) in old.iter().chain(&new) {
        let mut targets = BTreeSet::new();
        references(value, &mut targets);
        for target in &targets {
            referred.entry(target.clone()).or_default().insert(pointer);
        }
        refers.entry(pointer).or_default().extend(targets);
    }
    let all: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changed = all
        .into_iter()
        .filter(|unit| old.get(*unit) != new.get(*unit));
    let mut kept: BTreeSet<String> = changed.cloned().collect();
    // Some code is there once for all schemas, or for all open enums. One of each that stays
    // says that what changes is not the last of them.
    let stays = |(unit, value): &(&String, &&Value)| new.get(*unit) == Some(*value);
    let schemas = || {
        old.iter()
            .filter(|(unit, _)| unit.starts_with("/components/schemas/"))
    };
    let is_open = |(_, value): &(&String, &&Value)| value.get(EXTENSION).is_some();
    for witness in [schemas().find(stays), schemas().filter(is_open).find(stays)] {
        kept.extend(witness.map(|(unit, _)| unit.clone()));
    }
    kept.extend(namesakes(&kept, old.iter().chain(&new)));
    close(&mut kept, |unit| {
        referred
            .get(unit)
            .into_iter()
            .flatten()
            .map(|s| (*s).to_owned())
            .collect()
    });
    close(&mut kept, |unit| {
        refers.get(unit).into_iter().flatten().cloned().collect()
    });
    (only(base, &kept), only(revision, &kept))
}

/// What can have the Rust name of something that changed: operations with its id, and schemas
/// whose name it begins with, since what is written in place in them is named after them.
fn namesakes<'u>(
    changed: &BTreeSet<String>,
    units: impl Iterator<Item = (&'u String, &'u &'u Value)> + Clone,
) -> Vec<String> {
    let ids = |value: &Value| -> Vec<String> {
        let methods = value.as_object().into_iter().flatten();
        let ids = methods.filter_map(|(_, operation)| operation.get("operationId")?.as_str());
        ids.map(names::pascal).collect()
    };
    let schema = |unit: &str| {
        let name = unit.strip_prefix("/components/schemas/")?;
        Some(names::pascal(&unescape(name)))
    };
    let (mut taken, mut schemas) = (BTreeSet::new(), BTreeSet::new());
    for (unit, value) in units.clone().filter(|(unit, _)| changed.contains(*unit)) {
        taken.extend(ids(value));
        schemas.extend(schema(unit));
    }
    let begins = |name: &str| {
        let longer = schemas.range(name.to_owned()..).next();
        longer.is_some_and(|longer| longer.starts_with(name))
    };
    units
        .filter(|(unit, value)| {
            ids(value).iter().any(|id| taken.contains(id))
                || schema(unit).is_some_and(|n| begins(&n))
        })
        .map(|(unit, _)| unit.clone())
        .collect()
}

fn units(document: &Document) -> Units<'_> {
    mappings()
        .filter_map(|mapping| Some((document.value().pointer(&mapping)?.as_object()?, mapping)))
        .flat_map(|(map, mapping)| {
            map.iter()
                .map(move |(key, value)| (child(&mapping, key), value))
        })
        .collect()
}

/// The pointers of `paths` and of each section of `components`.
fn mappings() -> impl Iterator<Item = String> {
    let sections = SECTIONS
        .iter()
        .map(|(section, _)| format!("/components/{section}"));
    std::iter::once("/paths".to_owned()).chain(sections)
}

/// The components that are named anywhere in a value, by `$ref` or otherwise.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let target = component_of(text);
            found.extend(target.map(|(section, name)| format!("/components/{section}/{name}")));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(map) => map.values().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// Adds what is next to something in the set, until there is no more.
fn close(set: &mut BTreeSet<String>, next: impl Fn(&str) -> Vec<String>) {
    let mut waiting: Vec<String> = set.iter().cloned().collect();
    while let Some(unit) = waiting.pop() {
        for unit in next(&unit) {
            if set.insert(unit.clone()) {
                waiting.push(unit);
            }
        }
    }
}

fn only(document: &Document, kept: &BTreeSet<String>) -> Document {
    let mut document = document.clone();
    for mapping in mappings() {
        document.retain(&mapping, |unit| kept.contains(unit));
    }
    document
}
