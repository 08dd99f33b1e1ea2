//! Rules about `$ref`.

use std::collections::BTreeSet;

use super::{
    finding::Findings,
    rules::{CIRCULAR_REF, REF_SIBLINGS, UNRESOLVABLE_REF},
};
use crate::spec::{
    dialect::{Keys, Kind},
    graph::{Edges, circles, endless, reached},
    node::Node,
    pointer::component_of,
    tree::Tree,
};

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    for node in tree.nodes() {
        if let Some(reference) = node.reference()
            && let Some(message) = unresolvable(findings, tree, node, reference)
        {
            findings.misplaced(UNRESOLVABLE_REF, node.at(&["$ref"]), message);
        }
    }
    made_of_itself(findings, tree);
    let has_siblings = |node: &&Node<'_>| node.map.len() > 1 && node.reference().is_some();
    for node in tree.nodes().filter(has_siblings) {
        siblings(findings, node);
    }
}

/// One finding for all that is next to a `$ref`: most often it is all indented too far.
fn siblings(findings: &mut Findings<'_>, node: &Node<'_>) {
    let reference = node.at(&["$ref"]);
    let keys = node.map.keys().map(|key| (node.at(&[key]), key));
    let mut keys: Vec<_> = keys.filter(|(at, _)| *at != reference).collect();
    keys.sort_by_key(|(at, _)| findings.document.position(at));
    let Some((first, _)) = keys.first().cloned() else {
        return;
    };
    let hint = match keys.iter().all(|(_, key)| is_key(node, key)) {
        true => "write it in the component that is referred to, or remove it",
        false => "is it indented too far?",
    };
    let keys: Vec<_> = keys.iter().map(|(_, key)| format!("`{key}`")).collect();
    let message = format!(
        "a `$ref` hides what is next to it: {}; {hint}",
        keys.join(", ")
    );
    findings.misplaced(REF_SIBLINGS, first, message);
}

/// Whether the object could have this key, did it not refer to another.
fn is_key(node: &Node<'_>, key: &str) -> bool {
    match node.kind.keys() {
        Keys::Fixed(_) => key.starts_with("x-") || node.kind.key(key).is_some(),
        Keys::Chosen(_) => true,
    }
}

fn unresolvable(
    findings: &mut Findings<'_>,
    tree: &Tree<'_>,
    node: &Node<'_>,
    reference: &str,
) -> Option<String> {
    if node.kind == Kind::PathItem {
        return Some("a path item can't be referred to; write it here".to_owned());
    }
    if tree.target(reference, node.kind).is_some() {
        return None;
    }
    let noun = node.kind.noun();
    let Some(expected) = node.kind.section() else {
        return Some(format!("a `$ref` can't replace {noun}; write {noun} here"));
    };
    if reference.is_empty() {
        let message = "`$ref` is empty; put quotes around its value, because `#` starts a comment";
        return Some(message.to_owned());
    }
    let instead = format!("; write `#/components/{expected}/NAME`");
    let Some((section, name)) = component_of(reference) else {
        return Some(format!(
            "`{reference}` is not a component of this document{instead}"
        ));
    };
    if section != expected {
        let hint = findings.hint(section, [expected], &instead);
        return Some(format!(
            "`{reference}` points into `{section}`, but {noun} is expected here{hint}"
        ));
    }
    let components = tree.components();
    let names = components.map(|c| c.entries(section).map(|(name, _)| name));
    let hint = findings.hint(name, names.into_iter().flatten(), "; define it there");
    Some(format!(
        "there is no `{name}` in components/{section}{hint}"
    ))
}

/// Finds what progenitor would follow for ever.
fn made_of_itself(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let edges: Edges<'_> = tree
        .nodes()
        .map(|node| (node.pointer.as_str(), made_of(tree, node)))
        .collect();
    let circles = circles(&edges);
    let mut reported = BTreeSet::new();
    for pointer in &circles {
        if reported.contains(pointer) {
            continue;
        }
        reported.extend(reached(&edges, [*pointer]));
        let noun = tree.get(pointer).map_or("it", |node| node.kind.noun());
        let message = format!("{noun} is made of itself; break the circle of `$ref`s");
        findings.misplaced(CIRCULAR_REF, *pointer, message);
    }
    if !circles.is_empty() {
        return;
    }
    // Merging schemas goes down into their properties, so that a recursive type, which is
    // fine elsewhere, never ends there.
    let edges = tree.edges();
    let endless = endless(&edges);
    for node in tree.of(Kind::Schema) {
        let parts = ["properties", "additionalProperties", "items"];
        let has_parts = parts.iter().any(|key| node.has(key));
        let merges = node.has("allOf") || node.has("oneOf") && has_parts;
        if merges && endless.contains(node.pointer.as_str()) {
            let message = "a schema that refers to itself can't be combined with others; write \
                           its properties out";
            findings.misplaced(CIRCULAR_REF, node.pointer.clone(), message);
        }
    }
}

/// The objects that an object is made of, not those that it only has within it.
fn made_of<'t>(tree: &'t Tree<'_>, node: &Node<'_>) -> Vec<&'t str> {
    if let Some(reference) = node.reference() {
        let target = tree.target(reference, node.kind);
        return target.map(|t| t.pointer.as_str()).into_iter().collect();
    }
    if node.kind != Kind::Schema {
        return Vec::new();
    }
    let mut parts = Vec::new();
    for key in ["allOf", "oneOf"] {
        let items = 0..node.list(key).len();
        parts.extend(items.map(|index| node.at(&[key, &index.to_string()])));
    }
    let parts = parts.iter().filter_map(|pointer| tree.get(pointer));
    parts.map(|part| part.pointer.as_str()).collect()
}
