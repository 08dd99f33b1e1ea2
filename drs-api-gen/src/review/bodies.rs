//! Bodies of requests and answers: whether there is one, of which media types, and of which
//! schema.

use std::collections::BTreeMap;

use super::{
    change::{
        Direction,
        Felt::{CompileTime, RunTime, Service},
    },
    comparison::Comparison,
    effect::Effect,
    schemas::{Part, Root},
};
use crate::{
    meaning::{Meaning, Operation, is_set},
    spec::pointer::child,
};

impl<'a> Comparison<'a> {
    pub(super) fn body(&mut self, old: &Operation<'a>, new: &Operation<'a>) {
        let (at, here) = (
            child(&old.pointer, "requestBody"),
            child(&new.pointer, "requestBody"),
        );
        let (from, to) = (self.base.resolved(&at), self.revision.resolved(&here));
        let required = "a request without a body is refused; callers who set none get an error \
                        before sending";
        match (from, to) {
            (Some((from_at, from)), Some((to_at, to))) => {
                let (was, is) = (is_set(from, "required"), is_set(to, "required"));
                if was != is {
                    let (kind, effect) = match is {
                        true => (
                            "body made required",
                            Effect::wire(&[Service, RunTime], required),
                        ),
                        false => (
                            "body made optional",
                            Effect::compatible(
                                &[Service],
                                "requests with a body are as right as before",
                            ),
                        ),
                    };
                    self.values(
                        kind,
                        (&child(&from_at, "required"), &child(&to_at, "required")),
                        effect,
                    );
                }
                let root = Root::new(Direction::Request, (old, new), (Part::Body, Part::Body));
                self.content(&root, &from_at, &to_at);
            }
            (None, Some((_, to))) => {
                let (kind, effect) = match is_set(to, "required") {
                    true => (
                        "required body added",
                        Effect::wire(&[Service, RunTime], required),
                    ),
                    false => (
                        "optional body added",
                        Effect::compatible(
                            &[Service],
                            "a request without a body is as right as before",
                        ),
                    ),
                };
                self.values(kind, (&at, &here), effect);
            }
            (Some(_), None) => {
                let why = "the method that sets it is gone, and the service reads it no longer";
                self.values(
                    "body removed",
                    (&at, &here),
                    Effect::rust(&[Service, CompileTime], why),
                );
            }
            (None, None) => {}
        }
    }

    /// Compares media types, and the schemas of those that stay.
    pub(super) fn content(&mut self, root: &Root, old: &str, new: &str) {
        let of = |meaning: Meaning<'a>, owner: &str| -> BTreeMap<String, String> {
            let entries = meaning.entries(owner, "content");
            entries
                .map(|(name, pointer)| (name.to_lowercase(), pointer))
                .collect()
        };
        let (from, to) = (of(self.base, old), of(self.revision, new));
        let is_request = root.used.direction == Direction::Request;
        for (name, old) in &from {
            match to.get(name) {
                Some(new) => self.media_type(root, old, new),
                None => {
                    let effect = match is_request {
                        true => Effect::wire(&[Service], "a body of this type is refused"),
                        false => Effect::wire(
                            &[Service, CompileTime, RunTime],
                            "callers who ask for this type are not answered any more",
                        ),
                    };
                    self.values("media type removed", (old, ""), effect);
                }
            }
        }
        for (_, new) in to.iter().filter(|(name, _)| !from.contains_key(*name)) {
            let effect = match is_request {
                true => Effect::compatible(&[Service], "the other media types stay"),
                false => Effect::compatible(&[RunTime], "the client asks for JSON"),
            };
            self.values("media type added", ("", new), effect);
        }
    }

    fn media_type(&mut self, root: &Root, old: &str, new: &str) {
        let [at, here] = [old, new].map(|pointer| child(pointer, "encoding"));
        if self.base.get(&at) != self.revision.get(&here) {
            let why = "the same value is written otherwise";
            self.values(
                "serialization changed",
                (&at, &here),
                Effect::wire(&[Service], why),
            );
        }
        self.schema(root, &child(old, "schema"), &child(new, "schema"));
    }

    /// Compares the schemas at these places.
    pub(super) fn schema(&mut self, root: &Root, old: &str, new: &str) {
        match (
            self.base.get(old).is_some(),
            self.revision.get(new).is_some(),
        ) {
            (true, true) => self
                .schemas
                .reach(root.clone(), old.to_owned(), new.to_owned()),
            (false, false) => {}
            _ => {
                let why = "what it holds is said on one side only";
                self.values(
                    "other change",
                    (old, new),
                    Effect::wire(&[Service, CompileTime], why),
                );
            }
        }
    }
}
