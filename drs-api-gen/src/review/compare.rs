//! The differences of two documents, each with its place, its class, and who notices it.
//!
//! What belongs together is compared in pairs, from the documents down; each pair once for a way
//! that values go, however many operations lead to it. Where the texts of a pair differ and no
//! fact in it does, it is only written otherwise.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::Value;

use super::{
    change::{Both, Change, Felt, Verdict, Which},
    judge::{Case, REFERENCE, Way, class, kind, why},
    place::{self, place},
    rust::Rust,
};
use crate::{
    facts::{Fact, Facts, Spec, differs},
    spec::dialect::Kind,
};

/// Compares all that the documents say.
pub(super) fn compare(rust: &mut Rust<'_>) -> Vec<Change> {
    let mut all = Comparison {
        base: rust.base,
        revision: rust.revision,
        pairs: Vec::new(),
        by_places: BTreeMap::new(),
        changes: BTreeMap::new(),
    };
    let mut next = 0;
    // Components count where operations use them. Changes of unused ones are listed all the same.
    for (kind, at, way) in [
        (Kind::OpenApi, "", Way::REQUEST),
        (Kind::Components, "/components", Way::default()),
    ] {
        all.add_pair(kind, (at.to_owned(), at.to_owned()), way, None);
        while next < all.pairs.len() {
            all.look_into(next, rust);
            next += 1;
        }
    }
    all.add_operations();
    for change in all.changes.values_mut().filter(|change| !change.is_text) {
        rust.explain(change, true);
    }
    all.add_written_otherwise(rust);
    all.changes.into_values().collect()
}

/// What belongs together in both documents, and where differences have been found.
struct Pair {
    kind: Kind,
    at: Both,
    way: Way,
    /// The pairs that lead to it.
    holders: Vec<usize>,
    /// The changes in it.
    changes: Vec<Key>,
}

/// What happened, and where.
type Key = (String, Both);

struct Comparison<'a> {
    base: Spec<'a>,
    revision: Spec<'a>,
    pairs: Vec<Pair>,
    by_places: BTreeMap<(Both, Way), usize>,
    /// What differs at the same places is one change.
    changes: BTreeMap<Key, Change>,
}

impl Comparison<'_> {
    /// Notes what belongs together. Different components don't, if both documents have one of them;
    /// but one can be all there is of a list now.
    fn visit(&mut self, kind: Kind, at: (&str, &str), way: Way, holder: usize) -> bool {
        let (base, revision) = (self.base, self.revision);
        let (old, new) = (base.settled(kind, at.0), revision.settled(kind, at.1));
        let is_apart = is_component(&old) && revision.get(&old).is_some()
            || is_component(&new) && base.get(&new).is_some();
        let is_around = |a: &str, b: &str| format!("{a}/").starts_with(&format!("{b}/"));
        if is_apart && !is_around(&old, &new) && !is_around(&new, &old) {
            return false;
        }
        // What is around a reference may have texts.
        if old != at.0 && new != at.1 {
            self.add_pair(kind, (at.0.to_owned(), at.1.to_owned()), way, Some(holder));
        }
        self.add_pair(kind, (old, new), way, Some(holder));
        true
    }

    fn add_pair(&mut self, kind: Kind, at: Both, way: Way, holder: Option<usize>) {
        let next = self.pairs.len();
        let index = *self.by_places.entry((at.clone(), way)).or_insert(next);
        if index == next {
            let (holders, changes) = (Vec::new(), Vec::new());
            self.pairs.push(Pair {
                kind,
                at,
                way,
                holders,
                changes,
            });
        }
        if let Some(pair) = self.pairs.get_mut(index) {
            pair.holders.extend(holder);
        }
    }

    /// Adds what differs in a pair. Notes what is in it.
    fn look_into(&mut self, index: usize, rust: &Rust<'_>) {
        let Some(pair) = self.pairs.get(index) else {
            return;
        };
        let (kind, home, way) = (pair.kind, pair.at.clone(), pair.way);
        let (old, new) = (
            self.base.facts(kind, &home.0),
            self.revision.facts(kind, &home.1),
        );
        let mut cases = Vec::new();
        for (what, name, from, to) in old.paired(&new) {
            let case = Case {
                what,
                name,
                old: from,
                new: to,
                before: &old,
                rust,
                home: &home,
            };
            if let (Some(from), Some(to)) = (from, to)
                && let Some(kind) = from.inside.filter(|kind| to.inside == Some(*kind))
                && !self.visit(kind, (&from.at, &to.at), way.into(what), index)
            {
                let what = REFERENCE;
                cases.push(Case { what, ..case });
            }
            if differs(from, to) {
                cases.push(case);
            }
        }
        let differs: BTreeSet<&str> = cases.iter().map(|case| case.what).collect();
        for case in cases.iter().filter(|case| is_cause(case, &differs, &new)) {
            let key = self.add(case, case.way(way));
            if let Some(pair) = self.pairs.get_mut(index) {
                pair.changes.push(key);
            }
        }
    }

    /// Adds a change, or what it means for values that go another way.
    fn add(&mut self, case: &Case<'_>, way: Way) -> Key {
        let (kind, class, at) = (kind(case), class(case, way), case.places());
        let (base, revision, why) = (self.base, self.revision, why(case, way, class));
        let key = (kind.clone(), at.clone());
        if way.in_answer.is_none() && self.changes.contains_key(&key) {
            // It is used, and told.
            return key;
        }
        let change = self.changes.entry(key.clone()).or_insert_with(|| {
            let [old, new] = place::values([
                case.old.and_then(|fact| said(base, case, fact)),
                case.new.and_then(|fact| said(revision, case, fact)),
            ]);
            Change {
                old,
                new,
                is_text: case.is_text(),
                ..change((base, revision), &kind, at, class, why)
            }
        });
        change.felt_by.extend(felt(class, way));
        if class > change.class {
            (change.class, change.why) = (class, why.to_owned());
        }
        key
    }

    /// Adds to each change the operations that it reaches.
    fn add_operations(&mut self) {
        for (index, pair) in self.pairs.iter().enumerate() {
            if pair.changes.is_empty() {
                continue;
            }
            let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
            let mut waiting = vec![index];
            while let Some(index) = waiting.pop() {
                match self.pairs.get(index).filter(|_| seen.insert(index)) {
                    Some(pair) if pair.kind == Kind::Operation => {
                        found.insert(place::operation(self.revision, &pair.at.1));
                    }
                    Some(pair) => waiting.extend(&pair.holders),
                    None => {}
                }
            }
            for key in &pair.changes {
                if let Some(change) = self.changes.get_mut(key) {
                    change.used_in.extend(found.iter().cloned());
                }
            }
        }
    }

    /// Adds the pairs that are written otherwise, with no change in them; the innermost first.
    fn add_written_otherwise(&mut self, rust: &mut Rust<'_>) {
        let both = (self.base, self.revision);
        let changes = self.changes.values();
        let places = changes.flat_map(|change| [change.at.0.clone(), change.at.1.clone()]);
        let mut changed: BTreeSet<String> = places.filter(|at| !at.is_empty()).collect();
        let top = ["/paths", "/security", "/servers", "/tags"].map(|at| (at.into(), at.into()));
        let pairs = self.pairs.iter().map(|pair| &pair.at);
        let mut all: Vec<&Both> = top.iter().chain(pairs).collect();
        all.sort_by_key(|at| Reverse(at.1.len()));
        for at @ (old, new) in all {
            let is_same = self.base.get(old) == self.revision.get(new);
            if is_same || is_within(old, &changed) || is_within(new, &changed) {
                continue;
            }
            changed.extend([old.clone(), new.clone()]);
            let (kind, why) = ("written otherwise", "it means the same on the wire");
            let mut change = change(both, kind, at.clone(), Verdict::DocsOnly, why);
            let written = [both.0.get(old), both.1.get(new)];
            [change.old, change.new] = place::values(written.map(Option::<&Value>::cloned));
            rust.explain(&mut change, false);
            self.changes
                .insert((change.kind.clone(), at.clone()), change);
        }
    }
}

