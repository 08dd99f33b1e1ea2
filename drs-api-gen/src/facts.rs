//! A document as facts that are keyed by what is on the wire, whatever way it is written.
//!
//! References are resolved, `allOf` is the union of its parts, a server and a path are one
//! address, security is the set of what is enough, and a default that is written out is no
//! fact. Texts and the names of components are no part of it. What is not understood is one
//! fact with its whole value, so that no change of it goes unseen.

mod access;
mod fact;
mod null;
mod numbers;
mod operation;
mod schema;
mod spec;

pub(crate) use access::is_enough_for;
pub(crate) use fact::{Difference, Fact, Sort, differences, says_nothing};
pub(crate) use numbers::{divides, more_than, range};
pub(crate) use operation::{Operation, Part, content_of, operations};
pub(crate) use schema::{Node, Schema, Step};
pub(crate) use spec::{Object, Spec, text};
