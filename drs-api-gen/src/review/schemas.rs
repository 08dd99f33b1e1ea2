//! Schemas: types, formats, properties, `null`, defaults.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    show,
    table::{Row, document, schemas as rows},
    values,
    walk::{At, Object, Walk},
};
use crate::spec::dialect::Kind;

/// Compares what has rules of its own; returns the keys.
pub(super) fn schema(
    walk: &mut Walk<'_>,
    at: &At,
    old: &Object,
    new: &Object,
) -> &'static [&'static str] {
    let differ = |key: &str| old.get(key) != new.get(key);
    if differ("type") {
        let (old, new) = (Some(show::schema(old)), Some(show::schema(new)));
        walk.add(&rows::TYPE, &at.key("type"), old, new);
    }
    // With another type the format is part of that, unless it made a secret.
    let secret = |map: &Object| map.get("format").and_then(Value::as_str) == Some("password");
    if differ("format") && (!differ("type") || secret(old) || secret(new)) {
        let (from, to) = (old.get("format"), new.get("format"));
        walk.values(format_row(old, new), &at.key("format"), from, to);
    }
    values::enums(walk, at, old, new);
    values::limits(walk, at, old, new);
    properties(walk, at, old, new);
    null(walk, at, old, new);
    if differ("default") {
        let (from, to) = (old.get("default"), new.get("default"));
        let row = match (from, to) {
            (None, _) => &rows::DEFAULT_ADDED,
            (_, None) => &rows::DEFAULT_REMOVED,
            _ => &rows::DEFAULT,
        };
        walk.values(row, &at.key("default"), from, to);
    }
    match further_properties(walk, at, old, new) {
        true => HANDLED,
        false => HANDLED.split_last().map_or(&[], |(_, rest)| rest),
    }
}

/// The last one is looked into where it is a schema in both.
const HANDLED: &[&str] = &[
    "type",
    "format",
    "enum",
    "x-open-enum",
    "maxLength",
    "maximum",
    "maxItems",
    "maxProperties",
    "minLength",
    "minimum",
    "minItems",
    "minProperties",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "uniqueItems",
    "multipleOf",
    "pattern",
    "properties",
    "required",
    "nullable",
    "default",
    "additionalProperties",
];

/// Formats of texts that have a Rust type of their own.
const TYPED: [&str; 6] = ["uuid", "date", "date-time", "ip", "ipv4", "ipv6"];

fn format_row(old: &Object, new: &Object) -> &'static Row {
    fn text<'a>(map: &'a Object, key: &str) -> Option<&'a str> {
        map.get(key).and_then(Value::as_str)
    }
    let (from, to) = (text(old, "format"), text(new, "format"));
    match (from, to) {
        (Some("password"), _) => return &rows::SECRET_DROPPED,
        (_, Some("password")) => return &rows::SECRET_ADDED,
        _ => {}
    }
    if let (Some(old), Some(new)) = (width(old), width(new)) {
        return match old.cmp(&new) {
            std::cmp::Ordering::Less => &rows::NUMBER_WIDENED,
            std::cmp::Ordering::Equal => &rows::NUMBER_FORMAT,
            std::cmp::Ordering::Greater => &rows::NUMBER_NARROWED,
        };
    }
    if text(new, "type") != Some("string") {
        return &rows::FORMAT_CHANGED;
    }
    let typed = |format: Option<&str>| format.is_some_and(|format| TYPED.contains(&format));
    match (typed(from), typed(to)) {
        (false, true) => &rows::TYPED_FORMAT_ADDED,
        (true, false) => &rows::TYPED_FORMAT_REMOVED,
        (false, false) if from.is_none() => &rows::FORMAT_ADDED,
        (false, false) if to.is_none() => &rows::FORMAT_REMOVED,
        _ => &rows::FORMAT_CHANGED,
    }
}

/// How wide a number is: without a format it is an `i64` or an `f64`.
fn width(map: &Object) -> Option<u8> {
    let text = |key: &str| map.get(key).and_then(Value::as_str);
    match (text("type"), text("format")) {
        (Some("integer"), Some("int32")) | (Some("number"), Some("float")) => Some(1),
        (Some("integer"), Some("int64") | None) | (Some("number"), Some("double") | None) => {
            Some(2)
        }
        _ => None,
    }
}

