//! Rules about what is said of things: it becomes the documentation of the Rust API.

use serde_json::Value;

use super::{
    finding::Findings,
    rules::{ENUM_DESCRIPTIONS, MISSING_DESCRIPTION},
};
use crate::spec::{dialect::Kind, keys, node::Node, pointer::unescape, tree::Tree};

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    for node in tree.nodes().filter(|node| node.reference().is_none()) {
        let keys: &[&str] = match node.kind {
            Kind::Operation => &["summary", "description"],
            Kind::Info
            | Kind::Parameter
            | Kind::RequestBody
            | Kind::Response
            | Kind::SecurityScheme
            | Kind::ServerVariable
            | Kind::Tag => &["description"],
            Kind::Schema if node.component().is_some() || is_property(node) => &["description"],
            _ => &[],
        };
        for key in keys {
            match node.get(key) {
                Some(Value::String(text)) if text.trim().is_empty() => {
                    let message = format!("`{key}` is empty; write what {} is", it(node));
                    findings.add(MISSING_DESCRIPTION, node.at(&[key]), message);
                }
                // One of another type is another finding.
                Some(_) => {}
                None => {
                    let message = format!("{} has no `{key}`; write one", it(node));
                    findings.add(MISSING_DESCRIPTION, node.pointer.clone(), message);
                }
            }
        }
        if node.kind == Kind::Schema {
            enum_descriptions(findings, node);
        }
    }
}

/// The object as a reader of the message would call it.
fn it(node: &Node<'_>) -> String {
    let last = unescape(node.pointer.rsplit('/').next().unwrap_or_default());
    let name = match node.kind {
        Kind::Parameter | Kind::Tag => node.text("name"),
        Kind::Operation => node.text("operationId"),
        Kind::Schema | Kind::SecurityScheme | Kind::Response | Kind::ServerVariable => Some(&*last),
        _ => None,
    };
    let noun = node.kind.noun().trim_start_matches("an ");
    let noun = noun.trim_start_matches("a ");
    match name {
        Some(name) if is_property(node) => format!("the property `{name}`"),
        Some(name) => format!("the {noun} `{name}`"),
        None if node.kind == Kind::Info => noun.to_owned(),
        None => format!("the {noun}"),
    }
}

/// Whether a schema is an entry of a schema's `properties`.
fn is_property(node: &Node<'_>) -> bool {
    let mut steps = node.pointer.rsplit('/');
    node.kind == Kind::Schema && steps.nth(1) == Some("properties")
}

fn enum_descriptions(findings: &mut Findings<'_>, node: &Node<'_>) {
    // An `enum` of another type has a finding.
    let is_list = node.get("enum").is_none_or(Value::is_array);
    let Some(said) = node.get(keys::ENUM_DESCRIPTIONS).filter(|_| is_list) else {
        return;
    };
    let values = node
        .list("enum")
        .iter()
        .filter(|value| value.is_string())
        .count();
    let message = match said.as_array() {
        Some(texts) if texts.len() == values && texts.iter().all(Value::is_string) => return,
        Some(texts) => format!(
            "strings here: {}, values of `enum`: {values}; write one string for each value, in \
             the same order",
            texts.iter().filter(|text| text.is_string()).count()
        ),
        None => {
            "this is not a list of strings; write one for each value of `enum`, in order".to_owned()
        }
    };
    let at = node.at(&[keys::ENUM_DESCRIPTIONS]);
    findings.add(ENUM_DESCRIPTIONS, at, message);
}
