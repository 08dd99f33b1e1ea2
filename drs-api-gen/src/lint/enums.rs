//! Rules about enums, open and closed.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    finding::Findings,
    rules::{ENUM_VALUES, OPEN_ENUM_IN_REQUEST, OPEN_ENUM_SHAPE, RESPONSE_ENUM_NOT_OPEN},
};
use crate::{
    names,
    passes::open_enums,
    spec::{dialect::Kind, keys::OPEN_ENUM, node::Node, tree::Tree},
};

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let (in_requests, in_answers) = (tree.in_requests(), tree.in_answers());
    for schema in tree.of(Kind::Schema) {
        let flag = schema.get(OPEN_ENUM);
        let sound = values(findings, schema, flag.is_some());
        let pointer = &schema.pointer;
        match flag {
            None if schema.has("enum") && in_answers.contains(pointer) => {
                findings.add(RESPONSE_ENUM_NOT_OPEN, pointer.as_str(), not_open(schema));
            }
            // A slip in a key is one mistake, and so is a value that is not a string.
            Some(Value::Bool(_)) if schema.unknown.is_empty() && sound => {
                if let Err(message) = open_enums::shape(pointer, schema.map) {
                    findings.add(OPEN_ENUM_SHAPE, pointer.as_str(), message);
                } else if in_requests.contains(pointer) {
                    let message = "an open enum in a request lets any string through; give the \
                                   request a schema of its own without `x-open-enum`";
                    findings.add(OPEN_ENUM_IN_REQUEST, pointer.as_str(), message);
                }
            }
            // A value of another type has a finding.
            _ => {}
        }
    }
}

fn not_open(schema: &Node<'_>) -> String {
    let first = match schema.component() {
        Some(_) => "",
        None => "move this enum to components/schemas and ",
    };
    format!("a response with a new value couldn't be read at all; {first}write `x-open-enum: true`")
}

/// Checks the values of an enum. Says whether each is one of its type.
fn values(findings: &mut Findings<'_>, schema: &Node<'_>, open: bool) -> bool {
    // With another type it is a misplaced key.
    let is_text = schema.text("type").is_none_or(|ty| ty == "string");
    let Some(Value::Array(values)) = schema.get("enum").filter(|_| is_text) else {
        return schema.get("enum").is_none_or(Value::is_array);
    };
    if values.is_empty() {
        let message = "the enum has no values; list them, or remove `enum`";
        findings.add(ENUM_VALUES, schema.at(&["enum"]), message);
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    // Each text once, with its index.
    let mut texts = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let message = match value.as_str() {
            _ if !seen.insert(value.to_string()) => {
                format!("the value {value} is listed twice; remove one")
            }
            Some(text) if text.trim() == text => {
                texts.push((index, text));
                continue;
            }
            Some(text) => format!("the value `{text}` begins or ends with a space; remove it"),
            None if value.is_null() => {
                "`null` is not a value of an enum; remove it, and write `nullable: true` if it may \
                 be null"
                    .to_owned()
            }
            None => format!("the value {value} is not a string; put quotes around it"),
        };
        found.push((index, message));
    }
    let variants = names::variants(texts.iter().map(|(_, text)| *text), open).1;
    found.extend(variants.into_iter().filter_map(|(nth, message)| {
        let (index, _) = texts.get(nth)?;
        Some((*index, message))
    }));
    for (index, message) in found {
        let at = schema.at(&["enum", &index.to_string()]);
        findings.add(ENUM_VALUES, at, message);
    }
    values.iter().all(Value::is_string)
}
