//! The differences of two meanings, each with its place and its class: operations, what they
//! send and answer, and the schemas that they reach.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Felt::{CompileTime, Service};
use super::{
    access, answers,
    change::Verdict,
    code::Rust,
    comparison::{Comparison, Row},
    effect::{Effect, Seen, effect, unused},
    matched::matched,
    parameters,
    schemas::Reach,
    show,
    spot::{Spot, spot_in_components},
};
use crate::{
    meaning::{Facet, Inner, Meaning, Operation, Relation, operations},
    names,
    spec::pointer::child,
};

impl<'a> Comparison<'a> {
    pub(super) fn run(&mut self) {
        let (old, new) = (operations(self.base), operations(self.revision));
        for pair in matched(&old, &new) {
            match pair {
                (Some(old), Some(new)) => self.operation(old, new),
                (Some(old), None) => self.add(
                    Row {
                        kind: "operation removed",
                        old: &old.pointer,
                        new: "",
                        from: Some(signature(old)),
                        to: None,
                    },
                    Effect::wire(
                        &[Service, CompileTime],
                        "requests that were answered are not any more, and the method is gone",
                    ),
                    BTreeSet::new(),
                ),
                (None, Some(new)) => self.add(
                    Row {
                        kind: "operation added",
                        old: "",
                        new: &new.pointer,
                        from: None,
                        to: Some(signature(new)),
                    },
                    Effect::compatible(&[CompileTime], "the client has one more method"),
                    BTreeSet::new(),
                ),
                (None, None) => {}
            }
        }
        self.components();
        self.add_schemas();
    }

    fn operation(&mut self, old: &Operation<'a>, new: &Operation<'a>) {
        if old.pointer != new.pointer {
            self.moved.insert(old.pointer.clone(), new.pointer.clone());
            self.moved
                .insert(old.item().to_owned(), new.item().to_owned());
        }
        let (at, here) = (old.pointer.as_str(), new.pointer.as_str());
        let some = |text: &str| Some(text.to_owned());
        if old.id != new.id {
            let snake = |operation: &Operation<'_>| operation.id.map(names::snake);
            let effect = match snake(old) == snake(new) {
                true => Effect::docs(
                    "the method keeps its name, and on the wire there is no name of an operation",
                ),
                false => Effect::rust(
                    &[CompileTime],
                    "the method has another name; on the wire there is no name of an operation",
                ),
            };
            let (old_id, new_id) = (child(at, "operationId"), child(here, "operationId"));
            let (from, to) = (old.id.and_then(some), new.id.and_then(some));
            let row = Row {
                kind: "operation renamed",
                old: &old_id,
                new: &new_id,
                from,
                to,
            };
            self.add(row, effect, BTreeSet::new());
        }
        if old.method != new.method {
            let why = "requests with the old method are not answered any more";
            let (from, to) = (
                some(&old.method.to_uppercase()),
                some(&new.method.to_uppercase()),
            );
            let row = Row {
                kind: "method changed",
                old: at,
                new: here,
                from,
                to,
            };
            self.add(row, Effect::wire(&[Service], why), BTreeSet::new());
        }
        if old.route().0 != new.route().0 {
            let why = "requests to the old path are not answered any more";
            let (from, to) = (some(old.path), some(new.path));
            let row = Row {
                kind: "path changed",
                old: at,
                new: here,
                from,
                to,
            };
            self.add(row, Effect::wire(&[Service], why), BTreeSet::new());
        } else if old.path != new.path {
            let why = "requests go where they went; the parameter's name is a change by itself";
            let (from, to) = (some(old.path), some(new.path));
            let row = Row {
                kind: "placeholder of the path renamed",
                old: old.item(),
                new: new.item(),
                from,
                to,
            };
            self.add(row, Effect::docs(why), BTreeSet::new());
        }
        if old.map.get("callbacks") != new.map.get("callbacks") {
            let why = "the service calls back otherwise; this client knows nothing of callbacks";
            let (old, new) = (child(at, "callbacks"), child(here, "callbacks"));
            self.values(
                "callback changed",
                (&old, &new),
                Effect::wire(&[Service], why),
            );
        }
        parameters::compare(self, old, new);
        self.body(old, new);
        answers::compare(self, old, new);
        access::compare(self, old, new);
    }

