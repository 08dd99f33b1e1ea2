//! Rules about the Rust names that come of the document's.

use std::collections::BTreeMap;

use super::{
    finding::Findings,
    rules::{INLINE_TYPE, PROPERTY_NAME, TYPE_NAME},
};
use crate::{
    names,
    spec::{dialect::Kind, node::Node, tree::Tree},
};

/// Names that the generated code, or Rust itself, has a meaning for.
pub(super) const TAKEN: [&str; 11] = [
    "UnknownValue",
    "Option",
    "Result",
    "Ok",
    "Err",
    "Some",
    "None",
    "String",
    "Vec",
    "Box",
    "Default",
];

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let mut types: BTreeMap<String, String> = BTreeMap::new();
    let in_answers = tree.in_answers();
    for schema in tree.nodes().filter(|node| node.kind == Kind::Schema) {
        match schema.component() {
            Some(name) => type_name(findings, schema, name, &mut types),
            None => inline(
                findings,
                schema,
                in_answers.contains(schema.pointer.as_str()),
            ),
        }
        property_names(findings, schema);
    }
}

fn type_name(
    findings: &mut Findings<'_>,
    schema: &Node<'_>,
    name: String,
    types: &mut BTreeMap<String, String>,
) {
    let rust_name = names::pascal(&name);
    if TAKEN.contains(&rust_name.as_str()) {
        let message =
            format!("`{name}` would give the Rust type `{rust_name}`; choose another name");
        findings.add(TYPE_NAME, schema.pointer.clone(), message);
    } else if let Some(other) = types.insert(rust_name.clone(), name.clone()) {
        let message = format!(
            "`{other}` and `{name}` both give the Rust type `{rust_name}`; rename or merge them"
        );
        findings.add(TYPE_NAME, schema.pointer.clone(), message);
    }
}

fn property_names(findings: &mut Findings<'_>, schema: &Node<'_>) {
    let mut fields: BTreeMap<String, &str> = BTreeMap::new();
    for (name, _) in schema.entries("properties") {
        let rust_name = names::field(name);
        let at = schema.at(&["properties", name]);
        if !name.chars().any(|c| c.is_ascii_alphanumeric()) {
            let message = format!("`{name}` gives no name for a field; use letters");
            findings.add(PROPERTY_NAME, at, message);
        } else if let Some(c) = name.chars().find(|c| !c.is_ascii()) {
            let message =
                format!("`{name}` has `{c}`, which is outside ASCII; write it as the service does");
            findings.add(PROPERTY_NAME, at, message);
        } else if let Some(other) = fields.insert(rust_name.clone(), name) {
            let message =
                format!("`{other}` and `{name}` both give the field `{rust_name}`; remove one");
            findings.add(PROPERTY_NAME, at, message);
        }
    }
}

fn inline(findings: &mut Findings<'_>, schema: &Node<'_>, in_answer: bool) {
    if schema.reference().is_some() {
        return;
    }
    let what = if schema.has("properties") {
        "object"
    } else if schema.has("enum") && !in_answer {
        // In an answer it has to be open, which another rule says.
        "enum"
    } else if schema.has("oneOf") {
        "choice"
    } else {
        return;
    };
    let message = format!("this {what} has no name; move it to components/schemas and refer to it");
    findings.add(INLINE_TYPE, schema.pointer.clone(), message);
}
