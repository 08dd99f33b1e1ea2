//! Rules about a schema by itself: its type, and the keys that go with it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    finding::Findings,
    rules::{EMPTY_RANGE, FORMAT, MISPLACED_KEY, REQUIRED_PROPERTY, SCHEMA_TYPE, WRONG_TYPE},
    wording::listed,
};
use crate::spec::{dialect::Kind, node::Node, spelling::nearest, tree::Tree};

pub(super) const COMBINED: [&str; 4] = ["allOf", "oneOf", "anyOf", "not"];

/// A type, and what goes with no other.
struct Type {
    name: &'static str,
    keys: &'static str,
    /// The formats that the generated code reads or can ignore.
    formats: &'static str,
}

const OF_OBJECTS: &str = "properties required additionalProperties maxProperties minProperties";
const TEXTUAL: &str = "maxLength minLength pattern format enum";
const NUMERIC: &str = "multipleOf maximum exclusiveMaximum minimum exclusiveMinimum format";

const TYPES: [Type; 6] = [
    ty("string", TEXTUAL, "password byte binary"),
    ty("integer", NUMERIC, "int32 int64"),
    ty("number", NUMERIC, "float double"),
    ty("boolean", "", ""),
    ty("array", "items maxItems minItems uniqueItems", ""),
    ty("object", OF_OBJECTS, ""),
];

const fn ty(name: &'static str, keys: &'static str, formats: &'static str) -> Type {
    Type {
        name,
        keys,
        formats,
    }
}

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    for schema in tree.of(Kind::Schema) {
        let Some(ty) = schema_type(findings, schema) else {
            continue;
        };
        misplaced(findings, schema, ty);
        format(findings, schema, ty);
        required(findings, schema);
        ranges(findings, schema);
    }
}

fn words(all: &str) -> impl Iterator<Item = &str> {
    all.split_whitespace()
}

fn has(all: &str, word: &str) -> bool {
    words(all).any(|other| other == word)
}

fn schema_type(findings: &mut Findings<'_>, schema: &Node<'_>) -> Option<&'static Type> {
    let Some(value) = schema.get("type") else {
        if !COMBINED.iter().any(|key| schema.has(key)) {
            let has_key = |ty: &&Type| words(ty.keys).any(|key| schema.has(key));
            let meant = TYPES.iter().find(has_key);
            let message = match meant {
                Some(Type { name, .. }) => {
                    format!("the schema has no `type`; write `type: {name}`")
                }
                None => "the schema has no `type`; write one, such as `type: string`".to_owned(),
            };
            findings.add(SCHEMA_TYPE, schema.pointer.clone(), message);
        }
        return None;
    };
    // A value that is not a text has a finding already.
    let found = value.as_str()?;
    if let Some(ty) = TYPES.iter().find(|ty| ty.name == found) {
        return Some(ty);
    }
    let names = || TYPES.iter().map(|ty| ty.name);
    let message = if let Some(ty) = TYPES.iter().find(|ty| has(ty.formats, found)) {
        let name = ty.name;
        format!("`{found}` is a format of `type: {name}`; write both, or the type that is meant")
    } else if let Some(meant) = nearest(found, names()) {
        format!("`{found}` is not a type; write `{meant}`")
    } else if found == "null" {
        "`null` is not a type; write the other type, and `nullable: true` next to it".to_owned()
    } else {
        format!("`{found}` is not a type; write {}", listed(names()))
    };
    findings.misplaced(WRONG_TYPE, schema.at(&["type"]), message);
    None
}

