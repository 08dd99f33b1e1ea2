//! The document as a tree of typed objects, and how to get from one to another.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    iter::successors,
    ops::Bound,
};

use serde_json::Value;

use super::{
    dialect::{Key, Keys, Kind, METHODS, Role, Shape},
    document::Document,
    graph::{Edges, reached},
    node::{Misfit, Node, Operation, unknown},
    pointer::{child, component_of},
};

/// All objects of a document, by pointer.
pub(crate) struct Tree<'a> {
    pub(crate) document: &'a Document,
    nodes: BTreeMap<String, Node<'a>>,
    pub(crate) misfits: Vec<Misfit<'a>>,
    /// Whether a misspelt key is read as the key that was meant.
    lenient: bool,
    /// Where each reference ends, if it does.
    ends: BTreeMap<String, Option<String>>,
    in_requests: OnceCell<BTreeSet<String>>,
    in_answers: OnceCell<BTreeSet<String>>,
}

impl<'a> Tree<'a> {
    /// The document as it is written.
    pub(crate) fn new(document: &'a Document) -> Self {
        Self::read(document, false)
    }

    /// The document as it was meant: a misspelt key is read as the one that it resembles,
    /// and noted.
    pub(crate) fn lenient(document: &'a Document) -> Self {
        Self::read(document, true)
    }

    fn read(document: &'a Document, lenient: bool) -> Self {
        let mut tree = Self {
            document,
            nodes: BTreeMap::new(),
            misfits: Vec::new(),
            lenient,
            ends: BTreeMap::new(),
            in_requests: OnceCell::new(),
            in_answers: OnceCell::new(),
        };
        let root = Shape::One(Kind::OpenApi);
        tree.walk(document.value(), root, String::new(), "the document", 0);
        tree.ends = tree.follow_references();
        tree
    }

    fn walk(&mut self, value: &'a Value, shape: Shape, pointer: String, key: &str, nesting: usize) {
        let kind = match (shape, value) {
            (Shape::Any, _)
            | (Shape::Text, Value::String(_))
            | (Shape::Flag | Shape::SchemaOrFlag, Value::Bool(_))
            | (Shape::Number, Value::Number(_)) => return,
            (Shape::Count, Value::Number(number)) if number.is_u64() => return,
            (Shape::Word(words), Value::String(word)) if words.contains(&word.as_str()) => return,
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
        let mut node = Node {
            kind,
            pointer,
            map,
            nesting,
            unknown: Vec::new(),
        };
        let can_refer = matches!(shape, Shape::OrRef(_) | Shape::SchemaOrFlag);
        let refers = |node: &Node<'a>| can_refer && node.reference().is_some();
        if self.lenient && !refers(&node) {
            node.unknown = unknown(kind, map);
        }
        if !refers(&node) {
            self.walk_keys(&node, nesting);
        }
        self.nodes.insert(node.pointer.clone(), node);
    }

    fn walk_keys(&mut self, node: &Node<'a>, nesting: usize) {
        match node.kind.keys() {
            Keys::Fixed(keys) => {
                for Key {
                    name, shape, role, ..
                } in keys
                {
                    // A refusal is all that is said of such a key, so what is in it is not read.
                    if let (false, Some(value)) = (matches!(role, Role::Refused(_)), node.get(name))
                    {
                        self.walk(value, *shape, node.at(&[name]), name, nesting);
                    }
                }
            }
            Keys::Chosen(shape) => {
                for (key, value) in node.map.iter().filter(|(key, _)| !key.starts_with("x-")) {
                    self.walk(value, shape, child(&node.pointer, key), key, nesting);
                }
            }
        }
    }

    fn follow_references(&self) -> BTreeMap<String, Option<String>> {
        let mut ends: BTreeMap<String, Option<String>> = BTreeMap::new();
        for start in self.nodes.values() {
            let (mut chain, mut node) = (Vec::new(), start);
            let end = loop {
                if let Some(end) = ends.get(&node.pointer) {
                    break end.clone();
                }
                let Some(reference) = node.reference() else {
                    break Some(node.pointer.clone());
                };
                // Until more is known; who comes back here goes in a circle.
                ends.insert(node.pointer.clone(), None);
                chain.push(&node.pointer);
                match self.target(reference, node.kind) {
                    Some(target) => node = target,
                    None => break None,
                }
            };
            ends.extend(chain.into_iter().map(|p| (p.clone(), end.clone())));
        }
        ends
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node<'a>> {
        self.nodes.values()
    }

    pub(crate) fn root(&self) -> Option<&Node<'a>> {
        self.get("")
    }

