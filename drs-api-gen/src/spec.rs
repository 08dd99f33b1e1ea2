//! The document as a tree that knows places, and the dialect: which keys an object may have.

pub(crate) mod dialect;
pub(crate) mod document;
pub(crate) mod keys;
mod parse;
pub(crate) mod pointer;
pub(crate) mod position;
pub(crate) mod tree;
