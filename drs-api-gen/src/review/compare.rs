//! The differences of the facts of two documents, each with its place and its class.
//!
//! What belongs together is compared in pairs, from the documents down; each pair once, however
//! many operations lead to it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    change::Verdict,
    changes::{By, Changes, Found},
    judge::{Case, Way, judge},
    place,
    rust::Rust,
};
use crate::{
    facts::{Difference, Fact, Node, Spec, differences},
    spec::dialect::Kind,
};

/// Compares what is on the wire, and what only the Rust types of unused schemas show.
pub(super) fn compare(changes: &mut Changes<'_>, rust: &Rust<'_>) {
    let (base, revision) = (changes.base, changes.revision);
    let mut pairs = Pairs {
        base,
        revision,
        all: Vec::new(),
        by_places: BTreeMap::new(),
    };
    let mut roots = vec![(Kind::OpenApi, String::new())];
    let schemas = base.entries("/components/schemas");
    roots.extend(schemas.map(|(_, pointer)| (Kind::Schema, pointer)));
    for (kind, pointer) in roots {
        if revision.get(&pointer).is_some() {
            // A component that is one of several is met where it is referred to.
            let _ = pairs.visit(kind, (&pointer, &pointer), None);
        }
    }
    let (mut found, mut next) = (Vec::new(), 0);
    while next < pairs.all.len() {
        let cases = pairs.look_into(next, rust);
        found.extend(cases.into_iter().map(|case| (next, case)));
        next += 1;
    }
    let mut ways: BTreeMap<(usize, bool), Ways> = BTreeMap::new();
    for (index, case) in found {
        let in_answer = case.difference.what == "responses";
        let ways = ways.entry((index, in_answer));
        let ways = ways.or_insert_with(|| pairs.ways(index, in_answer));
        add(changes, &case, ways);
    }
}

/// The operations that a difference reaches, by the way that its values go.
type Ways = BTreeMap<Way, BTreeSet<String>>;

/// What leads to a pair: another one; whether the way is that of answers from there on, and the
/// class that all differences have there.
type Holder = (usize, bool, Option<Verdict>);

struct Pair {
    kind: Kind,
    old: String,
    new: String,
    holders: Vec<Holder>,
}

/// All pairs that were met.
struct Pairs<'a> {
    base: Spec<'a>,
    revision: Spec<'a>,
    all: Vec<Pair>,
    by_places: BTreeMap<(String, String), usize>,
}

impl Pairs<'_> {
    /// Notes what belongs together. What is described by different components, of which one is in
    /// both documents, doesn't: it is refused.
    fn visit(
        &mut self,
        kind: Kind,
        (old, new): (&str, &str),
        holder: Option<Holder>,
    ) -> Result<(), ()> {
        let (old, new) = (
            self.base.settled(kind, old),
            self.revision.settled(kind, new),
        );
        let is_apart = is_component(&old) && self.revision.get(&old).is_some()
            || is_component(&new) && self.base.get(&new).is_some();
        if old != new && is_apart {
            return Err(());
        }
        let next = self.all.len();
        let key = (old.clone(), new.clone());
        let index = *self.by_places.entry(key).or_insert(next);
        if index == next {
            let holders = Vec::new();
            self.all.push(Pair {
                kind,
                old,
                new,
                holders,
            });
        }
        if let Some(pair) = self.all.get_mut(index) {
            pair.holders.extend(holder);
        }
        Ok(())
    }

    /// What differs in a pair. Notes what is in it.
    fn look_into(&mut self, index: usize, rust: &Rust<'_>) -> Vec<Case> {
        let Some(Pair { kind, old, new, .. }) = self.all.get(index) else {
            return Vec::new();
        };
        let (old, new) = (self.base.node(*kind, old), self.revision.node(*kind, new));
        let mut found = differences(&old.facts, &new.facts);
        only_causes(&mut found, &old, &new);
        for (what, name, from, to) in old.facts.parts_in(&new.facts) {
            let (Some(kind), in_answer) = (from.inside, what == "responses") else {
                continue;
            };
            let class = match what {
                // The client hands them over as they come.
                "headers" => Some(Verdict::BreakingRust),
                "anyOf" | "oneOf" | "not" => Some(Verdict::BreakingWire),
                _ => None,
            };
            let holder = Some((index, in_answer, class));
            if self.visit(kind, (&from.at, &to.at), holder).is_err() {
                let reference = |fact: &Fact| {
                    let inside = None;
                    let fact = fact.clone();
                    Some(Fact { inside, ..fact })
                };
                found.push(Difference {
                    what: "reference to a component",
                    name: name.to_owned(),
                    old: reference(from),
                    new: reference(to),
                });
            }
        }
        let case = |difference: Difference| Case {
            is_closed: old.facts.has("further properties"),
            is_read: is_read(self.base, rust, &difference, &old, &new),
            of: match difference.is_of_a_part() {
                true => difference.places(),
                false => (old.home.clone(), new.home.clone()),
            },
            difference,
        };
        found.into_iter().map(case).collect()
    }

    /// The operations that lead to a pair.
    fn ways(&self, index: usize, in_answer: bool) -> Ways {
        let (mut found, mut seen) = (Ways::new(), BTreeSet::new());
        let mut waiting = vec![(index, in_answer, None)];
        while let Some(state) = waiting.pop() {
            let (index, in_answer, class) = state;
            let Some(pair) = self.all.get(index).filter(|_| seen.insert(state)) else {
                continue;
            };
            let holder =
                |(index, also, other): &Holder| (*index, in_answer || *also, class.max(*other));
            let way = Way {
                in_answer: Some(in_answer),
                class,
            };
            match pair.kind {
                Kind::Operation => {
                    let operation = place::operation(self.revision, &pair.new);
                    found.entry(way).or_default().insert(operation);
                }
                Kind::OpenApi => drop(found.entry(way).or_default()),
                _ => waiting.extend(pair.holders.iter().map(holder)),
            }
        }
        if found.is_empty() {
            found.insert(Way::default(), BTreeSet::new());
        }
        found
    }
}

