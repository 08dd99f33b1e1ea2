//! Marks the types' structs `#[non_exhaustive]`, so that a property added to the
//! document never breaks a caller; the builders construct them.

use openapiv3::{OpenAPI, SchemaKind, Type};
use syn::{File, parse_quote};

use super::output::{failed, structs};
use crate::Error;

const PASS: &str = "structs";

pub(crate) fn run(file: &mut File, spec: &OpenAPI) -> Result<(), Error> {
    let structs = structs(PASS, file)?;
    if structs.is_empty() && has_objects(spec) {
        return Err(failed(PASS, "expected structs in the module `types`"));
    }
    for item in structs {
        item.attrs.push(parse_quote!(#[non_exhaustive]));
    }
    Ok(())
}

fn has_objects(spec: &OpenAPI) -> bool {
    let mut schemas = spec.components.iter().flat_map(|c| c.schemas.values());
    schemas.any(|schema| {
        let kind = schema.as_item().map(|schema| &schema.schema_kind);
        matches!(kind, Some(SchemaKind::Type(Type::Object(object))) if !object.properties.is_empty())
    })
}
