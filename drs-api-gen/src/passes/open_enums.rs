//! Enums that may grow: `x-open-enum: true` on a schema makes an enum with the
//! document's values and an opaque variant for every other.
//!
//! progenitor's own enum refuses an unknown value, which would turn a good answer into
//! an unreadable one.

use quote::{format_ident, quote};
use serde_json::Value;
use syn::{File, Item, parse_quote};

use super::output::{failed, module};
use crate::{
    Document, Error, names,
    spec::{dialect::Kind, keys::OPEN_ENUM as EXTENSION, tree::Tree},
};

const PASS: &str = "open_enums";

/// An open enum of the document.
pub(crate) struct OpenEnum {
    /// Its name in Rust.
    pub(crate) rust_name: String,
    description: Option<String>,
    /// The values, each with its variant.
    variants: Vec<(String, String)>,
}

/// Every schema of the document with `x-open-enum: true`.
pub(crate) fn find(tree: &Tree<'_>) -> Result<Vec<OpenEnum>, Error> {
    let found = tree
        .of(Kind::Schema)
        .filter(|schema| schema.map.contains_key(EXTENSION));
    found
        .map(|schema| open_enum(tree.document, &schema.pointer, schema.map))
        .collect()
}

/// Name and values of a schema with `x-open-enum`, or why it can't be an open enum.
pub(crate) fn shape<'a>(
    pointer: &str,
    schema: &'a serde_json::Map<String, Value>,
) -> Result<(String, Vec<&'a str>), String> {
    if schema.get(EXTENSION) != Some(&Value::Bool(true)) {
        return Err(format!(
            "`{EXTENSION}` can only be `true`; leave it out of a closed enum"
        ));
    }
    let ["", "components", "schemas", name] = pointer.split('/').collect::<Vec<_>>()[..] else {
        return Err(format!(
            "`{EXTENSION}` needs a named schema: move this one to components/schemas and refer to it"
        ));
    };
    let values = schema.get("enum").and_then(Value::as_array);
    let values: Option<Vec<&str>> = values.and_then(|v| v.iter().map(Value::as_str).collect());
    match (schema.get("type").and_then(Value::as_str), values) {
        (Some("string"), Some(values)) if !values.is_empty() => Ok((name.to_owned(), values)),
        _ => Err(format!(
            "`{EXTENSION}` needs `type: string` and an `enum` of strings"
        )),
    }
}

fn open_enum(
    document: &Document,
    pointer: &str,
    schema: &serde_json::Map<String, Value>,
) -> Result<OpenEnum, Error> {
    let unsupported = |message: String| document.unsupported(pointer, message);
    let (name, values) = shape(pointer, schema).map_err(unsupported)?;
    let (rust_names, problems) = names::variants(values.iter().copied(), true);
    if let Some((_, problem)) = problems.into_iter().next() {
        return Err(unsupported(problem));
    }
    let values = values.into_iter().map(str::to_owned);
    Ok(OpenEnum {
        rust_name: names::pascal(&name),
        description: schema
            .get("description")
            .and_then(Value::as_str)
            .map(str::to_owned),
        variants: values.zip(rust_names).collect(),
    })
}

/// Writes them into the module `types`.
pub(crate) fn run(file: &mut File, open_enums: &[OpenEnum]) -> Result<(), Error> {
    if open_enums.is_empty() {
        return Ok(());
    }
    let types = module(PASS, &mut file.items, &["types"])?;
    for open_enum in open_enums {
        let name = format_ident!("{}", open_enum.rust_name);
        if types
            .iter()
            .any(|item| matches!(item, Item::Enum(item) if item.ident == name))
        {
            return Err(failed(
                PASS,
                format!("progenitor was told to leave `{name}` to this pass, and wrote it"),
            ));
        }
        types.extend(rust(open_enum).items);
    }
    types.push(parse_quote! {
        /// A value that the document does not list, kept as it came. It can be read and
        /// compared, but no pattern can name its text: a value that is listed later would
        /// no longer match it.
        #[derive(
            ::serde::Deserialize, ::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd
        )]
        #[serde(transparent)]
        pub struct UnknownValue(::std::string::String);
    });
    types.push(parse_quote! {
        impl UnknownValue {
            /// The value as the service sent it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    });
    Ok(())
}

fn rust(open_enum: &OpenEnum) -> File {
    let name = format_ident!("{}", open_enum.rust_name);
    let unknown = format_ident!("{}", names::UNKNOWN);
    let description = open_enum.description.as_deref().unwrap_or_default();
    let values: Vec<_> = open_enum.variants.iter().map(|(value, _)| value).collect();
    let variants = open_enum.variants.iter();
    let variants: Vec<_> = variants.map(|(_, name)| format_ident!("{name}")).collect();
    let convert = quote! {
        match value {
            #(#values => Self::#variants,)*
            other => Self::#unknown(UnknownValue(other.into())),
        }
    };
    parse_quote! {
        #[doc = #description]
        #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum #name {
            #(
                #[serde(rename = #values)]
                #variants,
            )*
            /// Any other value.
            #[serde(untagged)]
            #unknown(UnknownValue),
        }
        impl #name {
            /// The value on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #values,)*
                    Self::#unknown(value) => value.as_str(),
                }
            }
        }
        impl ::std::fmt::Display for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl ::std::convert::From<&str> for #name {
            fn from(value: &str) -> Self {
                #convert
            }
        }
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: ::serde::Deserializer<'de>,
            {
                struct Visitor;
                impl ::serde::de::Visitor<'_> for Visitor {
                    type Value = #name;
                    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        f.write_str("a string")
                    }
                    fn visit_str<E>(self, value: &str) -> ::std::result::Result<#name, E> {
                        Ok(value.into())
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }
        impl ::std::str::FromStr for #name {
            type Err = ::std::convert::Infallible;
            fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                Ok(value.into())
            }
        }
    }
}