fn properties(walk: &mut Walk<'_>, at: &At, old: &Object, new: &Object) {
    let empty = Object::new();
    let map = |object: &'_ Object| match object.get("properties") {
        Some(Value::Object(map)) => Some(map.clone()),
        None => Some(empty.clone()),
        Some(_) => None,
    };
    let (Some(old_map), Some(new_map)) = (map(old), map(new)) else {
        let (from, to) = (old.get("properties"), new.get("properties"));
        return walk.values(&document::OTHER, &at.key("properties"), from, to);
    };
    let (was, is) = (required(old), required(new));
    let inside = at.key("properties");
    let names: BTreeSet<&String> = old_map.keys().chain(new_map.keys()).collect();
    for name in names {
        let mut here = inside.key(name).named("property", name.as_str());
        let (was, is) = (was.contains(name.as_str()), is.contains(name.as_str()));
        here.optional = !was && !is;
        match (old_map.get(name), new_map.get(name)) {
            (Some(old), Some(new)) => {
                if was != is {
                    let row = match is {
                        true => &rows::PROPERTY_REQUIRED,
                        false => &rows::PROPERTY_OPTIONAL,
                    };
                    let word = |required: bool| match required {
                        true => Some("required".to_owned()),
                        false => Some("optional".to_owned()),
                    };
                    walk.add(row, &here, word(was), word(is));
                }
                match (old, new) {
                    (Value::Object(old), Value::Object(new)) => {
                        walk.object(Kind::Schema, &here, old, new);
                    }
                    _ if old != new => walk.values(&document::OTHER, &here, Some(old), Some(new)),
                    _ => {}
                }
            }
            (None, Some(value)) => {
                let row = match is {
                    true => &rows::REQUIRED_PROPERTY_ADDED,
                    false => &rows::OPTIONAL_PROPERTY_ADDED,
                };
                walk.add(row, &here, None, Some(show::schema_or_value(value)));
            }
            (Some(value), None) => {
                let row = match was {
                    true => &rows::REQUIRED_PROPERTY_REMOVED,
                    false => &rows::OPTIONAL_PROPERTY_REMOVED,
                };
                walk.add(row, &here, Some(show::schema_or_value(value)), None);
            }
            (None, None) => {}
        }
    }
    if old.get("required") == new.get("required") {
        return;
    }
    let (from, to) = (old.get("required"), new.get("required"));
    if was == is {
        let row = &document::ORDER;
        return walk.values(row, &at.key("required"), from, to);
    }
    // A name that no property has asks for one all the same.
    let mut nameless = was.symmetric_difference(&is);
    if nameless.any(|name| !old_map.contains_key(*name) && !new_map.contains_key(*name)) {
        walk.values(&document::OTHER, &at.key("required"), from, to);
    }
}

fn required(map: &Object) -> BTreeSet<&str> {
    let names = map.get("required").and_then(Value::as_array);
    let names = names.into_iter().flatten();
    names.filter_map(Value::as_str).collect()
}

fn null(walk: &mut Walk<'_>, at: &At, old: &Object, new: &Object) {
    let (from, to) = (old.get("nullable"), new.get("nullable"));
    if from == to {
        return;
    }
    let set = |value: Option<&Value>| value == Some(&Value::Bool(true));
    let row = match (set(from), set(to), at.optional) {
        (false, true, false) => &rows::NULL_ALLOWED,
        (false, true, true) => &rows::NULL_ALLOWED_OPTIONAL,
        (true, false, false) => &rows::NULL_FORBIDDEN,
        (true, false, true) => &rows::NULL_FORBIDDEN_OPTIONAL,
        _ => &document::REWRITTEN,
    };
    walk.values(row, &at.key("nullable"), from, to);
}

/// Whether further properties are allowed. A schema that they must have is left to be
/// looked into.
fn further_properties(walk: &mut Walk<'_>, at: &At, old: &Object, new: &Object) -> bool {
    let key = "additionalProperties";
    let (from, to) = (old.get(key), new.get(key));
    let any = |value: Option<&Value>| matches!(value, None | Some(Value::Bool(true)));
    let none = |value: Option<&Value>| value == Some(&Value::Bool(false));
    let row = match (from, to) {
        (Some(Value::Object(_)), Some(Value::Object(_))) => return false,
        _ if from == to => return true,
        _ if any(from) && any(to) => &document::REWRITTEN,
        _ if any(from) && none(to) => &rows::OTHERS_FORBIDDEN,
        _ if none(from) && any(to) => &rows::OTHERS_ALLOWED,
        _ => &rows::OTHERS_TYPED,
    };
    walk.values(row, &at.key(key), from, to);
    true
}
