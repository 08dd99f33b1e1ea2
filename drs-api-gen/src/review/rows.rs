//! The changes found so far: what differs at the same places is one change.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    change::{Change, Felt, Use, Verdict, Which},
    judge::Judged,
    place::place,
    rust::Rust,
};
use crate::facts::Spec;

/// The operations that a change reaches.
pub(super) type Used = BTreeSet<Use>;

/// What a change is called, and where it is in both documents; nowhere, if that is empty.
type Key = (String, String, String);

struct Row {
    class: Verdict,
    felt: BTreeSet<Felt>,
    why: &'static str,
    shown: (Option<String>, Option<String>),
    used: Used,
}

/// The changes.
pub(super) struct Rows<'a> {
    pub(super) base: Spec<'a>,
    pub(super) revision: Spec<'a>,
    rows: BTreeMap<Key, Row>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(base: Spec<'a>, revision: Spec<'a>) -> Self {
        let rows = BTreeMap::new();
        Self {
            base,
            revision,
            rows,
        }
    }

    /// Adds a change, or what it means for one more operation.
    pub(super) fn add(
        &mut self,
        judged: &Judged,
        (old, new): (&str, &str),
        shown: (Option<String>, Option<String>),
        used: Used,
    ) {
        let key = (judged.kind.clone(), old.to_owned(), new.to_owned());
        let row = self.rows.entry(key).or_insert_with(|| Row {
            class: judged.class,
            felt: BTreeSet::new(),
            why: judged.why,
            shown,
            used: BTreeSet::new(),
        });
        row.felt.extend(judged.felt);
        row.used.extend(used);
        if judged.class > row.class {
            (row.class, row.why) = (judged.class, judged.why);
        }
    }

    /// Where the changes are, in either document.
    pub(super) fn places(&self) -> BTreeSet<String> {
        let keys = self.rows.keys();
        keys.flat_map(|(_, old, new)| [old.clone(), new.clone()])
            .collect()
    }

    /// The changes, each with the lines of the outline that it causes.
    pub(super) fn finish(self, rust: &mut Rust<'_>, inside: bool) -> Vec<Change> {
        let mut changes: Vec<Change> = Vec::new();
        for ((kind, old, new), row) in self.rows {
            let is_gone = new.is_empty() || (row.shown.0.is_some() && row.shown.1.is_none());
            let (document, pointer, spec) = match is_gone && !old.is_empty() {
                true => (Which::Base, &old, self.base),
                false => (Which::Revision, &new, self.revision),
            };
            let mut change = Change {
                kind,
                class: row.class,
                place: place(spec, pointer),
                used_in: row.used,
                document,
                pointer: pointer.clone(),
                line: spec.document.nearest_position(pointer).line,
                old: row.shown.0,
                new: row.shown.1,
                felt_by: row.felt,
                why: row.why.to_owned(),
                rust: Vec::new(),
            };
            let caused = rust.caused_by((&old, &new), change.class > Verdict::DocsOnly);
            if caused.class > change.class {
                change.felt_by.insert(Felt::CompileTime);
                change.why += match caused.class {
                    Verdict::BreakingRust => "; the Rust API is another",
                    _ => "; the Rust API grows",
                };
                change.class = caused.class;
            } else if caused.class == Verdict::BreakingRust {
                change.felt_by.insert(Felt::CompileTime);
            }
            change.rust = caused.lines;
            if inside && change.class == Verdict::BreakingRust {
                change.class = Verdict::Compatible;
            }
            changes.push(change);
        }
        changes
    }
}
