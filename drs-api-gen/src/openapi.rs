//! The border to progenitor: the document as the type that it takes, of the dialect alone.

use openapiv3::OpenAPI;
use serde_json::{Map, Value};

use crate::{
    error::Error,
    spec::{
        dialect::{Keys, Kind, Role, Shape},
        document::Document,
    },
    stack::on_large_stack,
};

/// The document as OpenAPI 3.0, without what the dialect refuses. Nothing of a wrong type and
/// nothing nested too deeply may be in it: the parser tries each object in two ways, so that
/// it takes for ever to refuse something deep within.
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
    match (shape, value) {
        (Shape::One(kind) | Shape::OrRef(kind), Value::Object(map)) => object(map, kind),
        (Shape::SchemaOrFlag, Value::Object(map)) => object(map, Kind::Schema),
        (Shape::List(item), Value::Array(items)) => items
            .iter()
            .map(|value| within_dialect(value, *item))
            .collect(),
        (Shape::Map(entry), Value::Object(map)) => map
            .iter()
            .map(|(name, value)| (name.clone(), within_dialect(value, *entry)))
            .collect(),
        _ => value.clone(),
    }
}

fn object(map: &Map<String, Value>, kind: Kind) -> Value {
    let entries = map.iter().filter_map(|(name, value)| {
        if name == "$ref" || name.starts_with("x-") {
            return Some((name.clone(), value.clone()));
        }
        let shape = match kind.keys() {
            Keys::Chosen(shape) => shape,
            Keys::Fixed(_) => {
                let key = kind.key(name)?;
                match key.role {
                    // Credentials are the client's; progenitor makes nothing of them.
                    _ if name == "securitySchemes" => return None,
                    Role::Refused(_) => return None,
                    Role::Docs | Role::Says(_) => key.shape,
                }
            }
        };
        Some((name.clone(), within_dialect(value, shape)))
    });
    entries.collect()
}
