//! Marks the types' structs `#[non_exhaustive]`, so that a property added to the
//! document never breaks a caller; the builders construct them.

use syn::{File, parse_quote};

use super::output::{failed, structs};
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
    Ok(())
}

fn has_objects(document: &Document) -> bool {
    let tree = Tree::new(document);
    let mut schemas = tree.of(Kind::Schema);
    schemas.any(|schema| schema.entries("properties").next().is_some())
}
