//! What Rust callers see: the outlines of what both documents generate, side by side.

use std::{collections::BTreeSet, thread};

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::part;
use crate::{Document, Settings, generate::generate_into, outline::outline_of};

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

/// The outlines' difference, and the lines of types that are gone.
pub(super) fn compare(base: &Document, revision: &Document) -> (Api, Vec<String>) {
    let (base, revision) = part::that_changes(base, revision);
    let (old, new) = thread::scope(|scope| {
        let old = scope.spawn(|| of(&base));
        let new = of(&revision);
        (old.join(), new)
    });
    let (old, new) = match (old, new) {
        (Ok(Ok(old)), Ok(new)) => (old, new),
        (Ok(Err(error)), _) => return (Api::Unknown(format!("the base: {error}")), Vec::new()),
        (_, Err(error)) => return (Api::Unknown(format!("the revision: {error}")), Vec::new()),
        (Err(_), _) => return (Api::Unknown("the base: it panicked".to_owned()), Vec::new()),
    };
    if old == new {
        return (Api::Same, Vec::new());
    }
    let kept = lines(&new);
    let gone = lines(&old).difference(&kept).cloned().collect();
    (Api::Changed(difference(&old, &new)), gone)
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

fn of(document: &Document) -> Result<String, crate::Error> {
    let settings = Settings::new("the document");
    generate_into(document, &settings, |file| outline_of([file]))
}

/// Each line of a type, with the type's own: `struct Key (builder) value: Secret`.
/// Operations are left out: their lines change with each parameter that is added.
fn lines(outline: &str) -> BTreeSet<String> {
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

fn is_operation(line: &str) -> bool {
    line.starts_with("Client::")
}
