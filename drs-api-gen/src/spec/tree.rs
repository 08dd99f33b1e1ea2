//! The document as a tree of typed objects, and how to get from one to another.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use serde_json::{Map, Value};

use super::{
    dialect::{Keys, Kind, METHODS, SECTIONS, Shape},
    document::Document,
    pointer::{child, component_of, unescape},
};

/// An object of the document.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) kind: Kind,
    pub(crate) pointer: String,
    pub(crate) map: &'a Map<String, Value>,
    /// How many schemas it is in, itself included.
    pub(crate) nesting: usize,
}

impl<'a> Node<'a> {
    /// The target, if a `$ref` stands in place of the object.
    /// It is empty where the text is: without quotes, `#` starts a comment.
    pub(crate) fn reference(&self) -> Option<&'a str> {
        match self.map.get("$ref")? {
            Value::String(reference) => Some(reference),
            Value::Null => Some(""),
            _ => None,
        }
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.map.get(key).and_then(Value::as_str)
    }

    pub(crate) fn is_set(&self, key: &str) -> bool {
        self.map.get(key) == Some(&Value::Bool(true))
    }

    pub(crate) fn list(&self, key: &str) -> &'a [Value] {
        let list = self.map.get(key).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }

    /// The entries of a mapping under a key.
    pub(crate) fn entries(&self, key: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let map = self.map.get(key).and_then(Value::as_object);
        map.into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str(), value))
    }

    /// Pointer to something below.
    pub(crate) fn at(&self, steps: &[&str]) -> String {
        steps
            .iter()
            .fold(self.pointer.clone(), |pointer, step| child(&pointer, step))
    }

    /// The name of a component, if the object is one.
    pub(crate) fn component(&self) -> Option<String> {
        match self.pointer.split('/').collect::<Vec<_>>().as_slice() {
            ["", "components", _, name] => Some(unescape(name)),
            _ => None,
        }
    }
}

/// An operation with where it is and what it has.
pub(crate) struct Operation<'t, 'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'static str,
    pub(crate) node: &'t Node<'a>,
    /// Pointer to its path item.
    pub(crate) item: String,
}

/// A place where the document has something else than OpenAPI 3.0.3 wants.
pub(crate) struct Misfit<'a> {
    pub(crate) pointer: String,
    pub(crate) key: String,
    pub(crate) expected: Shape,
    pub(crate) found: &'a Value,
}

/// All objects of a document, by pointer.
pub(crate) struct Tree<'a> {
    pub(crate) document: &'a Document,
    nodes: BTreeMap<String, Node<'a>>,
    pub(crate) misfits: Vec<Misfit<'a>>,
}

