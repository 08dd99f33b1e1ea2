//! A document as facts that are keyed by what is on the wire, whatever way it is written.
//!
//! References are resolved, a part of an `allOf` counts by itself, a server and a path are one
//! address, security is the set of what is enough, and a default that is written out is no
//! fact. Texts and the names of components are no part of it. What is not understood is one
//! fact with its whole value, so that no change of it goes unseen.

mod access;
mod fact;
mod numbers;
mod object;
mod schema;
mod spec;

pub(crate) use access::is_enough_for;
pub(crate) use fact::{Difference, Fact, Node, differences, says_nothing};
pub(crate) use numbers::more_than;
pub(crate) use spec::{Object, Spec, text};
