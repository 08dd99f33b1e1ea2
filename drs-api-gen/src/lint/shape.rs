//! Rules about keys and the types of their values: what OpenAPI's own schema would say,
//! in sentences.

use serde_json::{Map, Value};

use super::{
    finding::Findings,
    rules::{DEEP_NESTING, MEDIA_TYPE, MISSING_KEY, UNKNOWN_KEY, UNSUPPORTED_KEY, WRONG_TYPE},
    wording::{listed, shortened},
};
use crate::spec::{
    dialect::{Keys, Kind, Role, Shape},
    node::{Misfit, Node},
    pointer::{child, value_at},
    spelling::nearest,
    tree::Tree,
};

/// The most schemas within one another, written in place.
const MOST_NESTED: usize = 10;

/// Finds keys at the level of an empty one above them that should be under it. Nothing else is said
/// of such a document: they are missing in one place, and wrong in the other.
pub(super) fn check_indentation(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let place = |pointer: &str| tree.document.position(pointer);
    for misfit in tree.misfits.iter().filter(|misfit| misfit.found.is_null()) {
        let (around, _) = misfit.pointer.rsplit_once('/').unwrap_or_default();
        let siblings = value_at(tree.document.value(), around).and_then(Value::as_object);
        let owner = tree.get(around).map(|owner| owner.kind);
        let is_of = |kind: Option<Kind>, key| kind.is_some_and(|kind| kind.key(key).is_some());
        let keys = siblings.into_iter().flat_map(Map::keys).filter(|key| {
            (*key == "$ref" || is_of(misfit.expected.kind(), key))
                && !is_of(owner, key)
                && place(&child(around, key)) > place(&misfit.pointer)
        });
        let keys: Vec<_> = keys.map(|key| format!("`{key}`")).collect();
        if !keys.is_empty() {
            let (key, keys) = (&misfit.key, keys.join(", "));
            let message = format!("`{key}` is empty; indent what belongs under it: {keys}");
            findings.add(WRONG_TYPE, misfit.pointer.clone(), message);
        }
    }
    let is_first = findings.list.is_empty();
    for node in tree
        .nodes()
        .filter(|n| is_first && n.kind == Kind::MediaType)
    {
        let name = node.pointer.rsplit('/').next().unwrap_or_default();
        if Kind::MediaType.key(name).is_some() {
            let message = "this isn't a media type; write `application/json:` above, and indent it";
            findings.add(MEDIA_TYPE, node.pointer.clone(), message);
        }
    }
}

/// What has to be right before the parser may see the document.
pub(super) fn check_parsable(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    for misfit in &tree.misfits {
        findings.misplaced(WRONG_TYPE, misfit.pointer.clone(), wrong_type(misfit));
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
            for key in keys {
                if key.required {
                    require(findings, node, node.kind.noun(), key.name);
                }
                if let Some(why) = node.get(key.name).and_then(|value| key.refusal(value)) {
                    let message = format!("`{}` {why}", key.name);
                    findings.misplaced(UNSUPPORTED_KEY, node.at(&[key.name]), message);
                }
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
    }
}

fn unknown_keys(findings: &mut Findings<'_>, node: &Node<'_>) {
    let noun = node.kind.noun();
    // The schema is a key in a wrong place, and has a finding.
    let is_key = |name: String| Kind::Schema == node.kind && node.kind.key(&name).is_some();
    // So has a `$ref` that can't be here.
    let is_new = |key: &str| key != "$ref" && !node.component().is_some_and(is_key);
    for (key, meant) in node.unknown.iter().filter(|(key, _)| is_new(key)) {
        let (at, said) = (node.at(&[key]), format!("{noun} has no key `{key}`"));
        // A slip is read as it was meant; if that is refused, one finding says so.
        if let Some(meant) = meant {
            let row = node.kind.key(meant).zip(node.get(key));
            if row.and_then(|(row, value)| row.refusal(value)).is_none() {
                findings.add(UNKNOWN_KEY, at, format!("{said}; did you mean `{meant}`?"));
            }
            continue;
        }
        let instead = match holder(node.kind, key) {
            Some(holder) => format!("write it in `{holder}`"),
            None if node.kind == Kind::Schema && node.get(key).is_some_and(Value::is_object) => {
                "remove it, or, if it is a property, indent it under `properties`".to_owned()
            }
            None => "remove it, or start its name with `x-`".to_owned(),
        };
        findings.misplaced(UNKNOWN_KEY, at, format!("{said}; {instead}"));
    }
}

/// The key of a kind of object that leads to one which has this key.
fn holder(kind: Kind, key: &str) -> Option<&'static str> {
    let Keys::Fixed(keys) = kind.keys() else {
        return None;
    };
    let has_it = |shape: Shape| shape.kind().is_some_and(|kind| kind.key(key).is_some());
    // What comes last is nearest to a body.
    let mut keys = (keys.iter()).filter(|known| !matches!(known.role, Role::Refused(_)));
    let found = keys.rfind(|known| has_it(known.shape) || known.shape.each().is_some_and(has_it));
    found.map(|known| known.name)
}

