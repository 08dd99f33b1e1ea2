//! JSON validators for the spec's schemas.

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Value, json};

/// Where a value first differs from its schema. It contains nothing of the value, which could be a
/// password.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// The place, as `jobs/0/db_password`; for a missing property, where it should be.
    pub(crate) place: String,
    /// The schema's keyword that is violated.
    pub(crate) keyword: String,
}

/// The validator of a schema of this document.
pub(crate) fn validator(document: &Value, schema: &Value) -> Result<Validator, String> {
    // The components are included, so that `#/components/…` resolves.
    let mut root = json!({"allOf": [schema], "components": document["components"]});
    translate_nullable(&mut root);
    // OpenAPI 3.0 builds on a draft in which `$ref` overrides its siblings, as in draft 4.
    jsonschema::draft4::new(&root).map_err(|error| error.to_string())
}

/// Rewrites OpenAPI 3.0's `nullable: true`, unknown to JSON Schema, as another type.
fn translate_nullable(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(translate_nullable),
        Value::Object(object) => {
            if object.get("nullable") == Some(&Value::Bool(true)) {
                if let Some(kind @ Value::String(_)) = object.get_mut("type") {
                    *kind = json!([kind.take(), "null"]);
                }
                if let Some(Value::Array(values)) = object.get_mut("enum") {
                    values.push(Value::Null);
                }
            }
            object.values_mut().for_each(translate_nullable);
        }
        _ => {}
    }
}

pub(crate) fn check(validator: &Validator, value: &Value) -> Result<(), Mismatch> {
    let Err(error) = validator.validate(value) else {
        return Ok(());
    };
    let mut place = error.instance_path().as_str().to_owned();
    if let ValidationErrorKind::Required { property } = error.kind() {
        place.push('/');
        place.push_str(property.as_str().unwrap_or_default());
    }
    Err(Mismatch {
        place: place.trim_start_matches('/').to_owned(),
        keyword: error.kind().keyword().to_owned(),
    })
}
