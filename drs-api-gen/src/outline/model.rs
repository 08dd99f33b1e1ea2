//! An outline as data: what is compared, and how it is shown.

use std::collections::BTreeSet;

/// The public API of some source.
#[derive(Debug, Default)]
pub(crate) struct Outline(Vec<Entry>);

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Operation,
    /// A type of the document that lists all of its values.
    ClosedEnum,
    /// Another type of the document.
    Type,
    Other,
}

/// A name and its line: an argument, a result, a field, a variant, a method.
pub(crate) type Member = (String, String);

/// An operation, a type, or another item.
#[derive(Debug)]
pub(crate) struct Entry {
    kind: Kind,
    name: String,
    head: String,
    members: Vec<Member>,
}

/// A line of an outline, with what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(crate) entry: String,
    /// Nothing, if it is the entry's own.
    pub(crate) member: Option<String>,
    pub(crate) text: String,
    pub(crate) kind: Kind,
}

impl Entry {
    pub(super) fn new(
        kind: Kind,
        name: impl ToString,
        head: String,
        members: impl IntoIterator<Item = Member>,
    ) -> Self {
        Self {
            kind,
            name: name.to_string(),
            head,
            members: members.into_iter().collect(),
        }
    }
}

impl Outline {
    pub(super) fn of(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        Self(entries)
    }

    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for entry in &self.0 {
            text += &format!("{}\n", entry.head);
            for (_, line) in &entry.members {
                text += &format!("  {line}\n");
            }
        }
        text
    }

    /// All that callers can rely on, whatever its order.
    pub(crate) fn lines(&self) -> BTreeSet<Line> {
        let mut lines = BTreeSet::new();
        for entry in &self.0 {
            let line = |member: Option<&String>, text: String| Line {
                entry: entry.name.clone(),
                member: member.cloned(),
                text,
                kind: entry.kind,
            };
            lines.insert(line(None, entry.head.clone()));
            for (name, text) in &entry.members {
                // A setter takes a value whether or not it has to be set.
                let optional = text.strip_prefix(&format!("{name}: Option<"));
                let optional = optional.filter(|_| entry.kind == Kind::Operation);
                let plain = match optional.and_then(|inner| inner.strip_suffix('>')) {
                    Some(inner) => format!("{name}: {inner}"),
                    None => text.clone(),
                };
                lines.insert(line(Some(name), plain));
            }
        }
        lines
    }

    /// The line of a member of a type of the document.
    pub(crate) fn member(&self, entry: &str, member: &str) -> Option<&str> {
        let is_meant = |found: &&Entry| found.kind != Kind::Other && found.name == entry;
        let mut members = (self.0.iter().filter(is_meant)).flat_map(|entry| &entry.members);
        let found = members.find(|(name, _)| name == member);
        found.map(|(_, text)| text.as_str())
    }

    /// Two things of one name where the compiler takes one, if there are any.
    pub(crate) fn twice(&self) -> Option<String> {
        let mut names = BTreeSet::new();
        for Entry {
            kind,
            name,
            members,
            ..
        } in &self.0
        {
            let scope = (*kind == Kind::Operation, name);
            if *kind == Kind::Other {
                continue;
            }
            if !names.insert((scope, None)) {
                return Some(format!("two of its names give `{name}`"));
            }
            for (member, _) in members {
                if !names.insert((scope, Some(member))) {
                    return Some(format!("two names in `{name}` give `{member}`"));
                }
            }
        }
        None
    }
}
