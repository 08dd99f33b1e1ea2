//! Makes every type derive `schemars::JsonSchema` behind the feature `schemars` of the
//! crate that the file becomes part of, so that a test can hold the types against the
//! document, and so that who builds an API of their own on them can describe it.
//!
//! progenitor can derive on all types, but not behind a feature.

use syn::{Attribute, File, Item, parse_quote};

use super::output::{failed, module};
use crate::Error;

const PASS: &str = "json_schema";

pub(crate) fn run(file: &mut File) -> Result<(), Error> {
    let mut types = 0;
    for item in module(PASS, &mut file.items, &["types"])? {
        let (name, attrs) = match item {
            Item::Struct(item) => (&item.ident, &mut item.attrs),
            Item::Enum(item) => (&item.ident, &mut item.attrs),
            _ => continue,
        };
        // The two derives read the same `#[serde(…)]`: a type that writes its own
        // `Serialize` would have a schema that says something else. (Open enums write
        // their own `Deserialize`, which takes what their attributes say.)
        let Some(derive) = attrs.iter().position(derives_serialize) else {
            return Err(failed(
                PASS,
                format!("expected `{name}` to derive `Serialize`"),
            ));
        };
        attrs.insert(
            derive + 1,
            parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]),
        );
        types += 1;
    }
    if types == 0 {
        return Err(failed(PASS, "expected types in the module `types`"));
    }
    Ok(())
}

fn derives_serialize(attr: &Attribute) -> bool {
    let mut found = false;
    if attr.path().is_ident("derive") {
        // Not a list of paths: not a derive, so nothing is found in it.
        let _ = attr.parse_nested_meta(|meta| {
            found |= meta
                .path
                .segments
                .last()
                .is_some_and(|s| s.ident == "Serialize");
            Ok(())
        });
    }
    found
}
