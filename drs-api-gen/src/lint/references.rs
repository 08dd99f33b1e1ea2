//! Rules about `$ref`.

use std::collections::BTreeSet;

use super::{
    finding::{Findings, Rule, rule},
    wording::did_you_mean,
};
use crate::spec::{
    dialect::{Keys, Kind, SECTIONS},
    pointer::{child, component_of},
    tree::{Node, Tree},
};

pub(super) const REF_SIBLINGS: Rule = rule(
    "ref-siblings",
    "OpenAPI 3.0 ignores what stands beside a `$ref`",
);
pub(super) const UNRESOLVABLE_REF: Rule = rule(
    "unresolvable-ref",
    "a reference has to lead to a component of this document",
);
pub(super) const CIRCULAR_REF: Rule = rule(
    "circular-ref",
    "a schema that is made of itself has no Rust type",
);

/// Says whether all references lead somewhere and none in a circle.
pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) -> bool {
    let before = findings.list.len();
    for node in tree.nodes() {
        if let Some(reference) = node.reference()
            && let Some(message) = unresolvable(tree, node, reference)
        {
            findings.add(UNRESOLVABLE_REF, node.at(&["$ref"]), message);
        }
    }
    circles(findings, tree);
    let sound = findings.list.len() == before;
    for node in tree.nodes().filter(|node| node.reference().is_some()) {
        for key in node.map.keys().filter(|key| *key != "$ref") {
            let message = if is_key(node, key) {
                format!(
                    "`{key}` beside a `$ref` is ignored; write it in the component that is \
                     referred to, or remove it"
                )
            } else {
                format!("`{key}` beside a `$ref` is ignored; is it indented too far?")
            };
            findings.add(REF_SIBLINGS, node.at(&[key]), message);
        }
    }
    sound
}

/// Whether the object could have this key, did it not refer to another.
fn is_key(node: &Node<'_>, key: &str) -> bool {
    match node.kind.keys() {
        Keys::Fixed(keys) => key.starts_with("x-") || keys.iter().any(|known| known.name == key),
        Keys::Chosen(_) => true,
    }
}

fn unresolvable(tree: &Tree<'_>, node: &Node<'_>, reference: &str) -> Option<String> {
    if node.kind == Kind::PathItem {
        return Some("a path item can't be referred to; write it here".to_owned());
    }
    if tree.target(reference, node.kind).is_some() {
        return None;
    }
    let noun = node.kind.noun();
    let Some((wanted, _)) = SECTIONS.iter().find(|(_, kind)| *kind == node.kind) else {
        return Some(format!("a `$ref` can't stand for {noun}; write it here"));
    };
    if reference.is_empty() {
        let message = "`$ref` is empty; put quotes around its text, for `#` starts a comment";
        return Some(message.to_owned());
    }
    let Some((section, name)) = component_of(reference) else {
        return Some(format!(
            "`{reference}` is no component of this document; write `#/components/{wanted}/NAME`"
        ));
    };
    if section != *wanted {
        let hint = did_you_mean(section, [*wanted]);
        let hint = if hint.is_empty() {
            format!("; write `#/components/{wanted}/NAME`")
        } else {
            hint
        };
        return Some(format!(
            "`{reference}` points into `{section}`, and {noun} is wanted here{hint}"
        ));
    }
    let components = tree.get("/components");
    let names = components.map(|c| c.entries(section).map(|(name, _)| name));
    let hint = did_you_mean(name, names.into_iter().flatten());
    let hint = if hint.is_empty() {
        "; define it there".to_owned()
    } else {
        hint
    };
    Some(format!(
        "there is no `{name}` in components/{section}{hint}"
    ))
}

/// Finds what progenitor would follow for ever.
fn circles(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let mut in_circle: BTreeSet<&str> = BTreeSet::new();
    for node in tree.nodes() {
        let next = |node: &Node<'_>| made_of(tree, node);
        if in_circle.contains(node.pointer.as_str()) {
            continue;
        }
        if let Some(circle) = circle_through(tree, node, &next) {
            in_circle.extend(
                circle
                    .iter()
                    .filter_map(|p| Some(tree.get(p)?.pointer.as_str())),
            );
            let noun = node.kind.noun();
            let message = format!("{noun} is made of itself; break the circle of `$ref`s");
            findings.add(CIRCULAR_REF, node.pointer.clone(), message);
        }
    }
    if !in_circle.is_empty() {
        return;
    }
    // Merging schemas goes down into their properties, so that a recursive type, which is
    // fine elsewhere, never ends there.
    for node in tree.of(Kind::Schema) {
        let merges = ["allOf", "anyOf", "not"];
        let merges = merges.iter().any(|key| node.map.contains_key(*key))
            || node.map.contains_key("oneOf") && node.map.contains_key("properties");
        if merges
            && tree
                .reachable([node.pointer.clone()])
                .into_iter()
                .filter_map(|pointer| tree.get(pointer))
                .any(|inner| {
                    inner.reference().is_some()
                        && tree.resolve(inner).is_some_and(|target| {
                            tree.reachable([target.pointer.clone()])
                                .contains(inner.pointer.as_str())
                        })
                })
        {
            let message = "a schema that refers to itself can't be combined with others; write \
                           its properties out";
            findings.add(CIRCULAR_REF, node.pointer.clone(), message);
        }
    }
}

/// The objects that an object is made of, not those that it only has within it.
fn made_of(tree: &Tree<'_>, node: &Node<'_>) -> Vec<String> {
    if let Some(reference) = node.reference() {
        let target = tree.target(reference, node.kind);
        return target.map(|t| t.pointer.clone()).into_iter().collect();
    }
    let mut parts = Vec::new();
    for key in ["allOf", "oneOf", "anyOf"] {
        let list = child(&node.pointer, key);
        parts.extend((0..node.list(key).len()).map(|index| format!("{list}/{index}")));
    }
    parts.push(child(&node.pointer, "not"));
    match node.kind.keys() {
        Keys::Fixed(_) if node.kind == Kind::Schema => parts,
        _ => Vec::new(),
    }
}

fn circle_through(
    tree: &Tree<'_>,
    start: &Node<'_>,
    next: &dyn Fn(&Node<'_>) -> Vec<String>,
) -> Option<BTreeSet<String>> {
    let mut seen = BTreeSet::new();
    let mut waiting = next(start);
    while let Some(pointer) = waiting.pop() {
        if pointer == start.pointer {
            seen.insert(pointer);
            return Some(seen);
        }
        if let Some(node) = tree.get(&pointer)
            && seen.insert(pointer)
        {
            waiting.extend(next(node));
        }
    }
    None
}
