//! A document as facts that are keyed by what is on the wire, whatever way it is written.
//!
//! References are resolved, each part of an `allOf` counts by itself, a server and a path form one
//! address, security is the set of sufficient schemes, and an explicit default adds no fact. Texts
//! for people are facts with a mark. A key that isn't understood is one fact with its whole value.
//! What no fact covers, such as an operation whose path lacks its slash, differs only as text.

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
