//! Do the types match the spec? Each type's derived JSON schema is compared with the spec's
//! component, after the few liberties of [`normal_form`].

mod normal_form;
mod shapes;

use drs_api::types;
use drs_api_gen::Document;
use normal_form::{differences, everywhere, of_spec, of_types};
use serde_json::{Value, json};

const SPEC: &str = include_str!("../../openapi/drs-v3.yaml");

/// The spec's `components/schemas`, without what no type has: limits, and what is for readers of
/// the document.
fn spec() -> Value {
    let document = Document::parse(SPEC).unwrap();
    let mut schemas = document.value()["components"]["schemas"].clone();
    schemas
        .as_object_mut()
        .unwrap()
        .values_mut()
        .for_each(plain);
    schemas
}

fn plain(schema: &mut Value) {
    let Some(map) = schema.as_object_mut() else {
        return;
    };
    let of_readers = [
        "deprecated",
        "example",
        "externalDocs",
        "multipleOf",
        "title",
        "x-secret",
    ];
    let limits = ["min", "max", "exclusiveM"];
    map.retain(|key, value| {
        // The widest format says no more than none, and any bytes are text.
        let formats = ["int64", "double", "byte", "binary"].map(Value::from);
        let is_default = key == "format" && formats.contains(value)
            || key == "additionalProperties" && *value == true;
        let is_limit = limits.iter().any(|limit| key.starts_with(limit));
        !of_readers.contains(&key.as_str()) && !is_limit && !is_default
    });
    // What may be null is read when it is missing, too.
    let properties = map.get("properties").cloned().unwrap_or_default();
    if let Some(Value::Array(required)) = map.get_mut("required") {
        required.retain(|name| properties[name.as_str().unwrap()]["nullable"] != true);
    }
    map.retain(|key, value| key != "required" || *value != json!([]));
    let properties = map.get_mut("properties").and_then(Value::as_object_mut);
    properties
        .into_iter()
        .flat_map(|p| p.values_mut())
        .for_each(plain);
    for key in ["items", "additionalProperties"] {
        map.get_mut(key).into_iter().for_each(plain);
    }
    for key in ["allOf", "oneOf"] {
        let parts = map.get_mut(key).and_then(Value::as_array_mut);
        parts.into_iter().flatten().for_each(plain);
    }
    // Only a reference has a description of its own; the generator documents any other choice.
    let choices = map.get_mut("oneOf").and_then(Value::as_array_mut);
    for choice in choices.into_iter().flatten() {
        choice.as_object_mut().unwrap().remove("description");
    }
}

include!("generated/types.rs");

/// What the types derive, without what is so if nothing is said.
fn in_rust() -> Value {
    let mut schemas = derived();
    everywhere(&mut schemas, &mut |value| {
        let is_default = |key: &str, value: &Value| match key {
            "additionalProperties" => *value == true,
            // A type in itself.
            "default" => value.is_null(),
            _ => false,
        };
        if let Value::Object(map) = value {
            map.retain(|key, value| !is_default(key, value));
        }
    });
    schemas
}

fn compare(spec: &Value, derived: &Value) -> Vec<String> {
    differences(&of_spec(spec), &of_types(derived, spec))
}

#[test]
fn the_types_say_what_the_spec_says() {
    let found = compare(&spec(), &in_rust());
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Each node below the root, with its pointer.
fn nodes(value: &Value) -> Vec<(String, Value)> {
    fn collect(value: &Value, pointer: &str, found: &mut Vec<(String, Value)>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(key, v)| (key.clone(), v)).collect(),
            Value::Array(items) => (0..).map(|i: usize| i.to_string()).zip(items).collect(),
            _ => Vec::new(),
        };
        for (key, value) in children {
            let pointer = format!("{pointer}/{key}");
            found.push((pointer.clone(), value.clone()));
            collect(value, &pointer, found);
        }
    }
    let mut found = Vec::new();
    collect(value, "", &mut found);
    found
}

