//! Rules about keys and the types of their values: what OpenAPI's own schema would say,
//! in sentences.

use serde_json::Value;

use super::{
    finding::Findings,
    rules::{DEEP_NESTING, MISSING_KEY, UNKNOWN_KEY, WRONG_TYPE},
    wording::{listed, shortened},
};
use crate::spec::{
    dialect::{Keys, Kind, Shape},
    node::{Misfit, Node},
    tree::Tree,
};

/// The most schemas within one another, written in place.
const MOST_NESTED: usize = 10;

/// What has to be right before the parser may see the document.
pub(super) fn check_parsable(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    for misfit in &tree.misfits {
        findings.add(WRONG_TYPE, misfit.pointer.clone(), wrong_type(misfit));
    }
    for node in tree.of(Kind::Schema) {
        if node.nesting == MOST_NESTED + 1 {
            let message = format!(
                "over {MOST_NESTED} schemas are nested here; move one to components/schemas and \
                 refer to it"
            );
            findings.add(DEEP_NESTING, node.pointer.clone(), message);
        }
    }
}

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    check_parsable(findings, tree);
    for node in tree.nodes() {
        unknown_keys(findings, node);
        if node.reference().is_some() {
            continue;
        }
        if let Keys::Fixed(keys) = node.kind.keys() {
            for key in keys.iter().filter(|key| key.required) {
                require(findings, node, node.kind.noun(), key.name);
            }
        }
        match node.kind {
            Kind::Parameter if !node.has("content") => {
                require(findings, node, "a parameter", "schema");
            }
            Kind::Schema if node.text("type") == Some("array") => {
                require(findings, node, "an array", "items");
            }
            Kind::SecurityScheme => security_scheme(findings, node),
            _ => {}
        }
        let places = match node.kind {
            Kind::Parameter => &["path", "query", "header", "cookie"][..],
            Kind::SecurityScheme => &["header", "query", "cookie"][..],
            _ => continue,
        };
        one_of(findings, node, "in", "`in` can't be", places);
    }
}

fn unknown_keys(findings: &mut Findings<'_>, node: &Node<'_>) {
    let noun = node.kind.noun();
    for (key, meant) in &node.unknown {
        let hint = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "remove it, or start its name with `x-`".to_owned(),
        };
        let message = format!("{noun} has no key `{key}`; {hint}");
        findings.add(UNKNOWN_KEY, node.at(&[key]), message);
    }
}

fn require(findings: &mut Findings<'_>, node: &Node<'_>, noun: &str, key: &str) {
    if !node.has(key) {
        let message = format!("{noun} needs the key `{key}`; add it");
        findings.add(MISSING_KEY, node.pointer.clone(), message);
    }
}

/// Checks a text of which there are few.
fn one_of(
    findings: &mut Findings<'_>,
    node: &Node<'_>,
    key: &str,
    what: &str,
    allowed: &[&'static str],
) {
    let Some(found) = node.text(key).filter(|found| !allowed.contains(found)) else {
        return;
    };
    let otherwise = format!("; it is one of {}", listed(allowed.iter().copied()));
    let hint = findings.hint(found, allowed.iter().copied(), &otherwise);
    findings.add(
        WRONG_TYPE,
        node.at(&[key]),
        format!("{what} `{found}`{hint}"),
    );
}

fn security_scheme(findings: &mut Findings<'_>, node: &Node<'_>) {
    let types = ["apiKey", "http", "oauth2", "openIdConnect"];
    one_of(
        findings,
        node,
        "type",
        "a security scheme can't have the type",
        &types,
    );
    let needed: &[&str] = match node.text("type") {
        Some("apiKey") => &["in", "name"],
        Some("http") => &["scheme"],
        Some("oauth2") => &["flows"],
        Some("openIdConnect") => &["openIdConnectUrl"],
        _ => &[],
    };
    for key in needed {
        require(findings, node, "this security scheme", key);
    }
}

fn wrong_type(misfit: &Misfit<'_>) -> String {
    let key = &misfit.key;
    match (key.as_str(), misfit.expected, misfit.found) {
        ("required", Shape::List(_), Value::Bool(_)) => {
            return "`required` of a schema is a list of properties; remove it here, and name this \
                    property in the `required` of the schema around it"
                .to_owned();
        }
        ("type", Shape::Text, Value::Array(_)) => {
            return "`type` is a list, as in OpenAPI 3.1; write one type, and `nullable: true` \
                    beside it if it can be null"
                .to_owned();
        }
        _ => {}
    }
    let found = match misfit.found {
        Value::Null => "empty".to_owned(),
        Value::Bool(flag) => format!("the boolean `{flag}`"),
        Value::Number(number) => format!("the number `{number}`"),
        Value::String(text) => format!("the text `{}`", shortened(text, 40)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    };
    let instead = match (misfit.expected, misfit.found) {
        (Shape::Text, Value::Bool(_) | Value::Number(_)) => {
            "write a text: put quotes around it".to_owned()
        }
        (Shape::Text, _) => "write a text".to_owned(),
        (Shape::Flag, _) => "write `true` or `false`".to_owned(),
        (Shape::Count, _) => "write a whole number from 0, without quotes".to_owned(),
        (Shape::Number, _) => "write a number, without quotes".to_owned(),
        (Shape::One(kind), _) => format!("write {}, which is a mapping", kind.noun()),
        (Shape::OrRef(kind), _) => format!("write {} or a `$ref` to one", kind.noun()),
        (Shape::SchemaOrFlag, _) => "write a schema, `true` or `false`".to_owned(),
        (Shape::List(_), _) => "write a list: each item on a line that starts with `-`".to_owned(),
        (Shape::Map(_), _) => "write a mapping of names".to_owned(),
        (Shape::Any, _) => "write any value".to_owned(),
    };
    format!("`{key}` is {found}; {instead}")
}
