//! The answers of an operation. What an answer more or less means hangs on whether it is
//! a success, and on whether another one gives the operation's result its type.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    show,
    table::{Row, document, operations as rows},
    walk::{At, Object, Walk},
};
use crate::spec::dialect::Kind;

/// Compares the answers of two operations.
pub(super) fn compare(walk: &mut Walk<'_>, at: &At, old: &Object, new: &Object) {
    let at = at.key("responses");
    let (old, new) = (old.get("responses"), new.get("responses"));
    let (Some(Value::Object(old)), Some(Value::Object(new))) = (old, new) else {
        if old != new {
            walk.values(&document::OTHER, &at, old, new);
        }
        return;
    };
    let codes: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for code in codes {
        if code.starts_with("x-") {
            walk.key(Kind::Responses, &at, code, (old.get(code), new.get(code)));
            continue;
        }
        let here = at.key(code).named("answer", code.as_str());
        match (old.get(code), new.get(code)) {
            (Some(Value::Object(old)), Some(Value::Object(new))) => {
                walk.object(Kind::Response, &here, old, new);
            }
            (None, Some(value)) => {
                walk.add(added(code, old), &here, None, Some(show::value(value)));
            }
            (Some(value), None) => {
                walk.add(removed(code, new), &here, Some(show::value(value)), None);
            }
            (old, new) if old != new => walk.values(&document::OTHER, &here, old, new),
            _ => {}
        }
    }
}

fn added(code: &str, others: &Object) -> &'static Row {
    match (is_success(code), has_error(others)) {
        (true, _) => &rows::SUCCESS_ADDED,
        (false, true) => &rows::ERROR_ADDED,
        (false, false) => &rows::FIRST_ERROR_ADDED,
    }
}

fn removed(code: &str, others: &Object) -> &'static Row {
    match (is_success(code), has_error(others)) {
        (true, _) => &rows::SUCCESS_REMOVED,
        (false, true) => &rows::ERROR_REMOVED,
        (false, false) => &rows::LAST_ERROR_REMOVED,
    }
}

fn is_success(code: &str) -> bool {
    code.starts_with('2')
}

fn has_error(responses: &Object) -> bool {
    let mut codes = responses.keys().filter(|code| !code.starts_with("x-"));
    codes.any(|code| !is_success(code))
}

/// Whether an answer has a body, before and after; returns the key if that has changed.
pub(super) fn body(
    walk: &mut Walk<'_>,
    at: &At,
    old: &Object,
    new: &Object,
) -> &'static [&'static str] {
    let content = |map: &Object| match map.get("content") {
        Some(Value::Object(content)) if !content.is_empty() => {
            Some(show::value(&content.clone().into()))
        }
        _ => None,
    };
    let (old, new) = (content(old), content(new));
    let row = match (&old, &new) {
        (None, Some(_)) => &rows::ANSWER_BODY_ADDED,
        (Some(_), None) => &rows::ANSWER_BODY_REMOVED,
        _ => return &[],
    };
    walk.add(row, &at.key("content"), old, new);
    &["content"]
}
