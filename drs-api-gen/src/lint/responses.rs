//! Rules about responses: what progenitor can hold in one type, and what must stay raw so
//! that nothing of an error is lost.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    finding::Findings,
    rules::{
        DEFAULT_RESPONSE, FRAGILE_ANSWER, NO_SUCCESS_RESPONSE, RANGE_RESPONSE, RESPONSE_CODE, Rule,
        SEVERAL_BODY_TYPES,
    },
};
use crate::spec::{dialect::Kind, node::Node, pointer::child, tree::Tree};

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    for responses in tree.of(Kind::Responses) {
        let mut classes: BTreeMap<&str, Vec<(&str, String)>> = BTreeMap::new();
        let mut succeeds = false;
        let codes = responses.map.keys().filter(|key| !key.starts_with("x-"));
        for code in codes {
            let at = responses.at(&[code]);
            match class(code) {
                Ok(class) => {
                    succeeds |= class == SUCCESS;
                    let response = tree.get(&at).and_then(|node| tree.resolve(node));
                    let body = response.map(|response| (code.as_str(), body(tree, response)));
                    classes.entry(class).or_default().extend(body);
                }
                Err((rule, message)) => {
                    succeeds |= rule != RESPONSE_CODE || !code.starts_with(['1', '3', '4', '5']);
                    findings.add(rule, at, message);
                }
            }
        }
        if !succeeds {
            let message = "there is no response for success; add a `200`";
            findings.add(NO_SUCCESS_RESPONSE, responses.pointer.clone(), message);
        }
        for (class, bodies) in classes {
            several(findings, responses, class, &bodies);
        }
    }
    fragile(findings, tree);
}

/// What an answer is, in words.
const SUCCESS: &str = "success";

fn class(code: &str) -> Result<&'static str, (Rule, String)> {
    let number = code.parse::<u16>().ok().filter(|_| code.len() == 3);
    let range = code.len() == 3 && code.get(1..).is_some_and(|r| r.eq_ignore_ascii_case("xx"));
    let (rule, message) = match number {
        Some(200..=299) => return Ok(SUCCESS),
        Some(400..=599) => return Ok("errors"),
        Some(101) => (
            RESPONSE_CODE,
            "would make the call a raw connection, which the client can't use; remove it",
        ),
        Some(100..=399) => (
            RESPONSE_CODE,
            "reaches the caller as it is, whatever is written here; remove it",
        ),
        _ if range => (
            RANGE_RESPONSE,
            "would make every response of another type unreadable; list the codes that have this \
             body; the others reach the caller as they are",
        ),
        _ if code == "default" => (
            DEFAULT_RESPONSE,
            "would match every undocumented response; list the codes that have this body; the \
             others reach the caller as they are",
        ),
        _ => (
            RESPONSE_CODE,
            "is not a status code; write one such as `'200'`",
        ),
    };
    Err((rule, format!("`{code}` {message}")))
}

/// What the body of a response is, in words.
fn body(tree: &Tree<'_>, response: &Node<'_>) -> String {
    let Some((media_type, _)) = response.entries("content").next() else {
        return "no body".to_owned();
    };
    let schema = tree.get(&response.at(&["content", media_type, "schema"]));
    match schema.and_then(Node::reference) {
        Some(reference) => format!("`{}`", reference.rsplit('/').next().unwrap_or(reference)),
        None => "a schema of its own".to_owned(),
    }
}

fn several(
    findings: &mut Findings<'_>,
    responses: &Node<'_>,
    class: &str,
    bodies: &[(&str, String)],
) {
    let Some(((first_code, first), rest)) = bodies.split_first() else {
        return;
    };
    for (code, other) in rest {
        // Two schemas written in place are two types even where they are alike.
        if other != first || other == "a schema of its own" {
            let message = format!(
                "{code} has {other} and {first_code} has {first}, and there can be only one type \
                 for {class}; leave {code} out (it then reaches the caller as it is) or give \
                 both the same schema"
            );
            findings.add(SEVERAL_BODY_TYPES, child(&responses.pointer, code), message);
        }
    }
}

fn fragile(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    for pointer in tree.in_answers() {
        let Some(schema) = tree.get(pointer).filter(|s| s.reference().is_none()) else {
            continue;
        };
        for (index, name) in schema.list("required").iter().enumerate() {
            let Some(name) = name.as_str() else { continue };
            let message = format!(
                "a response without `{name}` couldn't be read at all; take it out of `required`"
            );
            let at = schema.at(&["required", &index.to_string()]);
            findings.add(FRAGILE_ANSWER, at, message);
        }
        let further = schema.get("additionalProperties");
        let is_empty = |properties: &Value| *properties == json!({});
        let is_unlisted =
            schema.text("type") == Some("object") && schema.get("properties").is_none_or(is_empty);
        if further == Some(&Value::Bool(false)) {
            let message = "a response with a new property might be unreadable; remove \
                           `additionalProperties`";
            let at = schema.at(&["additionalProperties"]);
            findings.add(FRAGILE_ANSWER, at, message);
        } else if further == Some(&Value::Bool(true)) || further.is_none() && is_unlisted {
            let message = "secrets can't be found in a response of any form; list the properties, \
                           or give `additionalProperties` a schema";
            findings.add(FRAGILE_ANSWER, pointer.as_str(), message);
        }
        let is_property = pointer.rsplit('/').nth(1) == Some("properties");
        let is_list = schema.text("type") == Some("array");
        let is_map = further.is_some_and(Value::is_object) && is_unlisted;
        let null = schema.get("nullable");
        if is_property && (is_list || is_map) && null.is_none_or(|null| *null == false) {
            let kind = if is_list { "list" } else { "map" };
            let message = format!(
                "a response with `null` for this {kind} couldn't be read at all; write `nullable: true`"
            );
            findings.add(FRAGILE_ANSWER, pointer.as_str(), message);
        }
    }
}