/// A change at these places.
fn change(
    (base, revision): (Spec<'_>, Spec<'_>),
    kind: &str,
    at: Both,
    class: Verdict,
    why: &str,
) -> Change {
    let (document, pointer, spec) = match at.1.is_empty() && !at.0.is_empty() {
        true => (Which::Base, &at.0, base),
        false => (Which::Revision, &at.1, revision),
    };
    Change {
        place: place(spec, pointer),
        document,
        pointer: pointer.clone(),
        line: spec.document.nearest_position(pointer).line,
        felt_by: BTreeSet::new(),
        at,
        ..Change::of_the_api(kind, class, why)
    }
}

/// What is written there, or whether something has to be there.
fn said(spec: Spec<'_>, case: &Case<'_>, fact: &Fact) -> Option<Value> {
    let is_whole = fact.inside.is_none() || case.what == REFERENCE;
    let written = spec.get(&fact.at).filter(|_| is_whole);
    Some(written.unwrap_or(&fact.value).clone()).filter(|value| !value.is_null())
}

fn is_component(pointer: &str) -> bool {
    pointer.starts_with("/components/") && pointer.matches('/').count() == 3
}

/// Whether a difference doesn't follow from others.
fn is_cause(case: &Case<'_>, differs: &BTreeSet<&str>, new: &Facts) -> bool {
    let is_listed = |what| case.before.has(what) && new.has(what);
    match case.what {
        // Of another type everything inside is another, too; null is apart from all types.
        "items" => !differs.contains("type"),
        "nullable" => is_listed("type") || !differs.contains("type"),
        "enum value" => is_listed("enum"),
        "order of values" => is_listed("enum") && !differs.contains("enum value"),
        "x-open-enum" => case.before.has("enum") == new.has("enum"),
        // What is asked for is told once.
        "security scheme" => case.old.is_some() && case.new.is_some(),
        // Whether there may be any is a fact of its own, and so are the operations of a path.
        "additionalProperties" | "path" => false,
        _ => true,
    }
}

/// Whether one of the places is this one, in it or around it.
fn is_within(pointer: &str, places: &BTreeSet<String>) -> bool {
    let inside = format!("{pointer}/");
    let mut from = places.range(inside.clone()..);
    let mut ends = inside
        .match_indices('/')
        .filter_map(|(end, _)| inside.get(..end));
    ends.any(|around| places.contains(around))
        || from.next().is_some_and(|place| place.starts_with(&inside))
}

/// Who notices a change of this class.
fn felt(class: Verdict, way: Way) -> Vec<Felt> {
    match (class, way.in_answer == Some(true)) {
        (Verdict::Nothing | Verdict::DocsOnly, _) => vec![],
        (Verdict::BreakingWire, true) => vec![Felt::Service, Felt::RunTime],
        (_, true) | (Verdict::BreakingRust, _) => vec![Felt::RunTime],
        _ => vec![Felt::Service],
    }
}