    fn add_schemas(&mut self) {
        for index in 0..self.schemas.nodes.len() {
            let found = match self.schemas.nodes.get_mut(index) {
                Some(node) if !node.found.is_empty() => std::mem::take(&mut node.found),
                _ => continue,
            };
            let reached = self.schemas.reached_by(index);
            for inner in found {
                self.add_inner(index, &inner, &reached);
            }
        }
    }

    fn add_inner(&mut self, index: usize, inner: &Inner, reached: &BTreeSet<Reach>) {
        let mut all: Option<Effect> = None;
        let mut ways = BTreeSet::new();
        for reach in reached {
            let rust = self.rust(inner, Some(reach));
            // What is alike for many operations is asked for once.
            if !ways.insert((reach.way, rust)) {
                continue;
            }
            let seen = Seen {
                rust,
                readable: self.is_readable(index, inner),
            };
            let one = effect(inner, reach.way, seen);
            all = Some(match all {
                Some(all) => all.and(one),
                None => one,
            });
        }
        let effect = all.unwrap_or_else(|| unused(inner, self.rust(inner, None)));
        if inner.facet == Facet::Type
            && inner.relation == Relation::Same
            && effect.class == Verdict::DocsOnly
        {
            return;
        }
        let shown = |meaning: Meaning<'_>, value: &Option<Value>| match (inner.facet, value) {
            (
                Facet::Type | Facet::PropertyAdded { .. } | Facet::PropertyRemoved { .. },
                Some(Value::String(pointer)),
            ) => meaning.get(pointer).map(show::schema_or_value),
            (_, value) => value.as_ref().map(show::value),
        };
        let (from, to) = (
            shown(self.base, &inner.from),
            shown(self.revision, &inner.to),
        );
        let row = Row {
            kind: inner.kind,
            old: &inner.old,
            new: &inner.new,
            from,
            to,
        };
        let used_in = reached
            .iter()
            .map(|reach| reach.root.used.clone())
            .collect();
        self.add(row, effect, used_in);
    }

    /// How the generated code of a difference's place differs.
    fn rust(&self, inner: &Inner, reach: Option<&Reach>) -> Rust {
        let Some(codes) = self.codes else {
            return Rust::Type;
        };
        let root = reach.map(|reach| (reach.root.old.clone(), reach.root.new.clone()));
        let (old_root, new_root) = root.unwrap_or((Spot::Elsewhere, Spot::Elsewhere));
        let old = spot_in_components(&inner.old).unwrap_or(old_root);
        let new = spot_in_components(&inner.new).unwrap_or(new_root);
        codes.compare(&old, &new)
    }

    /// Whether clients in use read what is new, since they expect it anyway.
    fn is_readable(&self, index: usize, inner: &Inner) -> bool {
        let Some(codes) = self.codes else {
            return false;
        };
        let spot = |pointer: &str| spot_in_components(pointer).unwrap_or(Spot::Elsewhere);
        match inner.facet {
            Facet::EnumValue { open } => open,
            Facet::Required | Facet::PropertyRemoved { required: true, .. } => {
                codes.reads_nothing(&spot(&inner.old))
            }
            Facet::Null => {
                let node = self.schemas.nodes.get(index);
                let mut referred = node.into_iter().flat_map(|node| &node.referred).peekable();
                referred.peek().is_some() && referred.all(|place| codes.reads_null(&spot(place)))
            }
            _ => false,
        }
    }
}

fn signature(operation: &Operation<'_>) -> String {
    format!("{} {}", operation.method.to_uppercase(), operation.path)
}
