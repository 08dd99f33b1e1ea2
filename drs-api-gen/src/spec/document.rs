//! A parsed document.

use std::iter::successors;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    parse::parse,
    position::{Position, Positions},
};
use crate::{error::Error, stack::on_large_stack, text::decode};

/// A parsed document, not yet known to be OpenAPI.
#[derive(Clone, Debug)]
pub struct Document {
    value: Value,
    positions: Positions,
}

impl Document {
    /// Parses YAML or JSON in UTF-8.
    ///
    /// # Errors
    /// [`Error::Syntax`] for text that is neither, for a key that occurs twice in one
    /// mapping, for characters that can't be seen, and for nesting or aliases past the
    /// parser's budget.
    pub fn parse(text: &(impl AsRef<[u8]> + ?Sized)) -> Result<Self, Error> {
        let text = decode(text.as_ref())?;
        let (value, positions) = on_large_stack(|| parse(text))?;
        Ok(Self { value, positions })
    }

    /// The tree, its mappings sorted by key: the order in the text means nothing.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Where the node that a JSON pointer names starts: for an entry of a mapping its
    /// key, for an item of a sequence the item.
    pub fn position(&self, pointer: &str) -> Option<Position> {
        self.positions.get(pointer).copied()
    }

    /// The position of a node, or of the nearest one around it that has one.
    pub(crate) fn nearest_position<'p>(&self, pointer: &'p str) -> Position {
        let parent = |pointer: &&'p str| Some(pointer.rsplit_once('/')?.0);
        let mut around = successors(Some(pointer), parent);
        let found = around.find_map(|pointer| self.position(pointer));
        found.unwrap_or(Position::START)
    }

    /// SHA-256, in hexadecimal, of what the document says: the tree with sorted keys, so
    /// that comments, layout and key order don't count and everything else does.
    pub fn sha256(&self) -> String {
        // The parser sorts the entries of each mapping.
        let digest = Sha256::digest(self.value.to_string());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// An [`Error::Unsupported`] at a place of this document.
    pub(crate) fn unsupported(&self, pointer: &str, message: impl Into<String>) -> Error {
        Error::Unsupported {
            pointer: pointer.to_owned(),
            position: self.position(pointer),
            message: message.into(),
        }
    }
}
