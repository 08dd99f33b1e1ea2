//! A schema as facts, one level deep, gathered from all objects that `$ref` and `allOf`
//! bring together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    fact::{Facts, Sort, says_nothing},
    numbers,
    spec::{Object, Spec, target},
};
use crate::spec::{dialect::Kind, keys::OPEN_ENUM, pointer::child};

/// The pointers of one or more schema objects; a value has to fit all of them.
pub(crate) type Schema = BTreeSet<String>;

/// From a schema to one in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Property(String),
    Items,
    /// Further properties.
    Further,
    Not,
    /// One of the alternatives of a key, by what it says.
    Choice(&'static str, String),
}

impl Step {
    /// What the step is called in a fact.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Property(name) => format!(".{name}"),
            Self::Items => "[]".to_owned(),
            Self::Further => "{}".to_owned(),
            Self::Not => "!".to_owned(),
            Self::Choice(key, text) => format!("|{key} {text}"),
        }
    }
}

/// The facts of a schema.
#[derive(Default)]
pub(crate) struct Node {
    /// The object that a reader would call the schema itself.
    pub(crate) home: String,
    pub(crate) facts: Facts,
    pub(crate) parts: BTreeMap<Step, Schema>,
    /// Whether several objects say something.
    pub(crate) is_merged: bool,
}

/// Upper and lower limits of numbers; of which a smaller number allows less, and of which a
/// larger.
const LIMITS: [(&str, bool); 8] = [
    ("maxLength", true),
    ("maximum", true),
    ("maxItems", true),
    ("maxProperties", true),
    ("minLength", false),
    ("minimum", false),
    ("minItems", false),
    ("minProperties", false),
];

/// The three ways to put schemas together.
pub(super) const COMPOSED: [&str; 3] = ["allOf", "anyOf", "oneOf"];

impl Spec<'_> {
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
                None => format!("{pointer}/{}/0", wrapper(map)?),
            };
        }
        None
    }

    /// The facts of a schema; of nothing there are none.
    pub(crate) fn node(self, schema: &Schema) -> Node {
        let mut found = Gathered::default();
        let mut waiting: Vec<String> = schema.iter().rev().cloned().collect();
        let mut seen = BTreeSet::new();
        while let Some(pointer) = waiting.pop() {
            if !seen.insert(pointer.clone()) {
                continue;
            }
            let map = self.object(&pointer);
            match map.map(|map| (map, target(map))) {
                Some((map, None)) => {
                    waiting.extend(composed(map, &pointer));
                    found.add(&pointer, map);
                }
                Some((_, Some(Some(target)))) if self.get(&target).is_some() => {
                    waiting.push(target)
                }
                _ => {
                    let value = self.get(&pointer).cloned().unwrap_or_default();
                    found.node.facts.add(Sort::Other, "$ref", value, pointer);
                }
            }
        }
        let mut node = found.finish();
        // A part of an `allOf` can require what another one describes.
        for (name, at) in node.facts.places(Sort::Required) {
            let property = node
                .parts
                .get(&Step::Property(name))
                .and_then(BTreeSet::first);
            *at = property.unwrap_or(at).clone();
        }
        for (step, schema) in &node.parts {
            self.add_null(&mut node.facts, &step.name(), schema);
        }
        node
    }
}

/// The key under which the only other schema stands that an object leads to, with nothing
/// beside it but texts.
fn wrapper(map: &Object) -> Option<&'static str> {
    let says = |(key, value): &(&String, &Value)| {
        *key != "nullable" && !says_nothing(Kind::Schema, key, value)
    };
    let mut says = map.iter().filter(says);
    let (key, value) = says.next()?;
    let key = COMPOSED.into_iter().find(|composed| composed == key)?;
    (says.next().is_none() && value.as_array()?.len() == 1).then_some(key)
}

