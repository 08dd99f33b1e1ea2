//! Components: which came, went or have another name, and those that no operation reaches.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    change::Felt::CompileTime,
    comparison::{Comparison, Row},
    effect::Effect,
    schemas::alike,
    show,
};
use crate::{
    meaning::{Meaning, without_texts},
    names,
    spec::pointer::unescape,
};

impl<'a> Comparison<'a> {
    /// What no operation reaches, and which components came, went or have another name.
    pub(super) fn components(&mut self) {
        let names = |meaning: Meaning<'a>| -> BTreeSet<String> {
            meaning
                .entries("/components", "schemas")
                .map(|(_, pointer)| pointer)
                .collect()
        };
        let (old, new) = (names(self.base), names(self.revision));
        let mut gone: Vec<&String> = old.difference(&new).collect();
        gone.retain(|pointer| !self.schemas.renamed.contains_key(*pointer));
        let mut added: Vec<&String> = new.difference(&old).collect();
        added.retain(|pointer| !self.schemas.is_new_name(pointer));
        let content = |meaning: Meaning<'a>, pointer: &str| {
            let value = meaning.get(pointer).map(without_texts).unwrap_or_default();
            without_targets(value).to_string()
        };
        let mut by_content: BTreeMap<String, Vec<&String>> = BTreeMap::new();
        for pointer in added.iter().rev() {
            by_content
                .entry(content(self.revision, pointer))
                .or_default()
                .push(pointer);
        }
        gone.retain(|old| {
            let found = by_content
                .get_mut(&content(self.base, old))
                .and_then(Vec::pop);
            let Some(new) = found.filter(|new| alike(self.base, self.revision, old, new)) else {
                return true;
            };
            self.schemas.rename(old, new);
            false
        });
        added.retain(|pointer| !self.schemas.is_new_name(pointer));
        for pointer in old.intersection(&new) {
            if !self.schemas.is_compared(pointer) {
                self.schemas.unused(pointer, pointer);
            }
        }
        for (old, new) in self.schemas.renamed.clone() {
            if !self.schemas.is_compared(&old) {
                self.schemas.unused(&old, &new);
            }
            let [from, to] =
                [&old, &new].map(|p| p.rsplit('/').next().map(unescape).unwrap_or_default());
            let effect = match names::pascal(&from) == names::pascal(&to) {
                true => Effect::docs(
                    "its type keeps its name, and on the wire there are no names of schemas",
                ),
                false => Effect::rust(
                    &[CompileTime],
                    "its type has another name; on the wire there are no names of schemas",
                ),
            };
            let (from, to) = (Some(from), Some(to));
            let row = Row {
                kind: "schema renamed",
                old: &old,
                new: &new,
                from,
                to,
            };
            self.add(row, effect, BTreeSet::new());
        }
        for pointer in gone {
            let from = self.base.get(pointer).map(show::schema_or_value);
            let row = Row {
                kind: "schema removed",
                old: pointer,
                new: "",
                from,
                to: None,
            };
            self.add(
                row,
                Effect::rust(&[CompileTime], "its type is gone"),
                BTreeSet::new(),
            );
        }
        for pointer in added {
            let to = self.revision.get(pointer).map(show::schema_or_value);
            let row = Row {
                kind: "schema added",
                old: "",
                new: pointer,
                from: None,
                to,
            };
            let why = "there is one more type; it breaks nobody";
            self.add(
                row,
                Effect::compatible(&[CompileTime], why),
                BTreeSet::new(),
            );
        }
    }
}

/// A value without where its references lead.
fn without_targets(mut value: Value) -> Value {
    match &mut value {
        Value::Object(map) => {
            map.remove("$ref");
            map.values_mut()
                .for_each(|value| *value = without_targets(value.take()));
        }
        Value::Array(items) => {
            items
                .iter_mut()
                .for_each(|value| *value = without_targets(value.take()));
        }
        _ => {}
    }
    value
}
