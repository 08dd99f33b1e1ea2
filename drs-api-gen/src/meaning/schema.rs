//! A schema as the constraints that a value has to fit, gathered from all objects that
//! `$ref` and `allOf` bring together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    Meaning, Object,
    document::{is_set, target},
};
use crate::spec::pointer::child;

/// The pointers of one or more schema objects; a value has to fit all of them.
pub(crate) type Schema = BTreeSet<String>;

pub(super) const NULL: u8 = 1;
const INTEGER: u8 = 4;
pub(super) const NUMBER: u8 = 12;
const OTHERS: u8 = 2 | 16 | 32 | 64 | NUMBER;

/// Keys that say nothing of the values.
const TEXTS: [&str; 6] = [
    "description",
    "title",
    "example",
    "examples",
    "externalDocs",
    "deprecated",
];

/// What further properties an object of these properties may have.
pub(super) struct Further<'a> {
    pub(super) known: BTreeSet<&'a str>,
    pub(super) schema: Option<String>,
    pub(super) pointer: String,
}

/// `anyOf` or `oneOf`.
pub(super) struct Choice {
    pub(super) exclusive: bool,
    pub(super) pointer: String,
    pub(super) among: Vec<Schema>,
}

/// The constraints of a schema, one level deep.
#[derive(Default)]
pub(super) struct View<'a> {
    /// The object that a reader would call the schema itself.
    pub(super) home: String,
    pub(super) types: u8,
    pub(super) properties: BTreeMap<&'a str, Schema>,
    pub(super) required: BTreeMap<&'a str, String>,
    pub(super) further: Vec<Further<'a>>,
    pub(super) items: Schema,
    pub(super) choices: Vec<Choice>,
    pub(super) not: Vec<Schema>,
    /// Every other key, with each value and where it stands.
    pub(super) keys: BTreeMap<&'a str, Vec<(&'a Value, String)>>,
}

impl<'a> Meaning<'a> {
    /// The component that a schema is, if it is nothing but a reference to one.
    pub(crate) fn named(self, schema: &Schema) -> Option<String> {
        let [pointer] = Vec::from_iter(schema)[..] else {
            return None;
        };
        let mut pointer = pointer.clone();
        for _ in 0..64 {
            if pointer.starts_with("/components/schemas/") && pointer.matches('/').count() == 3 {
                return Some(pointer);
            }
            let map = self.object(&pointer)?;
            pointer = match target(map) {
                Some(target) => target?,
                None if is_wrapper(map) => format!("{pointer}/allOf/0"),
                None => return None,
            };
        }
        None
    }

    /// The only one of its alternatives, if it is nothing else.
    pub(crate) fn only_alternative(self, schema: &Schema) -> Option<Schema> {
        let [pointer] = Vec::from_iter(schema)[..] else {
            return None;
        };
        let map = self.object(pointer)?;
        let mut keys = map.keys().filter(|key| !is_text(key));
        let key = keys.next()?;
        let only = ["anyOf", "oneOf"].contains(&key.as_str())
            && list(map, key).len() == 1
            && keys.next().is_none();
        only.then(|| [format!("{pointer}/{key}/0")].into())
    }

    pub(super) fn view(self, schema: &Schema) -> View<'a> {
        let mut view = View {
            types: OTHERS | NULL,
            ..View::default()
        };
        let mut waiting: Vec<String> = schema.iter().rev().cloned().collect();
        let mut seen = BTreeSet::new();
        while let Some(pointer) = waiting.pop() {
            if !seen.insert(pointer.clone()) {
                continue;
            }
            let Some(map) = self.object(&pointer) else {
                view.unknown("$ref", self.get(&pointer), pointer);
                continue;
            };
            match target(map) {
                Some(Some(target)) if self.get(&target).is_some() => waiting.push(target),
                Some(_) => view.unknown("$ref", map.get("$ref"), pointer),
                None => {
                    let each = (0..list(map, "allOf").len()).rev();
                    waiting.extend(each.map(|index| format!("{pointer}/allOf/{index}")));
                    view.add(&pointer, map);
                }
            }
        }
        let mut known = BTreeMap::new();
        let null = schema.iter().all(|part| self.null(part, &mut known));
        view.types = (view.types & OTHERS) | u8::from(null);
        view
    }

    /// Whether `null` fits; what is asked for again while it is being found out does not count.
    fn null(self, pointer: &str, known: &mut BTreeMap<String, bool>) -> bool {
        if let Some(known) = known.get(pointer) {
            return *known;
        }
        known.insert(pointer.to_owned(), true);
        let fits = self
            .object(pointer)
            .is_none_or(|map| self.null_in(pointer, map, known));
        known.insert(pointer.to_owned(), fits);
        fits
    }

    fn null_in(self, pointer: &str, map: &Object, known: &mut BTreeMap<String, bool>) -> bool {
        if let Some(target) = target(map) {
            return target.is_none_or(|target| self.null(&target, known));
        }
        let composed = ["allOf", "anyOf", "oneOf"].map(|key| list(map, key).len());
        match map.contains_key("type") {
            true => return is_set(map, "nullable"),
            false if composed != [0; 3] && is_set(map, "nullable") => return true,
            false => {}
        }
        let mut fits =
            |key: &str, index: usize| self.null(&format!("{pointer}/{key}/{index}"), known);
        let [all, any, one] = composed;
        (0..all).all(|index| fits("allOf", index))
            && (any == 0 || (0..any).any(|index| fits("anyOf", index)))
            && (one == 0 || (0..one).any(|index| fits("oneOf", index)))
    }
}

