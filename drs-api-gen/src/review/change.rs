//! What a review is made of: the classes, who feels a change, and one change with its
//! place.

use std::{collections::BTreeSet, fmt};

use serde::Serialize;

/// What a change, or all of them together, means; each is worse than the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// The documents say the same.
    #[default]
    Nothing,
    /// Texts, examples, and what else neither the service nor a caller acts on.
    DocsOnly,
    /// Something is added or allowed; what was right stays right and compiles.
    Compatible,
    /// Rust callers have to change their code, or their program behaves otherwise; requests
    /// and answers that were right still are.
    BreakingRust,
    /// A request or an answer that was right is wrong now.
    BreakingWire,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing",
            Self::DocsOnly => "docs only",
            Self::Compatible => "compatible",
            Self::BreakingRust => "breaking for Rust callers",
            Self::BreakingWire => "breaking on the wire",
        })
    }
}

/// Who notices a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Felt {
    /// The service: it is asked something else, or answers something else.
    Service,
    /// A Rust caller, when the program is compiled.
    CompileTime,
    /// A Rust caller, when the program runs.
    RunTime,
}

impl fmt::Display for Felt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Service => "the service",
            Self::CompileTime => "Rust callers at compile time",
            Self::RunTime => "Rust callers at run time",
        })
    }
}

/// Two pointers, in the base and in the revision; empty, where there is nothing.
pub(super) type Both = (String, String);

/// One difference between two documents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// What happened, `required property added`.
    pub kind: String,
    /// What it means.
    pub class: Verdict,
    /// Where, in the words of the document: `schema Book, property title`.
    pub place: String,
    /// The operations that it reaches.
    pub used_in: BTreeSet<String>,
    /// Which of the two documents `pointer` and `line` are about: what is gone has its
    /// place in the base.
    pub document: Which,
    /// JSON pointer; empty, if it is about the client as a whole.
    pub pointer: String,
    /// Line, counted from 1.
    pub line: u64,
    /// What was there.
    pub old: Option<String>,
    /// What is there now.
    pub new: Option<String>,
    /// Who notices.
    pub felt_by: BTreeSet<Felt>,
    /// Why it has this class.
    pub why: String,
    /// The outline's lines that it causes, if its place determines them.
    pub rust: Vec<String>,
    /// Whether it is a text for people, which changes no generated code but its docs.
    #[serde(skip)]
    pub(super) is_text: bool,
    /// Where it is in both documents.
    #[serde(skip)]
    pub(super) at: Both,
}

/// One of the two documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Which {
    /// The document before the change.
    Base,
    /// The document after it.
    #[default]
    Revision,
}

impl Change {
    /// A change of the client as a whole.
    pub(super) fn of_the_api(kind: &str, class: Verdict, why: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            class,
            place: "public API".to_owned(),
            line: 1,
            felt_by: [Felt::CompileTime].into(),
            why: why.to_owned(),
            ..Self::default()
        }
    }
}
