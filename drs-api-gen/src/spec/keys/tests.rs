//! Is every key that the dialect allows tried by a compiler?

use super::*;
use crate::{Document, spec::tree::Tree};

/// The kinds of objects that can be in an OpenAPI document.
fn kinds(of: Kind, found: &mut Vec<Kind>) {
    if found.contains(&of) {
        return;
    }
    found.push(of);
    let mut shapes = match of.keys() {
        Keys::Fixed(keys) => keys.iter().map(|key| key.shape).collect(),
        Keys::Chosen(shape) => vec![shape],
    };
    while let Some(shape) = shapes.pop() {
        if let Some(kind) = shape.kind() {
            kinds(kind, found);
        }
        if let List(each) | Map(each) = shape {
            shapes.push(*each);
        }
    }
}

#[test]
fn what_is_compiled_has_every_key_of_every_kind() {
    let document = include_str!("../../../tests/fixtures/every_key.yaml");
    let document = Document::parse(document).unwrap();
    let tree = Tree::new(&document);
    let mut all = Vec::new();
    kinds(Kind::OpenApi, &mut all);
    assert!(all.len() > 15);
    for kind in all {
        let Keys::Fixed(keys) = kind.keys() else {
            continue;
        };
        for Key { name, role, .. } in keys {
            // The lint refuses a path item that is elsewhere.
            let refused = matches!(role, Refused(_)) || (kind, *name) == (Kind::PathItem, "$ref");
            let has_it = tree.of(kind).any(|node| node.has(name));
            assert!(refused || has_it, "no {kind:?} has `{name}`");
        }
    }
}
