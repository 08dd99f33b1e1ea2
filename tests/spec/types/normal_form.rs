//! One form for the spec's schemas and for the schemas of Rust types, so that they can be compared
//! key by key.
//!
//! These are all the liberties; anything else is a difference:
//!
//! 1. `#/$defs/KerberosVo` is `#/components/schemas/KerberosVO`: names have Rust's casing.
//! 2. `[T, null]` is `T` with `nullable: true`.
//! 3. An `Option` adds null: in the spec's form a property that is not required is
//!    nullable, unless it is a list or a map, or has a default.
//! 4. A list or a map that is neither required nor nullable is left out where it is empty.
//! 5. An enum with documented variants is a one-of of constants.
//! 6. An open enum is an any-of of the same and `UnknownValue`, which is any string.
//! 7. A property that is a reference has the description of its target.
//! 8. `required` and `enum` have no order.
//! 9. A number without a format has the widest.
//! 10. A one-of is an any-of, in which a reference has the description of its target, and anything
//!     else one of the generator's.
//! 11. An all-of is one object with the properties of all; of one reference, it is this reference.

use serde_json::{Map, Value, json};

const COMPONENTS: &str = "#/components/schemas/";
const DEFINITIONS: &str = "#/$defs/";
const UNKNOWN: &str = "UnknownValue";

/// The form of the spec's `components/schemas`.
pub fn of_spec(schemas: &Value) -> Value {
    each_schema(schemas, |schema| {
        merge(schema, schemas);
        everywhere(schema, &mut widest_number);
        expect_options(schema);
        describe_references(schema, schemas);
        lists_to_sets(schema);
    })
}

/// The form of the types' derived definitions, with the names of the spec.
pub fn of_types(definitions: &Value, spec: &Value) -> Value {
    let mut renamed = Map::new();
    for (name, schema) in entries(definitions) {
        renamed.insert(name_in_spec(name, spec).to_owned(), schema.clone());
    }
    let unknown_is_any_string = definitions[UNKNOWN]["type"] == "string"
        && entries(&definitions[UNKNOWN]).all(|(key, _)| key == "type" || key == "description");
    if unknown_is_any_string {
        renamed.remove(UNKNOWN);
    }
    each_schema(&Value::Object(renamed), |schema| {
        everywhere(schema, &mut |value| {
            null_to_nullable(value);
            constants_to_enum(value, unknown_is_any_string);
            rename_reference(value, spec);
        });
        if let Value::Object(map) = schema
            && let Some(choices) = map.remove("anyOf")
        {
            map.insert("oneOf".into(), choices);
        }
        lists_to_sets(schema);
    })
}

/// The differences, one sentence for each place.
pub fn differences(spec: &Value, types: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(spec, types, "", &mut found);
    found
}

fn compare(spec: &Value, types: &Value, pointer: &str, found: &mut Vec<String>) {
    match (spec, types) {
        (Value::Object(spec), Value::Object(types)) => {
            for (key, value) in spec {
                let pointer = format!("{pointer}/{key}");
                match types.get(key) {
                    Some(other) => compare(value, other, &pointer, found),
                    None => found.push(format!("{pointer}: only the spec has {value}")),
                }
            }
            for (key, value) in types.iter().filter(|(key, _)| !spec.contains_key(*key)) {
                found.push(format!("{pointer}/{key}: only the types have {value}"));
            }
        }
        _ if spec == types => {}
        _ => found.push(format!(
            "{pointer}: the spec says {spec}, the types say {types}"
        )),
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn each_schema(schemas: &Value, change: impl Fn(&mut Value)) -> Value {
    let mut schemas = schemas.clone();
    for schema in schemas
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        change(schema);
    }
    schemas
}

/// Calls `change` on every node, children first.
pub fn everywhere(value: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Object(map) => map.values_mut().for_each(|v| everywhere(v, change)),
        Value::Array(items) => items.iter_mut().for_each(|v| everywhere(v, change)),
        _ => {}
    }
    change(value);
}

/// Liberty 1.
fn rename_reference(value: &mut Value, spec: &Value) {
    if let Some(name) = value["$ref"]
        .as_str()
        .and_then(|r| r.strip_prefix(DEFINITIONS))
    {
        value["$ref"] = json!(format!("{COMPONENTS}{}", name_in_spec(name, spec)));
    }
}

fn name_in_spec<'a>(name: &'a str, spec: &'a Value) -> &'a str {
    entries(spec)
        .map(|(in_spec, _)| in_spec.as_str())
        .find(|in_spec| in_spec.eq_ignore_ascii_case(name))
        .unwrap_or(name)
}

/// Liberty 2.
fn null_to_nullable(value: &mut Value) {
    let Value::Object(map) = value else { return };
    let plain = match (map.get("type"), map.get("anyOf")) {
        (Some(Value::Array(types)), None) => match types.as_slice() {
            [ty, null] if null == "null" => Some(("type", ty.clone())),
            _ => None,
        },
        (None, Some(Value::Array(schemas))) => match schemas.as_slice() {
            [Value::Object(schema), null]
                if schema.len() == 1 && *null == json!({ "type": "null" }) =>
            {
                schema.get("$ref").map(|r| ("$ref", r.clone()))
            }
            _ => None,
        },
        _ => None,
    };
    if let Some((key, plain)) = plain {
        map.remove("anyOf");
        map.insert(key.into(), plain);
        map.insert("nullable".into(), json!(true));
    }
}

