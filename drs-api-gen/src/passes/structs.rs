//! Marks the types' structs `#[non_exhaustive]`, so that a property added to the
//! document never breaks a caller; the builders construct them.

use syn::{File, parse_quote};

use super::{failed, structs};
use crate::Error;

const PASS: &str = "structs";

pub(crate) fn run(file: &mut File) -> Result<(), Error> {
    let structs = structs(PASS, file)?;
    if structs.is_empty() {
        return Err(failed(PASS, "expected structs in the module `types`"));
    }
    for item in structs {
        item.attrs.push(parse_quote!(#[non_exhaustive]));
    }
    Ok(())
}
