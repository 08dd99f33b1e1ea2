//! The spec as the simulator uses it: the operation's method and path, and validators of what
//! comes in and goes out.

use std::collections::BTreeMap;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Value, json};

use crate::yaml;

/// The spec that is built in.
pub(crate) const BUILT_IN: &str = include_str!("../../../openapi/drs-v3.yaml");

const OPERATION: &str = "BatchResetPassword";
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// One operation of an OpenAPI 3.0 document.
pub(crate) struct Spec {
    pub(crate) method: String,
    pub(crate) path: String,
    request: Validator,
    answers: BTreeMap<u16, Validator>,
}

/// Where a value first differs from its schema. It holds no part of the value, which may be a
/// password.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// The place as `jobs/0/db_password`; of a missing property, where it should be.
    pub(crate) place: String,
    /// The keyword of the schema that is not satisfied.
    pub(crate) keyword: String,
}

impl Spec {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let document = yaml::parse(text)?;
        let (path, method, operation) = find_operation(&document)
            .ok_or_else(|| format!("the spec has no operation `{OPERATION}`"))?;
        let request = validator(&document, &operation["requestBody"])
            .map_err(|error| format!("the request body: {error}"))?;
        let mut answers = BTreeMap::new();
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            // `default` and ranges such as `4XX` name no status that could be looked up.
            if let Ok(status) = status.parse() {
                let validator = validator(&document, response)
                    .map_err(|error| format!("the answer {status}: {error}"))?;
                answers.insert(status, validator);
            }
        }
        Ok(Self {
            method: method.to_uppercase(),
            path: path.to_owned(),
            request,
            answers,
        })
    }

    pub(crate) fn check_request(&self, body: &Value) -> Result<(), Mismatch> {
        check(&self.request, body)
    }

    /// An answer with a status that the spec does not list is not checked.
    pub(crate) fn check_answer(&self, status: u16, body: &Value) -> Result<(), Mismatch> {
        match self.answers.get(&status) {
            Some(validator) => check(validator, body),
            None => Ok(()),
        }
    }
}

fn find_operation(document: &Value) -> Option<(&str, &'static str, &Value)> {
    let paths = document["paths"].as_object()?;
    paths.iter().find_map(|(path, item)| {
        METHODS.into_iter().find_map(|method| {
            let operation = item.get(method)?;
            (operation["operationId"] == OPERATION).then_some((path.as_str(), method, operation))
        })
    })
}

/// The validator of the JSON body of a `requestBody` or a response.
fn validator(document: &Value, holder: &Value) -> Result<Validator, String> {
    let schema = holder
        .pointer("/content/application~1json/schema")
        .ok_or("no schema for application/json")?;
    // The components come along, so that `#/components/…` leads somewhere.
    let mut root = json!({"allOf": [schema], "components": document["components"]});
    translate_nullable(&mut root);
    // OpenAPI 3.0 builds on a draft in which `$ref` overrides what stands beside it, as in draft 4.
    jsonschema::draft4::new(&root).map_err(|error| error.to_string())
}

/// Rewrites OpenAPI 3.0's `nullable: true`, which JSON Schema does not know, as a further type.
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

fn check(validator: &Validator, value: &Value) -> Result<(), Mismatch> {
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

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, Spec};
    use serde_json::json;

    #[test]
    fn the_operation_is_found_in_the_spec() {
        let spec = Spec::parse(BUILT_IN).unwrap();
        assert_eq!(spec.method, "PUT");
        assert_eq!(spec.path, "/v3/{project_id}/jobs/batch-modify-pwd");
    }

    #[test]
    fn a_nullable_property_may_be_null_and_another_may_not() {
        let spec = Spec::parse(BUILT_IN).unwrap();
        let nullable = json!({"results": null});
        let another = json!({"count": null});
        assert_eq!(spec.check_answer(200, &nullable), Ok(()));
        let mismatch = spec.check_answer(200, &another).unwrap_err();
        assert_eq!(mismatch.place, "count");
        assert_eq!(mismatch.keyword, "type");
    }

    #[test]
    fn a_mismatch_tells_the_place_and_not_the_value() {
        let spec = Spec::parse(BUILT_IN).unwrap();
        let item = json!({"db_password": {"pass": "word"}, "end_point_type": "so", "job_id": "a"});
        let mismatch = spec.check_request(&json!({"jobs": [item]})).unwrap_err();
        assert_eq!(mismatch.place, "jobs/0/db_password");
        assert!(!format!("{mismatch:?}").contains("word\":"));
    }

    #[test]
    fn a_spec_without_the_operation_is_refused() {
        let error = Spec::parse("paths: {}").err().unwrap();
        assert!(error.contains("BatchResetPassword"), "{error}");
    }
}
