//! `format: password` becomes the secret type, or nothing is generated.
//!
//! progenitor's conversion matches a schema exactly and silently makes a `String` of
//! anything else, so the document is searched first and the output checked afterwards.

use std::collections::BTreeSet;

use quote::ToTokens;
use serde_json::{Map, Value};
use syn::{Fields, File, parse_quote};

use super::output::{failed, module, path, renamed, structs};
use crate::{
    Error, Settings, names,
    spec::{dialect::Kind, pointer::unescape, tree::Tree},
};

const PASS: &str = "secrets";

/// Where a secret is.
pub(crate) enum Secret {
    Property(Property),
    /// A whole answer, or a header of one: the passes that read them give it its type.
    OfAnswer,
}

impl Secret {
    fn property(&self) -> Option<&Property> {
        match self {
            Self::Property(property) => Some(property),
            Self::OfAnswer => None,
        }
    }
}

/// A property that is a secret.
pub(crate) struct Property {
    schema: String,
    property: String,
    pointer: String,
}

/// Every `format: password` of the document.
pub(crate) fn find(tree: &Tree<'_>) -> Result<Vec<Secret>, Error> {
    let schemas = tree.of(Kind::Schema);
    schemas
        .filter(|schema| schema.text("format") == Some("password"))
        .map(|schema| {
            secret(&schema.pointer, schema.map)
                .map_err(|(_, message)| tree.document.unsupported(&schema.pointer, message))
        })
        .collect()
}

/// The secret that a schema with `format: password` describes, or why it can't be one, with
/// the key that is in the way.
pub(crate) fn secret(
    pointer: &str,
    map: &Map<String, Value>,
) -> Result<Secret, (Option<String>, String)> {
    if map.get("type").and_then(Value::as_str) != Some("string") {
        let message = "`format: password` needs `type: string` next to it";
        return Err((None, message.to_owned()));
    }
    if let Some(key) = map
        .keys()
        .find(|key| !matches!(key.as_str(), "type" | "format" | "description"))
    {
        let message = format!(
            "`{key}` next to `format: password` would turn this secret into a plain `String`; \
             remove it and say it in the description"
        );
        return Err((Some(key.clone()), message));
    }
    let steps: Vec<&str> = pointer.split('/').collect();
    match steps.as_slice() {
        [
            "",
            "components",
            "schemas",
            schema,
            "properties",
            property,
            rest @ ..,
        ] if rest.iter().all(|step| *step == "items") => Ok(Secret::Property(Property {
            schema: unescape(schema),
            property: unescape(property),
            pointer: pointer.to_owned(),
        })),
        [.., "content", "text~1plain", "schema"] | [.., "headers", _, "schema"] => {
            Ok(Secret::OfAnswer)
        }
        _ => Err((
            None,
            "`format: password` is supported on the properties of a schema in \
             components/schemas, on text answers and on headers of answers; move it there (a \
             token is a security scheme)"
                .to_owned(),
        )),
    }
}

/// Writes down their names: what an answer repeats under one of them is a secret, not a statement.
pub(crate) fn run(file: &mut File, secrets: &[Secret]) -> Result<(), Error> {
    let properties = secrets.iter().filter_map(Secret::property);
    let names: BTreeSet<_> = properties.map(|property| &property.property).collect();
    module(PASS, &mut file.items, &["types"])?.push(parse_quote! {
        /// The name of every property that is a secret.
        #[allow(dead_code)]
        pub(crate) const SECRETS: &[&str] = &[#(#names),*];
    });
    Ok(())
}

/// Checks that each of them has the secret type in the output.
pub(crate) fn check(file: &File, secrets: &[Secret], settings: &Settings) -> Result<(), Error> {
    let secret_type = path(PASS, &settings.secret)?.to_token_stream().to_string();
    let mut file = file.clone();
    let structs = structs(PASS, &mut file)?;
    for secret in secrets.iter().filter_map(Secret::property) {
        let rust_name = names::pascal(&secret.schema);
        let field = structs
            .iter()
            .find(|item| item.ident == rust_name)
            .and_then(|item| match &item.fields {
                Fields::Named(fields) => fields
                    .named
                    .iter()
                    .find(|field| wire_name(field).as_deref() == Some(&secret.property)),
                _ => None,
            })
            .ok_or_else(|| {
                failed(
                    PASS,
                    format!(
                        "no field of a struct `{rust_name}` matches {}, so it can't be shown to be redacted",
                        secret.pointer
                    ),
                )
            })?;
        if !contains_type(&field.ty.to_token_stream().to_string(), &secret_type) {
            return Err(failed(
                PASS,
                format!(
                    "{} is `format: password`, but its field `{rust_name}.{}` is `{}` and not `{}`",
                    secret.pointer,
                    secret.property,
                    field.ty.to_token_stream(),
                    settings.secret,
                ),
            ));
        }
    }
    Ok(())
}

/// Whether a type is `inner` or has it as its innermost type argument.
fn contains_type(ty: &str, inner: &str) -> bool {
    ty == inner || ty.contains(&format!("< {inner} >"))
}

/// The property that a field is about: its `#[serde(rename)]`, or its name.
fn wire_name(field: &syn::Field) -> Option<String> {
    let name = || field.ident.as_ref().map(ToString::to_string);
    renamed(&field.attrs).or_else(name)
}
