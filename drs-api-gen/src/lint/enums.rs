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
            // A slip in a key is one mistake, and so is a value that is not a text.
            Some(Value::Bool(_)) if schema.slips.is_empty() && sound => {
                if let Err(message) = open_enums::shape(pointer, schema.map) {
                    findings.add(OPEN_ENUM_SHAPE, pointer.as_str(), message);
                } else if in_requests.contains(pointer) {
                    let message = "an open enum in a request lets any text through; give the \
                                   request a schema of its own without `x-open-enum`";
                    findings.add(OPEN_ENUM_IN_REQUEST, pointer.as_str(), message);
                }
            }
            // A value of another type has a finding.
            _ => {}
        }
    }
}

fn not_open(schema: &Node<'_>) -> &'static str {
    if schema.text("type").is_some_and(|ty| ty != "string") {
        "an answer with another value could not be read at all; list the values in the \
         description instead of an `enum`"
    } else if schema.component().is_some() {
        "an answer with a new value could not be read at all; write `x-open-enum: true`"
    } else {
        "an answer with a new value could not be read at all; move this enum to \
         components/schemas and write `x-open-enum: true`"
    }
}

/// Checks the values of an enum. Says whether each is one of its type.
fn values(findings: &mut Findings<'_>, schema: &Node<'_>, open: bool) -> bool {
    let Some(Value::Array(values)) = schema.get("enum") else {
        return true;
    };
    if values.is_empty() {
        let message = "the enum has no values; list them, or remove `enum`";
        findings.add(ENUM_VALUES, schema.at(&["enum"]), message);
    }
    let ty = schema.text("type").unwrap_or_default();
    let (mut seen, mut sound) = (BTreeSet::new(), true);
    // Each text once, with its index.
    let mut texts = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let message = if !seen.insert(value.to_string()) {
            format!("the value {value} is listed twice; remove one")
        } else if let Some(message) = misfit(ty, value) {
            sound = false;
            message
        } else {
            match value.as_str() {
                Some(text) if ty == "string" => {
                    texts.push((index, text));
                    if text.trim() == text {
                        continue;
                    }
                    format!("the value `{text}` begins or ends with a space; remove it")
                }
                _ => continue,
            }
        };
        findings.add(
            ENUM_VALUES,
            schema.at(&["enum", &index.to_string()]),
            message,
        );
    }
    for (index, message) in names::variants(texts.iter().map(|(_, text)| *text), open).1 {
        if let Some((index, _)) = texts.get(index) {
            findings.add(
                ENUM_VALUES,
                schema.at(&["enum", &index.to_string()]),
                message,
            );
        }
    }
    sound
}

/// Why a value can't be one of this type.
fn misfit(ty: &str, value: &Value) -> Option<String> {
    let (fits, what, instead) = match ty {
        _ if value.is_null() => {
            return Some(
                "`null` is no value of an enum; remove it, and write `nullable: true` if it may \
                 be null"
                    .to_owned(),
            );
        }
        "string" => (value.is_string(), "text", "put quotes around it"),
        "integer" => (value.is_i64() || value.is_u64(), "integer", "correct it"),
        "number" => (value.is_number(), "number", "correct it"),
        "boolean" => (value.is_boolean(), "boolean", "correct it"),
        _ => return None,
    };
    (!fits).then(|| format!("the value {value} is no {what}; {instead}"))
}
