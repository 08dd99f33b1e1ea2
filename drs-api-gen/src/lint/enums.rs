//! Rules about enums, open and closed.

use serde_json::Value;

use super::finding::{Findings, Rule, rule};
use crate::{
    names,
    passes::open_enums,
    spec::{
        dialect::Kind,
        keys::OPEN_ENUM,
        tree::{Node, Tree},
    },
};

pub(super) const ENUM_VALUES: Rule = rule(
    "enum-values",
    "each value becomes a variant, with a name of its own",
);
pub(super) const RESPONSE_ENUM_NOT_OPEN: Rule = rule(
    "response-enum-not-open",
    "a closed enum in an answer turns an unknown value into an unreadable answer: a \
     successful change would be reported as an error",
);
pub(super) const OPEN_ENUM_SHAPE: Rule = rule(
    "open-enum-shape",
    "an open enum is made of a named schema with `type: string` and an `enum`",
);
pub(super) const OPEN_ENUM_IN_REQUEST: Rule = rule(
    "open-enum-in-request",
    "an open enum is made of any text, so that a slip would be sent",
);

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let (in_requests, in_answers) = (tree.in_requests(), tree.in_answers());
    for schema in tree.of(Kind::Schema) {
        let flag = schema.map.get(OPEN_ENUM);
        values(findings, schema, flag.is_some());
        let pointer = schema.pointer.as_str();
        match flag {
            None => {
                if in_answers.contains(pointer) && schema.map.contains_key("enum") {
                    let message = not_open(schema);
                    findings.add(RESPONSE_ENUM_NOT_OPEN, pointer, message);
                }
            }
            Some(Value::Bool(_)) => {
                if let Err(message) = open_enums::shape(pointer, schema.map) {
                    findings.add(OPEN_ENUM_SHAPE, pointer, message);
                } else if in_requests.contains(pointer) {
                    let message = "an open enum in a request lets any text through; give the \
                                   request a schema of its own without `x-open-enum`";
                    findings.add(OPEN_ENUM_IN_REQUEST, pointer, message);
                }
            }
            // A value of another type has a finding.
            Some(_) => {}
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

fn values(findings: &mut Findings<'_>, schema: &Node<'_>, open: bool) {
    let Some(Value::Array(values)) = schema.map.get("enum") else {
        return;
    };
    let at = |index: usize| schema.at(&["enum", &index.to_string()]);
    if values.is_empty() {
        let message = "the enum has no values; list them, or remove `enum`";
        findings.add(ENUM_VALUES, schema.at(&["enum"]), message);
    }
    for (index, value) in values.iter().enumerate() {
        if values.iter().take(index).any(|earlier| earlier == value) {
            let message = format!("the value {value} is listed twice; remove one");
            findings.add(ENUM_VALUES, at(index), message);
        }
    }
    if schema.text("type") != Some("string") {
        return;
    }
    let mut texts = Vec::new();
    for (index, value) in values.iter().enumerate() {
        match value.as_str() {
            Some(text) if !texts.contains(&text) => texts.push(text),
            Some(_) => {}
            None => {
                let message = format!("the value {value} is no text; put quotes around it");
                findings.add(ENUM_VALUES, at(index), message);
            }
        }
    }
    for (index, value) in values.iter().enumerate() {
        if let Some(text) = value.as_str().filter(|text| text.trim() != *text) {
            let message = format!("the value `{text}` begins or ends with a space; remove it");
            findings.add(ENUM_VALUES, at(index), message);
        }
    }
    for (index, message) in names::variants(texts.iter().copied(), open).1 {
        let index = values
            .iter()
            .position(|v| Some(v.as_str()) == Some(texts.get(index).copied()));
        findings.add(ENUM_VALUES, at(index.unwrap_or_default()), message);
    }
}