/// The pointers of the schemas that a value has to fit, too, the last first: those of `allOf`,
/// and the only one of a list of alternatives.
fn composed(map: &Object, pointer: &str) -> Vec<String> {
    let mut all = Vec::new();
    for key in COMPOSED {
        let count = map.get(key).and_then(Value::as_array).map_or(0, Vec::len);
        if key == "allOf" || count == 1 {
            all.extend((0..count).map(|index| format!("{pointer}/{key}/{index}")));
        }
    }
    all.reverse();
    all
}

/// What was found in the objects so far.
#[derive(Default)]
struct Gathered<'a> {
    node: Node,
    types: BTreeSet<&'a str>,
    enums: Vec<(&'a Vec<Value>, String)>,
    /// What is said of further properties, and in how many objects of properties at all.
    further: Vec<(Value, String)>,
    objects: usize,
    /// Every other key, with each value and where it stands.
    keys: BTreeMap<&'a str, Vec<(&'a Value, String)>>,
}

impl<'a> Gathered<'a> {
    fn add(&mut self, pointer: &str, map: &'a Object) {
        match self.node.home.is_empty() {
            true => self.node.home = pointer.to_owned(),
            false => self.node.is_merged = true,
        }
        let says_of_properties = |key: &&str| map.contains_key(*key);
        let of_properties = ["properties", "additionalProperties"];
        self.objects += usize::from(of_properties.iter().any(says_of_properties));
        for (key, value) in map {
            if !says_nothing(Kind::Schema, key, value) {
                self.add_key(child(pointer, key), (key, value), map);
            }
        }
    }

    fn add_key(&mut self, at: String, (key, value): (&'a str, &'a Value), map: &Object) {
        let Node { facts, parts, .. } = &mut self.node;
        let mut part = |step: Step, at: String| parts.entry(step).or_default().insert(at);
        match (key, value) {
            ("nullable" | "allOf", _) => {}
            ("type", Value::String(name)) => {
                self.types.insert(name);
                facts.add(Sort::Type, "", name.clone(), at);
            }
            ("properties", Value::Object(properties)) => {
                for name in properties.keys() {
                    let at = child(&at, name);
                    facts.add(Sort::Property, name, true, at.clone());
                    part(Step::Property(name.clone()), at);
                }
            }
            ("required", Value::Array(names)) => {
                // A reader looks for what is required at the property.
                let properties = child(
                    at.rsplit_once('/').map_or("", |(home, _)| home),
                    "properties",
                );
                for name in names.iter().filter_map(Value::as_str) {
                    facts.add(Sort::Required, name, true, child(&properties, name));
                }
            }
            ("items", Value::Object(_)) => drop(part(Step::Items, at)),
            ("additionalProperties", Value::Object(any)) if any.is_empty() => {}
            ("additionalProperties", _) => {
                // What one object allows depends on the properties that it knows.
                let said = if value.is_object() { "typed" } else { "none" };
                let known = map.get("properties").and_then(Value::as_object);
                let known: Vec<&String> = known.into_iter().flat_map(Object::keys).collect();
                self.further.push((json!([said, known]), at.clone()));
                if value.is_object() {
                    part(Step::Further, at);
                }
            }
            ("enum", Value::Array(values)) => self.enums.push((values, at)),
            (OPEN_ENUM, _) => facts.add(Sort::Open, "", true, at),
            ("readOnly", _) => facts.add(Sort::ReadOnly, "", true, at),
            ("writeOnly", _) => facts.add(Sort::WriteOnly, "", true, at),
            ("anyOf" | "oneOf", Value::Array(items)) if items.len() < 2 => {}
            ("not", Value::Object(_)) if facts.get(Sort::Choice, key).is_none() => {
                facts.add(
                    Sort::Choice,
                    key,
                    plain(value, false).to_string(),
                    at.clone(),
                );
                part(Step::Not, at);
            }
            ("anyOf" | "oneOf", Value::Array(items)) if facts.get(Sort::Choice, key).is_none() => {
                let key = if key == "anyOf" { "anyOf" } else { "oneOf" };
                let texts = items.iter().map(|item| plain(item, false).to_string());
                let texts: Vec<String> = texts.collect();
                for (index, text) in texts.iter().enumerate() {
                    part(Step::Choice(key, text.clone()), format!("{at}/{index}"));
                }
                let mut texts = texts;
                texts.sort();
                facts.add(Sort::Choice, key, json!(texts), at);
            }
            (key, value) => self.keys.entry(key).or_default().push((value, at)),
        }
    }

