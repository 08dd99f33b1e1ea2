//! A document, and how to find things in it.

use serde_json::{Map, Value};

use crate::{
    Document,
    spec::pointer::{child, component_of, value_at},
};

/// An object of a document.
pub(crate) type Object = Map<String, Value>;

/// A document and how to find things in it.
#[derive(Clone, Copy)]
pub(crate) struct Spec<'a> {
    pub(crate) document: &'a Document,
}

impl<'a> Spec<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        Self { document }
    }

    pub(crate) fn get(self, pointer: &str) -> Option<&'a Value> {
        value_at(self.document.value(), pointer)
    }

    pub(crate) fn object(self, pointer: &str) -> Option<&'a Object> {
        self.get(pointer)?.as_object()
    }

    /// Where the references at a pointer end: at the last one, if that leads nowhere.
    pub(crate) fn resolved(self, pointer: &str) -> String {
        let (mut pointer, mut value) = (pointer.to_owned(), self.get(pointer));
        // A longer chain of references is a circle.
        for _ in 0..64 {
            let next = value.and_then(Value::as_object).and_then(target);
            match next.and_then(|next| self.get(&next).map(|value| (next, value))) {
                Some((next, found)) => (pointer, value) = (next, Some(found)),
                None => break,
            }
        }
        pointer
    }

    /// The pointers of the items of the list below a pointer.
    pub(crate) fn items(self, pointer: &str, key: &str) -> Vec<String> {
        let pointer = child(pointer, key);
        let list = self.get(&pointer).and_then(Value::as_array);
        let each = 0..list.map_or(0, Vec::len);
        each.map(|index| format!("{pointer}/{index}")).collect()
    }

    /// The entries of the mapping at a pointer, each with its own.
    pub(crate) fn entries(self, pointer: &str) -> impl Iterator<Item = (&'a str, String)> {
        let map = self.object(pointer).into_iter().flatten();
        map.map(move |(name, _)| (name.as_str(), child(pointer, name)))
    }
}

/// The component that a `$ref` leads to, if there is one.
pub(super) fn target(map: &Object) -> Option<String> {
    let reference = map.get("$ref")?.as_str()?;
    let pointer = component_of(reference).and(reference.strip_prefix('#'))?;
    Some(match pointer.contains('%') {
        true => pointer.replace("%7B", "{").replace("%7D", "}"),
        false => pointer.to_owned(),
    })
}

pub(crate) fn text<'a>(map: &'a Object, key: &str) -> &'a str {
    map.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn is_set(map: &Object, key: &str) -> bool {
    map.get(key) == Some(&Value::Bool(true))
}
