//! What has another name and says the same: a rename is one change, and not as many as
//! there are references.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::spec::{dialect::SECTIONS, pointer::child, tree::Tree};

/// The components that were renamed.
#[derive(Default)]
pub(super) struct Renames {
    /// Pointer in the revision, by pointer in the base.
    pairs: BTreeMap<String, String>,
}

impl Renames {
    /// Pairs what is gone with what is new and says the same. Where several do, the order
    /// of their names decides.
    pub(super) fn of(base: &Tree<'_>, revision: &Tree<'_>) -> Self {
        let mut renames = Self::default();
        for (section, _) in SECTIONS {
            let (old, new) = (components(base, section), components(revision, section));
            let gone: Vec<_> = old.iter().filter(|(n, _)| !new.contains_key(*n)).collect();
            let added: Vec<_> = new.iter().filter(|(n, _)| !old.contains_key(*n)).collect();
            let moving: BTreeSet<&str> =
                gone.iter().chain(&added).map(|(p, _)| p.as_str()).collect();
            let mut taken = BTreeSet::new();
            // First what is wholly alike, then what is but for its texts.
            for texts in [true, false] {
                let mut by_content: BTreeMap<String, Vec<&String>> = BTreeMap::new();
                for (pointer, value) in added.iter().rev() {
                    if !taken.contains(*pointer) {
                        let content = content(value, &moving, texts);
                        by_content.entry(content).or_default().push(pointer);
                    }
                }
                for (pointer, value) in &gone {
                    if renames.pairs.contains_key(*pointer) {
                        continue;
                    }
                    let same = by_content.get_mut(&content(value, &moving, texts));
                    if let Some(new) = same.and_then(Vec::pop) {
                        taken.insert(new);
                        renames.pairs.insert((*pointer).clone(), new.clone());
                    }
                }
            }
        }
        renames
    }

    /// Where a component of the base is in the revision, if it was renamed.
    pub(super) fn new_of(&self, pointer: &str) -> Option<&str> {
        self.pairs.get(pointer).map(String::as_str)
    }

    /// Whether a component of the revision is one of the base's, renamed.
    pub(super) fn is_new(&self, pointer: &str) -> bool {
        self.pairs.values().any(|new| new == pointer)
    }

    /// Whether two references lead to the same component.
    pub(super) fn same(&self, old: &str, new: &str) -> bool {
        let renamed = || {
            let new_of = self.new_of(old.strip_prefix('#')?);
            new_of.map(|renamed| Some(renamed) == new.strip_prefix('#'))
        };
        old == new || renamed().unwrap_or(false)
    }
}

/// The components of a section, by pointer.
fn components<'a>(tree: &Tree<'a>, section: &str) -> BTreeMap<String, &'a Value> {
    let map = tree.get("/components").and_then(|c| c.map.get(section));
    let map = map.and_then(Value::as_object);
    map.into_iter()
        .flatten()
        .map(|(name, value)| (child(&format!("/components/{section}"), name), value))
        .collect()
}

/// What a component says, in a form to compare; the names that move are left out of it,
/// since they differ where the content is the same.
fn content(value: &Value, moving: &BTreeSet<&str>, texts: bool) -> String {
    let mut content = value.clone();
    plain(&mut content, moving, texts);
    content.to_string()
}

fn plain(value: &mut Value, moving: &BTreeSet<&str>, texts: bool) {
    match value {
        Value::Object(map) => {
            if !texts {
                map.retain(|key, value| {
                    !(value.is_string() && matches!(key.as_str(), "description" | "title"))
                });
            }
            if let Some(Value::String(reference)) = map.get_mut("$ref")
                && reference
                    .strip_prefix('#')
                    .is_some_and(|r| moving.contains(r))
            {
                reference.clear();
            }
            map.values_mut().for_each(|v| plain(v, moving, texts));
        }
        Value::Array(items) => items.iter_mut().for_each(|v| plain(v, moving, texts)),
        _ => {}
    }
}
