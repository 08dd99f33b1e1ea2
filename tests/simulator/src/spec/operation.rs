//! An operation of the spec: its address, its parameters, and its responses.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::Value;

use super::validate::{Mismatch, check, validator};
use crate::percent::percent_decode;

/// An operation.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) needs_credentials: bool,
    method: String,
    path: String,
    /// The path parameter with the project.
    pub(crate) project: Option<String>,
    pub(crate) parameters: Vec<Parameter>,
    body: Option<Body>,
    answers: BTreeMap<u16, Documented>,
}

/// A parameter in a path, a query or a header.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) required: bool,
    /// The `type` of its schema, and of its items if that is an array.
    pub(crate) types: (String, String),
    pub(crate) schema: Validator,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

struct Body {
    required: bool,
    schema: Validator,
}

/// A documented response.
struct Documented {
    schema: Option<Validator>,
    example: Option<Value>,
}

impl Operation {
    pub(super) fn new(document: &Value, path: &str, method: &str) -> Result<Self, String> {
        let item = &document["paths"][path];
        let operation = &item[method];
        let id = operation["operationId"].as_str().unwrap_or_default();
        let at = |what: &str, error: String| format!("{method} {path}: {what}: {error}");
        let mut parameters = Vec::new();
        let mut project = None;
        let listed = [&item["parameters"], &operation["parameters"]];
        for parameter in listed.into_iter().filter_map(Value::as_array).flatten() {
            let parameter = resolve(document, parameter);
            let name = parameter["name"].as_str().unwrap_or_default();
            let place = match parameter["in"].as_str() {
                Some("path") => Place::Path,
                Some("query") => Place::Query,
                Some("header") => Place::Header,
                _ => continue,
            };
            if parameter["x-project"] == true {
                project = Some(name.to_owned());
            }
            let schema = resolve(document, &parameter["schema"]);
            let items = resolve(document, &schema["items"]);
            let type_of = |schema: &Value| schema["type"].as_str().unwrap_or_default().to_owned();
            parameters.push(Parameter {
                name: name.to_owned(),
                place,
                required: parameter["required"] == true,
                types: (type_of(schema), type_of(items)),
                schema: validator(document, &parameter["schema"]).map_err(|e| at(name, e))?,
            });
        }
        let body = match operation.get("requestBody") {
            None => None,
            Some(body) => {
                let body = resolve(document, body);
                let schema = json_of(body)
                    .get("schema")
                    .ok_or_else(|| at("requestBody", "no schema for application/json".into()))?;
                Some(Body {
                    required: body["required"] == true,
                    schema: validator(document, schema).map_err(|e| at("requestBody", e))?,
                })
            }
        };
        let mut answers = BTreeMap::new();
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            // `default` and ranges such as `4XX` are not statuses to look up.
            let Ok(code) = status.parse() else { continue };
            let response = resolve(document, response);
            let schema = json_of(response).get("schema");
            let schema = schema.map(|schema| validator(document, schema)).transpose();
            let documented = Documented {
                schema: schema.map_err(|e| at(status, e))?,
                example: example(document, response),
            };
            answers.insert(code, documented);
        }
        let security = operation.get("security").unwrap_or(&document["security"]);
        let security = security.as_array().map_or(&[][..], Vec::as_slice);
        let is_optional = |scheme: &Value| scheme.as_object().is_none_or(|s| s.is_empty());
        Ok(Self {
            id: id.to_owned(),
            needs_credentials: !security.is_empty() && !security.iter().any(is_optional),
            method: method.to_uppercase(),
            path: path.to_owned(),
            project,
            parameters,
            body,
            answers,
        })
    }

    /// The decoded arguments in a path, if the method and path match.
    pub(super) fn arguments(&self, method: &str, path: &str) -> Option<Vec<(&str, String)>> {
        if method != self.method {
            return None;
        }
        let mut found = path.split('/');
        let mut arguments = Vec::new();
        for expected in self.path.split('/') {
            let found = found.next()?;
            match expected
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'))
            {
                Some(_) if found.is_empty() => return None,
                Some(name) => {
                    let value = String::from_utf8(percent_decode(found)).ok()?;
                    arguments.push((name, value));
                }
                None if found == expected => {}
                None => return None,
            }
        }
        found.next().is_none().then_some(arguments)
    }

    /// Whether the operation has a body, and whether it is required.
    pub(crate) fn takes(&self, body: &[u8]) -> bool {
        let documented = self.body.as_ref();
        documented.is_some_and(|documented| documented.required || !body.is_empty())
    }

    pub(crate) fn check_body(&self, body: &Value) -> Result<(), Mismatch> {
        match &self.body {
            Some(documented) => check(&documented.schema, body),
            None => Ok(()),
        }
    }

    /// A response with an unlisted status is not checked.
    pub(crate) fn check_answer(&self, status: u16, body: &Value) -> Result<(), Mismatch> {
        let documented = self.answers.get(&status);
        match documented.and_then(|documented| documented.schema.as_ref()) {
            Some(schema) => check(schema, body),
            None => Ok(()),
        }
    }

    /// The first success with an example: its status, and its body if it has one.
    pub(crate) fn success(&self) -> Option<(u16, Option<&Value>)> {
        let mut successes = self.answers.range(200..300);
        successes.find_map(|(status, documented)| {
            let shown = documented.example.is_some() || documented.schema.is_none();
            shown.then_some((*status, documented.example.as_ref()))
        })
    }
}

/// What a `$ref` leads to, or the node itself.
fn resolve<'a>(document: &'a Value, mut node: &'a Value) -> &'a Value {
    // More steps than a sensible document needs; this also ends a circle.
    for _ in 0..16 {
        let Some(target) = node["$ref"].as_str().and_then(|r| r.strip_prefix('#')) else {
            break;
        };
        node = document.pointer(target).unwrap_or(&Value::Null);
    }
    node
}

fn json_of(holder: &Value) -> &Value {
    &holder["content"]["application/json"]
}

/// The example of an answer. Of several, it is the one whose name comes first in the alphabet, since
/// JSON values don't keep the document's order. An error inside a success comes after all others.
fn example(document: &Value, response: &Value) -> Option<Value> {
    let content = json_of(response);
    if let Some(example) = content.get("example") {
        return Some(example.clone());
    }
    let examples = content["examples"].as_object()?.iter();
    let value = |example| resolve(document, example).get("value");
    let shown = examples.filter_map(|(name, example)| Some((name, value(example)?)));
    let first = shown.min_by_key(|(name, value)| (value.get("error_code").is_some(), *name));
    first.map(|(_, value)| value.clone())
}
