//! Rules about operations: their names, their bodies, their tags.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    finding::{Findings, Rule, rule},
    names::TAKEN as TAKEN_TYPES,
    wording::did_you_mean,
};
use crate::{
    names,
    spec::{
        dialect::Kind,
        tree::{Node, Tree},
    },
};

pub(super) const OPERATION_ID: Rule = rule(
    "operation-id",
    "the id becomes the name of the method; progenitor panics without one",
);
pub(super) const UNEXPECTED_BODY: Rule = rule(
    "unexpected-body",
    "a body has no meaning with these methods, and servers and proxies drop it",
);
pub(super) const OPTIONAL_BODY: Rule = rule(
    "optional-body",
    "the client always sends the body that an operation has",
);
pub(super) const MEDIA_TYPE: Rule = rule(
    "media-type",
    "the client reads and writes JSON; anything else would be a raw stream",
);
pub(super) const UNDECLARED_TAG: Rule = rule(
    "undeclared-tag",
    "a tag without an entry in `tags` has no description, and may be a slip",
);

pub(super) const DUPLICATE_TAG: Rule = rule(
    "duplicate-tag",
    "of two descriptions of a tag, readers see one",
);

/// Methods of the client that are not operations.
const TAKEN: [&str; 9] = [
    "builder",
    "new_with_client",
    "api_version",
    "baseurl",
    "client",
    "inner",
    "pre",
    "exec",
    "post",
];

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for operation in tree.operations() {
        let node = operation.node;
        operation_id(findings, node, operation.method, &mut seen);
        let bodiless = matches!(
            operation.method,
            "get" | "head" | "delete" | "options" | "trace"
        );
        if bodiless && node.map.contains_key("requestBody") {
            let message = format!(
                "a {} has no request body; remove it, or use another method",
                operation.method.to_uppercase()
            );
            findings.add(UNEXPECTED_BODY, node.at(&["requestBody"]), message);
        }
        tags(findings, tree, node);
        request_body(findings, tree, node);
    }
    duplicate_tags(findings, tree);
    for node in tree.of(Kind::Response) {
        media_types(findings, node);
    }
}

fn operation_id<'a>(
    findings: &mut Findings<'_>,
    node: &Node<'a>,
    method: &str,
    seen: &mut BTreeMap<String, &'a str>,
) {
    if matches!(method, "trace" | "options") {
        let message = format!("{} can't be generated; remove it", method.to_uppercase());
        findings.add(OPERATION_ID, node.pointer.clone(), message);
        return;
    }
    let at = node.at(&["operationId"]);
    let Some(id) = node.text("operationId") else {
        if !node.map.contains_key("operationId") {
            let message = "the operation has no `operationId`; write one: it becomes the method";
            findings.add(OPERATION_ID, node.pointer.clone(), message);
        }
        return;
    };
    let rust_name = names::snake(id);
    if !id.chars().any(|c| c.is_ascii_alphabetic()) || rust_name.starts_with('_') {
        let message = format!("`{id}` gives no name for a method; start it with a letter");
        findings.add(OPERATION_ID, at, message);
    } else if let Some(c) = id.chars().find(|c| !is_url_safe(*c)) {
        let message = format!("`{id}` has `{c}`; use letters, digits, `-`, `_` and `.` only");
        findings.add(OPERATION_ID, at, message);
    } else if TAKEN.contains(&rust_name.as_str()) {
        let message = format!("`{rust_name}` is a method of every client; choose another id");
        findings.add(OPERATION_ID, at, message);
    } else if TAKEN_TYPES.contains(&names::pascal(id).as_str()) {
        let message = format!("`{id}` would give the Rust type of that name; choose another id");
        findings.add(OPERATION_ID, at, message);
    } else if let Some(other) = seen.insert(rust_name.clone(), id) {
        let message = if other == id {
            format!("two operations are called `{id}`; rename one")
        } else {
            format!("`{other}` and `{id}` both give the method `{rust_name}`; rename one")
        };
        findings.add(OPERATION_ID, at, message);
    }
}

/// Tools put the id into links.
fn is_url_safe(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Tags of the top level that have the name of an earlier one.
fn duplicate_tags(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let mut seen = BTreeSet::new();
    for tag in tree.of(Kind::Tag) {
        let name = tag.text("name");
        if let Some(name) = name.filter(|name| !seen.insert(*name)) {
            let message = format!("there are two tags `{name}`; remove one");
            findings.add(DUPLICATE_TAG, tag.at(&["name"]), message);
        }
    }
}

fn tags(findings: &mut Findings<'_>, tree: &Tree<'_>, node: &Node<'_>) {
    let declared = || tree.of(Kind::Tag).filter_map(|tag| tag.text("name"));
    for (index, tag) in node.list("tags").iter().enumerate() {
        let Some(tag) = tag.as_str() else { continue };
        if !declared().any(|known| known == tag) {
            let hint = did_you_mean(tag, declared());
            let hint = if hint.is_empty() {
                " of the top level; add it there with a description"
            } else {
                &hint
            };
            let message = format!("the tag `{tag}` is not in `tags`{hint}");
            let pointer = node.at(&["tags", &index.to_string()]);
            findings.add(UNDECLARED_TAG, pointer, message);
        }
    }
}

fn request_body(findings: &mut Findings<'_>, tree: &Tree<'_>, node: &Node<'_>) {
    let Some(body) = tree.get(&node.at(&["requestBody"])) else {
        return;
    };
    let Some(body) = tree.resolve(body) else {
        return;
    };
    if body
        .map
        .get("content")
        .and_then(Value::as_object)
        .is_some_and(|c| c.is_empty())
    {
        let message = "the request body has no content; write `application/json` with a schema";
        findings.add(MEDIA_TYPE, body.at(&["content"]), message);
    }
    if body.kind == Kind::RequestBody
        && body.map.contains_key("content")
        && !body.is_set("required")
    {
        let message = "the client always sends the body; write `required: true`";
        let at = if body.map.contains_key("required") {
            body.at(&["required"])
        } else {
            body.pointer.clone()
        };
        // A value of another type has a finding of its own.
        if matches!(body.map.get("required"), None | Some(Value::Bool(_))) {
            findings.add(OPTIONAL_BODY, at, message);
        }
    }
    media_types(findings, body);
}

fn media_types(findings: &mut Findings<'_>, node: &Node<'_>) {
    for (media_type, _) in node.entries("content") {
        let at = node.at(&["content", media_type]);
        if media_type != "application/json" {
            let hint = did_you_mean(media_type, ["application/json"]);
            let hint = if hint.is_empty() {
                "; write `application/json`"
            } else {
                &hint
            };
            let message = format!("`{media_type}` can't be read or written by the client{hint}");
            findings.add(MEDIA_TYPE, at, message);
        }
    }
}
