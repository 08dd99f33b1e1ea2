//! Rules about a schema by itself: its type, and the keys that go with it.

use serde_json::Value;

use super::{
    finding::{Findings, Rule, rule},
    wording::{did_you_mean, listed, nearest},
};
use crate::spec::{
    dialect::Kind,
    tree::{Node, Tree},
};

pub(super) const SCHEMA_TYPE: Rule = rule(
    "schema-type",
    "without a known type progenitor makes untyped JSON of it, or panics",
);
pub(super) const MISPLACED_KEY: Rule = rule(
    "misplaced-key",
    "a key of another type makes progenitor forget the type",
);
pub(super) const FORMAT: Rule = rule(
    "format",
    "an unknown format is ignored, and some need crates that the client doesn't have",
);
pub(super) const REQUIRED_PROPERTY: Rule = rule(
    "required-property",
    "what is required has to be there to be set",
);
pub(super) const EMPTY_RANGE: Rule = rule("empty-range", "no value can satisfy it");
pub(super) const INVALID_PATTERN: Rule = rule(
    "invalid-pattern",
    "a pattern that can't be compiled can't be checked",
);

/// The types, and what people write for them.
const TYPES: [(&str, &[&str]); 6] = [
    (
        "string",
        &["str", "text", "String", "date", "uuid", "char", "varchar"],
    ),
    ("integer", &["int", "int32", "int64", "long", "Integer"]),
    ("number", &["float", "double", "decimal", "Number"]),
    ("boolean", &["bool", "Boolean"]),
    ("array", &["list", "List", "Array", "vec"]),
    ("object", &["map", "dict", "struct", "Object", "json"]),
];

const COMBINED: [&str; 4] = ["allOf", "oneOf", "anyOf", "not"];

const NUMERIC: &[&str] = &[
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "format",
    "enum",
];

/// The keys that make sense with one type only.
const KEYS: [(&str, &[&str]); 6] = [
    (
        "string",
        &["maxLength", "minLength", "pattern", "format", "enum"],
    ),
    ("integer", NUMERIC),
    ("number", NUMERIC),
    ("boolean", &["enum"]),
    ("array", &["items", "maxItems", "minItems", "uniqueItems"]),
    (
        "object",
        &[
            "properties",
            "required",
            "additionalProperties",
            "maxProperties",
            "minProperties",
        ],
    ),
];

/// The formats that the generated code reads or can ignore.
const FORMATS: [(&str, &[&str]); 3] = [
    ("string", &["password", "byte", "binary"]),
    ("integer", &["int32", "int64"]),
    ("number", &["float", "double"]),
];

/// Formats that typify has a crate's type for.
const NEED_A_CRATE: [&str; 6] = ["date", "date-time", "uuid", "ip", "ipv4", "ipv6"];

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    for schema in tree.of(Kind::Schema) {
        let Some(ty) = schema_type(findings, schema) else {
            continue;
        };
        misplaced(findings, schema, ty);
        format(findings, schema, ty);
        required(findings, schema);
        ranges(findings, schema);
        if let Some(pattern) = schema.text("pattern") {
            let schema_of_pattern = serde_json::json!({ "pattern": pattern });
            if jsonschema::draft4::new(&schema_of_pattern).is_err() {
                let message = format!("`{pattern}` is no regular expression; correct it");
                findings.add(INVALID_PATTERN, schema.at(&["pattern"]), message);
            }
        }
    }
}

fn schema_type(findings: &mut Findings<'_>, schema: &Node<'_>) -> Option<&'static str> {
    let Some(value) = schema.map.get("type") else {
        if !COMBINED.iter().any(|key| schema.map.contains_key(*key)) {
            let guess = match schema.map {
                map if map.contains_key("properties") => "`type: object`",
                map if map.contains_key("items") => "`type: array`",
                map if map.contains_key("enum") || map.contains_key("pattern") => "`type: string`",
                map if map.contains_key("nullable") => "one: `nullable` has no effect without",
                _ => "one, such as `type: string`",
            };
            let message = format!("the schema has no `type`; write {guess}");
            findings.add(SCHEMA_TYPE, schema.pointer.clone(), message);
        }
        return None;
    };
    // A value that is no text has a finding already.
    let found = value.as_str()?;
    if let Some((ty, _)) = TYPES.iter().find(|(ty, _)| *ty == found) {
        return Some(ty);
    }
    let synonym = TYPES.iter().find(|(_, words)| words.contains(&found));
    let near = || nearest(found, TYPES.map(|(ty, _)| ty));
    let message = match synonym.map(|(ty, _)| *ty).or_else(near) {
        Some(meant) => format!("there is no type `{found}`; write `{meant}`"),
        None => format!(
            "there is no type `{found}`; write {}",
            listed(TYPES.map(|(ty, _)| ty))
        ),
    };
    findings.add(SCHEMA_TYPE, schema.at(&["type"]), message);
    None
}

