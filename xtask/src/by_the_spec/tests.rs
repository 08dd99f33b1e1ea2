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
        ("negative", json!({"type": "integer", "maximum": 0})),
        (
            "time",
            json!({"type": "integer", "format": "int64", "example": 1_700_000_000_000_i64}),
        ),
        ("control", json!({"type": "string", "example": "a\u{8}c"})),
    ]);
    let expected = r#".text(read::<String>("\"example\"".parse().unwrap())?)
.kind(read::<types::Kind>("\"a\"".parse().unwrap())?)
.kinds(read::<Vec<types::Kind>>("[\"a\"]".parse().unwrap())?)
.flags(read::<Vec<bool>>("[true]".parse().unwrap())?)
.small(read::<i32>("7".parse().unwrap())?)
.large(read::<i64>("8".parse().unwrap())?)
.short(read::<f32>("1".parse().unwrap())?)
.long(read::<f64>("1.5".parse().unwrap())?)
.negative(read::<i64>("0".parse().unwrap())?)
.time(read::<i64>("1700000000000".parse().unwrap())?)
.control(read::<String>("\"a\\bc\"".parse().unwrap())?);
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
    let expected = ".a(read::<i64>(\"5\".parse().unwrap())?);\nshown(call.send().await)";
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
        (
            json!({"type": "array", "items": {"type": "string", "nullable": true}}),
            "Vec<Option<String>>",
        ),
        (
            json!({"type": "object", "nullable": true}),
            "Option<serde_json::Map<String, serde_json::Value>>",
        ),
    ] {
        let expected = format!(";\nshown(call.body(read::<{expected}>(body)?).send().await)");
        assert_eq!(sent(schema), expected);
    }
}
