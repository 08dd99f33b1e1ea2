//! Checks a request against its operation, by the spec alone.

use serde_json::Value;

use super::operation::{Operation, Parameter, Place};
use super::validate::check;
use crate::percent::percent_decode;
use crate::problem::{Code, Problem};
use crate::signature::Signed;

/// An operation, and the arguments from the path.
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) arguments: Vec<(&'a str, String)>,
}

impl Call<'_> {
    /// The project in the path, if the operation belongs to one.
    pub(crate) fn project_id(&self) -> Option<&str> {
        let project = self.operation.project.as_deref()?;
        self.argument(project)
    }

    fn argument(&self, name: &str) -> Option<&str> {
        let found = self.arguments.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Checks parameters and body.
    pub(crate) fn check(&self, request: &Signed<'_>) -> Result<(), Problem> {
        for parameter in &self.operation.parameters {
            let values = self.values(parameter, request);
            if values.is_empty() {
                if parameter.required {
                    return Err(Code::Missing.at(&*parameter.name));
                }
                continue;
            }
            let value = read(parameter, values);
            if check(&parameter.schema, &value).is_err() {
                return Err(Code::Invalid.at(&*parameter.name));
            }
        }
        if self.operation.takes(request.body) {
            self.operation.read_body(request.body)?;
        }
        Ok(())
    }

    fn values(&self, parameter: &Parameter, request: &Signed<'_>) -> Vec<String> {
        match parameter.place {
            Place::Path => self
                .argument(&parameter.name)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            Place::Query => {
                let pairs = request.query.split('&').filter_map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(name) == parameter.name).then(|| decode(value))
                });
                pairs.collect()
            }
            Place::Header => {
                let values = request.headers.get_all(&parameter.name).iter();
                values
                    .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
                    .collect()
            }
        }
    }
}

impl Operation {
    /// Reads a body that satisfies the spec. A null property counts as absent: the service reads it
    /// so, and Terraform's provider sends `"kerberos": null` with every item that has none.
    pub(crate) fn read_body(&self, body: &[u8]) -> Result<Value, Problem> {
        let sent: Value = serde_json::from_slice(body).map_err(|_| Code::NotJson)?;
        let mut body = sent.clone();
        without_nulls(&mut body);
        // A required property may be null where the spec says so.
        let checked = (self.check_body(&body)).or_else(|e| self.check_body(&sent).map_err(|_| e));
        checked.map_err(|mismatch| {
            let code = match mismatch.keyword.as_str() {
                "required" | "minItems" | "minLength" => Code::Missing,
                _ => Code::Invalid,
            };
            match mismatch.place.as_str() {
                "" => code.into(),
                place => code.at(place),
            }
        })?;
        Ok(body)
    }
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|_, value| !value.is_null());
            object.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

/// Forms encode a space as `+`, and so do clients in queries.
fn decode(text: &str) -> String {
    String::from_utf8_lossy(&percent_decode(&text.replace('+', " "))).into_owned()
}

/// Parses texts as JSON; a text of another type stays a text.
fn read(parameter: &Parameter, texts: Vec<String>) -> Value {
    let (outer, items) = &parameter.types;
    if outer != "array" {
        return texts.last().map_or(Value::Null, |text| scalar(outer, text));
    }
    // Repeated in a query, comma-separated elsewhere.
    let is_query = parameter.place == Place::Query;
    let texts = texts.iter().flat_map(|text| match is_query {
        true => vec![text.as_str()],
        false => text.split(',').map(str::trim).collect(),
    });
    texts.map(|text| scalar(items, text)).collect()
}

fn scalar(kind: &str, text: &str) -> Value {
    let parsed = match kind {
        "integer" | "number" | "boolean" => serde_json::from_str(text).ok(),
        _ => None,
    };
    parsed.unwrap_or_else(|| text.into())
}
