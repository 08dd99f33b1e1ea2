//! The document as a tree that knows places, and the dialect: which keys an object may have.

pub(crate) mod dialect;
pub(crate) mod document;
pub(crate) mod graph;
pub(crate) mod keys;
pub(crate) mod node;
mod parse;
pub(crate) mod pointer;
pub(crate) mod position;
pub(crate) mod spelling;
pub(crate) mod tree;
