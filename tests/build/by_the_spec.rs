//! Writes what the tests need of every operation and every type of the spec, so that nobody keeps
//! a list of them: a function that calls each operation by its id, and one that derives the JSON
//! schema of each type.

use std::fmt::Write as _;

use heck::{ToPascalCase as _, ToSnakeCase as _};
use serde_json::Value;

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// A function `call` of client, operation and body, as Rust source.
pub fn calls(spec: &Value) -> String {
    let mut arms = String::new();
    for (path, item) in spec["paths"].as_object().into_iter().flatten() {
        for operation in METHODS.iter().filter_map(|method| item.get(method)) {
            let id = operation["operationId"].as_str().unwrap_or(path);
            let _ = write!(
                arms,
                "{id:?} => {{ let call = client.{}()",
                id.to_snake_case()
            );
            let listed = [&item["parameters"], &operation["parameters"]];
            for parameter in listed.into_iter().filter_map(Value::as_array).flatten() {
                let parameter = resolve(spec, parameter);
                if parameter["required"] == true {
                    let name = parameter["name"].as_str().unwrap_or_default();
                    let _ = write!(
                        arms,
                        ".{}({})",
                        name.to_snake_case(),
                        argument(spec, parameter)
                    );
                }
            }
            arms.push(';');
            let body = resolve(spec, &operation["requestBody"]);
            let schema = &body["content"]["application/json"]["schema"];
            match schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
                Some(name) => {
                    let name = name.to_pascal_case();
                    let _ = write!(
                        arms,
                        "let body: types::{name} = read(body)?; shown(call.body(body).send().await) }}"
                    );
                }
                None => arms.push_str("let _ = body; shown(call.send().await) }"),
            }
        }
    }
    format!(
        "/// Calls an operation. Required parameters are the spec's examples, others are left out.
pub async fn call(client: &drs_api::Client, operation: &str, body: serde_json::Value) -> Result<serde_json::Value, String> {{
    match operation {{ {arms} _ => Err(format!(\"the spec has no operation {{operation}}\")) }}
}}
"
    )
}

/// A value for a required parameter, as a Rust expression.
fn argument(spec: &Value, parameter: &Value) -> String {
    let schema = resolve(spec, &parameter["schema"]);
    let examples = [
        &parameter["example"],
        &schema["example"],
        &schema["default"],
        &schema["enum"][0],
    ];
    let example = examples.into_iter().find(|value| !value.is_null());
    let named = parameter["schema"]["$ref"].as_str();
    match (named.and_then(|r| r.rsplit('/').next()), example) {
        (Some(name), Some(value)) => {
            let text = value.to_string();
            format!(
                "read::<types::{}>({text:?}.parse().unwrap())?",
                name.to_pascal_case()
            )
        }
        (_, Some(value)) => value.to_string(),
        (_, None) if schema["type"] == "string" => "\"example\"".to_owned(),
        (_, None) => "1".to_owned(),
    }
}

/// A function `derived`, which gives the JSON schemas of all types, as Rust source.
pub fn types(spec: &Value) -> String {
    let (mut derive, mut defaults) = (String::new(), String::new());
    for (name, schema) in spec["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let name = name.to_pascal_case();
        let _ = write!(derive, "generator.subschema_for::<types::{name}>();");
        if schema.get("default").is_some() {
            // A schema does not show what `Default` gives.
            let _ = write!(
                defaults,
                "definitions[{name:?}][\"default\"] = serde_json::json!(types::{name}::default());"
            );
        }
    }
    format!(
        "/// The JSON schema that each type of the spec derives.
fn derived() -> serde_json::Value {{
    let mut generator = schemars::SchemaGenerator::default();
    {derive}
    let mut definitions = serde_json::Value::Object(generator.take_definitions(true));
    {defaults}
    definitions
}}
"
    )
}

fn resolve<'a>(spec: &'a Value, node: &'a Value) -> &'a Value {
    let target = node["$ref"].as_str().and_then(|r| r.strip_prefix('#'));
    target
        .and_then(|pointer| spec.pointer(pointer))
        .unwrap_or(node)
}
