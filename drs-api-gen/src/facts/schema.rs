//! A schema as facts, one level deep, gathered from all objects that `$ref` and `allOf`
//! bring together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    fact::{Node, Part, Places, says_nothing},
    numbers,
    spec::{Object, Spec, is_set, target, text},
};
use crate::spec::{dialect::Kind, pointer::child};

/// The three ways to put schemas together.
const COMPOSED: [&str; 3] = ["allOf", "anyOf", "oneOf"];

impl Spec<'_> {
    /// Each object that a value at these places has to fit: through references, the parts of an
    /// `allOf`, and the only one of a list of alternatives.
    pub(super) fn settled_schema(self, places: &Places) -> Places {
        let (mut found, mut seen) = (Places::new(), BTreeSet::new());
        let mut waiting: Vec<String> = places.iter().rev().cloned().collect();
        while let Some(pointer) = waiting.pop() {
            let map = self.object(&pointer);
            let target = map.and_then(target);
            if !seen.insert(pointer.clone()) {
                continue;
            }
            if let Some(target) = target.filter(|target| self.get(target).is_some()) {
                waiting.push(target);
                continue;
            }
            let parts = map.map(|map| composed(map, &pointer)).unwrap_or_default();
            let is_wrapper = |map: &Object| {
                map.iter().all(|(key, value)| {
                    COMPOSED.contains(&key.as_str()) || says_nothing(Kind::Schema, key, value)
                })
            };
            if parts.is_empty() || !map.is_some_and(is_wrapper) {
                found.push(pointer);
            }
            waiting.extend(parts);
        }
        found
    }

    /// The facts of the objects at these places.
    pub(super) fn schema_node(self, places: &[String]) -> Node {
        let mut found = Gathered::default();
        for pointer in places {
            match self.object(pointer).filter(|map| !map.contains_key("$ref")) {
                Some(map) => found.add(pointer, map),
                None => {
                    let value = json!(self.get(pointer));
                    found.node.facts.add("$ref", "", value, pointer.clone());
                }
            }
        }
        found.node.home = places.first().cloned().unwrap_or_default();
        found.node.is_merged = places.len() > 1;
        found.finish()
    }
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
struct Gathered {
    node: Node,
    /// What has facts of its own, by key and name.
    parts: BTreeMap<(&'static str, String), Places>,
    /// The names that are required.
    required: BTreeSet<String>,
    /// Whether `null` fits, of each object that has a type.
    null: Vec<bool>,
    /// Whether an object that puts others together lets `null` fit.
    null_around: bool,
    /// Every other key, with each value and the first place where it is.
    keys: BTreeMap<&'static str, (BTreeSet<String>, String)>,
    /// What else there may be in each object, and the properties that it knows.
    further: Vec<(Value, String)>,
}

impl Gathered {
    fn add(&mut self, pointer: &str, map: &Object) {
        let is_null = is_set(map, "nullable");
        if map.contains_key("type") {
            self.null.push(is_null);
        }
        self.null_around |= is_null && COMPOSED.iter().any(|key| map.contains_key(*key));
        let keys = ["properties", "additionalProperties"];
        if keys.iter().any(|key| map.contains_key(*key)) {
            let known = map.get("properties").and_then(Value::as_object);
            let known: Vec<&String> = known.into_iter().flat_map(Object::keys).collect();
            let said = match map.get("additionalProperties") {
                Some(Value::Object(further)) if !further.is_empty() => "typed",
                Some(Value::Bool(false)) => "none",
                _ => "any",
            };
            let at = child(pointer, "additionalProperties");
            self.further.push((json!([said, known]), at));
        }
        for (key, value) in map {
            if !says_nothing(Kind::Schema, key, value) {
                self.add_key(pointer, (key, value), map);
            }
        }
    }