impl<'a> Tree<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        let mut tree = Self {
            document,
            nodes: BTreeMap::new(),
            misfits: Vec::new(),
        };
        let root = Shape::One(Kind::OpenApi);
        tree.walk(document.value(), root, String::new(), "the document", 0);
        tree
    }

    fn walk(&mut self, value: &'a Value, shape: Shape, pointer: String, key: &str, nesting: usize) {
        let kind = match (shape, value) {
            (Shape::Any, _)
            | (Shape::Text, Value::String(_))
            | (Shape::Flag | Shape::SchemaOrFlag, Value::Bool(_))
            | (Shape::Number, Value::Number(_)) => return,
            (Shape::Count, Value::Number(number)) if number.is_u64() => return,
            (Shape::One(kind) | Shape::OrRef(kind), Value::Object(_)) => kind,
            (Shape::SchemaOrFlag, Value::Object(_)) => Kind::Schema,
            (Shape::List(shape), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.walk(item, *shape, format!("{pointer}/{index}"), key, nesting);
                }
                return;
            }
            (Shape::Map(shape), Value::Object(map)) => {
                for (key, value) in map {
                    self.walk(value, *shape, child(&pointer, key), key, nesting);
                }
                return;
            }
            (expected, found) => {
                self.misfits.push(Misfit {
                    pointer,
                    key: key.to_owned(),
                    expected,
                    found,
                });
                return;
            }
        };
        let Value::Object(map) = value else { return };
        let nesting = nesting + usize::from(kind == Kind::Schema);
        let is_reference = matches!(shape, Shape::OrRef(_) | Shape::SchemaOrFlag)
            && map
                .get("$ref")
                .is_some_and(|r| r.is_string() || r.is_null());
        if !is_reference {
            match kind.keys() {
                Keys::Fixed(keys) => {
                    for known in keys {
                        if let Some(value) = map.get(known.name) {
                            let pointer = child(&pointer, known.name);
                            self.walk(value, known.shape, pointer, known.name, nesting);
                        }
                    }
                }
                Keys::Chosen(shape) => {
                    for (key, value) in map.iter().filter(|(key, _)| !key.starts_with("x-")) {
                        self.walk(value, shape, child(&pointer, key), key, nesting);
                    }
                }
            }
        }
        let node = Node {
            kind,
            pointer: pointer.clone(),
            map,
            nesting,
        };
        self.nodes.insert(pointer, node);
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node<'a>> {
        self.nodes.values()
    }

    pub(crate) fn root(&self) -> Option<&Node<'a>> {
        self.get("")
    }

    pub(crate) fn get(&self, pointer: &str) -> Option<&Node<'a>> {
        self.nodes.get(pointer)
    }

    /// The objects of a kind, those behind a `$ref` left out.
    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = &Node<'a>> {
        self.nodes()
            .filter(move |node| node.kind == kind && node.reference().is_none())
    }

    /// The objects below a pointer, and at it.
    pub(crate) fn below(&self, pointer: &str) -> impl Iterator<Item = &Node<'a>> {
        // `0` follows `/`, so these are the keys that start with the pointer and a slash.
        let below = (
            Bound::Excluded(format!("{pointer}/")),
            Bound::Excluded(format!("{pointer}0")),
        );
        self.get(pointer)
            .into_iter()
            .chain(self.nodes.range::<String, _>(below).map(|(_, node)| node))
    }

    /// The operations, in the order of the text.
    pub(crate) fn operations(&self) -> Vec<Operation<'_, 'a>> {
        let mut found = Vec::new();
        for item in self.of(Kind::PathItem) {
            let Some(path) = self.path_of(&item.pointer) else {
                continue;
            };
            for method in METHODS {
                if let Some(node) = self.get(&child(&item.pointer, method)) {
                    found.push(Operation {
                        path,
                        method,
                        node,
                        item: item.pointer.clone(),
                    });
                }
            }
        }
        found.sort_by_key(|operation| self.document.position(&operation.node.pointer));
        found
    }

    /// The path of an item of `paths`.
    fn path_of(&self, pointer: &str) -> Option<&'a str> {
        let paths = self.get("/paths")?;
        let mut names = paths.map.keys();
        names
            .find(|name| child("/paths", name) == pointer)
            .map(String::as_str)
    }

    /// The parameters of an operation: its own, then those of its path item that it does
    /// not replace.
    pub(crate) fn parameters(&self, operation: &Operation<'_, 'a>) -> Vec<&Node<'a>> {
        let list = |owner: &str| -> Vec<&Node<'a>> {
            let pointer = child(owner, "parameters");
            let count = self.get(owner).map_or(0, |o| o.list("parameters").len());
            (0..count)
                .filter_map(|index| self.resolve(self.get(&format!("{pointer}/{index}"))?))
                .collect()
        };
        let mut all = list(&operation.node.pointer);
        for inherited in list(&operation.item) {
            let identity = |node: &Node<'a>| (node.text("name"), node.text("in"));
            if !all.iter().any(|own| identity(own) == identity(inherited)) {
                all.push(inherited);
            }
        }
        all
    }

    /// The object itself, or the one its `$ref` leads to.
    pub(crate) fn resolve<'t>(&'t self, node: &'t Node<'a>) -> Option<&'t Node<'a>> {
        let mut node = node;
        // A chain of as many references as there are objects is a circle.
        for _ in 0..=self.nodes.len() {
            match node.reference() {
                Some(reference) => node = self.target(reference, node.kind)?,
                None => return Some(node),
            }
        }
        None
    }

    /// The object that a `$ref` names, if it is of the kind that is wanted there.
    pub(crate) fn target(&self, reference: &str, kind: Kind) -> Option<&Node<'a>> {
        let (section, name) = component_of(reference)?;
        let wanted = SECTIONS.iter().find(|(_, held)| *held == kind)?;
        if wanted.0 != section {
            return None;
        }
        self.get(&format!("/components/{section}/{name}"))
    }

    /// Everything that can be got to from these pointers, over references too.
    pub(crate) fn reachable(&self, from: impl IntoIterator<Item = String>) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<String> = from.into_iter().collect();
        while let Some(pointer) = waiting.pop() {
            for node in self.below(&pointer) {
                if !seen.insert(node.pointer.as_str()) {
                    continue;
                }
                let target = node.reference().and_then(|r| self.target(r, node.kind));
                waiting.extend(target.map(|target| target.pointer.clone()));
            }
        }
        seen
    }

    /// The schemas that a request can hold.
    pub(crate) fn in_requests(&self) -> BTreeSet<&str> {
        let roots = self.operations().into_iter().flat_map(|operation| {
            let own = ["parameters", "requestBody"].map(|key| operation.node.at(&[key]));
            own.into_iter()
                .chain([child(&operation.item, "parameters")])
        });
        self.schemas_among(self.reachable(roots.collect::<Vec<_>>()))
    }

    /// The schemas that the body of an answer can hold.
    pub(crate) fn in_answers(&self) -> BTreeSet<&str> {
        let mut roots = Vec::new();
        for operation in self.operations() {
            let responses = operation.node.at(&["responses"]);
            for node in self.below(&responses) {
                let node = self.resolve(node).filter(|n| n.kind == Kind::Response);
                roots.extend(node.map(|response| response.at(&["content"])));
            }
        }
        self.schemas_among(self.reachable(roots))
    }

    fn schemas_among<'t>(&'t self, pointers: BTreeSet<&'t str>) -> BTreeSet<&'t str> {
        pointers
            .into_iter()
            .filter(|pointer| self.get(pointer).is_some_and(|n| n.kind == Kind::Schema))
            .collect()
    }
}
