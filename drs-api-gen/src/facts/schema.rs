//! What the keys of a schema say that mean something together, or item by item.

use serde_json::Value;

use super::{
    fact::{Fact, Facts, Says},
    numbers,
    spec::{Object, Spec, is_set, text},
};
use crate::spec::{
    dialect::Kind,
    pointer::{child, unescape},
};

/// The three ways to put schemas together.
const COMPOSED: [&str; 3] = ["allOf", "anyOf", "oneOf"];
/// Without any of these keys there may be null anyway.
const HAVE_TYPES: [&str; 4] = ["type", "allOf", "anyOf", "oneOf"];

impl Spec<'_> {
    /// Where a schema is described: behind references and lists of one schema that say nothing
    /// else.
    pub(super) fn settled_schema(self, pointer: &str) -> String {
        let mut pointer = self.resolved(pointer);
        // A longer chain is a circle.
        for _ in 0..64 {
            match self.object(&pointer).and_then(only_part) {
                Some(key) => pointer = self.resolved(&format!("{pointer}/{key}/0")),
                None => break,
            }
        }
        pointer
    }
}

/// The list of one schema that is all that a schema says.
pub(super) fn only_part(map: &Object) -> Option<&'static str> {
    let is_one = |value: &Value| value.as_array().is_some_and(|items| items.len() == 1);
    let mut composed = COMPOSED.into_iter();
    let key = composed.find(|key| map.get(*key).is_some_and(is_one))?;
    let says = |(key, value): &(&String, &Value)| Says::of(Kind::Schema, key, value);
    let said = map.iter().filter(|item| says(item) == Says::Something);
    (said.count() == 1).then_some(key)
}

fn required(map: &Object) -> impl Iterator<Item = &str> {
    let names = map.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str)
}

/// Whether the property at a pointer has to be there.
pub(super) fn need(map: &Object, at: &str) -> Option<&'static str> {
    let name = unescape(at.rsplit('/').next()?);
    match required(map).any(|other| other == name) {
        true => Some("required"),
        false => Some("optional"),
    }
}

/// Adds what is required and not described: a reader looks for it at the property.
pub(super) fn add_undescribed(map: &Object, pointer: &str, facts: &mut Facts) {
    for name in required(map) {
        let at = match map.get("additionalProperties") {
            // What no property describes, this does.
            Some(further) if *further != true => child(pointer, "additionalProperties"),
            _ if map.contains_key("properties") => child(&child(pointer, "properties"), name),
            _ => child(pointer, "required"),
        };
        facts.add("properties", name, Fact::part("required", at, Kind::Schema));
    }
}

/// Adds what a key says of values, unless it says what its shape does.
pub(super) fn add_key(
    (kind, map): (Kind, &Object),
    key: &'static str,
    value: &Value,
    at: &str,
    facts: &mut Facts,
) -> bool {
    let at = at.to_owned();
    match (key, value) {
        // An exclusion is a matter of its limit, and what is required one of the properties.
        ("exclusiveMinimum" | "exclusiveMaximum", Value::Bool(_))
        | ("required", Value::Array(_)) => {}
        ("nullable", _) if !map.keys().any(|key| HAVE_TYPES.contains(&key.as_str())) => {}
        ("additionalProperties", Value::Bool(is_any)) => {
            if !is_any {
                facts.add("further properties", "", Fact::new("none", at));
            }
        }
        ("additionalProperties", Value::Object(further)) => {
            if !further.is_empty() {
                facts.add(key, "", Fact::part(Value::Null, at.clone(), Kind::Schema));
                facts.add("further properties", "", Fact::new("typed", at));
            }
        }
        ("enum", Value::Array(values)) => {
            for (index, value) in values.iter().enumerate() {
                let fact = Fact::new(value.clone(), format!("{at}/{index}"));
                facts.add("enum value", &value.to_string(), fact);
            }
            facts.add("enum", "", Fact::new(true, at.clone()));
            if kind == Kind::Schema {
                facts.add("order of values", "", Fact::new(value.clone(), at));
            }
        }
        (limit, Value::Number(_)) if limit.starts_with("max") || limit.starts_with("min") => {
            let (upper, of_value) = (limit.starts_with("max"), limit.ends_with("imum"));
            let whole = !of_value || text(map, "type") == "integer";
            let exclusion = match upper {
                true => "exclusiveMaximum",
                false => "exclusiveMinimum",
            };
            let excluded = of_value && is_set(map, exclusion);
            let value = numbers::limit(value, upper, whole, excluded);
            facts.add(key, "", Fact::new(value, at));
        }
        _ => return false,
    }
    true
}