/// Liberties 3 and 4.
fn expect_options(schema: &mut Value) {
    let required = schema["required"].clone();
    let required = |name: &str| {
        required
            .as_array()
            .is_some_and(|r| r.contains(&json!(name)))
    };
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if required(name) || property["nullable"] == true || !property["default"].is_null() {
            continue;
        }
        // Empty, it is left out on the wire.
        if !matches!(property["type"].as_str(), Some("array" | "object")) {
            property["nullable"] = json!(true);
        }
    }
}

/// Liberty 9.
fn widest_number(value: &mut Value) {
    let format = match value["type"].as_str() {
        Some("integer") => "int64",
        Some("number") => "double",
        _ => return,
    };
    if value["format"].is_null() {
        value["format"] = json!(format);
    }
}

/// Liberties 5 and 6.
fn constants_to_enum(value: &mut Value, unknown_is_any_string: bool) {
    let Value::Object(map) = value else { return };
    let unknown = json!({
        "$ref": format!("{COMPONENTS}{UNKNOWN}"),
        "description": "Any other value.",
    });
    let (variants, open) = match (map.get("oneOf"), map.get("anyOf")) {
        (Some(Value::Array(variants)), None) => (variants.as_slice(), false),
        (None, Some(Value::Array(variants))) => match variants.split_last() {
            Some((last, variants)) if *last == unknown && unknown_is_any_string => (variants, true),
            _ => return,
        },
        _ => return,
    };
    let mut values = Vec::new();
    let mut descriptions = Vec::new();
    for variant in variants {
        let Some((value, description)) = constant(variant) else {
            return;
        };
        values.push(json!(value));
        descriptions.extend(description.map(Value::from));
    }
    map.remove(if open { "anyOf" } else { "oneOf" });
    map.insert("type".into(), json!("string"));
    map.insert("enum".into(), Value::Array(values));
    if !descriptions.is_empty() {
        map.insert("x-enum-descriptions".into(), Value::Array(descriptions));
    }
    if open {
        map.insert("x-open-enum".into(), json!(true));
    }
}

/// A variant with its generated docs: its value, and the spec's description, if any.
fn constant(variant: &Value) -> Option<(&str, Option<&str>)> {
    let variant = variant.as_object().filter(|v| v.len() == 3)?;
    let value = variant.get("const")?.as_str()?;
    let description = variant.get("description")?.as_str()?;
    let rest = description.strip_prefix(&format!("`{value}`"))?;
    let description = match rest {
        "" => None,
        rest => Some(rest.strip_prefix(": ")?),
    };
    (variant.get("type")? == "string").then_some((value, description))
}

/// Liberties 7 and 10.
fn describe_references(schema: &mut Value, schemas: &Value) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for property in properties.into_iter().flat_map(Map::values_mut) {
        if let Some(target) = target(property, schemas) {
            property["description"] = target["description"].clone();
        }
    }
    let choices = schema.get_mut("oneOf").and_then(Value::as_array_mut);
    for choice in choices.into_iter().flatten() {
        choice["description"] = match target(choice, schemas) {
            Some(target) => target["description"].clone(),
            None => json!("A value of this type."),
        };
    }
}

/// The schema that a reference leads to.
fn target<'a>(reference: &Value, schemas: &'a Value) -> Option<&'a Value> {
    let name = reference["$ref"].as_str()?.strip_prefix(COMPONENTS)?;
    Some(&schemas[name])
}

/// Liberty 11.
fn merge(schema: &mut Value, schemas: &Value) {
    let parts = schema.as_object_mut().and_then(|map| map.remove("allOf"));
    let Some(Value::Array(parts)) = parts else {
        return;
    };
    if let [one] = parts.as_slice()
        && one["$ref"].is_string()
    {
        schema["$ref"] = one["$ref"].clone();
        return;
    }
    schema["type"] = json!("object");
    for part in &parts {
        let mut part = target(part, schemas).unwrap_or(part).clone();
        merge(&mut part, schemas);
        for (name, property) in entries(&part["properties"]) {
            schema["properties"][name] = property.clone();
        }
        for name in part["required"].as_array().into_iter().flatten() {
            match &mut schema["required"] {
                Value::Array(required) => required.push(name.clone()),
                none => *none = json!([name]),
            }
        }
    }
}

/// Liberty 8: `[a, b]` becomes `{a: true, b: true}`.
fn lists_to_sets(schema: &mut Value) {
    for key in ["required", "enum"] {
        if let Some(Value::Array(items)) = schema.get(key) {
            let set: Map<String, Value> = items
                .iter()
                .map(|item| {
                    (
                        item.as_str().map_or(item.to_string(), str::to_owned),
                        json!(true),
                    )
                })
                .collect();
            schema[key] = Value::Object(set);
        }
    }
}