    fn add_key(&mut self, pointer: &str, (key, value): (&str, &Value), map: &Object) {
        let at = child(pointer, key);
        let Some(known) = Kind::Schema.key(key) else {
            let facts = &mut self.node.facts;
            return facts.add("unknown key", key, value.clone(), at);
        };
        let mut part = |name: &str, at: String| {
            let places = self.parts.entry((known.name, name.to_owned()));
            places.or_default().push(at);
        };
        let mut says = |value: Value| {
            let values = self.keys.entry(known.name);
            let (values, _) = values.or_insert_with(|| (BTreeSet::new(), at.clone()));
            values.insert(value.to_string());
        };
        match (key, value) {
            ("allOf", _) => {}
            // An exclusion is a matter of its limit.
            ("exclusiveMinimum" | "exclusiveMaximum", Value::Bool(_)) => {}
            ("anyOf" | "oneOf", Value::Array(items)) => {
                for (index, item) in items.iter().enumerate().filter(|_| items.len() > 1) {
                    part(&plain(item, false).to_string(), format!("{at}/{index}"));
                }
            }
            ("not", Value::Object(_)) => part(&plain(value, false).to_string(), at),
            ("properties", Value::Object(properties)) => {
                for name in properties.keys() {
                    part(name, child(&at, name));
                }
            }
            ("required", Value::Array(names)) => {
                let names = names.iter().filter_map(Value::as_str);
                self.required.extend(names.map(str::to_owned));
            }
            ("items", Value::Object(_)) => part("", at),
            ("additionalProperties", Value::Bool(_)) => {}
            ("additionalProperties", Value::Object(further)) => {
                if !further.is_empty() {
                    part("", at);
                }
            }
            (limit, Value::Number(_)) if limit.starts_with("max") || limit.starts_with("min") => {
                let (upper, of_value) = (limit.starts_with("max"), limit.ends_with("imum"));
                let whole = !of_value || text(map, "type") == "integer";
                let exclusion = if upper {
                    "exclusiveMaximum"
                } else {
                    "exclusiveMinimum"
                };
                let excluded = of_value && is_set(map, exclusion);
                says(numbers::limit(value, upper, whole, excluded));
            }
            (_, value) => says(value.clone()),
        }
    }

    fn finish(mut self) -> Node {
        let facts = &mut self.node.facts;
        if !self.null_around && (self.null.is_empty() || self.null.contains(&false)) {
            self.keys.remove("nullable");
        }
        for name in &self.required {
            // A reader looks for what is required at the property.
            let at = child(&child(&self.node.home, "properties"), name);
            let places = self.parts.entry(("properties", name.clone()));
            places.or_insert_with(|| vec![at]);
        }
        for ((key, name), places) in self.parts {
            let value = match key {
                "properties" if self.required.contains(&name) => json!("required"),
                "properties" => json!("optional"),
                "anyOf" | "oneOf" => json!(places.len()),
                _ => Value::Null,
            };
            facts.part(key, &name, value, Part(Kind::Schema, places));
        }
        // What one object allows depends on the properties that it knows.
        let is_any = |(said, _): &(Value, String)| said[0] == "any";
        if let Some((first, at)) = self.further.first().cloned()
            && !self.further.iter().all(is_any)
        {
            let value = match self.further.len() {
                1 => first[0].clone(),
                _ => self.further.into_iter().map(|(said, _)| said).collect(),
            };
            facts.add("further properties", "", value, at);
        }
        for (key, (values, at)) in self.keys {
            let values = values.iter().map(|text| serde_json::from_str(text));
            let mut values: Vec<Value> = values.map(Result::unwrap_or_default).collect();
            let value = match values.as_mut_slice() {
                [one] => one.take(),
                // Of several all hold.
                several => json!({ "all of": several }),
            };
            if let ("enum", Some(values)) = (key, value.as_array()) {
                for (index, value) in values.iter().enumerate() {
                    let at = format!("{at}/{index}");
                    facts.add("enum value", &value.to_string(), value.clone(), at);
                }
                facts.add("enum", "", true.into(), at.clone());
                facts.add("order of values", "", value, at);
            } else {
                facts.add(key, "", value, at);
            }
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
