//! A document as facts that are keyed by what is on the wire, whatever way it is written.
//!
//! References are resolved, each part of an `allOf` counts by itself, a server and a path form one
//! address, security is the set of sufficient schemes, and an explicit default adds no fact. Texts
//! for people are facts with a mark. Anything not understood is one fact with its whole value, so no
//! change of it goes unseen.

mod access;
mod fact;
mod numbers;
mod object;
mod schema;
mod spec;

pub(crate) use access::is_enough_for;
pub(crate) use fact::{Fact, Facts, differs};
pub(crate) use numbers::more_than;
pub(crate) use spec::{Spec, text};
