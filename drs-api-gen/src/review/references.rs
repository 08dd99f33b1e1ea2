//! References: what one leads to, and what it means that it leads elsewhere.

use serde_json::Value;

use super::{
    change::Verdict,
    show,
    table::{document as rows, schemas as schema_rows},
    walk::{At, Object, Walk},
};
use crate::spec::{dialect::Kind, tree::Tree};

/// References are followed so many deep to see whether two types are alike.
const DEEPEST: usize = 16;

impl Walk<'_> {
    /// Compares two objects of which one at least is a reference.
    pub(super) fn reference(&mut self, kind: Kind, at: &At, old: &Object, new: &Object) {
        let target = |map: &Object| map.get("$ref").and_then(Value::as_str).map(str::to_owned);
        let (from, to) = (target(old), target(new));
        if let (Some(from), Some(to)) = (&from, &to)
            && self.renames.same(from, to)
        {
            let plain = |map: &Object| {
                let mut map = map.clone();
                map.remove("$ref");
                Value::Object(map)
            };
            let (old, new) = (plain(old), plain(new));
            if old != new {
                self.values(&rows::BESIDE_REFERENCE, at, Some(&old), Some(&new));
            }
            return;
        }
        let (base, revision) = (self.base, self.revision);
        let resolved = resolve(base, kind, &at.old, old).zip(resolve(revision, kind, &at.new, new));
        let shown = |target: &Option<String>, map: &Object| match target {
            Some(target) => target.rsplit('/').next().unwrap_or(target).to_owned(),
            None if kind == Kind::Schema => show::schema(map),
            None => show::value(&Value::Object(map.clone())),
        };
        let (old_shown, new_shown) = (Some(shown(&from, old)), Some(shown(&to, new)));
        let Some(((old_pointer, old), (new_pointer, new))) = resolved else {
            return self.add(&rows::OTHER, at, old_shown, new_shown);
        };
        let inner = At {
            optional: at.optional,
            ..at.pointers(old_pointer, new_pointer)
        };
        if kind == Kind::Schema {
            let same_wire = self.probe(at, &inner, old, new) < Verdict::BreakingWire;
            let row = match same_wire {
                true => &schema_rows::NAMED_TYPE,
                false => &schema_rows::TYPE,
            };
            self.add(row, at, old_shown, new_shown);
        } else {
            self.object(kind, &inner, old, new);
            self.add(&rows::REWRITTEN, at, old_shown, new_shown);
        }
    }

    /// What it would mean if one schema became the other.
    fn probe(&mut self, at: &At, inner: &At, old: &Object, new: &Object) -> Verdict {
        if self.probing.len() >= DEEPEST {
            return Verdict::BreakingWire;
        }
        let mut uses = self.uses.0.at(&at.old);
        uses.extend(self.uses.1.at(&at.new));
        self.probing
            .push(self.probing.last().cloned().unwrap_or(uses));
        let (changes, seen) = (
            std::mem::take(&mut self.changes),
            std::mem::take(&mut self.seen),
        );
        self.object(Kind::Schema, inner, old, new);
        self.probing.pop();
        self.seen = seen;
        let found = std::mem::replace(&mut self.changes, changes);
        let classes = found.into_iter().map(|change| change.class);
        classes.max().unwrap_or(Verdict::Nothing)
    }
}

pub(super) fn is_reference(map: &Object) -> bool {
    map.get("$ref").is_some_and(Value::is_string)
}

/// The object itself or the one behind its `$ref`, with its pointer.
fn resolve<'t>(
    tree: &'t Tree<'_>,
    kind: Kind,
    pointer: &str,
    map: &'t Object,
) -> Option<(String, &'t Object)> {
    match map.get("$ref").and_then(Value::as_str) {
        None => Some((pointer.to_owned(), map)),
        Some(reference) => {
            let node = tree.resolve(tree.target(reference, kind)?)?;
            Some((node.pointer.clone(), node.map))
        }
    }
}
