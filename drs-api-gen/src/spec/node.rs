//! One object of a document.

use serde_json::{Map, Value};

use super::{
    dialect::{Key, Keys, Kind, Shape},
    pointer::{child, component_of, unescape},
    spelling::{nearest, plain},
};

/// An object of the document.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) kind: Kind,
    pub(crate) pointer: String,
    pub(crate) map: &'a Map<String, Value>,
    /// How many schemas it is in, itself included.
    pub(crate) nesting: usize,
    /// The keys that its kind doesn't have, in a lenient tree; each with the one that was
    /// probably meant.
    pub(crate) unknown: Vec<(&'a str, Option<&'static str>)>,
}

impl<'a> Node<'a> {
    /// The value of a key, or of a slip of it.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(self.spelt(key))
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The key as the text has it.
    fn spelt<'k>(&self, key: &'k str) -> &'k str
    where
        'a: 'k,
    {
        let slip = self.unknown.iter().find(|(_, meant)| *meant == Some(key));
        slip.map_or(key, |(written, _)| written)
    }

    /// The target, if a `$ref` replaces the object. It is empty if the text is: without quotes, `#`
    /// starts a comment.
    pub(crate) fn reference(&self) -> Option<&'a str> {
        match self.get("$ref")? {
            Value::String(reference) => Some(reference),
            Value::Null => Some(""),
            _ => None,
        }
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Value::as_str)
    }

    pub(crate) fn is_set(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Bool(true))
    }

    pub(crate) fn list(&self, key: &str) -> &'a [Value] {
        let list = self.get(key).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }

    /// The entries of a mapping under a key.
    pub(crate) fn entries(&self, key: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let map = self.get(key).and_then(Value::as_object);
        map.into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str(), value))
    }

    /// Pointer to something below.
    pub(crate) fn at(&self, steps: &[&str]) -> String {
        let Some((first, rest)) = steps.split_first() else {
            return self.pointer.clone();
        };
        let first = child(&self.pointer, self.spelt(first));
        rest.iter()
            .fold(first, |pointer, step| child(&pointer, step))
    }

    /// The name of a component, if the object is one.
    pub(crate) fn component(&self) -> Option<String> {
        self.kind.section()?;
        let reference = format!("#{}", self.pointer);
        component_of(&reference).map(|(_, name)| unescape(name))
    }
}

/// The keys of a map that its kind doesn't have, each with the one that was probably meant.
pub(super) fn unknown(kind: Kind, map: &Map<String, Value>) -> Vec<(&str, Option<&'static str>)> {
    let Keys::Fixed(known) = kind.keys() else {
        return Vec::new();
    };
    let refers = kind.section().is_some();
    let unknown = map.keys().filter(|key| kind.key(key).is_none());
    let unknown = unknown.map(|key| {
        // Of what is refused only another spelling: a name that has no place here may be like one.
        let can_be = |k: &&Key| k.refusal(&Value::Null).is_none() || plain(k.name) == plain(key);
        let names = known.iter().filter(can_be).map(|known| known.name);
        let names = names.chain(refers.then_some("$ref"));
        let names = names.filter(|name| name.starts_with("x-") == key.starts_with("x-"));
        let meant = nearest(key, names.filter(|name| !map.contains_key(*name)));
        (key.as_str(), meant)
    });
    // An extension of anyone's, unless it is one of ours with a slip in it.
    unknown
        .filter(|(key, meant)| meant.is_some() || !key.starts_with("x-"))
        .collect()
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
