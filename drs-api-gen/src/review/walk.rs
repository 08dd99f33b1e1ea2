//! The walk over both documents at once: object by object, key by key, as the kinds of
//! objects say. What has rules of its own is in the files beside this one; everything
//! else comes through here, so that no key goes unnoticed.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{
    access, answers,
    change::{Change, Place, Use, Which},
    components,
    keys::{self, Rows},
    operations, parameters,
    references::is_reference,
    renames::Renames,
    schemas, show,
    table::{Row, document as rows},
    uses::Uses,
};
use crate::spec::{
    dialect::{Keys, Kind, Shape},
    pointer::child,
    tree::Tree,
};

/// The place of one object, or value, in both documents.
#[derive(Clone)]
pub(super) struct At {
    pub(super) old: String,
    pub(super) new: String,
    pub(super) place: Place,
    /// Whether it is the schema of a property that may be left out in both.
    pub(super) optional: bool,
}

impl At {
    pub(super) fn root() -> Self {
        Self {
            old: String::new(),
            new: String::new(),
            place: Place::default(),
            optional: false,
        }
    }

    pub(super) fn key(&self, key: &str) -> Self {
        self.keys(key, key)
    }

    pub(super) fn keys(&self, old: &str, new: &str) -> Self {
        self.pointers(child(&self.old, old), child(&self.new, new))
    }

    pub(super) fn pointers(&self, old: impl Into<String>, new: impl Into<String>) -> Self {
        Self {
            old: old.into(),
            new: new.into(),
            place: self.place.clone(),
            optional: false,
        }
    }

    pub(super) fn named(mut self, what: &'static str, name: impl Into<String>) -> Self {
        self.place = self.place.with(what, name);
        self
    }
}

/// The walk, and what it has found.
pub(super) struct Walk<'a> {
    pub(super) base: &'a Tree<'a>,
    pub(super) revision: &'a Tree<'a>,
    pub(super) renames: Renames,
    pub(super) uses: (Uses, Uses),
    pub(super) changes: Vec<Change>,
    /// What was reported: an inherited parameter is met by each of its operations.
    pub(super) seen: BTreeSet<(&'static str, String, String)>,
    /// What the place is used in, while types behind references are held side by side.
    pub(super) probing: Vec<BTreeSet<Use>>,
}

pub(super) type Object = Map<String, Value>;

impl<'a> Walk<'a> {
    pub(super) fn new(base: &'a Tree<'a>, revision: &'a Tree<'a>) -> Self {
        Self {
            base,
            revision,
            renames: Renames::of(base, revision),
            uses: (Uses::of(base), Uses::of(revision)),
            changes: Vec::new(),
            seen: BTreeSet::new(),
            probing: Vec::new(),
        }
    }

    /// Adds a change.
    pub(super) fn add(&mut self, row: &Row, at: &At, old: Option<String>, new: Option<String>) {
        if !(self.seen).insert((row.kind, at.old.clone(), at.new.clone())) {
            return;
        }
        let used_in = match self.probing.last() {
            Some(uses) => uses.clone(),
            None => {
                let mut uses = self.uses.0.at(&at.old);
                uses.extend(self.uses.1.at(&at.new));
                uses
            }
        };
        let (class, felt_by, why) = row.at(&used_in);
        let (document, pointer, tree) = match (&old, &new) {
            (Some(_), None) => (Which::Base, &at.old, self.base),
            _ => (Which::Revision, &at.new, self.revision),
        };
        self.changes.push(Change {
            kind: row.kind,
            class,
            place: at.place.clone(),
            used_in,
            document,
            pointer: pointer.clone(),
            line: tree.document.nearest_position(pointer).line,
            old,
            new,
            felt_by,
            why,
        });
    }

    /// Adds a change of a value, whichever of the two there is.
    pub(super) fn values(&mut self, row: &Row, at: &At, old: Option<&Value>, new: Option<&Value>) {
        let (old, new) = match (old, new) {
            (Some(old), Some(new)) => {
                let (old, new) = show::pair(old, new);
                (Some(old), Some(new))
            }
            (old, new) => (old.map(show::value), new.map(show::value)),
        };
        self.add(row, at, old, new);
    }

    /// Compares two objects of a kind.
    pub(super) fn object(&mut self, kind: Kind, at: &At, old: &Object, new: &Object) {
        if old == new {
            return;
        }
        if kind != Kind::PathItem && (is_reference(old) || is_reference(new)) {
            return self.reference(kind, at, old, new);
        }
        let handled: &[&str] = match kind {
            Kind::OpenApi => access::of_document(self, at, old, new),
            Kind::Components => components::sections(self, at, old, new),
            Kind::Paths => return operations::paths(self, at, old, new),
            Kind::Response => answers::body(self, at, old, new),
            Kind::Schema => schemas::schema(self, at, old, new),
            Kind::Parameter => parameters::identity(self, at, old, new),
            _ => &[],
        };
        self.keys_of(kind, at, (old, new), handled);
    }

