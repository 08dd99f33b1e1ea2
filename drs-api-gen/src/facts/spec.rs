//! A document, and how to find things in it.

use serde_json::{Map, Value};

use crate::{
    Document,
    spec::pointer::{child, component_of},
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
        self.document.value().pointer(pointer)
    }

    pub(crate) fn object(self, pointer: &str) -> Option<&'a Object> {
        self.get(pointer)?.as_object()
    }

    /// The object at a pointer, or the one that its `$ref` leads to, with its pointer.
    pub(crate) fn resolved(self, pointer: &str) -> Option<(String, &'a Object)> {
        let mut pointer = pointer.to_owned();
        // A longer chain of references is a circle.
        for _ in 0..64 {
            let map = self.object(&pointer)?;
            match target(map) {
                None => return Some((pointer, map)),
                Some(target) => pointer = target?,
            }
        }
        None
    }

    /// The pointers of the items of the list below a pointer.
    pub(crate) fn items(self, pointer: &str, key: &str) -> Vec<String> {
        let pointer = child(pointer, key);
        let list = self.get(&pointer).and_then(Value::as_array);
        let each = 0..list.map_or(0, Vec::len);
        each.map(|index| format!("{pointer}/{index}")).collect()
    }

    /// The entries of the mapping below a pointer, each with its own.
    pub(crate) fn entries(
        self,
        pointer: &str,
        key: &str,
    ) -> impl Iterator<Item = (&'a str, String)> {
        let pointer = child(pointer, key);
        let map = self.object(&pointer).into_iter().flatten();
        map.map(move |(name, _)| (name.as_str(), child(&pointer, name)))
    }
}

/// Where a `$ref` leads, if there is one: nowhere, unless to a component.
pub(super) fn target(map: &Object) -> Option<Option<String>> {
    let reference = map.get("$ref")?.as_str()?;
    let target = component_of(reference).map(|(section, name)| {
        let name = name.replace("%7B", "{").replace("%7D", "}");
        format!("/components/{section}/{name}")
    });
    Some(target)
}

pub(crate) fn text<'a>(map: &'a Object, key: &str) -> &'a str {
    map.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn is_set(map: &Object, key: &str) -> bool {
    map.get(key) == Some(&Value::Bool(true))
}
