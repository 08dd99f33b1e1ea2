//! The Rust names that progenitor gives to what the document names.
//!
//! A pass that looks for a name made here fails where it doesn't find it, so a
//! difference from progenitor's own rules can't go unseen.

use heck::{ToPascalCase, ToSnakeCase};
use openapiv3::{OpenAPI, Operation};

/// Type or variant name: `KerberosVO` becomes `KerberosVo`, `zh-cn` becomes `ZhCn`.
pub(crate) fn pascal(name: &str) -> String {
    let name = only_words(name).to_pascal_case();
    match name.chars().next() {
        Some(first) if first.is_alphabetic() => name,
        _ => format!("X{name}"),
    }
}

/// Method or argument name: `BatchResetPassword` becomes `batch_reset_password`.
pub(crate) fn snake(name: &str) -> String {
    let name = only_words(name).to_snake_case();
    match name.chars().next() {
        Some(first) if first.is_alphabetic() => name,
        _ => format!("x{name}"),
    }
}

fn only_words(name: &str) -> String {
    name.replace('\'', "")
        .replace(|c: char| !c.is_alphanumeric() && c != '_', "-")
}

/// The operations of a document that have a name, with it.
pub(crate) fn operations(spec: &OpenAPI) -> impl Iterator<Item = (&str, &Operation)> {
    spec.operations()
        .filter_map(|(_, _, operation)| Some((operation.operation_id.as_deref()?, operation)))
}
