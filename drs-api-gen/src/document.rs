//! Loading: from YAML text to a tree that remembers where each of its nodes stood.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::Spanned;
use sha2::{Digest, Sha256};

use crate::{Error, lint, stack::on_large_stack};

/// A place in the text of a document, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: u64,
    /// Column, in characters.
    pub column: u64,
}

impl From<serde_saphyr::Location> for Position {
    fn from(location: serde_saphyr::Location) -> Self {
        Self {
            line: location.line(),
            column: location.column(),
        }
    }
}

/// A parsed document, not yet known to be OpenAPI.
#[derive(Clone, Debug)]
pub struct Document {
    value: Value,
    positions: BTreeMap<String, Position>,
}

impl Document {
    /// Parses YAML or JSON.
    ///
    /// # Errors
    /// [`Error::Syntax`] for text that is neither, for a key that occurs twice in one
    /// mapping, and for nesting or aliases past the parser's budget.
    pub fn parse(text: &str) -> Result<Self, Error> {
        on_large_stack(|| Self::parse_here(text))
    }

    fn parse_here(text: &str) -> Result<Self, Error> {
        let options = serde_saphyr::options! {
            // As other tools read it: in YAML 1.2 `yes` and `no` are texts.
            strict_booleans: true,
            // Enough for a generous document; an alias within an alias nests, too.
            alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 100_000 },
        };
        let root: Result<Spanned<Node>, _> = serde_saphyr::from_str_with_options(text, options);
        let root = root.map_err(|e| Error::Syntax {
            position: e
                .location()
                .map_or(Position { line: 1, column: 1 }, Position::from),
            message: message(&e),
        })?;
        let mut positions = BTreeMap::new();
        positions.insert(String::new(), root.referenced.into());
        let value = root.value.into_value("", &mut positions);
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
    pub(crate) fn nearest_position(&self, pointer: &str) -> Position {
        let mut pointer = pointer;
        loop {
            if let Some(position) = self.position(pointer) {
                return position;
            }
            match pointer.rsplit_once('/') {
                Some((parent, _)) => pointer = parent,
                None => return Position { line: 1, column: 1 },
            }
        }
    }

    /// Renames a key of the mapping at `pointer`, and keeps the positions.
    pub(crate) fn rename(&mut self, pointer: &str, key: &str, new: &str) {
        let Some(Value::Object(map)) = self.value.pointer_mut(pointer) else {
            return;
        };
        if map.contains_key(new) {
            return;
        }
        let Some(value) = map.remove(key) else { return };
        map.insert(new.to_owned(), value);
        let (old, new) = (child(pointer, key), child(pointer, new));
        let renamed: Vec<_> = self
            .positions
            .iter()
            .filter_map(|(pointer, position)| {
                let rest = pointer.strip_prefix(&old)?;
                (rest.is_empty() || rest.starts_with('/'))
                    .then(|| (format!("{new}{rest}"), *position))
            })
            .collect();
        self.positions.extend(renamed);
    }

    /// The document with these entries alone, of the mapping at `pointer`.
    pub(crate) fn retain(&mut self, pointer: &str, mut keep: impl FnMut(&str) -> bool) {
        if let Some(Value::Object(map)) = self.value.pointer_mut(pointer) {
            map.retain(|key, _| keep(&child(pointer, key)));
        }
    }

    /// The document as OpenAPI 3.0.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a value of a wrong type and for schemas nested too deeply,
    /// [`Error::NotOpenApi`] for whatever else the parser refuses.
    pub fn openapi(&self) -> Result<openapiv3::OpenAPI, Error> {
        on_large_stack(|| {
            lint::check_parsable(self)?;
            serde_json::from_value(self.value.clone()).map_err(|e| Error::NotOpenApi(e.to_string()))
        })
    }

    /// Checks that this is OpenAPI 3.0, whatever mistakes are in it.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if it says that it is something else.
    pub fn check_version(&self) -> Result<(), Error> {
        crate::lint::check_openapi_version(self)
    }