    /// The components, if the document has any.
    pub(crate) fn components(&self) -> Option<&Node<'a>> {
        self.get(&self.root()?.at(&["components"]))
    }

    /// The paths, if the document has any.
    pub(crate) fn paths(&self) -> Option<&Node<'a>> {
        self.get(&self.root()?.at(&["paths"]))
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
        let ends = [format!("{pointer}/"), format!("{pointer}0")].map(Bound::Excluded);
        let below = self.nodes.range::<String, _>(<(_, _)>::from(ends));
        let at = self.get(pointer).into_iter();
        at.chain(below.map(|(_, node)| node))
    }

    /// The operations, in the order of the text.
    pub(crate) fn operations(&self) -> Vec<Operation<'_, 'a>> {
        let mut found = Vec::new();
        let paths = self.paths().into_iter();
        let paths = paths.flat_map(|paths| paths.map.keys().map(|path| (path, paths.at(&[path]))));
        for (path, item) in paths.filter_map(|(path, at)| Some((path, self.get(&at)?))) {
            for method in METHODS {
                if let Some(node) = self.get(&item.at(&[method])) {
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

    /// The parameters of an operation: its own, then those of its path item that it does
    /// not replace.
    pub(crate) fn parameters(&self, operation: &Operation<'_, 'a>) -> Vec<&Node<'a>> {
        let list = |owner: &Node<'a>| {
            let indices = 0..owner.list("parameters").len();
            let at = |index: usize| self.below_key(owner, &["parameters", &index.to_string()]);
            indices.filter_map(at).collect()
        };
        let identity = |node: &Node<'a>| (node.text("name"), node.text("in"));
        let mut all: Vec<&Node<'a>> = list(operation.node);
        let own: BTreeSet<_> = all.iter().map(|node| identity(node)).collect();
        let inherited = self.get(&operation.item).into_iter().flat_map(list);
        all.extend(inherited.filter(|node| !own.contains(&identity(node))));
        all
    }

    /// The object below a key of an object, behind its `$ref`.
    pub(crate) fn below_key(&self, node: &Node<'a>, steps: &[&str]) -> Option<&Node<'a>> {
        self.resolve(self.get(&node.at(steps))?)
    }

    /// The object itself, or the one that its `$ref` leads to.
    pub(crate) fn resolve(&self, node: &Node<'a>) -> Option<&Node<'a>> {
        match self.ends.get(&node.pointer) {
            Some(end) => self.get(end.as_deref()?),
            None => self.get(&node.pointer),
        }
    }

    /// The object that a `$ref` names, if it is of the kind that is expected there.
    pub(crate) fn target(&self, reference: &str, kind: Kind) -> Option<&Node<'a>> {
        let (section, name) = component_of(reference)?;
        if kind.section()? != section {
            return None;
        }
        let section = self.components()?.at(&[section]);
        // A reference writes the name like a pointer does.
        self.get(&format!("{section}/{name}"))
    }

    /// What each object leads to: the objects in it, and the one that it refers to.
    pub(crate) fn edges(&self) -> Edges<'_> {
        let mut edges: Edges<'_> = self.nodes().map(|n| (n.pointer.as_str(), vec![])).collect();
        for node in self.nodes() {
            let target = node.reference().and_then(|r| self.target(r, node.kind));
            let target = target.map(|target| target.pointer.as_str());
            edges.entry(&node.pointer).or_default().extend(target);
            let around = successors(node.pointer.rsplit_once('/'), |(p, _)| p.rsplit_once('/'));
            let parent = around.map(|(p, _)| p).find(|p| edges.contains_key(p));
            if let Some(list) = parent.and_then(|parent| edges.get_mut(parent)) {
                list.push(&node.pointer);
            }
        }
        edges
    }

    /// Everything at or below these pointers, over references too.
    pub(crate) fn reachable(&self, from: impl IntoIterator<Item = String>) -> BTreeSet<&str> {
        let from: Vec<String> = from.into_iter().collect();
        let roots = from.iter().flat_map(|pointer| self.below(pointer));
        let roots: Vec<&str> = roots.map(|node| node.pointer.as_str()).collect();
        reached(&self.edges(), roots)
    }

    /// The schemas that a request can hold.
    pub(crate) fn in_requests(&self) -> &BTreeSet<String> {
        self.in_requests.get_or_init(|| {
            let roots = self.operations().into_iter().flat_map(|operation| {
                let own = ["parameters", "requestBody"].map(|key| operation.node.at(&[key]));
                let inherited = self
                    .get(&operation.item)
                    .map(|item| item.at(&["parameters"]));
                own.into_iter().chain(inherited)
            });
            self.schemas_among(self.reachable(roots.collect::<Vec<_>>()))
        })
    }

    /// The schemas that the body of an answer can hold.
    pub(crate) fn in_answers(&self) -> &BTreeSet<String> {
        self.in_answers.get_or_init(|| {
            let mut roots = Vec::new();
            for operation in self.operations() {
                let responses = operation.node.at(&["responses"]);
                for node in self.below(&responses) {
                    let node = self.resolve(node).filter(|n| n.kind == Kind::Response);
                    roots.extend(node.map(|response| response.at(&["content"])));
                }
            }
            self.schemas_among(self.reachable(roots))
        })
    }

    fn schemas_among(&self, pointers: BTreeSet<&str>) -> BTreeSet<String> {
        let is_schema = |pointer: &&str| self.get(pointer).is_some_and(|n| n.kind == Kind::Schema);
        let schemas = pointers.into_iter().filter(is_schema);
        schemas.map(str::to_owned).collect()
    }
}