/// Adds a change.
fn add(changes: &mut Changes<'_>, case: &Case, ways: &Ways) {
    let Difference { old, new, .. } = &case.difference;
    let said = |spec: Spec<'_>, fact: &Option<Fact>| -> Option<Value> {
        let fact = fact.as_ref()?;
        let written = spec.get(&fact.at).filter(|_| fact.inside.is_none());
        Some(written.unwrap_or(&fact.value).clone()).filter(|value| !value.is_null())
    };
    let (was, is) = (said(changes.base, old), said(changes.revision, new));
    let found = Found {
        by: By::Facts,
        at: case.difference.places(),
        of: case.of.clone(),
        shown: place::values(was.as_ref(), is.as_ref()),
    };
    for (way, used) in ways {
        changes.add(judge(case, *way), &found, *way, used);
    }
}

fn is_component(pointer: &str) -> bool {
    pointer.starts_with("/components/") && pointer.matches('/').count() == 3
}

/// Leaves out the differences that follow from others.
fn only_causes(found: &mut Vec<Difference>, old: &Node, new: &Node) {
    let differs: BTreeSet<&str> = found.iter().map(|difference| difference.what).collect();
    let is_listed = |what| old.facts.has(what) && new.facts.has(what);
    found.retain(|difference| match difference.what {
        // Of another type everything inside is another, too.
        "nullable" | "items" => !differs.contains("type"),
        "enum value" => is_listed("enum value"),
        "order of values" => is_listed("enum value") && !differs.contains("enum value"),
        "x-open-enum" => old.facts.has("enum") == new.facts.has("enum"),
        // Whether there may be any is a fact of its own.
        "additionalProperties" => false,
        _ => true,
    });
}

/// Whether clients in use can read what is new in answers.
fn is_read(
    spec: Spec<'_>,
    rust: &Rust<'_>,
    difference: &Difference,
    old: &Node,
    new: &Node,
) -> bool {
    let at = difference.old.as_ref().map_or("", |fact| &fact.at);
    let has_default = || {
        spec.object(at)
            .is_some_and(|map| map.contains_key("default"))
    };
    match difference.what {
        "properties" => rust.is_optional(at) || has_default(),
        "nullable" => rust.is_optional(&old.home),
        "enum" | "enum value" => old.facts.has("x-open-enum"),
        "type" | "format" | "maximum" | "minimum" | "maxItems" | "minItems" | "uniqueItems"
        | "multipleOf" | "maxProperties" | "minProperties" => rust.is_same(&old.home, &new.home),
        _ => false,
    }
}
