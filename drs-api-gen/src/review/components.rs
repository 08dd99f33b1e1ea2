//! The sections of `components`: what was added, removed or renamed, and what is new
//! inside.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    show,
    table::{Row, document as rows},
    walk::{At, Object, Walk},
};
use crate::{
    names,
    spec::{
        dialect::{Kind, SECTIONS},
        pointer::unescape,
    },
};

const NAMES: &[&str] = &[
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "securitySchemes",
    "links",
    "callbacks",
];

/// Compares all sections; returns their names.
pub(super) fn sections(
    walk: &mut Walk<'_>,
    at: &At,
    old: &Object,
    new: &Object,
) -> &'static [&'static str] {
    let empty = Object::new();
    for (section, kind) in SECTIONS {
        let map = |object: &Object| match object.get(section) {
            Some(Value::Object(map)) => Some(map.clone()),
            None => Some(empty.clone()),
            Some(_) => None,
        };
        match (map(old), map(new)) {
            (Some(old), Some(new)) => self::section(walk, kind, &at.key(section), &old, &new),
            _ => walk.values(
                &rows::OTHER,
                &at.key(section),
                old.get(section),
                new.get(section),
            ),
        }
    }
    NAMES
}

fn section(walk: &mut Walk<'_>, kind: Kind, at: &At, old: &Object, new: &Object) {
    let what = what(kind);
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in keys {
        let here = at.key(name).named(what, name.as_str());
        match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) => component(walk, kind, &here, old, new),
            (Some(value), None) => {
                let renamed = walk.renames.new_of(&here.old).map(str::to_owned);
                let found = renamed.as_deref().and_then(|pointer| {
                    let name = unescape(pointer.rsplit('/').next()?);
                    let value = new.get(&name)?;
                    Some((name, value))
                });
                match found {
                    Some((new_name, new)) => {
                        let here = at.keys(name, &new_name).named(what, new_name.as_str());
                        let row = renamed_row(kind, name, &new_name);
                        walk.add(row, &here, Some(name.clone()), Some(new_name));
                        component(walk, kind, &here, value, new);
                    }
                    None => walk.add(rows_of(kind).1, &here, Some(shown(kind, value)), None),
                }
            }
            (None, Some(value)) if !walk.renames.is_new(&here.new) => {
                walk.add(rows_of(kind).0, &here, None, Some(shown(kind, value)));
            }
            _ => {}
        }
    }
}

fn component(walk: &mut Walk<'_>, kind: Kind, at: &At, old: &Value, new: &Value) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) if !is_whole(kind) => {
            walk.object(kind, at, old, new);
        }
        _ if old != new => {
            let row = match kind {
                Kind::Example => &rows::EXAMPLE,
                _ => &rows::OTHER,
            };
            walk.values(row, at, Some(old), Some(new));
        }
        _ => {}
    }
}

/// Whether these are not looked into.
fn is_whole(kind: Kind) -> bool {
    matches!(kind, Kind::Example)
}

fn shown(kind: Kind, value: &Value) -> String {
    match kind {
        Kind::Schema => show::schema_or_value(value),
        _ => show::value(value),
    }
}

/// The rows for one that is added and one that is removed.
fn rows_of(kind: Kind) -> (&'static Row, &'static Row) {
    match kind {
        Kind::Schema => (&rows::SCHEMA_ADDED, &rows::SCHEMA_REMOVED),
        Kind::SecurityScheme => (&rows::SCHEME_ADDED, &rows::SCHEME_REMOVED),
        Kind::Example => (&rows::EXAMPLE, &rows::EXAMPLE),
        _ => (&rows::COMPONENT_ADDED, &rows::COMPONENT_REMOVED),
    }
}

fn renamed_row(kind: Kind, old: &str, new: &str) -> &'static Row {
    match kind {
        Kind::Schema if names::pascal(old) == names::pascal(new) => &rows::SCHEMA_RESPELT,
        Kind::Schema => &rows::SCHEMA_RENAMED,
        Kind::SecurityScheme => &rows::SCHEME_RENAMED,
        _ => &rows::COMPONENT_RENAMED,
    }
}

fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::Schema => "schema",
        Kind::Response => "answer",
        Kind::Parameter => "parameter",
        Kind::Example => "example",
        Kind::RequestBody => "request body",
        Kind::Header => "header",
        _ => "security scheme",
    }
}
