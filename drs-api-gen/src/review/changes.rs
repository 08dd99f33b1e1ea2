//! The changes found so far: what differs at the same places is one change.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    change::{Both, Change, Felt, Verdict, Which},
    judge::{Judged, Way},
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
}

impl<'a> Changes<'a> {
    pub(super) fn new(base: Spec<'a>, revision: Spec<'a>) -> Self {
        Self {
            base,
            revision,
            all: BTreeMap::new(),
        }
    }

    /// Adds a change, or what it means for more operations.
    pub(super) fn add(&mut self, judged: Judged, found: &Found, way: Way, used: &BTreeSet<String>) {
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
        change.felt_by.extend(felt(class, way));
        if class > change.class {
            (change.class, change.why) = (class, why);
        }
    }

    /// The components, operations and the like that the changes are in, in either document.
    pub(super) fn units(&self) -> BTreeSet<String> {
        let all = self.all.iter();
        all.flat_map(|((_, _, at), (_, of))| [&at.0, &at.1, &of.0, &of.1])
            .filter(|pointer| !pointer.is_empty())
            .map(|pointer| unit(pointer).to_owned())
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

/// The component, operation or the like that a place is in.
pub(super) fn unit(pointer: &str) -> &str {
    let end = pointer.match_indices('/').nth(3);
    end.and_then(|(end, _)| pointer.get(..end))
        .unwrap_or(pointer)
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
