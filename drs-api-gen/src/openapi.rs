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
        let mut value = document.value().clone();
        keep_dialect(&mut value, Shape::One(Kind::OpenApi));
        serde_json::from_value(value).map_err(|e| Error::NotOpenApi(e.to_string()))
    })
}

fn keep_dialect(value: &mut Value, shape: Shape) {
    match (value, shape.each(), shape.kind()) {
        (Value::Array(items), Some(each), _) => {
            items.iter_mut().for_each(|item| keep_dialect(item, each));
        }
        (Value::Object(map), Some(_), _) | (Value::Object(map), _, Some(_)) => {
            map.retain(|name, value| is_kept(name, value, shape));
        }
        _ => {}
    }
}

fn is_kept(name: &str, value: &mut Value, shape: Shape) -> bool {
    // Those of a mapping are names like any other. Extensions are for the passes, which read the
    // document itself; progenitor makes something else of some.
    if shape.kind().is_some() && (name == "$ref" || name.starts_with("x-")) {
        return name == "$ref";
    }
    let key = shape.kind().and_then(|kind| kind.key(name));
    match key.map(|key| key.role) {
        // Credentials are the client's; progenitor makes nothing of them.
        _ if key.is_some() && name == "securitySchemes" => false,
        // The service checks limits. In Rust they would make types such as `NonZeroU32`, which
        // change with each limit.
        Some(Role::Says(_)) if shape.kind() == Some(Kind::Schema) && is_limit(name) => false,
        Some(Role::Refused(_)) => false,
        Some(Role::Docs | Role::Says(_)) | None => {
            let below = shape.below(name);
            below.map(|shape| keep_dialect(value, shape)).is_some()
        }
    }
}

fn is_limit(key: &str) -> bool {
    let starts = ["max", "min", "exclusiveM", "multipleOf"];
    starts.iter().any(|start| key.starts_with(start))
}