fn without(tree: &Value, pointer: &str) -> Value {
    let mut tree = tree.clone();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match tree.pointer_mut(parent).unwrap() {
        Value::Object(map) => drop(map.remove(key)),
        Value::Array(items) => drop(items.remove(key.parse().unwrap())),
        _ => unreachable!("{parent} has no children"),
    }
    tree
}

/// The tree with another scalar in this place, if there is a scalar.
fn changed(tree: &Value, pointer: &str) -> Option<Value> {
    let mut tree = tree.clone();
    let node = tree.pointer_mut(pointer).unwrap();
    *node = match node {
        Value::String(text) => json!(format!("{text}x")),
        Value::Bool(flag) => json!(!*flag),
        Value::Number(_) => json!(-1),
        _ => return None,
    };
    Some(tree)
}

/// What a difference must name so that a reader finds the place: the schema, the property, and the
/// value in a list.
fn place(pointer: &str, node: &Value) -> Vec<String> {
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    let mut names = vec![format!("/{}", steps[0])];
    if let [_, "properties", property, ..] = steps[..] {
        names.push(format!("/{property}"));
    }
    if let [_, "required" | "enum" | "oneOf" | "anyOf", _, rest @ ..] = &steps[..]
        && let Some(value) = node.as_str().or_else(|| node["const"].as_str())
        && matches!(rest, [] | ["const"])
    {
        names.push(value.to_owned());
    }
    names
}

/// Asserts that `compare` notices each tree that `edit` makes of a node, except those in `unseen`.
/// Returns how many it noticed.
fn assert_all_seen(
    tree: &Value,
    edit: impl Fn(&str) -> Option<Value>,
    compare: impl Fn(&Value) -> Vec<String>,
    unseen: &[impl AsRef<str>],
) -> usize {
    let mut seen = 0;
    for (pointer, node) in nodes(tree) {
        let Some(edited) = edit(&pointer) else {
            continue;
        };
        let found = compare(&edited);
        if unseen.iter().any(|unseen| unseen.as_ref() == pointer) {
            assert!(found.is_empty(), "{pointer} is seen: {found:?}");
            continue;
        }
        let names = place(&pointer, &node);
        assert!(
            found.iter().any(|f| {
                // `KerberosVo` is named as in the spec.
                let f = f.to_lowercase();
                names.iter().all(|name| f.contains(&name.to_lowercase()))
            }),
            "{pointer}: no difference names {names:?}: {found:?}"
        );
        seen += 1;
    }
    seen
}

/// This one text is the generator's own.
const NOT_FROM_THE_SPEC: &[&str] = &["/UnknownValue/description"];

/// The pointers to `nullable` where a type has an `Option` without it: in properties that may be
/// left out, except lists and maps.
fn without_effect(spec: &Value) -> Vec<String> {
    let pointers = nodes(spec).into_iter().map(|(pointer, _)| pointer);
    let is_unseen = |pointer: &String| {
        let Some(property) = pointer.strip_suffix("/nullable") else {
            return false;
        };
        let Some((schema, name)) = property.rsplit_once("/properties/") else {
            return false;
        };
        if name.contains('/') {
            return false;
        }
        let required = spec.pointer(schema).unwrap()["required"].as_array();
        let is_required = required.is_some_and(|names| names.contains(&json!(name)));
        let property = spec.pointer(property).unwrap();
        let is_option = property["type"] != "array" && property["type"] != "object";
        is_option && !is_required && property["default"].is_null()
    };
    pointers.filter(is_unseen).collect()
}

#[test]
fn null_has_no_effect_on_a_property_that_may_be_left_out_but_inside_it() {
    let text = json!({ "type": "string", "nullable": true });
    let spec = json!({ "All": { "properties": {
        "one": &text,
        "list": { "type": "array", "items": &text },
        "map": { "type": "object", "additionalProperties": &text },
    } } });
    assert_eq!(without_effect(&spec), ["/All/properties/one/nullable"]);
}

