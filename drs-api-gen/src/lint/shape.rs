//! Rules about keys and the types of their values: what OpenAPI's own schema would say,
//! in sentences.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    finding::{Findings, Rule, rule},
    wording::{did_you_mean, listed, nearest},
};
use crate::spec::{
    dialect::{Keys, Kind, SECTIONS, Shape},
    document::Document,
    tree::{Misfit, Node, Tree},
};

pub(super) const UNKNOWN_KEY: Rule = rule(
    "unknown-key",
    "a key that OpenAPI doesn't know is silently ignored",
);
pub(super) const WRONG_TYPE: Rule = rule(
    "wrong-type",
    "a value of another type is an error without a place, or means something else",
);
pub(super) const MISSING_KEY: Rule = rule(
    "missing-key",
    "OpenAPI, or this generator, can't do without it",
);

pub(super) const DEEP_NESTING: Rule = rule(
    "deep-nesting",
    "what the parser refuses takes it twice as long with each object around it",
);

/// The most schemas within one another, written in place.
const MOST_NESTED: usize = 10;

/// Reports unknown keys. Returns the document as it was meant, where a key was misspelt:
/// the other rules look at that, so that one mistake has one finding.
pub(super) fn check_keys(findings: &mut Findings<'_>) -> Option<Document> {
    let mut repaired: Option<Document> = None;
    let mut reported = BTreeSet::new();
    // What stands under a misspelt key is seen only once the key is right.
    for _ in 0..16 {
        let document = repaired.as_ref().unwrap_or(findings.document);
        let mut renames = Vec::new();
        let tree = Tree::new(document);
        let mut messages = Vec::new();
        for node in tree.nodes() {
            for key in unknown_keys(node) {
                let pointer = node.at(&[key]);
                let meant = meant(node, key);
                if reported.insert(pointer.clone()) {
                    let hint = meant.map_or_else(
                        || "; remove it, or start its name with `x-`".to_owned(),
                        |meant| format!("; did you mean `{meant}`?"),
                    );
                    let noun = node.kind.noun();
                    messages.push((pointer, format!("{noun} has no key `{key}`{hint}")));
                }
                if let Some(meant) = meant {
                    renames.push((node.pointer.clone(), key.to_owned(), meant));
                }
            }
        }
        let mut next = document.clone();
        for (object, key, meant) in &renames {
            next.rename(object, key, meant);
        }
        let mut found = Findings::new(document);
        for (pointer, message) in messages {
            found.add(UNKNOWN_KEY, pointer, message);
        }
        findings.list.append(&mut found.list);
        if renames.is_empty() {
            break;
        }
        repaired = Some(next);
    }
    repaired
}

fn unknown_keys<'a>(node: &Node<'a>) -> Vec<&'a str> {
    let Keys::Fixed(known) = node.kind.keys() else {
        return Vec::new();
    };
    if node.reference().is_some() {
        return Vec::new();
    }
    let is_known = |key: &str| known.iter().any(|known| known.name == key);
    let is_unknown = |key: &&str| match key.strip_prefix("x-") {
        // An extension of anyone's, unless it is one of ours with a slip in it.
        Some(_) => !is_known(key) && meant(node, key).is_some(),
        None => !is_known(key),
    };
    let keys = node.map.keys().map(String::as_str);
    keys.filter(is_unknown).collect()
}

fn meant(node: &Node<'_>, key: &str) -> Option<&'static str> {
    let Keys::Fixed(known) = node.kind.keys() else {
        return None;
    };
    let extension = key.starts_with("x-");
    let can_refer = SECTIONS.iter().any(|(_, kind)| *kind == node.kind);
    let candidates = known
        .iter()
        .map(|known| known.name)
        .chain(can_refer.then_some("$ref"))
        .filter(|name| name.starts_with("x-") == extension && !node.map.contains_key(*name));
    nearest(key, candidates)
}

/// What has to be right before the parser may see the document.
pub(super) fn check_parsable(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    for misfit in &tree.misfits {
        findings.add(WRONG_TYPE, misfit.pointer.clone(), wrong_type(misfit));
    }
    for node in tree.nodes() {
        if node.nesting == MOST_NESTED + 1 && node.kind == Kind::Schema {
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
        if node.reference().is_some() {
            continue;
        }
        if let Keys::Fixed(keys) = node.kind.keys() {
            for key in keys.iter().filter(|key| key.required) {
                require(findings, node, node.kind.noun(), key.name);
            }
        }
        match node.kind {
            Kind::Parameter if !node.map.contains_key("content") => {
                require(findings, node, "a parameter", "schema");
            }
            Kind::Schema if node.text("type") == Some("array") => {
                require(findings, node, "an array", "items");
            }
            Kind::SecurityScheme => security_scheme(findings, node),
            _ => {}
        }
        let place = match node.kind {
            Kind::Parameter => &["path", "query", "header", "cookie"][..],
            Kind::SecurityScheme => &["header", "query", "cookie"][..],
            _ => continue,
        };
        if let Some(found) = node.text("in").filter(|found| !place.contains(found)) {
            let hint = did_you_mean(found, place.iter().copied());
            let allowed = listed(place.iter().copied());
            let message = format!("`in` can't be `{found}`{hint} It is one of {allowed}");
            findings.add(WRONG_TYPE, node.at(&["in"]), tidy(&message));
        }
    }
}

fn require(findings: &mut Findings<'_>, node: &Node<'_>, noun: &str, key: &str) {
    if !node.map.contains_key(key) {
        let message = format!("{noun} needs the key `{key}`; add it");
        findings.add(MISSING_KEY, node.pointer.clone(), message);
    }
}

fn security_scheme(findings: &mut Findings<'_>, node: &Node<'_>) {
    let types = ["apiKey", "http", "oauth2", "openIdConnect"];
    let needed: &[&str] = match node.text("type") {
        Some("apiKey") => &["in", "name"],
        Some("http") => &["scheme"],
        Some("oauth2") => &["flows"],
        Some("openIdConnect") => &["openIdConnectUrl"],
        Some(other) => {
            let hint = did_you_mean(other, types);
            let message = format!(
                "a security scheme can't have the type `{other}`{hint} It is one of {}",
                listed(types)
            );
            findings.add(WRONG_TYPE, node.at(&["type"]), tidy(&message));
            &[]
        }
        None => &[],
    };
    for key in needed {
        require(findings, node, "this security scheme", key);
    }
}

/// One sentence also where there was nothing near to suggest.
fn tidy(message: &str) -> String {
    match message.split_once("? It is one of ") {
        Some((before, _)) => format!("{before}?"),
        None => message.replacen(" It is one of ", "; it is one of ", 1),
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
        Value::String(text) => format!("the text `{}`", shortened(text)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    };
    let wanted = match (misfit.expected, misfit.found) {
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
    format!("`{key}` is {found}; {wanted}")
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
