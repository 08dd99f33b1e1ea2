use serde_json::{Value, json};

use super::calls;

/// The call of an operation with these keys, without its layout.
fn call_of(mut operation: Value) -> String {
    operation["operationId"] = json!("TryThis");
    let source = calls(&json!({
        "paths": {"/try": {"post": operation}},
        "components": {"schemas": {"Kind": {"type": "string", "enum": ["a", "b"]}}},
    }));
    let (_, call) = source.split_once(".try_this()").unwrap();
    let (call, _) = call.split_once("\n        }").unwrap();
    call.replace("  ", "").trim().to_owned()
}

/// The call of an operation whose required parameters have these schemas.
fn call_with(schemas: &[(&str, Value)]) -> String {
    let parameter = |(name, schema): &(&str, Value)| json!({"name": name, "in": "query", "required": true, "schema": schema});
    let parameters: Vec<_> = schemas.iter().map(parameter).collect();
    call_of(json!({ "parameters": parameters }))
}

#[test]
fn a_required_parameter_has_a_value_of_its_type() {
    let kind = json!({"$ref": "#/components/schemas/Kind"});
    let list = |items: &Value| json!({"type": "array", "items": items});
    let call = call_with(&[
        ("text", json!({"type": "string"})),
        ("kind", kind.clone()),
        ("kinds", list(&kind)),
        ("flags", list(&json!({"type": "boolean"}))),
        (
            "small",
            json!({"type": "integer", "format": "int32", "minimum": 7}),
        ),
        ("large", json!({"type": "integer", "default": 8})),
        ("short", json!({"type": "number", "format": "float"})),
        ("long", json!({"type": "number", "example": 1.5})),
    ]);
    let expected = r#".text(read::<String>(serde_json::json!("example"))?)
.kind(read::<types::Kind>(serde_json::json!("a"))?)
.kinds(read::<Vec<types::Kind>>(serde_json::json!(["a"]))?)
.flags(read::<Vec<bool>>(serde_json::json!([true]))?)
.small(read::<i32>(serde_json::json!(7))?)
.large(read::<i64>(serde_json::json!(8))?)
.short(read::<f32>(serde_json::json!(1))?)
.long(read::<f64>(serde_json::json!(1.5))?);
shown(call.send().await)"#;
    assert_eq!(call, expected);
}

#[test]
fn a_keyword_is_named_as_in_the_client() {
    let call = call_with(&[("type", json!({"type": "string"}))]);
    assert!(call.starts_with(".type_("), "{call}");
}

#[test]
fn the_example_of_a_parameter_comes_first_and_an_optional_one_is_left_out() {
    let schema = json!({"type": "integer", "default": 1});
    let call = call_of(json!({"parameters": [
        {"name": "a", "in": "query", "required": true, "example": 5, "schema": schema},
        {"name": "b", "in": "query", "schema": schema},
    ]}));
    let expected = ".a(read::<i64>(serde_json::json!(5))?);\nshown(call.send().await)";
    assert_eq!(call, expected);
}

#[test]
fn a_body_is_read_as_its_type() {
    let sent = |schema: Value| {
        call_of(json!({"requestBody": {"content": {"application/json": {"schema": schema}}}}))
    };
    let kind = json!({"$ref": "#/components/schemas/Kind"});
    let map = json!({"type": "object", "additionalProperties": {"type": "string"}});
    for (schema, expected) in [
        (kind, "types::Kind"),
        (
            json!({"type": "array", "items": map}),
            "Vec<std::collections::HashMap<String, String>>",
        ),
    ] {
        let expected = format!(";\nshown(call.body(read::<{expected}>(body)?).send().await)");
        assert_eq!(sent(schema), expected);
    }
}
