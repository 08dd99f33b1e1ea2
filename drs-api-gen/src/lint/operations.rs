//! Rules about operations: their names, their bodies, their tags.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    finding::Findings,
    names::Scope,
    rules::{MEDIA_TYPE, OPERATION_ID, OPTIONAL_BODY, UNDECLARED_TAG, UNEXPECTED_BODY},
};
use crate::{
    names, reserved,
    spec::{
        dialect::Kind,
        keys::{JSON, TEXT},
        node::Node,
        tree::Tree,
    },
};

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let mut scopes = [Scope::new("the method"), Scope::new("the builder")];
    let declared = tree.of(Kind::Tag).filter_map(|tag| tag.text("name"));
    let declared: BTreeSet<&str> = declared.collect();
    for operation in tree.operations() {
        let node = operation.node;
        operation_id(findings, node, &mut scopes);
        let bodiless = matches!(operation.method, "get" | "head" | "delete");
        if bodiless && node.has("requestBody") {
            let message = format!(
                "a {} has no request body; remove it, or use another method",
                operation.method.to_uppercase()
            );
            findings.add(UNEXPECTED_BODY, node.at(&["requestBody"]), message);
        }
        tags(findings, &declared, node);
        request_body(findings, tree, node);
    }
    for node in tree.of(Kind::Response) {
        media_types(findings, tree, node);
    }
}

fn operation_id(findings: &mut Findings<'_>, node: &Node<'_>, scopes: &mut [Scope; 2]) {
    let at = node.at(&["operationId"]);
    let Some(id) = node.text("operationId") else {
        if !node.has("operationId") {
            let message = "the operation has no `operationId`; write one: it becomes the method";
            findings.add(OPERATION_ID, node.pointer.clone(), message);
        }
        return;
    };
    let [methods, builders] = scopes;
    let (method, builder) = (names::snake(id), names::pascal(id));
    let message = if !id.starts_with(|c: char| c.is_ascii_alphabetic()) {
        format!("`{id}` can't name a method; start it with a letter")
    } else if let Some(c) = id.chars().find(|c| c.is_ascii() && !is_url_safe(*c)) {
        format!("`{id}` contains {c:?}; use letters, digits, `-`, `_` and `.` only")
    } else if let Some(taken) = reserved::taken(&method, &builder) {
        format!("the generated code has a `{taken}` of its own; choose another id")
    } else if let Some(message) = methods.refusal(id, method) {
        message
    } else if let Some(message) = builders.refusal(id, builder) {
        message
    } else {
        return;
    };
    findings.add(OPERATION_ID, at, message);
}

/// Tools put the id into links.
fn is_url_safe(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn tags(findings: &mut Findings<'_>, declared: &BTreeSet<&str>, node: &Node<'_>) {
    for (index, tag) in node.list("tags").iter().enumerate() {
        let Some(tag) = tag.as_str().filter(|tag| !declared.contains(tag)) else {
            continue;
        };
        let otherwise = " of the top level; add it there with a description";
        let hint = findings.hint(tag, declared.iter().copied(), otherwise);
        let message = format!("the tag `{tag}` is not in `tags`{hint}");
        let pointer = node.at(&["tags", &index.to_string()]);
        findings.add(UNDECLARED_TAG, pointer, message);
    }
}

fn request_body(findings: &mut Findings<'_>, tree: &Tree<'_>, node: &Node<'_>) {
    let Some(body) = tree.below_key(node, &["requestBody"]) else {
        return;
    };
    let content = body.get("content").and_then(Value::as_object);
    if content.is_some_and(|content| content.is_empty()) {
        let message = "the request body has no content; write `application/json` with a schema";
        findings.add(MEDIA_TYPE, body.at(&["content"]), message);
    }
    if body.kind == Kind::RequestBody && body.has("content") && !body.is_set("required") {
        let message = "the client always sends the body; write `required: true`";
        let at = match body.has("required") {
            true => body.at(&["required"]),
            false => body.pointer.clone(),
        };
        // A value of another type has a finding of its own.
        if matches!(body.get("required"), None | Some(Value::Bool(_))) {
            findings.add(OPTIONAL_BODY, at, message);
        }
    }
    media_types(findings, tree, body);
}

fn media_types(findings: &mut Findings<'_>, tree: &Tree<'_>, node: &Node<'_>) {
    for (media_type, _) in node.entries("content") {
        let at = node.at(&["content", media_type]);
        let schema = tree.below_key(node, &["content", media_type, "schema"]);
        let is_text = node.kind == Kind::Response
            && media_type == TEXT
            && schema.is_some_and(|schema| schema.text("type") == Some("string"));
        if media_type != JSON && !is_text {
            let otherwise = match node.kind {
                Kind::Response => "; write `application/json`, or `text/plain` with `type: string`",
                _ => "; write `application/json`",
            };
            let hint = findings.hint(media_type, [JSON], otherwise);
            let message = format!("`{media_type}` can't be read or written by the client{hint}");
            findings.add(MEDIA_TYPE, at, message);
        }
    }
}
