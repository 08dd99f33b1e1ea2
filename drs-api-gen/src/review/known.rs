//! What has to be known of a difference of two schemas beyond itself.

use super::{judge::Context, rust::Rust};
use crate::{
    facts::{Difference, Node, Sort, Spec, Step},
    names,
};

/// Two schemas, and what is generated from them.
pub(super) struct Known<'k, 'a> {
    pub(super) base: Spec<'a>,
    pub(super) rust: &'k Rust<'k>,
    pub(super) old: &'k Node,
    pub(super) new: &'k Node,
}

/// Where a schema has what a difference is about.
pub(super) fn place(node: &Node, difference: &Difference) -> String {
    let name = match difference.sort {
        Sort::Property | Sort::Required => Step::Property(difference.name.clone()).name(),
        Sort::Null => difference.name.clone(),
        _ => return node.home.clone(),
    };
    let mut parts = node.parts.iter().filter(|(step, _)| step.name() == name);
    let part = parts.next().and_then(|(_, schema)| schema.first());
    part.unwrap_or(&node.home).clone()
}

impl Known<'_, '_> {
    pub(super) fn context(&self, difference: &Difference, places: (&str, &str)) -> Context {
        let (old, new) = (self.old, self.new);
        let (node, other) = match difference.old {
            None => (new, old),
            Some(_) => (old, new),
        };
        Context {
            reads: self.reads(difference, places),
            needed: node.facts.get(Sort::Required, &difference.name).is_some(),
            closed: other.facts.has(Sort::Further),
            renamed: difference.new.is_none() && self.is_renamed(difference),
            ..Context::default()
        }
    }

    /// Whether clients in use read what is new in answers.
    fn reads(&self, difference: &Difference, (at, here): (&str, &str)) -> bool {
        let (facts, rust) = (&self.old.facts, self.rust);
        let limit = |name: &str| facts.get(Sort::Limit, name).map(|fact| &fact.value);
        let object = self.base.object(at);
        let has_default = object.is_some_and(|map| map.contains_key("default"));
        match (difference.sort, difference.name.as_str()) {
            // Of objects that are put together the generator makes a type of its own.
            _ if self.old.is_merged => false,
            (Sort::Required | Sort::Property, _) => rust.is_optional(at) || has_default,
            (Sort::Null, _) => rust.is_optional(at),
            (Sort::Value | Sort::Enum, _) => facts.has(Sort::Open),
            (Sort::Limit, "pattern" | "maxLength" | "minLength") => false,
            (Sort::Limit, "uniqueItems" | "multipleOf" | "maxProperties" | "minProperties") => true,
            // Of a fixed length it is an array.
            (Sort::Limit, "maxItems" | "minItems") if limit("maxItems") != limit("minItems") => {
                true
            }
            (Sort::Limit | Sort::Type | Sort::Format, _) => rust.is_same(at, here),
            _ => false,
        }
    }

    /// Whether a property that is gone has the Rust name of one that came.
    fn is_renamed(&self, difference: &Difference) -> bool {
        let is_new = |name: &str| self.old.facts.get(Sort::Property, name).is_none();
        let field = names::field(&difference.name);
        let mut came = self
            .new
            .facts
            .of(Sort::Property)
            .filter(|(name, _)| is_new(name));
        difference.sort == Sort::Property && came.any(|(name, _)| names::field(name) == field)
    }
}
