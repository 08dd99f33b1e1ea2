//! An outline as data: what is compared, and how it is shown.

use std::collections::BTreeSet;

/// The public API of some source: a line for each thing that callers can name, those of a type
/// or operation after its own.
#[derive(Debug, Default)]
pub(crate) struct Outline(Vec<Line>);

/// What a line is of.
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

/// A line of an outline, with what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(crate) entry: String,
    /// Nothing, if it is the entry's own.
    pub(crate) member: Option<String>,
    pub(crate) text: String,
    pub(crate) kind: Kind,
}

impl Line {
    /// The lines of an operation, a type or another item.
    pub(super) fn of(kind: Kind, name: &str, head: String, members: Vec<Member>) -> Vec<Self> {
        let line = |(member, text)| Self {
            entry: name.to_owned(),
            member,
            text,
            kind,
        };
        let members = members.into_iter().map(|(name, text)| (Some(name), text));
        std::iter::once((None, head))
            .chain(members)
            .map(line)
            .collect()
    }
}

impl Outline {
    pub(super) fn of(mut lines: Vec<Line>) -> Self {
        lines.sort_by(|a, b| (a.kind, &a.entry).cmp(&(b.kind, &b.entry)));
        Self(lines)
    }

    pub(crate) fn text(&self) -> String {
        let indent = |line: &Line| if line.member.is_some() { "  " } else { "" };
        let lines = self.0.iter();
        lines
            .map(|line| format!("{}{}\n", indent(line), line.text))
            .collect()
    }

    /// All that callers can rely on, whatever its order.
    pub(crate) fn lines(&self) -> BTreeSet<Line> {
        let relied_on = |line: &Line| {
            let mut line = line.clone();
            // A setter takes a value whether or not it has to be set.
            if line.kind == Kind::Operation
                && let Some((name, optional)) = line.text.split_once(": Option<")
                && let Some(inner) = optional.strip_suffix('>')
            {
                line.text = format!("{name}: {inner}");
            }
            line
        };
        self.0.iter().map(relied_on).collect()
    }

    /// The line of a member of a type of the document.
    pub(crate) fn member(&self, entry: &str, member: &str) -> Option<&str> {
        let is_meant = |line: &&Line| {
            line.kind != Kind::Other
                && line.entry == entry
                && line.member.as_deref() == Some(member)
        };
        self.0.iter().find(is_meant).map(|line| line.text.as_str())
    }

    /// Two things of one name where the compiler takes one, if there are any.
    pub(crate) fn twice(&self) -> Option<String> {
        let mut names = BTreeSet::new();
        let mut own = self.0.iter().filter(|line| line.kind != Kind::Other);
        let scope = |line: &Line| line.kind == Kind::Operation;
        let again = own.find(|&line| !names.insert((scope(line), &line.entry, &line.member)));
        let Line { entry, member, .. } = again?;
        Some(match member {
            None => format!("two of its names give `{entry}`"),
            Some(member) => format!("two names in `{entry}` give `{member}`"),
        })
    }
}
