//! A schema as facts, one level deep.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    fact::{Facts, Part, says_nothing},
    numbers,
    spec::{Object, Spec, is_set, text},
};
use crate::spec::{dialect::Kind, pointer::child};

/// The three ways to put schemas together.
const COMPOSED: [&str; 3] = ["allOf", "anyOf", "oneOf"];

impl Spec<'_> {
    /// Where a schema is described: behind references and lists of one schema that say nothing
    /// else.
    pub(super) fn settled_schema(self, pointer: &str) -> String {
        let mut pointer = self.resolved(pointer);
        // A longer chain is a circle.
        for _ in 0..64 {
            let map = self.object(&pointer);
            match map.and_then(only_part) {
                Some(key) => pointer = self.resolved(&format!("{pointer}/{key}/0")),
                None => break,
            }
        }
        pointer
    }
}

/// The list of one schema that is all that a schema says.
fn only_part(map: &Object) -> Option<&str> {
    let mut said = (map.iter()).filter(|(key, value)| !says_nothing(Kind::Schema, key, value));
    match (said.next()?, said.next()) {
        ((key, Value::Array(items)), None) if items.len() == 1 => {
            Some(key.as_str()).filter(|key| COMPOSED.contains(key))
        }
        _ => None,
    }
}

/// Adds the facts of a schema.
pub(super) fn add(map: &Object, pointer: &str, facts: &mut Facts) {
    let names = map.get("required").and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    let required: BTreeSet<&str> = names.collect();
    for (key, value) in map {
        if !says_nothing(Kind::Schema, key, value) {
            add_key(map, &required, (key, value), child(pointer, key), facts);
        }
    }
    // A reader looks for what is required at the property.
    for name in required {
        let at = match map.contains_key("properties") {
            true => child(&child(pointer, "properties"), name),
            false => child(pointer, "required"),
        };
        let part = Part(Kind::Schema, at);
        facts.part("properties", name, json!("required"), part);
    }
}

fn add_key(
    map: &Object,
    required: &BTreeSet<&str>,
    (key, value): (&str, &Value),
    at: String,
    facts: &mut Facts,
) {
    let Some(known) = Kind::Schema.key(key) else {
        return facts.add("unknown key", key, value.clone(), at);
    };
    let mut part = |name: &str, value: Value, at: String| {
        facts.part(known.name, name, value, Part(Kind::Schema, at));
    };
    match (key, value) {
        // A value has to fit each of them, so each counts by itself.
        ("allOf", Value::Array(items)) => {
            for index in 0..items.len() {
                part(&index.to_string(), Value::Null, format!("{at}/{index}"));
            }
        }
        ("anyOf" | "oneOf", Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                let same = items.iter().take(index).filter(|other| *other == item);
                let name = format!("{} {}", plain(item, false), same.count());
                part(&name, Value::Null, format!("{at}/{index}"));
            }
        }
        ("not", Value::Object(_)) => part(&plain(value, false).to_string(), Value::Null, at),
        ("properties", Value::Object(properties)) => {
            for name in properties.keys() {
                let need = match required.contains(name.as_str()) {
                    true => "required",
                    false => "optional",
                };
                part(name, json!(need), child(&at, name));
            }
        }
        ("required", Value::Array(_)) => {}
        // An exclusion is a matter of its limit.
        ("exclusiveMinimum" | "exclusiveMaximum", Value::Bool(_)) => {}
        ("nullable", _) if !map.contains_key("type") && !is_composed(map) => {}
        ("items", Value::Object(_)) => part("", Value::Null, at),
        ("additionalProperties", Value::Bool(is_any)) => {
            if !is_any {
                facts.add("further properties", "", json!("none"), at);
            }
        }
        ("additionalProperties", Value::Object(further)) => {
            if !further.is_empty() {
                part("", Value::Null, at.clone());
                facts.add("further properties", "", json!("typed"), at);
            }
        }
        ("enum", Value::Array(values)) => {
            for (index, value) in values.iter().enumerate() {
                let at = format!("{at}/{index}");
                facts.add("enum value", &value.to_string(), value.clone(), at);
            }
            facts.add("enum", "", true.into(), at.clone());
            facts.add("order of values", "", value.clone(), at);
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
            let value = numbers::limit(value, upper, whole, excluded);
            facts.add(known.name, "", value, at);
        }
        (_, value) => facts.add(known.name, "", value.clone(), at),
    }
}

fn is_composed(map: &Object) -> bool {
    COMPOSED.iter().any(|key| map.contains_key(*key))
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