fn misplaced(findings: &mut Findings<'_>, schema: &Node<'_>, ty: &Type) {
    let keys: BTreeSet<&str> = TYPES.iter().flat_map(|ty| words(ty.keys)).collect();
    for key in keys {
        // `required: true` has a finding of its own.
        if !has(ty.keys, key) && schema.get(key).is_some_and(|value| !value.is_boolean()) {
            let others = TYPES.iter().filter(|ty| has(ty.keys, key));
            let message = format!(
                "`{key}` can't go with `type: {}`; remove it, or change the type to {}",
                ty.name,
                listed(others.map(|ty| ty.name))
            );
            findings.add(MISPLACED_KEY, schema.at(&[key]), message);
        }
    }
    // The others are refused anywhere.
    for key in ["allOf", "oneOf"].iter().filter(|key| schema.has(key)) {
        let message = format!("`{key}` next to `type` can't be generated; remove one of them");
        findings.add(MISPLACED_KEY, schema.at(&[key]), message);
    }
    for (flag, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        if schema.is_set(flag) && !schema.has(bound) {
            let message = format!("`{flag}` means nothing without `{bound}`; add it");
            findings.add(MISPLACED_KEY, schema.at(&[flag]), message);
        }
    }
}

fn format(findings: &mut Findings<'_>, schema: &Node<'_>, ty: &Type) {
    let Some(found) = schema.text("format").filter(|_| has(ty.keys, "format")) else {
        return;
    };
    if has(ty.formats, found) {
        return beyond_format(findings, schema, found);
    }
    let message = if let Some(other) = TYPES.iter().find(|ty| has(ty.formats, found)) {
        let (other, ty) = (other.name, ty.name);
        format!("`{found}` is a format of `type: {other}`, not of `type: {ty}`; correct one")
    } else {
        let otherwise = "; remove it and say it in the description";
        let hint = findings.hint(found, words(ty.formats), otherwise);
        format!("the client can't read the format `{found}`{hint}")
    };
    findings.add(FORMAT, schema.at(&["format"]), message);
}

fn beyond_format(findings: &mut Findings<'_>, schema: &Node<'_>, format: &str) {
    let (least, most) = limits(format).unwrap_or((i64::MIN, i64::MAX));
    for key in ["minimum", "maximum"] {
        let limit = schema.get(key).and_then(Value::as_i64);
        if limit.is_some_and(|limit| !(least..=most).contains(&limit)) {
            let message =
                format!("`{key}` is outside {least} to {most}, all of `{format}`; correct one");
            findings.add(FORMAT, schema.at(&[key]), message);
        }
    }
}

/// The least and the most that an integer of a format can be.
pub(super) fn limits(format: &str) -> Option<(i64, i64)> {
    match format {
        "int32" => Some((i32::MIN.into(), i32::MAX.into())),
        "int64" => Some((i64::MIN, i64::MAX)),
        _ => None,
    }
}

fn required(findings: &mut Findings<'_>, schema: &Node<'_>) {
    let properties: BTreeSet<&str> = schema.entries("properties").map(|(name, _)| name).collect();
    let required = schema.list("required").iter();
    let all: BTreeSet<&str> = required.clone().filter_map(Value::as_str).collect();
    let mut seen = BTreeSet::new();
    for (index, name) in required.enumerate() {
        let Some(name) = name.as_str() else { continue };
        let message = if !properties.contains(name) {
            let free = properties.difference(&all).copied();
            let otherwise = "; add it to `properties`, or take it out of `required`";
            let hint = findings.hint(name, free, otherwise);
            format!("there is no property `{name}`{hint}")
        } else if !seen.insert(name) {
            format!("`{name}` is listed twice; remove one")
        } else {
            continue;
        };
        let at = schema.at(&["required", &index.to_string()]);
        findings.add(REQUIRED_PROPERTY, at, message);
    }
}

fn ranges(findings: &mut Findings<'_>, schema: &Node<'_>) {
    for (low, high) in [
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
        ("minProperties", "maxProperties"),
    ] {
        let number = |key| schema.get(key).and_then(Value::as_f64);
        if let (Some(least), Some(most)) = (number(low), number(high))
            && least > most
        {
            let message = format!("`{low}` is above `{high}`, so nothing fits; swap them");
            findings.misplaced(EMPTY_RANGE, schema.at(&[low]), message);
        }
    }
}