/// Whether it is an `allOf` of one, with nothing beside it but texts.
fn is_wrapper(map: &Object) -> bool {
    let mut rest = map.keys().filter(|key| !is_text(key) && *key != "allOf");
    list(map, "allOf").len() == 1 && rest.next().is_none()
}

fn is_text(key: &str) -> bool {
    TEXTS.contains(&key) || (key.starts_with("x-") && key != "x-open-enum")
}

fn list<'a>(map: &'a Object, key: &str) -> &'a [Value] {
    let list = map.get(key).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

fn types(name: &str) -> Option<u8> {
    Some(match name {
        "boolean" => 2,
        "integer" => INTEGER,
        "number" => NUMBER,
        "string" => 16,
        "array" => 32,
        "object" => 64,
        _ => return None,
    })
}

impl<'a> View<'a> {
    fn unknown(&mut self, key: &'a str, value: Option<&'a Value>, pointer: String) {
        let value = value.unwrap_or(&Value::Null);
        self.keys.entry(key).or_default().push((value, pointer));
    }

    fn add(&mut self, pointer: &str, map: &'a Object) {
        if self.home.is_empty() {
            self.home = pointer.to_owned();
        }
        for (key, value) in map {
            let at = child(pointer, key);
            match (key.as_str(), value) {
                ("type", Value::String(name)) if types(name).is_some() => {
                    self.types &= types(name).unwrap_or(0) | NULL;
                }
                ("nullable", Value::Bool(_)) => {}
                ("properties", Value::Object(properties)) => {
                    for name in properties.keys() {
                        let schemas = self.properties.entry(name.as_str()).or_default();
                        schemas.insert(child(&at, name));
                    }
                }
                ("required", Value::Array(names)) => {
                    let names = names.iter().filter_map(Value::as_str);
                    self.required.extend(names.map(|name| (name, at.clone())));
                }
                ("items", Value::Object(_)) => {
                    self.items.insert(at);
                }
                ("additionalProperties", value) => {
                    let any = match value {
                        Value::Bool(any) => *any,
                        Value::Object(map) => map.is_empty(),
                        _ => false,
                    };
                    if !any {
                        let properties = map.get("properties").and_then(Value::as_object);
                        let known = properties.into_iter().flatten();
                        self.further.push(Further {
                            known: known.map(|(name, _)| name.as_str()).collect(),
                            schema: value.is_object().then(|| at.clone()),
                            pointer: at,
                        });
                    }
                }
                ("allOf", Value::Array(_)) => {}
                ("anyOf" | "oneOf", Value::Array(list)) if !list.is_empty() => {
                    let each = 0..list.len();
                    self.choices.push(Choice {
                        exclusive: key == "oneOf",
                        among: each.map(|index| [format!("{at}/{index}")].into()).collect(),
                        pointer: at,
                    });
                }
                ("not", Value::Object(_)) => self.not.push([at].into()),
                (key, value) if !is_text(key) && !is_default(key, value) => {
                    self.unknown(key, Some(value), at);
                }
                _ => {}
            }
        }
    }

    /// The text of a key that one object has.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.keys.get(key)?.first()?.0.as_str()
    }

    /// Whether an enum of it may grow.
    pub(super) fn is_open(&self) -> bool {
        self.keys.contains_key("x-open-enum")
    }

    /// Where a key stands, or would.
    pub(super) fn at(&self, key: &str) -> String {
        let found = self.keys.get(key).and_then(|values| values.first());
        found.map_or_else(|| child(&self.home, key), |(_, pointer)| pointer.clone())
    }
}

/// Whether a value says what holds without the key.
fn is_default(key: &str, value: &Value) -> bool {
    match key {
        "minLength" | "minItems" | "minProperties" => value.as_u64() == Some(0),
        "readOnly" | "writeOnly" | "uniqueItems" | "exclusiveMaximum" | "exclusiveMinimum"
        | "x-open-enum" => *value == Value::Bool(false),
        _ => false,
    }
}
