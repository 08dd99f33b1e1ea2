//! Does the comparison know the shapes of types that the spec doesn't have yet?

use serde_json::{Value, json};

use super::{compare, plain};

const COMPONENTS: &str = "#/components/schemas/";
const DEFINITIONS: &str = "#/$defs/";

fn reference(folder: &str, name: &str) -> Value {
    json!({ "$ref": format!("{folder}{name}") })
}

/// What a schema of the spec, next to others, and a type say otherwise.
fn differences(mut spec: Value, types: Value) -> Vec<String> {
    spec.as_object_mut().unwrap().values_mut().for_each(plain);
    compare(&spec, &types)
}

#[test]
fn a_choice_is_an_any_of_with_the_descriptions_of_what_is_chosen() {
    let word = json!({ "type": "string", "description": "A word." });
    let choices = |folder| [reference(folder, "Word"), json!({ "type": "integer" })];
    let spec = |description: &str| {
        let choice = json!({ "description": description, "oneOf": choices(COMPONENTS) });
        json!({ "Word": word, "Choice": choice })
    };
    let mut of_types = choices(DEFINITIONS);
    of_types[0]["description"] = json!("A word.");
    of_types[1]["description"] = json!("A value of this type.");
    of_types[1]["format"] = json!("int64");
    let choice = json!({ "description": "One of two.", "anyOf": of_types });
    let types = json!({ "Word": word, "Choice": choice });
    assert_eq!(differences(spec("One of two."), types.clone()), [""; 0]);
    assert!(!differences(spec("Another."), types.clone()).is_empty());
    let mut fewer = spec("One of two.");
    fewer["Choice"]["oneOf"].as_array_mut().unwrap().pop();
    assert!(!differences(fewer, types).is_empty());
}

#[test]
fn parts_are_merged_into_one_object_unless_there_is_one_alone() {
    let part = |name: &str| {
        let text = json!({ "type": "string" });
        json!({ "type": "object", "required": [name], "properties": { name: text } })
    };
    let [a, b] = ["A", "B"].map(|name| reference(COMPONENTS, name));
    let spec = json!({ "A": part("a"), "B": part("b"), "Both": { "allOf": [a, b] } });
    let mut both = part("a");
    both["properties"]["b"] = json!({ "type": "string" });
    both["required"] = json!(["b", "a"]);
    let types = json!({ "A": part("a"), "B": part("b"), "Both": both });
    assert_eq!(differences(spec.clone(), types), [""; 0]);
    let types = json!({ "A": part("a"), "B": part("b"), "Both": part("a") });
    assert!(!differences(spec, types).is_empty());
    let spec = json!({ "A": part("a"), "One": { "allOf": [reference(COMPONENTS, "A")] } });
    let types = json!({ "A": part("a"), "One": reference(DEFINITIONS, "A") });
    assert_eq!(differences(spec, types), [""; 0]);
}

#[test]
fn what_has_to_be_there_but_may_be_null_is_an_option() {
    let property = json!({ "type": "string", "nullable": true });
    let spec = json!({ "All": { "required": ["a"], "properties": { "a": property } } });
    let property = json!({ "type": ["string", "null"] });
    let types = json!({ "All": { "properties": { "a": property } } });
    assert_eq!(differences(spec, types), [""; 0]);
}

#[test]
fn bytes_are_text_and_an_object_may_have_anything_in_it() {
    let bytes = json!({ "type": "string", "format": "byte" });
    let spec = json!({ "Bytes": bytes, "Any": { "type": "object", "additionalProperties": true } });
    let types = json!({ "Bytes": { "type": "string" }, "Any": { "type": "object" } });
    assert_eq!(differences(spec, types), [""; 0]);
}