fn misplaced(findings: &mut Findings<'_>, schema: &Node<'_>, ty: &str) {
    let allowed = KEYS.iter().find(|(known, _)| *known == ty);
    let allowed = allowed.map_or(&[][..], |(_, keys)| keys);
    for (_, keys) in KEYS {
        for key in keys.iter().filter(|key| !allowed.contains(key)) {
            // `required: true` has a finding of its own.
            if schema
                .map
                .get(*key)
                .is_some_and(|value| !value.is_boolean())
            {
                let of: Vec<&str> = KEYS
                    .iter()
                    .filter(|(_, keys)| keys.contains(key))
                    .map(|(ty, _)| *ty)
                    .collect();
                let message = format!(
                    "`{key}` means nothing with `type: {ty}`; remove it, or change the type to {}",
                    listed(of)
                );
                findings.add(MISPLACED_KEY, schema.at(&[key]), message);
            }
        }
    }
    for key in COMBINED.iter().filter(|key| schema.map.contains_key(**key)) {
        let message = format!("`{key}` beside `type` can't be generated; remove one of them");
        findings.add(MISPLACED_KEY, schema.at(&[key]), message);
    }
    for (flag, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        if schema.is_set(flag) && !schema.map.contains_key(bound) {
            let message = format!("`{flag}` means nothing without `{bound}`; add it");
            findings.add(MISPLACED_KEY, schema.at(&[flag]), message);
        }
    }
    let whole = ["minimum", "maximum", "multipleOf"];
    for key in whole.iter().filter(|_| ty == "integer") {
        let number = schema
            .map
            .get(*key)
            .filter(|n| n.is_number() && !n.is_i64());
        if let Some(number) = number {
            let message = format!("`{key}` of an integer can't be {number}; write a whole number");
            findings.add(MISPLACED_KEY, schema.at(&[key]), message);
        }
    }
}

fn format(findings: &mut Findings<'_>, schema: &Node<'_>, ty: &str) {
    let Some(found) = schema.text("format") else {
        return;
    };
    let Some((_, known)) = FORMATS.iter().find(|(known, _)| *known == ty) else {
        return;
    };
    if known.contains(&found) {
        if found == "int32" {
            limits_of_int32(findings, schema);
        }
        return;
    }
    let other = FORMATS.iter().find(|(_, formats)| formats.contains(&found));
    let message = if let Some((other, _)) = other {
        format!("`{found}` is a format of `type: {other}`, not of `type: {ty}`; correct one")
    } else if ty == "string" && NEED_A_CRATE.contains(&found) {
        format!(
            "the format `{found}` would need a type that the client doesn't have; remove it and \
             say it in the description"
        )
    } else {
        let hint = did_you_mean(found, known.iter().copied());
        let hint = if hint.is_empty() {
            "; remove it and say it in the description"
        } else {
            &hint
        };
        format!("the format `{found}` is not known{hint}")
    };
    findings.add(FORMAT, schema.at(&["format"]), message);
}

/// Beyond what fits, progenitor forgets the format.
fn limits_of_int32(findings: &mut Findings<'_>, schema: &Node<'_>) {
    for key in ["minimum", "maximum"] {
        let limit = schema.map.get(key).and_then(Value::as_i64);
        if limit.is_some_and(|limit| i32::try_from(limit).is_err()) {
            let message = format!("`{key}` is more than `int32` holds; write `format: int64`");
            findings.add(FORMAT, schema.at(&[key]), message);
        }
    }
}

fn required(findings: &mut Findings<'_>, schema: &Node<'_>) {
    let properties = || schema.entries("properties").map(|(name, _)| name);
    let required = schema.list("required");
    for (index, name) in required.iter().enumerate() {
        let Some(text) = name.as_str() else { continue };
        let at = schema.at(&["required", &index.to_string()]);
        if !properties().any(|property| property == text) {
            let free = properties().filter(|p| !required.contains(&Value::from(*p)));
            let hint = did_you_mean(text, free);
            let hint = if hint.is_empty() {
                "; add it to `properties`, or take it out of `required`"
            } else {
                &hint
            };
            let message = format!("there is no property `{text}`{hint}");
            findings.add(REQUIRED_PROPERTY, at, message);
        } else if required.iter().take(index).any(|earlier| earlier == name) {
            let message = format!("`{text}` is listed twice; remove one");
            findings.add(REQUIRED_PROPERTY, at, message);
        }
    }
}

fn ranges(findings: &mut Findings<'_>, schema: &Node<'_>) {
    for (low, high) in [
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
        ("minProperties", "maxProperties"),
    ] {
        let number = |key| schema.map.get(key).and_then(Value::as_f64);
        if let (Some(least), Some(most)) = (number(low), number(high))
            && least > most
        {
            let message = format!("`{low}` is above `{high}`, so nothing fits; swap them");
            findings.add(EMPTY_RANGE, schema.at(&[low]), message);
        }
    }
}
