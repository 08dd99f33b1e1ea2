//! Rules about a schema by itself: its type, and the keys that go with it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    finding::Findings,
    rules::{EMPTY_RANGE, FORMAT, MISPLACED_KEY, REQUIRED_PROPERTY, SCHEMA_TYPE},
    wording::listed,
};
use crate::spec::{dialect::Kind, node::Node, spelling::nearest, tree::Tree};

/// The types, and what people write for them.
const TYPES: [(&str, &str); 6] = [
    ("string", "str text String date uuid char varchar"),
    ("integer", "int int32 int64 long Integer"),
    ("number", "float double decimal Number"),
    ("boolean", "bool Boolean"),
    ("array", "list List Array vec"),
    ("object", "map dict struct Object json"),
];

const COMBINED: [&str; 4] = ["allOf", "oneOf", "anyOf", "not"];

const NUMERIC: &str = "multipleOf maximum exclusiveMaximum minimum exclusiveMinimum format enum";

/// The keys that make sense with one type only.
const KEYS: [(&str, &str); 6] = [
    ("string", "maxLength minLength pattern format enum"),
    ("integer", NUMERIC),
    ("number", NUMERIC),
    ("boolean", "enum"),
    ("array", "items maxItems minItems uniqueItems"),
    (
        "object",
        "properties required additionalProperties maxProperties minProperties",
    ),
];

/// The formats that the generated code reads or can ignore.
const FORMATS: [(&str, &str); 3] = [
    ("string", "password byte binary"),
    (
        "integer",
        "int32 int64 int8 int16 uint8 uint16 uint32 uint64",
    ),
    ("number", "float double"),
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
    }
}

fn words(all: &str) -> impl Iterator<Item = &str> {
    all.split(' ')
}

fn has(all: &str, word: &str) -> bool {
    words(all).any(|other| other == word)
}

fn schema_type(findings: &mut Findings<'_>, schema: &Node<'_>) -> Option<&'static str> {
    let Some(value) = schema.get("type") else {
        if !COMBINED.iter().any(|key| schema.has(key)) {
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
    // A value that is not a text has a finding already.
    let found = value.as_str()?;
    if let Some((ty, _)) = TYPES.iter().find(|(ty, _)| *ty == found) {
        return Some(ty);
    }
    let synonym = TYPES.iter().find(|(_, all)| has(all, found));
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
    let allowed = allowed.map_or("", |(_, keys)| keys);
    for (_, keys) in KEYS {
        for key in words(keys).filter(|key| !has(allowed, key)) {
            // `required: true` has a finding of its own.
            if schema.get(key).is_some_and(|value| !value.is_boolean()) {
                let of = KEYS.iter().filter(|(_, keys)| has(keys, key));
                let of = of.map(|(ty, _)| *ty);
                let message = format!(
                    "`{key}` means nothing with `type: {ty}`; remove it, or change the type to {}",
                    listed(of)
                );
                findings.add(MISPLACED_KEY, schema.at(&[key]), message);
            }
        }
    }
    for key in COMBINED.iter().filter(|key| schema.has(key)) {
        let message = format!("`{key}` beside `type` can't be generated; remove one of them");
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
    let whole = ["minimum", "maximum", "multipleOf"];
    for key in whole.iter().filter(|_| ty == "integer") {
        let number = schema.get(key).filter(|n| n.is_number() && !n.is_i64());
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
    if has(known, found) {
        if ty == "integer" {
            beyond_format(findings, schema, found);
        }
        return;
    }
    let other = FORMATS.iter().find(|(_, formats)| has(formats, found));
    let message = if let Some((other, _)) = other {
        format!("`{found}` is a format of `type: {other}`, not of `type: {ty}`; correct one")
    } else if ty == "string" && NEED_A_CRATE.contains(&found) {
        format!(
            "the format `{found}` would need a type that the client doesn't have; remove it and \
             say it in the description"
        )
    } else {
        let hint = findings.hint(
            found,
            words(known),
            "; remove it and say it in the description",
        );
        format!("the format `{found}` is not known{hint}")
    };
    findings.add(FORMAT, schema.at(&["format"]), message);
}

/// Beyond what fits, progenitor forgets the format.
fn beyond_format(findings: &mut Findings<'_>, schema: &Node<'_>, format: &str) {
    let Some((least, most)) = limits(format) else {
        return;
    };
    for key in ["minimum", "maximum"] {
        let limit = schema.get(key).and_then(Value::as_i64).map(i128::from);
        if limit.is_some_and(|limit| limit < least.into() || limit > most.into()) {
            let message = format!("`{key}` is beyond what `{format}` holds; correct one of them");
            findings.add(FORMAT, schema.at(&[key]), message);
        }
    }
}

/// The least and the most that an integer of a format can be.
pub(super) fn limits(format: &str) -> Option<(i64, u64)> {
    let (bits, signed) = match format.strip_prefix("uint") {
        Some(bits) => (bits, false),
        None => (format.strip_prefix("int")?, true),
    };
    let bits: u32 = bits.parse().ok().filter(|bits| (1..=64).contains(bits))?;
    let most = u64::MAX >> (64 - bits);
    match signed {
        true => Some((i64::MIN >> (64 - bits), most >> 1)),
        false => Some((0, most)),
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
            findings.add(EMPTY_RANGE, schema.at(&[low]), message);
        }
    }
}
