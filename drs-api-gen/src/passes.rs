//! What is changed in progenitor's output, a file for each concern.
//!
//! A pass looks for exactly what it was written for and fails with a sentence where that
//! is not there: progenitor's output may change under it, and a redaction or a wiped
//! buffer that silently stopped happening would be worse than no client.

pub(crate) mod calls;
pub(crate) mod client;
pub(crate) mod closed_enums;
pub(crate) mod docs;
pub(crate) mod headers;
pub(crate) mod json_schema;
pub(crate) mod open_enums;
pub(crate) mod output;
pub(crate) mod secrets;
pub(crate) mod setters;
pub(crate) mod structs;
#[cfg(test)]
mod tests;
pub(crate) mod texts;

use syn::File;

use crate::{Document, Error, Settings};

/// All passes, and the check at their end.
pub(crate) fn run(
    file: &mut File,
    document: &Document,
    settings: &Settings,
    open_enums: &[open_enums::OpenEnum],
    secrets: &[secrets::Secret],
) -> Result<(), Error> {
    client::run(file, document, settings)?;
    calls::run(file, document, settings)?;
    headers::run(file, document, settings)?;
    closed_enums::run(file)?;
    setters::run(file)?;
    open_enums::run(file, open_enums)?;
    structs::run(file, document)?;
    json_schema::run(file)?;
    docs::run(file, document)?;
    texts::run(file, settings)?;
    secrets::run(file, secrets)?;
    client::check(file)?;
    secrets::check(file, secrets, settings)
}
