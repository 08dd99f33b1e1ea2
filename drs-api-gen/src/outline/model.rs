//! An outline as data: what is compared, and how it is shown.

use std::collections::BTreeSet;

/// The public API of some source.
#[derive(Debug, Default)]
pub(crate) struct Outline(pub(crate) Vec<Entry>);

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Operation,
    /// A type of the document.
    Type,
    /// A type of the document that lists all of its values.
    ClosedEnum,
    Other,
}

/// An operation, a type, or another item.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) head: String,
    /// Arguments and results, fields, variants, methods: a name and a line for each.
    pub(crate) members: Vec<(String, String)>,
    /// The request and the answers of an operation, which is shown instead of its members.
    pub(crate) request: Option<String>,
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
        members: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let (name, members) = (name.to_string(), members.into_iter().collect());
        Self {
            kind,
            name,
            head,
            members,
            request: None,
        }
    }
}

impl Outline {
    pub(super) fn sort(&mut self) {
        let rank = |kind: Kind| {
            if kind == Kind::ClosedEnum {
                Kind::Type
            } else {
                kind
            }
        };
        self.0
            .sort_by(|a, b| (rank(a.kind), &a.name).cmp(&(rank(b.kind), &b.name)));
    }

    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for entry in &self.0 {
            text += &format!("{}\n", entry.head);
            match &entry.request {
                Some(request) => text += &format!("  {request}\n"),
                None => entry
                    .members
                    .iter()
                    .for_each(|(_, line)| text += &format!("  {line}\n")),
            }
        }
        text
    }

    /// All that callers can rely on, whatever its order.
    pub(crate) fn lines(&self) -> BTreeSet<Line> {
        let mut lines = BTreeSet::new();
        for Entry {
            kind,
            name,
            head,
            members,
            ..
        } in &self.0
        {
            let head = match kind {
                Kind::Operation => format!("Client::{name}"),
                _ => head.clone(),
            };
            let line = |member: Option<&String>, text: String| Line {
                entry: name.clone(),
                member: member.cloned(),
                text,
                kind: *kind,
            };
            lines.insert(line(None, head));
            lines.extend(
                members
                    .iter()
                    .map(|(member, text)| line(Some(member), text.clone())),
            );
        }
        lines
    }

    /// The line of a member of a type.
    pub(crate) fn member(&self, entry: &str, member: &str) -> Option<&str> {
        let of_name = |entry_of: &&Entry| entry_of.kind != Kind::Other && entry_of.name == entry;
        let mut members = self
            .0
            .iter()
            .filter(of_name)
            .flat_map(|entry| &entry.members);
        members
            .find(|(name, _)| name == member)
            .map(|(_, text)| text.as_str())
    }

    /// Two things of one name where the compiler takes one, if there are any.
    pub(crate) fn twice(&self) -> Option<String> {
        let mut names = BTreeSet::new();
        for entry in self.0.iter().filter(|entry| entry.kind != Kind::Other) {
            if !names.insert((entry.kind == Kind::Operation, &entry.name)) {
                return Some(format!("two of its names give `{}`", entry.name));
            }
            let mut members = BTreeSet::new();
            for (name, _) in &entry.members {
                if !members.insert(name) {
                    return Some(format!("two names in `{}` give `{name}`", entry.name));
                }
            }
        }
        None
    }
}