#[test]
fn whatever_is_removed_from_the_spec_is_missed() {
    let (spec, derived) = (spec(), in_rust());
    let unseen = without_effect(&spec);
    let seen = assert_all_seen(
        &spec,
        |pointer| Some(without(&spec, pointer)),
        |edited| compare(edited, &derived),
        &unseen,
    );
    // Each required property, enum value, format, property, and schema is one of these.
    assert_eq!(seen + unseen.len(), nodes(&spec).len());
}

#[test]
fn whatever_is_changed_in_the_spec_is_noticed() {
    let (spec, derived) = (spec(), in_rust());
    assert_all_seen(
        &spec,
        |pointer| changed(&spec, pointer),
        |edited| compare(edited, &derived),
        &without_effect(&spec),
    );
}

#[test]
fn whatever_is_removed_from_the_types_is_missed() {
    let (spec, derived) = (spec(), in_rust());
    let seen = assert_all_seen(
        &derived,
        |pointer| Some(without(&derived, pointer)),
        |edited| compare(&spec, edited),
        NOT_FROM_THE_SPEC,
    );
    assert_eq!(seen + NOT_FROM_THE_SPEC.len(), nodes(&derived).len());
}

#[test]
fn whatever_is_changed_in_the_types_is_noticed() {
    let (spec, derived) = (spec(), in_rust());
    assert_all_seen(
        &derived,
        |pointer| changed(&derived, pointer),
        |edited| compare(&spec, edited),
        NOT_FROM_THE_SPEC,
    );
}

/// Literals, not a snapshot: accepting snapshots must not accept a comparison that has gone blind.
#[test]
fn a_difference_says_where_it_is_and_who_says_what() {
    let (spec, derived) = (spec(), in_rust());
    for (pointer, expected) in [
        (
            "/ModifyPwdEndPoint/required/0",
            "/ModifyPwdEndPoint/required/db_password: only the types have true",
        ),
        (
            "/ModifyPwdEndPoint/properties/db_password/format",
            "/ModifyPwdEndPoint/properties/db_password/format: only the types have \"password\"",
        ),
        (
            "/ModifyDbPwdStatus/enum/1",
            "/ModifyDbPwdStatus/enum/failed: only the types have true",
        ),
        (
            "/BatchModifyDbPwdResp/properties/results/nullable",
            "/BatchModifyDbPwdResp/properties/results/nullable: only the types have true",
        ),
    ] {
        let found = compare(&without(&spec, pointer), &derived);
        assert!(found.iter().any(|f| f == expected), "{pointer}: {found:?}");
    }
}

#[test]
fn an_enum_needs_no_descriptions() {
    let spec = json!({"Side": {"type": "string", "enum": ["so", "ta"]}});
    let variant =
        |value: &str, docs: &str| json!({"type": "string", "const": value, "description": docs});
    let derived =
        |first: &str| json!({"Side": {"oneOf": [variant("so", first), variant("ta", "`ta`")]}});
    assert!(compare(&spec, &derived("`so`")).is_empty());
    assert!(!compare(&spec, &derived("`so`: The source.")).is_empty());
}

#[test]
fn a_list_or_a_map_that_may_be_left_out_is_no_option() {
    for ty in ["array", "object"] {
        let spec = json!({ "All": { "properties": { "all": { "type": ty } } } });
        assert_eq!(compare(&spec, &spec), [""; 0]);
        let option = json!({ "type": [ty, "null"] });
        let derived = json!({ "All": { "properties": { "all": option } } });
        assert!(!compare(&spec, &derived).is_empty());
    }
}

#[test]
fn a_property_with_a_default_is_no_option_and_a_number_has_a_format() {
    let property = json!({ "type": "integer", "default": 7 });
    let spec = json!({ "All": { "properties": { "count": property } } });
    let property = json!({ "type": "integer", "format": "int64", "default": 7 });
    let derived = json!({ "All": { "properties": { "count": property } } });
    assert_eq!(compare(&spec, &derived), [""; 0]);
}
