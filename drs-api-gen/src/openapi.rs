//! The border to progenitor: the document as the type that it takes, of the dialect alone.

use openapiv3::OpenAPI;
use serde_json::Value;

use crate::{
    error::Error,
    spec::{
        dialect::{Kind, Role, Shape},
        document::Document,
    },
    stack::on_large_stack,
};

/// The document as OpenAPI 3.0, without limits and what the dialect refuses. Nothing of a wrong
/// type and nothing nested too deeply may be in it: the parser tries each object in two ways, and
/// takes for ever to refuse something deep within.
///
/// # Errors
/// [`Error::NotOpenApi`] for what the parser refuses.
pub(crate) fn openapi(document: &Document) -> Result<OpenAPI, Error> {
    on_large_stack(|| {
        let value = within_dialect(document.value(), Shape::One(Kind::OpenApi));
        serde_json::from_value(value).map_err(|e| Error::NotOpenApi(e.to_string()))
    })
}

fn within_dialect(value: &Value, shape: Shape) -> Value {
    match (value, shape.each(), shape.kind()) {
        (Value::Array(items), Some(each), _) => items
            .iter()
            .map(|item| within_dialect(item, each))
            .collect(),
        (Value::Object(map), Some(_), _) | (Value::Object(map), _, Some(_)) => map
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), entry(name, value, shape)?)))
            .collect(),
        _ => value.clone(),
    }
}

fn entry(name: &str, value: &Value, shape: Shape) -> Option<Value> {
    if name == "$ref" || name.starts_with("x-") {
        return Some(value.clone());
    }
    let key = shape.kind().and_then(|kind| kind.key(name));
    match key.map(|key| key.role) {
        // Credentials are the client's; progenitor makes nothing of them.
        _ if key.is_some() && name == "securitySchemes" => None,
        // The service checks limits. In Rust they would make types such as `NonZeroU32`, which
        // change with each limit.
        Some(Role::Says(_)) if shape.kind() == Some(Kind::Schema) && is_limit(name) => None,
        Some(Role::Refused(_)) => None,
        Some(Role::Docs | Role::Says(_)) | None => {
            shape.below(name).map(|shape| within_dialect(value, shape))
        }
    }
}

fn is_limit(key: &str) -> bool {
    let starts = ["max", "min", "exclusiveM", "multipleOf"];
    starts.iter().any(|start| key.starts_with(start))
}
