//! Paths and operations: which of them belong together, and what became of each.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    access, answers, parameters, show,
    table::{document, operations as rows},
    uses,
    walk::{At, Object, Walk},
};
use crate::{
    names,
    spec::{
        dialect::{Kind, METHODS},
        pointer::child,
        tree::{Node, Operation, Tree},
    },
};

/// An operation of one document.
struct Found<'t, 'a> {
    operation: Operation<'t, 'a>,
    id: Option<&'a str>,
}

impl<'a> Found<'_, 'a> {
    fn name(&self) -> String {
        uses::name(self.id, self.operation.method, self.operation.path)
    }

    /// What a request is told by: the names of placeholders are not sent.
    fn route(&self) -> (String, &'static str) {
        (unnamed(self.operation.path), self.operation.method)
    }

    fn signature(&self) -> String {
        let Operation { path, method, .. } = self.operation;
        format!("{} {path}", method.to_uppercase())
    }

    /// What it says, but for its name.
    fn content(&self) -> Object {
        let mut content = self.operation.node.map.clone();
        content.remove("operationId");
        content
    }
}

/// Compares `paths`.
pub(super) fn paths(walk: &mut Walk<'_>, at: &At, old: &Object, new: &Object) {
    let items: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for path in items {
        if !path.starts_with('/') {
            walk.key(Kind::Paths, at, path, (old.get(path), new.get(path)));
        }
    }
    path_items(walk, at, old, new);

    let (base, revision) = (walk.base, walk.revision);
    let (old, new) = (operations(base), operations(revision));
    for (old, new) in matched(&old, &new) {
        match (old, new) {
            (Some(old), Some(new)) => pair(walk, old, new),
            (Some(old), None) => {
                let at = place_of(old, &old.operation.node.pointer, "");
                walk.add(&rows::OPERATION_REMOVED, &at, Some(old.signature()), None);
            }
            (None, Some(new)) => {
                let at = place_of(new, "", &new.operation.node.pointer);
                walk.add(&rows::OPERATION_ADDED, &at, None, Some(new.signature()));
            }
            (None, None) => {}
        }
    }
}

/// What path items have beside operations and parameters. A path that comes or goes as a
/// whole says so by its operations; one without any would say nothing.
fn path_items(walk: &mut Walk<'_>, at: &At, old: &Object, new: &Object) {
    let by_route = |map: &Object| -> BTreeMap<String, String> {
        let paths = map.keys().filter(|path| path.starts_with('/'));
        paths.map(|path| (unnamed(path), path.clone())).collect()
    };
    let (old_paths, new_paths) = (by_route(old), by_route(new));
    let routes: BTreeSet<&String> = old_paths.keys().chain(new_paths.keys()).collect();
    for route in routes {
        let item = |paths: &BTreeMap<String, String>, map: &Object| {
            let path = paths.get(route)?.clone();
            let value = map.get(&path)?.clone();
            Some((path, value))
        };
        match (item(&old_paths, old), item(&new_paths, new)) {
            (Some((from, Value::Object(old))), Some((to, Value::Object(new)))) => {
                let at = at.keys(&from, &to).named("path", to.as_str());
                if from != to {
                    walk.add(&rows::PLACEHOLDER, &at, Some(from), Some(to));
                }
                let handled: Vec<&str> = [&METHODS[..], &["parameters"]].concat();
                access::servers_of(walk, &at, &old, &new);
                if let (Some(Value::Array(old)), Some(Value::Array(new))) =
                    (old.get("parameters"), new.get("parameters"))
                {
                    parameters::order(walk, &at.key("parameters"), old, new);
                }
                let handled = [handled, vec!["servers"]].concat();
                walk.keys_of(Kind::PathItem, &at, (&old, &new), &handled);
            }
            (Some((path, value)), None) if !has_operations(&value) => {
                let at = at.key(&path).named("path", path.as_str());
                walk.values(&document::REWRITTEN, &at, Some(&value), None);
            }
            (None, Some((path, value))) if !has_operations(&value) => {
                let at = at.key(&path).named("path", path.as_str());
                walk.values(&document::REWRITTEN, &at, None, Some(&value));
            }
            (Some((path, old)), Some((_, new))) if old != new => {
                let at = at.key(&path).named("path", path.as_str());
                walk.values(&document::OTHER, &at, Some(&old), Some(&new));
            }
            _ => {}
        }
    }
}

fn has_operations(item: &Value) -> bool {
    METHODS.iter().any(|method| item.get(method).is_some())
}

fn operations<'t, 'a>(tree: &'t Tree<'a>) -> Vec<Found<'t, 'a>> {
    let mut found = Vec::new();
    let Some(paths) = tree.get("/paths") else {
        return found;
    };
    for path in paths.map.keys().filter(|path| path.starts_with('/')) {
        let item = child("/paths", path);
        for method in METHODS {
            if let Some(node) = tree.get(&child(&item, method)) {
                found.push(Found {
                    id: node.text("operationId"),
                    operation: Operation {
                        path,
                        method,
                        node,
                        item: item.clone(),
                    },
                });
            }
        }
    }
    found
}

type Pair<'f, 't, 'a> = (Option<&'f Found<'t, 'a>>, Option<&'f Found<'t, 'a>>);

