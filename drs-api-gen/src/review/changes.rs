//! The changes found so far: what differs at the same places is one change.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    change::{Both, Change, Direction, Felt, Use, Verdict, Which},
    judge::Judged,
    place::place,
    rust::Rust,
};
use crate::facts::Spec;

/// How a change was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum By {
    Facts,
    /// By what is written otherwise.
    Writing,
    /// By a text for people.
    Text,
}

/// A difference, whatever it means.
pub(super) struct Found {
    pub(super) by: By,
    pub(super) at: Both,
    /// What the generator makes something of.
    pub(super) of: Both,
    pub(super) shown: (Option<String>, Option<String>),
}

pub(super) struct Changes<'a> {
    pub(super) base: Spec<'a>,
    pub(super) revision: Spec<'a>,
    all: BTreeMap<(By, String, Both), (Change, Both)>,
    /// The objects of which facts differ.
    pub(super) explained: BTreeSet<String>,
}

impl<'a> Changes<'a> {
    pub(super) fn new(base: Spec<'a>, revision: Spec<'a>) -> Self {
        Self {
            base,
            revision,
            all: BTreeMap::new(),
            explained: BTreeSet::new(),
        }
    }

    /// Adds a change, or what it means for more operations.
    pub(super) fn add(&mut self, judged: Judged, found: &Found, used: &BTreeSet<Use>) {
        let Judged { kind, class, why } = judged;
        let (old, new) = &found.at;
        let (document, pointer, spec) = match new.is_empty() && !old.is_empty() {
            true => (Which::Base, old, self.base),
            false => (Which::Revision, new, self.revision),
        };
        let key = (found.by, kind.clone(), found.at.clone());
        let (change, _) = self.all.entry(key).or_insert_with(|| {
            let (old, new) = found.shown.clone();
            let change = Change {
                place: place(spec, pointer),
                document,
                pointer: pointer.clone(),
                line: spec.document.nearest_position(pointer).line,
                old,
                new,
                felt_by: BTreeSet::new(),
                ..Change::of_the_api(&kind, class, &why)
            };
            (change, found.of.clone())
        });
        change.used_in.extend(used.iter().cloned());
        change.felt_by.extend(felt(class, used));
        if class > change.class {
            (change.class, change.why) = (class, why);
        }
    }

    /// Where the changes are, in either document.
    pub(super) fn places(&self) -> BTreeSet<String> {
        let keys = self.all.keys();
        keys.flat_map(|(_, _, (old, new))| [old.clone(), new.clone()])
            .collect()
    }

    pub(super) fn are_texts(&self) -> bool {
        self.all.keys().all(|(by, ..)| *by == By::Text)
    }

    /// The changes, each with the lines of the outline that it causes.
    pub(super) fn finish(self, rust: &mut Rust<'_>) -> Vec<Change> {
        let mut changes: Vec<Change> = Vec::new();
        for ((by, ..), (mut change, of)) in self.all {
            let caused = match by {
                By::Text => rust.nothing(),
                by => rust.caused_by(&of, by == By::Facts),
            };
            if caused.class >= Verdict::BreakingRust || caused.class > change.class {
                change.felt_by.insert(Felt::CompileTime);
            }
            if caused.class > change.class {
                change.class = caused.class;
                change.why += "; the Rust API is another";
            }
            change.rust = caused.lines;
            changes.push(change);
        }
        changes
    }
}

/// Who notices a change of this class that reaches these operations.
fn felt(class: Verdict, used: &BTreeSet<Use>) -> Vec<Felt> {
    let in_answers = used.iter().any(|u| u.direction == Direction::Answer);
    match (class, in_answers) {
        (Verdict::Nothing | Verdict::DocsOnly, _) => vec![],
        (Verdict::BreakingWire, true) => vec![Felt::Service, Felt::RunTime],
        (_, true) | (Verdict::BreakingRust, _) => vec![Felt::RunTime],
        _ => vec![Felt::Service],
    }
}