    fn finish(mut self) -> Node {
        let facts = &mut self.node.facts;
        let types: Vec<&str> = self.types.iter().copied().collect();
        let ty = match types.as_slice() {
            ["integer", "number"] => "integer".to_owned(),
            types => types.join(" and "),
        };
        facts.set(Sort::Type, ty.as_str());
        if let Some((mut value, at)) = self.further.first().cloned() {
            match self.objects {
                0 | 1 => value = value[0].take(),
                _ => {
                    value = self
                        .further
                        .iter()
                        .map(|(value, _)| value.clone())
                        .collect()
                }
            }
            facts.add(Sort::Further, "", value, at);
        }
        if let Some(((first, at), rest)) = self.enums.split_first() {
            let all = |value: &Value| rest.iter().all(|(list, _)| list.contains(value));
            let kept = first.iter().enumerate().filter(|(_, value)| all(value));
            for (index, value) in kept.clone() {
                let pointer = format!("{at}/{index}");
                facts.add(Sort::Value, &value.to_string(), value.clone(), pointer);
            }
            facts.add(Sort::Enum, "", true, at.clone());
            facts.add(
                Sort::Order,
                "",
                kept.map(|(_, value)| value.clone()).collect::<Value>(),
                at.clone(),
            );
        }
        let excludes = |key: &str| {
            self.keys
                .get(key)
                .is_some_and(|all| all.iter().any(|(v, _)| **v == true))
        };
        let excluded = [excludes("exclusiveMinimum"), excludes("exclusiveMaximum")];
        for (key, all) in &self.keys {
            let at = all.first().map(|(_, at)| at.clone()).unwrap_or_default();
            let values = all.iter().map(|(value, _)| *value);
            if let Some((_, upper)) = LIMITS.iter().find(|(limit, _)| limit == key) {
                let tightest = values.reduce(|a, b| {
                    let less = numbers::more_than(a, b).is_some_and(|order| order.is_lt());
                    if less == *upper { a } else { b }
                });
                let is_excluded = key.ends_with("imum") && excluded[usize::from(*upper)];
                let whole = ty == "integer" || !key.ends_with("imum");
                let limit = tightest.map(|value| numbers::limit(value, *upper, whole, is_excluded));
                facts.add(Sort::Limit, key, limit, at);
                continue;
            }
            let (sort, name) = match *key {
                "exclusiveMinimum" | "exclusiveMaximum"
                    if all.iter().all(|(v, _)| v.is_boolean()) =>
                {
                    continue;
                }
                "format" => (Sort::Format, ""),
                "default" => (Sort::Default, ""),
                "pattern" | "multipleOf" | "uniqueItems" => (Sort::Limit, *key),
                _ => (Sort::Other, *key),
            };
            let texts: BTreeMap<String, &Value> = values.map(|v| (v.to_string(), v)).collect();
            let value = match texts.len() {
                1 => texts.into_values().next().cloned().unwrap_or_default(),
                _ => texts.into_values().cloned().collect(),
            };
            facts.add(sort, name, value, at);
        }
        self.node
    }
}

/// A schema without its texts; the keys of `properties` are names, whatever they are.
fn plain(value: &Value, are_names: bool) -> Value {
    match value {
        Value::Object(map) => (map.iter())
            .filter(|(key, value)| are_names || !says_nothing(Kind::Schema, key, value))
            .map(|(key, value)| (key.clone(), plain(value, key == "properties" && !are_names)))
            .collect(),
        Value::Array(items) => items.iter().map(|item| plain(item, false)).collect(),
        other => other.clone(),
    }
}