fn require(findings: &mut Findings<'_>, node: &Node<'_>, noun: &str, key: &str) {
    if !node.has(key) {
        let message = format!("{noun} needs the key `{key}`; add it");
        findings.add(MISSING_KEY, node.pointer.clone(), message);
    }
}

fn security_scheme(findings: &mut Findings<'_>, node: &Node<'_>) {
    let needed: &[&str] = match node.text("type") {
        Some("apiKey") => &["in", "name"],
        Some("http") => &["scheme"],
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
        ("type", Shape::Text, Value::Array(_) | Value::Null) => {
            return "`type` is not one string; write one type, such as `string`, and \
                    `nullable: true` next to it if it can be null"
                .to_owned();
        }
        _ => {}
    }
    let found = match misfit.found {
        Value::Null => "empty".to_owned(),
        Value::Bool(flag) => format!("the boolean `{flag}`"),
        Value::Number(number) => format!("the number `{number}`"),
        Value::String(text) => format!("the string `{}`", shortened(text, 40)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    };
    let instead = match (misfit.expected, misfit.found) {
        (Shape::Text, Value::Number(_)) if key == "version" => {
            "write three numbers in quotes, such as `'1.0.0'`".to_owned()
        }
        (Shape::Text, Value::Bool(_) | Value::Number(_)) => "put quotes around it".to_owned(),
        (Shape::Text, _) => "write a string".to_owned(),
        (Shape::Word(words), found) => {
            let meant = nearest(found.as_str().unwrap_or_default(), words.iter().copied());
            let one = |word| format!("write `{word}`");
            meant.map_or_else(|| format!("write {}", listed(words.iter().copied())), one)
        }
        (Shape::Flag, Value::Number(limit)) if key.starts_with("exclusive") => {
            let bound = key.trim_start_matches("exclusive").to_lowercase();
            format!("in OpenAPI 3.0.3 write `{bound}: {limit}` and `{key}: true`")
        }
        (Shape::Flag, _) => "write `true` or `false`".to_owned(),
        (Shape::Count, _) => "write a whole number from 0, without quotes".to_owned(),
        (Shape::Number, _) => "write a number, without quotes".to_owned(),
        (Shape::One(kind), _) => format!("write {} as a mapping of its keys", kind.noun()),
        (Shape::OrRef(kind), _) => format!("write {} or a `$ref` to one", kind.noun()),
        (Shape::SchemaOrFlag, _) => "write a schema, `true` or `false`".to_owned(),
        (Shape::List(_), _) => "write a list: a `-` before each item, or `[]` for none".to_owned(),
        (Shape::Map(_), _) => "write a mapping: a `:` after each name".to_owned(),
        (Shape::Any, _) => "write any value".to_owned(),
    };
    format!("`{key}` is {found}; {instead}")
}
