//! What a document means, whatever way it is written: references are resolved, `allOf` is
//! merged, written-out defaults count like absent ones, and servers and security are those
//! that apply to each operation. Texts and names of components are no part of it.

mod contain;
mod document;
mod inside;
#[cfg(test)]
mod laws;
mod operation;
mod schema;
mod values;

pub(crate) use contain::{Facet, Inner, Relation, differences, relation};
pub(crate) use document::{Meaning, Object, is_set, text};
pub(crate) use inside::without_texts;
pub(crate) use operation::{
    Operation, Parameter, Server, compare_credentials, credentials, operations, scheme_of,
};
pub(crate) use schema::Schema;