    /// Compares the keys of two objects, but for those that have been.
    pub(super) fn keys_of(
        &mut self,
        kind: Kind,
        at: &At,
        (old, new): (&Object, &Object),
        handled: &[&str],
    ) {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            if !handled.contains(&key.as_str()) {
                self.key(kind, at, key, (old.get(key), new.get(key)));
            }
        }
    }

    /// Compares what stands under one key.
    pub(super) fn key(
        &mut self,
        kind: Kind,
        at: &At,
        key: &str,
        (old, new): (Option<&Value>, Option<&Value>),
    ) {
        if old == new {
            return;
        }
        let rows = keys::rows(kind, key);
        let at = at.key(key);
        let off = |value: &Value| *value == Value::Bool(false);
        if keys::off_by_default(kind, key) && (old.is_some_and(off) || new.is_some_and(off)) {
            let (old, new) = (old.filter(|v| !off(v)), new.filter(|v| !off(v)));
            let row = match old == new {
                true => &rows::REWRITTEN,
                false => rows.of(old, new),
            };
            return self.values(row, &at, old, new);
        }
        let shape = match kind.keys() {
            Keys::Fixed(keys) => keys.iter().find(|k| k.name == key).map(|k| k.shape),
            Keys::Chosen(shape) => (!key.starts_with("x-")).then_some(shape),
        };
        match (shape, old, new) {
            (Some(shape), Some(old), Some(new)) if !rows.whole => {
                self.both(shape, &at, (old, new), &rows);
            }
            (Some(Shape::Map(_)), Some(Value::Object(map)), None) if rows.entries => {
                self.entries(&at, (map, &Map::new()), Shape::Any, &rows);
            }
            (Some(Shape::Map(_)), None, Some(Value::Object(map))) if rows.entries => {
                self.entries(&at, (&Map::new(), map), Shape::Any, &rows);
            }
            _ => self.values(rows.of(old, new), &at, old, new),
        }
    }

    /// Compares two values of a shape.
    fn both(&mut self, shape: Shape, at: &At, (old, new): (&Value, &Value), rows: &Rows) {
        match (shape, old, new) {
            (
                Shape::One(kind) | Shape::OrRef(kind),
                Value::Object(old_map),
                Value::Object(new_map),
            ) => self.object(kind, &named(kind, at, new_map), old_map, new_map),
            (Shape::SchemaOrFlag, Value::Object(old), Value::Object(new)) => {
                self.object(Kind::Schema, at, old, new);
            }
            (Shape::Map(inner), Value::Object(old), Value::Object(new)) => {
                self.entries(at, (old, new), *inner, rows);
            }
            (Shape::List(inner), Value::Array(old), Value::Array(new)) => {
                self.list(at, (old, new), *inner, rows);
            }
            _ if old != new => self.values(rows.changed, at, Some(old), Some(new)),
            _ => {}
        }
    }

    /// Compares the entries of two mappings of names.
    fn entries(&mut self, at: &At, (old, new): (&Object, &Object), inner: Shape, rows: &Rows) {
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let at = at.key(name).named(rows.entry, name.as_str());
            match (old.get(name), new.get(name)) {
                (Some(old), Some(new)) if old == new => {}
                (Some(old), Some(new)) => self.both(inner, &at, (old, new), rows),
                (old, new) => self.values(rows.of(old, new), &at, old, new),
            }
        }
    }

    /// Compares two lists. Items that are alike belong together wherever they stand; of
    /// the others the first belongs to the first.
    fn list(&mut self, at: &At, (old, new): (&[Value], &[Value]), inner: Shape, rows: &Rows) {
        let mut left: Vec<(usize, &Value)> = new.iter().enumerate().collect();
        let mut gone = Vec::new();
        for (index, item) in old.iter().enumerate() {
            match left.iter().position(|(_, other)| *other == item) {
                Some(found) => drop(left.remove(found)),
                None => gone.push((index, item)),
            }
        }
        if gone.is_empty() && left.is_empty() && old != new {
            let (old, new) = (Value::from(old.to_vec()), Value::from(new.to_vec()));
            return self.values(&rows::ORDER, at, Some(&old), Some(&new));
        }
        let mut left = left.into_iter();
        for (index, item) in gone {
            match left.next() {
                Some((other, new)) => {
                    let at = at.keys(&index.to_string(), &other.to_string());
                    self.both(inner, &at, (item, new), rows);
                }
                None => {
                    let at = at.key(&index.to_string());
                    self.values(rows.removed, &at, Some(item), None);
                }
            }
        }
        for (index, item) in left {
            let at = at.key(&index.to_string());
            self.values(rows.added, &at, None, Some(item));
        }
    }
}

/// The place of an object that is worth a word of its own.
fn named(kind: Kind, at: &At, map: &Object) -> At {
    let mut steps = at.new.rsplit('/');
    let last = steps.next().unwrap_or_default();
    let before = steps.next().unwrap_or_default();
    match (kind, last) {
        (Kind::Schema, "items") => at.clone().named("items", ""),
        (Kind::Schema, "not") => at.clone().named("not", ""),
        (Kind::Schema, index) => match ["allOf", "oneOf", "anyOf"].iter().find(|k| **k == before) {
            Some(key) => at.clone().named(key, index),
            None => at.clone(),
        },
        (Kind::Info, _) => at.clone().named("info", ""),
        (Kind::Tag, _) => {
            let name = map.get("name").and_then(Value::as_str);
            at.clone().named("tag", name.unwrap_or_default())
        }
        _ => at.clone(),
    }
}