    /// SHA-256, in hexadecimal, of what the document says: the tree with sorted keys, so
    /// that comments, layout and key order don't count and everything else does.
    pub fn sha256(&self) -> String {
        let mut text = String::new();
        write_canonical(&self.value, &mut text);
        Sha256::digest(text.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
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

/// One more step of a JSON pointer (RFC 6901).
pub(crate) fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// What the parser says, without the place: the error has that already.
fn message(error: &serde_saphyr::Error) -> String {
    let error = error.without_snippet();
    let text = error.render_with_formatter(&serde_saphyr::UserMessageFormatter);
    let line = text.lines().next().unwrap_or_default();
    let (message, _) = line.rsplit_once(" at line ").unwrap_or((line, ""));
    let hint = HINTS.iter().find(|(said, _)| message.contains(said));
    match hint {
        Some((_, hint)) => format!("{message}; {hint}"),
        None => message.to_owned(),
    }
}

/// What to do about that which the parser says most often.
const HINTS: [(&str, &str); 7] = [
    ("tabs disallowed", "indent with spaces"),
    ("found a tab", "indent with spaces"),
    (
        "mapping values are not allowed",
        "check the indentation and the space after `:`, and put quotes around a text with `: ` in it",
    ),
    ("did not find expected key", "check the indentation"),
    ("simple key expected", "put a `:` after the key"),
    (
        "unexpected character",
        "put quotes around a text that begins with it",
    ),
    ("duplicate mapping key", "remove one of the two"),
];

/// Writes JSON with sorted keys. `serde_json::Map` sorts only while no crate in the build
/// turns on its feature `preserve_order`, so that can't be relied on.
fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<_, _> = map.iter().collect();
            out.push('{');
            for (index, (key, value)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write_canonical(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// A YAML node whose children know their places.
enum Node {
    Scalar(Value),
    Sequence(Vec<Spanned<Node>>),
    Mapping(Vec<(Spanned<String>, Spanned<Node>)>),
}

impl Node {
    fn into_value(self, pointer: &str, positions: &mut BTreeMap<String, Position>) -> Value {
        match self {
            Node::Scalar(value) => value,
            Node::Sequence(items) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| {
                    let pointer = format!("{pointer}/{index}");
                    positions.insert(pointer.clone(), item.referenced.into());
                    item.value.into_value(&pointer, positions)
                })
                .collect(),
            Node::Mapping(mut entries) => {
                entries.sort_by(|a, b| a.0.value.cmp(&b.0.value));
                let mut map = Map::new();
                for (key, node) in entries {
                    let pointer = child(pointer, &key.value);
                    positions.insert(pointer.clone(), key.referenced.into());
                    map.insert(key.value, node.value.into_value(&pointer, positions));
                }
                Value::Object(map)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let _level = Level::enter().ok_or_else(|| {
            serde::de::Error::custom(format!("nested more than {MAX_DEPTH} levels deep"))
        })?;
        deserializer.deserialize_any(NodeVisitor)
    }
}

/// The deepest nesting that is read. The parser has a limit of its own, and aliases go
/// past it: each may hold another.
const MAX_DEPTH: usize = 100;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// One level of nesting; `Deserialize` has no place to hand the depth down.
struct Level;

impl Level {
    fn enter() -> Option<Self> {
        let depth = DEPTH.get();
        (depth < MAX_DEPTH).then(|| {
            DEPTH.set(depth + 1);
            Self
        })
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get().saturating_sub(1));
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar, a sequence or a mapping")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Node, E> {
        Number::from_f64(value)
            .map(|number| Node::Scalar(number.into()))
            .ok_or_else(|| E::custom("a number must be finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Node::Sequence(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut entries: Vec<(Spanned<String>, Spanned<Node>)> = Vec::new();
        let mut seen = BTreeSet::new();
        while let Some((key, node)) = access.next_entry::<Spanned<String>, _>()? {
            // To the parser `200` and `'200'` are two keys.
            if !seen.insert(key.value.clone()) {
                let message = format!(
                    "duplicate mapping key `{}`, once with quotes and once without",
                    key.value
                );
                return Err(serde::de::Error::custom(message));
            }
            entries.push((key, node));
        }
        Ok(Node::Mapping(entries))
    }
}
