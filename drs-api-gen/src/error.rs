//! The one error type of the crate.

use crate::spec::position::Position;

/// Why a document could not be loaded or turned into Rust.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not well-formed YAML (JSON is YAML too), or uses what an OpenAPI
    /// document can't hold, such as a mapping key that is not a scalar.
    #[error("line {}, column {}: {message}", position.line, position.column)]
    Syntax {
        /// Where the parser stopped.
        position: Position,
        /// What it found there.
        message: String,
    },
    /// The document is well-formed but not an OpenAPI 3.0 document.
    #[error("not an OpenAPI 3.0 document: {0}")]
    NotOpenApi(String),
    /// The document asks for something the generator does not do.
    #[error("{pointer}{}: {message}", at(position))]
    Unsupported {
        /// JSON pointer to the place in the document.
        pointer: String,
        /// The same place in the text, where it is known.
        position: Option<Position>,
        /// What is wrong there, and what to write instead.
        message: String,
    },
    /// progenitor refused the document, or panicked over it.
    #[error("progenitor can't generate from this document: {0}")]
    Progenitor(String),
    /// progenitor's output is not what a pass over it was written for. This happens when
    /// progenitor was updated; the pass has to be adapted.
    #[error("pass `{pass}` over progenitor's output: {message}")]
    Pass {
        /// Name of the pass.
        pass: &'static str,
        /// What it expected and what it found.
        message: String,
    },
}

fn at(position: &Option<Position>) -> String {
    position
        .map(|p| format!(" (line {}, column {})", p.line, p.column))
        .unwrap_or_default()
}
