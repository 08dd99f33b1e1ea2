//! Which operations a place of a document reaches, and which way: what a change of a
//! schema means depends on whether requests or answers hold it.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Direction, Use};
use crate::spec::{
    dialect::METHODS,
    pointer::{child, component_of},
    tree::Tree,
};

/// What holds a reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    /// Pointer to the component.
    Component(String),
    Operation(Use),
}

/// Who refers to whom in one document.
pub(super) struct Uses {
    /// By pointer of a component.
    holders: BTreeMap<String, BTreeSet<Holder>>,
    /// The name of each operation, by its pointer.
    operations: BTreeMap<String, String>,
}

impl Uses {
    pub(super) fn of(tree: &Tree<'_>) -> Self {
        let mut uses = Self {
            holders: BTreeMap::new(),
            operations: operations(tree),
        };
        for node in tree.nodes() {
            let Some((section, name)) = node.reference().and_then(component_of) else {
                continue;
            };
            let target = format!("/components/{section}/{name}");
            let holders = uses.holders_at(&node.pointer);
            uses.holders.entry(target).or_default().extend(holders);
        }
        uses
    }

    /// The operations that hold the object at a pointer.
    pub(super) fn at(&self, pointer: &str) -> BTreeSet<Use> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut waiting = self.holders_at(pointer);
        while let Some(holder) = waiting.pop() {
            match holder {
                Holder::Operation(used) => {
                    found.insert(used);
                }
                Holder::Component(pointer) => {
                    if !seen.contains(&pointer) {
                        waiting.extend(self.holders.get(&pointer).into_iter().flatten().cloned());
                        seen.insert(pointer);
                    }
                }
            }
        }
        found
    }

    fn holders_at(&self, pointer: &str) -> Vec<Holder> {
        let steps: Vec<&str> = pointer.split('/').collect();
        match steps.as_slice() {
            ["", "components", section, name, ..] => {
                vec![Holder::Component(format!("/components/{section}/{name}"))]
            }
            ["", "paths", path, "parameters", ..] => {
                let item = format!("/paths/{path}/");
                let own = self.operations.range(item.clone()..);
                own.take_while(|(pointer, _)| pointer.starts_with(&item))
                    .map(|(_, name)| holder(name, Direction::Request))
                    .collect()
            }
            ["", "paths", path, method, part, ..] => {
                let name = self.operations.get(&format!("/paths/{path}/{method}"));
                let directions: &[Direction] = match *part {
                    "parameters" | "requestBody" => &[Direction::Request],
                    "responses" => &[Direction::Answer],
                    "callbacks" => &[Direction::Request, Direction::Answer],
                    _ => &[],
                };
                let each = name.into_iter().flat_map(|name| {
                    directions
                        .iter()
                        .map(move |direction| holder(name, *direction))
                });
                each.collect()
            }
            _ => Vec::new(),
        }
    }
}

fn holder(name: &str, direction: Direction) -> Holder {
    Holder::Operation(Use {
        direction,
        operation: name.to_owned(),
    })
}

fn operations(tree: &Tree<'_>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let paths = tree.get("/paths").map(|paths| paths.map.keys());
    for path in paths.into_iter().flatten() {
        let item = child("/paths", path);
        for method in METHODS {
            let pointer = child(&item, method);
            if let Some(node) = tree.get(&pointer) {
                let name = name(node.text("operationId"), method, path);
                found.insert(pointer, name);
            }
        }
    }
    found
}

/// What an operation is called in a review.
pub(super) fn name(id: Option<&str>, method: &str, path: &str) -> String {
    id.map_or_else(
        || format!("{} {path}", method.to_uppercase()),
        str::to_owned,
    )
}