/// Which operations belong together: those with the same route, then those with the same
/// id, then those that say the same.
fn matched<'f, 't, 'a>(
    old: &'f [Found<'t, 'a>],
    new: &'f [Found<'t, 'a>],
) -> Vec<Pair<'f, 't, 'a>> {
    let mut pairs: Vec<Pair<'f, 't, 'a>> = Vec::new();
    let mut left: Vec<&Found<'_, '_>> = old.iter().collect();
    let mut unmatched: Vec<&Found<'_, '_>> = new.iter().collect();
    let same_id = |a: &Found<'_, '_>, b: &Found<'_, '_>| a.id.is_some() && a.id == b.id;
    let same_content = |a: &Found<'_, '_>, b: &Found<'_, '_>| a.content() == b.content();

    let mut by_route: BTreeMap<_, &Found<'_, '_>> = BTreeMap::new();
    for found in new {
        by_route.entry(found.route()).or_insert(found);
    }
    left.retain(|old| match by_route.remove(&old.route()) {
        Some(new) => {
            pairs.push((Some(old), Some(new)));
            false
        }
        None => true,
    });
    unmatched.retain(|new| {
        !pairs
            .iter()
            .any(|(_, p)| p.is_some_and(|p| std::ptr::eq(p, *new)))
    });
    for same in [
        &same_id as &dyn Fn(&Found<'_, '_>, &Found<'_, '_>) -> bool,
        &same_content,
    ] {
        left.retain(
            |old| match unmatched.iter().position(|new| same(old, new)) {
                Some(index) => {
                    pairs.push((Some(old), Some(unmatched.remove(index))));
                    false
                }
                None => true,
            },
        );
    }
    pairs.extend(left.into_iter().map(|old| (Some(old), None)));
    pairs.extend(unmatched.into_iter().map(|new| (None, Some(new))));
    pairs
}

/// The path with its placeholders nameless.
fn unnamed(path: &str) -> String {
    let mut inside = false;
    path.chars()
        .filter(|c| {
            let was_inside = inside;
            inside = (inside || *c == '{') && *c != '}';
            !was_inside || *c == '}'
        })
        .collect()
}

fn place_of(found: &Found<'_, '_>, old: &str, new: &str) -> At {
    At::root()
        .pointers(old, new)
        .named("operation", found.name())
}

fn pair(walk: &mut Walk<'_>, old: &Found<'_, '_>, new: &Found<'_, '_>) {
    let at = place_of(
        new,
        &old.operation.node.pointer,
        &new.operation.node.pointer,
    );
    let (before, after) = (old.operation.node.map, new.operation.node.map);
    if old.id != new.id {
        let snake = |found: &Found<'_, '_>| found.id.map(names::snake);
        let row = match snake(old) == snake(new) {
            true => &rows::OPERATION_RESPELT,
            false => &rows::OPERATION_RENAMED,
        };
        let text = |found: &Found<'_, '_>| found.id.map(str::to_owned);
        walk.add(row, &at.key("operationId"), text(old), text(new));
    }
    if old.operation.method != new.operation.method {
        let text = |found: &Found<'_, '_>| Some(found.operation.method.to_uppercase());
        walk.add(&rows::METHOD, &at, text(old), text(new));
    }
    if unnamed(old.operation.path) != unnamed(new.operation.path) {
        let text = |found: &Found<'_, '_>| Some(found.operation.path.to_owned());
        walk.add(&rows::PATH, &at, text(old), text(new));
    }
    let (base, revision) = (walk.base, walk.revision);
    parameters::compare(
        walk,
        &at,
        (old.operation.path, &base.parameters(&old.operation)),
        (new.operation.path, &revision.parameters(&new.operation)),
    );
    let own = |node: &Node<'_>| node.map.get("parameters").cloned();
    if let (Some(Value::Array(old)), Some(Value::Array(new))) =
        (own(old.operation.node), own(new.operation.node))
    {
        parameters::order(walk, &at.key("parameters"), &old, &new);
    }
    if before == after {
        return;
    }
    body(walk, &at, before, after);
    answers::compare(walk, &at, before, after);
    access::of_operation(walk, &at, before, after);
    access::servers_of(walk, &at, before, after);
    walk.keys_of(
        Kind::Operation,
        &at,
        (before, after),
        &[
            "operationId",
            "parameters",
            "requestBody",
            "responses",
            "security",
            "servers",
        ],
    );
}

fn body(walk: &mut Walk<'_>, at: &At, old: &Object, new: &Object) {
    let at = at.key("requestBody").named("request body", "");
    match (old.get("requestBody"), new.get("requestBody")) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            walk.object(Kind::RequestBody, &at, old, new);
        }
        (None, Some(value)) => {
            let row = match value.get("required") {
                Some(Value::Bool(true)) => &rows::REQUIRED_BODY_ADDED,
                // Whether the one behind a `$ref` is required takes a look to see.
                None if value.get("$ref").is_some() => &rows::REQUIRED_BODY_ADDED,
                _ => &rows::OPTIONAL_BODY_ADDED,
            };
            walk.add(row, &at, None, Some(show::value(value)));
        }
        (Some(value), None) => walk.values(&rows::BODY_REMOVED, &at, Some(value), None),
        (old, new) if old != new => walk.values(&document::OTHER, &at, old, new),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::unnamed;

    #[test]
    fn a_route_has_no_names_of_placeholders() {
        assert_eq!(unnamed("/a/{b}/c{d}"), "/a/{}/c{}");
        assert_eq!(unnamed("/a"), "/a");
    }
}
