//! What the lint says: rules, and what was found by them.

use std::fmt;

use crate::spec::{document::Document, position::Position, tree::Tree};

/// A mistake in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Name of the rule, one of [`RULES`].
    pub rule: &'static str,
    /// JSON pointer to the place.
    pub pointer: String,
    /// The same place in the text.
    pub position: Position,
    /// What is wrong, and what to write instead: one sentence.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        let pointer = match self.pointer.as_str() {
            "" => "the top level",
            pointer => pointer,
        };
        let (rule, message) = (self.rule, &self.message);
        write!(f, "{line}:{column}: {rule}: {message} (at {pointer})")
    }
}

/// A rule of the lint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Its name, as findings show it.
    pub name: &'static str,
    /// Why it is a rule.
    pub reason: &'static str,
}

pub(super) const fn rule(name: &'static str, reason: &'static str) -> Rule {
    Rule { name, reason }
}

/// What was found so far.
pub(super) struct Findings<'a> {
    pub(super) document: &'a Document,
    pub(super) list: Vec<Finding>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self {
            document,
            list: Vec::new(),
        }
    }

    pub(super) fn add(
        &mut self,
        rule: Rule,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) {
        let pointer = pointer.into();
        self.list.push(Finding {
            rule: rule.name,
            position: self.document.nearest_position(&pointer),
            pointer,
            message: message.into(),
        });
    }

    /// Adds what a check finds in another version of the document.
    pub(super) fn of(&mut self, document: &Document, check: impl Fn(&mut Findings<'_>, &Tree<'_>)) {
        let mut findings = Findings::new(document);
        check(&mut findings, &Tree::new(document));
        self.list.append(&mut findings.list);
    }
}
