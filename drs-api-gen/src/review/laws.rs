//! Is every change of every place named, there or near by? Each node of a document is
//! changed, removed and given another name, one at a time, and everything back again.

use serde_json::{Value, json};

use std::cell::OnceCell;

use super::{Change, Rust, rust::Outlines};
use crate::{
    Document,
    facts::Spec,
    spec::pointer::{child, unescape},
};

/// Nothing is generated.
pub(super) fn ungenerated<'a>(base: Spec<'a>, revision: Spec<'a>) -> Rust<'a> {
    let mut rust = Rust::new(base, revision);
    rust.outlines = OnceCell::from(Ok(Outlines::default()));
    rust
}

/// All changes, whatever the generator makes of them.
fn changes(base: &Document, revision: &Document) -> Vec<Change> {
    super::compare::compare(&mut ungenerated(Spec::new(base), Spec::new(revision)))
}

const FIXTURE: &str = include_str!("../../tests/fixtures/review.yaml");

fn pointers(value: &Value, pointer: &str, found: &mut Vec<String>) {
    let mut below = |key: &str, value: &Value| {
        let pointer = child(pointer, key);
        pointers(value, &pointer, found);
        found.push(pointer);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| below(key, value)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                below(&index.to_string(), item);
            }
        }
        _ => {}
    }
}

/// The document with one change at a pointer, for each way to change it.
fn changed(base: &Value, pointer: &str) -> Vec<Value> {
    let (parent, step) = pointer.rsplit_once('/').unwrap();
    let with = |change: &dyn Fn(&mut Value, &mut Value)| {
        let mut tree = base.clone();
        let mut value = tree.pointer(pointer).unwrap().clone();
        change(tree.pointer_mut(parent).unwrap(), &mut value);
        tree
    };
    let put = |parent: &mut Value, key: &str, value: Value| match parent {
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        parent => parent[key] = value,
    };
    let step = unescape(step);
    let mut all = vec![
        with(&|parent, value| {
            let other = match value.take() {
                Value::String(text) => json!(text + "x"),
                Value::Bool(flag) => json!(!flag),
                Value::Number(number) => json!(number.as_f64().unwrap() + 1.0),
                Value::Array(mut items) => {
                    items.push(json!("x"));
                    items.into()
                }
                mut map => {
                    map["x-new"] = json!(1);
                    map
                }
            };
            put(parent, &step, other);
        }),
        with(&|parent, _| match parent {
            Value::Array(items) => drop(items.remove(step.parse().unwrap())),
            parent => drop(parent.as_object_mut().unwrap().remove(&step)),
        }),
    ];
    if base.pointer(parent).unwrap().is_object() {
        all.push(with(&|parent, value| {
            let map = parent.as_object_mut().unwrap();
            map.remove(&step);
            map.insert(format!("{step}x"), value.take());
        }));
    }
    all
}

/// Whether a change is at the place, below it, or at its parent: an example is one thing, and an
/// entry of `required` belongs to the property.
fn is_near(place: &str, found: &str) -> bool {
    let holder = match place.rsplit_once("/required") {
        Some((schema, rest)) if rest.is_empty() || rest.starts_with('/') => schema,
        _ => place,
    };
    let within = |outer: &str, inner: &str| {
        let rest = inner.strip_prefix(outer);
        !outer.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let renamed = format!("{place}x");
    within(holder, found) || within(found, place) || within(&renamed, found)
}

#[test]
fn every_change_of_every_place_is_named_there() {
    let base = Document::parse(FIXTURE).unwrap();
    let mut places = Vec::new();
    pointers(base.value(), "", &mut places);
    let mut wrong = Vec::new();
    for place in &places {
        for tree in changed(base.value(), place) {
            let revision = Document::parse(&tree.to_string()).unwrap();
            assert_eq!(changes(&revision, &revision), [], "{place}");
            for (way, old, new) in [("there", &base, &revision), ("back", &revision, &base)] {
                let found = changes(old, new);
                if !found.iter().any(|change| is_near(place, &change.pointer)) {
                    let found: Vec<_> = found.iter().map(|c| (&c.kind, &c.pointer)).collect();
                    wrong.push(format!("{place}, {way}: {found:?}"));
                }
            }
        }
    }
    assert!(places.len() > 200);
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}
