//! What Rust callers see: what both documents generate, side by side.

use std::{collections::BTreeSet, thread};

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::{
    code::{Code, Codes},
    part,
};
use crate::{Document, Settings, generate::generate_into, names};

/// How the public API changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "detail")]
#[non_exhaustive]
pub enum Api {
    /// It stays as it is.
    Same,
    /// The difference of the outlines, line by line.
    Changed(String),
    /// One of the documents can't be generated from, and why.
    Unknown(String),
}

/// The generated code of both documents, or why there is none.
pub(super) fn codes(base: &Document, revision: &Document) -> Result<Codes, String> {
    let components = [base, revision].into_iter().flat_map(|document| {
        let schemas = document.value().pointer("/components/schemas");
        let schemas = schemas.and_then(|schemas| schemas.as_object());
        schemas
            .into_iter()
            .flatten()
            .map(|(name, _)| names::pascal(name))
    });
    let components = components.collect();
    let (base, revision) = part::that_changes(base, revision);
    let (old, new) = thread::scope(|scope| {
        let old = scope.spawn(|| of(&base));
        let new = of(&revision);
        (old.join(), new)
    });
    let old = old.map_err(|_| "the base: it panicked".to_owned())?;
    let old = old.map_err(|error| format!("the base: {error}"))?;
    let new = new.map_err(|error| format!("the revision: {error}"))?;
    Ok(Codes {
        old,
        new,
        components,
    })
}

fn of(document: &Document) -> Result<Code, crate::Error> {
    let settings = Settings::new("the document");
    generate_into(document, &settings, |file| {
        Code::of(std::slice::from_ref(file))
    })
}

impl Codes {
    /// The difference of the outlines.
    pub(super) fn api(&self) -> Api {
        match self.old.outline == self.new.outline {
            true => Api::Same,
            false => Api::Changed(difference(&self.old.outline, &self.new.outline)),
        }
    }

    /// The lines of types that are gone.
    pub(super) fn gone(&self) -> Vec<String> {
        let kept = lines(&self.new.outline);
        lines(&self.old.outline)
            .difference(&kept)
            .cloned()
            .collect()
    }

    /// Whether types have more lines than they had.
    pub(super) fn grows(&self) -> bool {
        !lines(&self.new.outline).is_subset(&lines(&self.old.outline))
    }
}

/// The lines that differ, each below the line of the type or operation that it is of.
fn difference(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut shown = String::new();
    let mut owner = None;
    for change in diff.iter_all_changes() {
        let line = change.value();
        let sign = match change.tag() {
            ChangeTag::Equal if line.starts_with("  ") => continue,
            ChangeTag::Equal => {
                owner = Some(line);
                continue;
            }
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        match owner.take() {
            Some(owner) if line.starts_with("  ") => shown += &format!("  {owner}"),
            _ => {}
        }
        shown += &format!("{sign} {line}");
    }
    shown
}

/// Each line of a type, with the type's own: `struct Key (builder) value: Secret`.
/// Operations are left out: their lines change with each parameter that is added.
fn lines(outline: &str) -> BTreeSet<String> {
    let is_operation = |line: &str| line.starts_with("Client::");
    let mut owner = "";
    let mut found = BTreeSet::new();
    for line in outline.lines() {
        match line.strip_prefix("  ") {
            None => {
                owner = line;
                if !is_operation(owner) {
                    found.insert(owner.to_owned());
                }
            }
            Some(member) if !is_operation(owner) => {
                found.insert(format!("{owner} {member}"));
            }
            Some(_) => {}
        }
    }
    found
}
