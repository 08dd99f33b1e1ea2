//! Marks the types' structs `#[non_exhaustive]`, so that a property added to the
//! document never breaks a caller; the builders construct them. Allows what progenitor's
//! functions for their defaults trip over.

use syn::{File, Item, parse_quote};

use super::output::{failed, module, structs};
use crate::{
    Document, Error,
    spec::{dialect::Kind, tree::Tree},
};

const PASS: &str = "structs";

pub(crate) fn run(file: &mut File, document: &Document) -> Result<(), Error> {
    let structs = structs(PASS, file)?;
    if structs.is_empty() && has_objects(document) {
        return Err(failed(PASS, "expected structs in the module `types`"));
    }
    for item in structs {
        item.attrs.push(parse_quote!(#[non_exhaustive]));
    }
    // That of integers unwraps a default, which the lint has found to fit; one of them comes with
    // the default of a fraction and is not called.
    for item in module(PASS, &mut file.items, &["types"])? {
        if let Item::Mod(module) = item
            && module.ident == "defaults"
        {
            let allow = parse_quote!(#[allow(dead_code, clippy::unwrap_used)]);
            module.attrs.push(allow);
        }
    }
    Ok(())
}

fn has_objects(document: &Document) -> bool {
    let tree = Tree::new(document);
    let mut schemas = tree.of(Kind::Schema);
    schemas.any(|schema| schema.entries("properties").next().is_some())
}
