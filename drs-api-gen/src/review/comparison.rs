//! What a review has of both documents, and the changes that it has found so far.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    change::{Change, Use, Which},
    code::Codes,
    effect::Effect,
    place::place,
    schemas::Schemas,
    show,
};
use crate::meaning::Meaning;

/// Both documents, what was generated from them, and what was found.
pub(super) struct Comparison<'a> {
    pub(super) base: Meaning<'a>,
    pub(super) revision: Meaning<'a>,
    /// Nothing, if one of them can't be generated.
    pub(super) codes: Option<&'a Codes>,
    pub(super) schemas: Schemas<'a>,
    pub(super) changes: Vec<Change>,
    /// Where each change is in both documents.
    pub(super) places: Vec<(String, String)>,
    seen: BTreeSet<(&'static str, String, String)>,
    /// Pointers of operations that are elsewhere now.
    pub(super) moved: BTreeMap<String, String>,
}

/// What a change is called, where it is in both documents, and what stands there.
pub(super) struct Row<'r> {
    pub(super) kind: &'static str,
    pub(super) old: &'r str,
    pub(super) new: &'r str,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(base: Meaning<'a>, revision: Meaning<'a>, codes: Option<&'a Codes>) -> Self {
        Self {
            base,
            revision,
            codes,
            schemas: Schemas::new(base, revision),
            changes: Vec::new(),
            places: Vec::new(),
            seen: BTreeSet::new(),
            moved: BTreeMap::new(),
        }
    }

    /// Adds a change; the same one is met from several operations.
    pub(super) fn add(&mut self, row: Row<'_>, effect: Effect, used_in: BTreeSet<Use>) {
        let Row {
            kind,
            old,
            new,
            from,
            to,
        } = row;
        let key = (kind, old.to_owned(), new.to_owned());
        if !self.seen.insert(key) {
            return;
        }
        let is_gone = new.is_empty() || (from.is_some() && to.is_none());
        let (document, pointer, meaning) = match is_gone && !old.is_empty() {
            true => (Which::Base, old, self.base),
            false => (Which::Revision, new, self.revision),
        };
        self.places.push((old.to_owned(), new.to_owned()));
        self.changes.push(Change {
            kind,
            class: effect.class,
            place: place(meaning, pointer),
            used_in,
            document,
            pointer: pointer.to_owned(),
            line: meaning.document.nearest_position(pointer).line,
            old: from,
            new: to,
            felt_by: effect.felt,
            why: effect.why,
        });
    }

    /// Adds a change of what stands at these places; an empty one is where nothing stands.
    pub(super) fn values(&mut self, kind: &'static str, (old, new): (&str, &str), effect: Effect) {
        let at = |meaning: Meaning<'a>, place: &str| match place {
            "" => None,
            place => meaning.get(place),
        };
        let (from, to) = match (at(self.base, old), at(self.revision, new)) {
            (Some(old), Some(new)) => {
                let (old, new) = show::pair(old, new);
                (Some(old), Some(new))
            }
            (old, new) => (old.map(show::value), new.map(show::value)),
        };
        self.add(
            Row {
                kind,
                old,
                new,
                from,
                to,
            },
            effect,
            BTreeSet::new(),
        );
    }
}
