//! The pairs of schemas that belong together, each compared once, and the operations that
//! reach them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::Way;
use crate::facts::{Difference, Node, Schema, Sort, Spec, Step, differences};

/// An operation that reaches a pair, which way, and whether every difference counts, since
/// the pair is below a `not` or one of alternatives that exclude each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reach {
    pub(super) way: Way,
    pub(super) strict: bool,
    pub(super) operation: String,
}

impl Reach {
    pub(super) fn new(way: Way, operation: &str) -> Self {
        let (strict, operation) = (false, operation.to_owned());
        Self {
            way,
            strict,
            operation,
        }
    }
}

/// What holds a pair.
enum Holder {
    /// Another pair, and whether every difference counts there.
    Pair(usize, bool),
    Operation(Reach),
}

/// Two pointers, in the base and in the revision.
type Places = (String, String);

/// Two schemas that belong together.
pub(super) struct Pair {
    old: Schema,
    new: Schema,
    /// The place that refers to another component now, of whose differences it is one.
    pub(super) site: Option<Places>,
    /// The differences, with the facts of both.
    pub(super) found: Option<(Vec<Difference>, Node, Node)>,
    holders: Vec<Holder>,
}

/// All pairs that were met.
pub(super) struct Pairs<'a> {
    base: Spec<'a>,
    revision: Spec<'a>,
    pub(super) all: Vec<Pair>,
    by_schemas: BTreeMap<(Schema, Schema, Option<Places>), usize>,
    /// Components with another name now, and the names that they have.
    renamed: BTreeMap<String, String>,
    renamed_to: BTreeSet<String>,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(base: Spec<'a>, revision: Spec<'a>) -> Self {
        let (all, by_schemas) = (Vec::new(), BTreeMap::new());
        let (renamed, renamed_to) = (BTreeMap::new(), BTreeSet::new());
        Self {
            base,
            revision,
            all,
            by_schemas,
            renamed,
            renamed_to,
        }
    }

    /// Compares two schemas that an operation holds, or that nothing holds.
    pub(super) fn compare(&mut self, old: &str, new: &str, reach: Option<Reach>) {
        let [old, new] = [old, new].map(|pointer| Schema::from([pointer.to_owned()]));
        let mut next = self.all.len();
        self.visit(old, new, reach.map(Holder::Operation), None);
        while next < self.all.len() {
            self.look_into(next);
            next += 1;
        }
    }

    /// Two schemas at places that belong together.
    fn visit(&mut self, old: Schema, new: Schema, holder: Option<Holder>, site: Option<Places>) {
        let names = (self.base.named(&old), self.revision.named(&new));
        let here = || [&old, &new].map(|schema| schema.first().cloned().unwrap_or_default());
        let key = match names {
            (None, None) => (old, new, site),
            (Some(from), Some(to)) if self.is_same(&from, &to) => {
                ([from].into(), [to].into(), None)
            }
            (from, to) => {
                let site = site.or_else(|| Some(here().into()));
                let of = |name: Option<String>, schema| name.map_or(schema, |name| [name].into());
                (of(from, old), of(to, new), site)
            }
        };
        let next = self.all.len();
        let index = *self.by_schemas.entry(key.clone()).or_insert(next);
        if index == next {
            let (old, new, site) = key;
            self.all.push(Pair {
                old,
                new,
                site,
                found: None,
                holders: Vec::new(),
            });
        }
        if let Some(pair) = self.all.get_mut(index) {
            pair.holders.extend(holder);
        }
    }

    /// Whether these are the same component, perhaps with another name.
    fn is_same(&mut self, from: &str, to: &str) -> bool {
        let is_known = self.renamed.contains_key(from) || self.renamed_to.contains(to);
        let stays = self.revision.get(from).is_some() || self.base.get(to).is_some();
        if from != to && !is_known && !stays {
            self.renamed.insert(from.to_owned(), to.to_owned());
            self.renamed_to.insert(to.to_owned());
        }
        from == to || self.renamed.get(from).is_some_and(|new| new == to)
    }

    fn look_into(&mut self, index: usize) {
        let Some(Pair { old, new, site, .. }) = self.all.get(index) else {
            return;
        };
        let (old, new, site) = (self.base.node(old), self.revision.node(new), site.clone());
        let mut found = differences(&old.facts, &new.facts);
        // Of another type everything inside is another, too.
        let is_same_type = !found.iter().any(|difference| difference.sort == Sort::Type);
        let mut steps: Vec<(Schema, Schema, bool)> = Vec::new();
        for step in old
            .parts
            .keys()
            .chain(new.parts.keys())
            .collect::<BTreeSet<_>>()
        {
            let strict = matches!(step, Step::Not | Step::Choice("oneOf", _));
            let both = (old.parts.get(step).cloned(), new.parts.get(step).cloned());
            match both {
                (Some(old), Some(new)) => steps.push((old, new, strict)),
                (old, new) if *step == Step::Items && is_same_type => {
                    steps.push((old.unwrap_or_default(), new.unwrap_or_default(), false));
                }
                _ => {}
            }
        }
        for key in ["anyOf", "oneOf"] {
            let (gone, came) = (rest(&old, &new, key), rest(&new, &old, key));
            // As many as before: each became the one that is now in its place.
            let null = |node: &Node, step: &Step| {
                let fact = node.facts.get(Sort::Null, &step.name());
                fact.map(|fact| fact.value.clone())
            };
            let both = || gone.iter().zip(&came);
            let is_same_null =
                |((a, _), (b, _)): (&Left<'_>, &Left<'_>)| null(&old, a) == null(&new, b);
            // The same one twice among them is no alternative.
            let is_plain = |node: &Node| {
                let fact = node.facts.get(Sort::Choice, key);
                let listed = fact
                    .and_then(|fact| fact.value.as_array())
                    .map_or(0, Vec::len);
                let is_one = |step: &&Step| matches!(step, Step::Choice(of, _) if *of == key);
                listed == node.parts.keys().filter(is_one).count()
            };
            let is_paired = gone.len() == came.len() && is_plain(&old) && is_plain(&new);
            if is_paired && both().all(is_same_null) {
                let both = both().map(|((_, old), (_, new))| (old, new));
                steps.extend(
                    both.map(|(old, new)| ((*old).clone(), (*new).clone(), key == "oneOf")),
                );
                found.retain(|d| d.sort != Sort::Choice || d.name != key);
            }
        }
        for (old, new, strict) in steps {
            self.visit(old, new, Some(Holder::Pair(index, strict)), site.clone());
        }
        only_causes(&mut found, &old, &new);
        if let Some(pair) = self.all.get_mut(index).filter(|_| !found.is_empty()) {
            pair.found = Some((found, old, new));
        }
    }

    /// Every operation that holds a pair.
    pub(super) fn reached_by(&self, index: usize) -> BTreeSet<Reach> {
        let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut waiting = vec![(index, false)];
        while let Some((index, strict)) = waiting.pop() {
            let Some(pair) = self.all.get(index).filter(|_| seen.insert((index, strict))) else {
                continue;
            };
            for holder in &pair.holders {
                match holder {
                    Holder::Pair(index, also) => waiting.push((*index, strict || *also)),
                    Holder::Operation(reach) => {
                        let mut reach = reach.clone();
                        reach.strict |= strict;
                        found.insert(reach);
                    }
                }
            }
        }
        found
    }
}

