//! The border to progenitor: the document as the type that it takes.

use openapiv3::OpenAPI;

use crate::{error::Error, spec::document::Document, stack::on_large_stack};

/// The document as OpenAPI 3.0, if nothing of a wrong type or nested too deeply is in it:
/// the parser tries each object in two ways, so that what it refuses deep within takes it
/// for ever.
///
/// # Errors
/// [`Error::NotOpenApi`] for what the parser refuses.
pub(crate) fn openapi(document: &Document) -> Result<OpenAPI, Error> {
    on_large_stack(|| {
        serde_json::from_value(document.value().clone())
            .map_err(|e| Error::NotOpenApi(e.to_string()))
    })
}
