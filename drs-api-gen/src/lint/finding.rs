//! What the lint says: rules, and what was found by them.

use std::fmt;

use super::rules::Rule;
use crate::{
    spec::{document::Document, position::Position, spelling::nearest},
    text::visible,
};

/// A mistake in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Name of the rule, one of [`RULES`](crate::RULES).
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
            pointer => &visible(pointer),
        };
        let (rule, message) = (self.rule, &self.message);
        write!(f, "{line}:{column}: {rule}: {message} (at {pointer})")
    }
}

/// How many names are compared for hints in all: a document with more mistakes than that has
/// been told what they are like.
const COMPARISONS: usize = 20_000;

/// What was found so far.
pub(super) struct Findings<'a> {
    pub(super) document: &'a Document,
    pub(super) list: Vec<Finding>,
    /// Whether all that was meant is where it was meant.
    pub(super) sound: bool,
    /// How many names may still be compared.
    comparisons: usize,
}

impl<'a> Findings<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self {
            document,
            list: Vec::new(),
            sound: true,
            comparisons: COMPARISONS,
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
            message: visible(&message.into()),
        });
    }

    /// Adds what may be the cause of others: what is in a wrong place is missing in another.
    pub(super) fn misplaced(
        &mut self,
        rule: Rule,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) {
        self.sound = false;
        self.add(rule, pointer, message);
    }

    /// `; did you mean …?` where one of the known names is near, and what to say otherwise
    /// where none is.
    pub(super) fn hint<'n>(
        &mut self,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
        otherwise: &str,
    ) -> String {
        let left = self.comparisons;
        let known = known.into_iter().take(left);
        let known = known.inspect(|_| self.comparisons -= 1);
        match nearest(name, known) {
            Some(meant) => format!("; did you mean `{meant}`?"),
            None => otherwise.to_owned(),
        }
    }
}