type Left<'n> = (&'n Step, &'n Schema);

/// The alternatives of one schema that another doesn't have, in their order.
fn rest<'n>(one: &'n Node, other: &Node, key: &str) -> Vec<Left<'n>> {
    let is_left = |step: &Step| {
        matches!(step, Step::Choice(of, _) if *of == key) && !other.parts.contains_key(step)
    };
    let mut left: Vec<Left<'n>> = one.parts.iter().filter(|(step, _)| is_left(step)).collect();
    left.sort_by_key(|(_, schema)| *schema);
    left
}

/// Leaves out the differences that follow from others.
fn only_causes(found: &mut Vec<Difference>, old: &Node, new: &Node) {
    let keys = found
        .iter()
        .map(|difference| (difference.sort, difference.name.clone()));
    let differs: BTreeSet<(Sort, String)> = keys.collect();
    let has = |sort: Sort, name: &str| differs.contains(&(sort, name.to_owned()));
    let has_step = |node: &Node, name: &str| node.parts.keys().any(|step| step.name() == name);
    let is_in_both = |name: &str| has_step(old, name) && has_step(new, name);
    found.retain_mut(
        |difference| match (difference.sort, difference.name.as_str()) {
            (Sort::Required, name) => !has(Sort::Property, name),
            (Sort::Null, _) if is_any_null(difference) => false,
            (Sort::Null, name) => is_in_both(name),
            (Sort::Value | Sort::Open, _) => !has(Sort::Enum, ""),
            (Sort::Order, _) => !has(Sort::Enum, "") && is_moved(difference),
            _ => true,
        },
    );
}

/// Whether a side allows `null` as it allows every other value, which its type says.
pub(super) fn is_any_null(difference: &Difference) -> bool {
    let facts = [&difference.old, &difference.new];
    facts.into_iter().flatten().any(|fact| fact.value == "any")
}

/// Leaves the values that stay, and says whether they are in another order.
fn is_moved(difference: &mut Difference) -> bool {
    let (Some(old), Some(new)) = (&mut difference.old, &mut difference.new) else {
        return false;
    };
    let kept = |one: &Value, other: &Value| -> Value {
        let other = other.as_array();
        let stays = |value: &&Value| other.is_some_and(|other| other.contains(value));
        one.as_array()
            .into_iter()
            .flatten()
            .filter(stays)
            .cloned()
            .collect()
    };
    (old.value, new.value) = (kept(&old.value, &new.value), kept(&new.value, &old.value));
    old.value != new.value
}
