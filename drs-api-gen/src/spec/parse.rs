//! From YAML or JSON to a tree of values, with the position of each.

use std::{cell::Cell, collections::BTreeSet, fmt};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::{Location, Spanned};

use super::{
    pointer::child,
    position::{Position, Positions},
};
use crate::{error::Error, text::is_truth};

/// Parses a text: YAML, of which JSON is a part. Needs a large stack.
pub(super) fn parse(text: &str) -> Result<(Value, Positions), Error> {
    let options = serde_saphyr::options! {
        // As other tools read it: in YAML 1.2 `yes` and `no` are texts.
        strict_booleans: true,
        // Enough for a generous document; an alias within an alias nests, too.
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 100_000 },
    };
    let root: Result<Spanned<Node>, _> = serde_saphyr::from_str_with_options(text, options);
    let root = root.map_err(|e| Error::Syntax {
        position: e.location().map_or(Position::START, Position::from),
        message: message(&e),
    })?;
    let mut read = Read {
        text,
        positions: Positions::new(),
    };
    let value = read.value(root, String::new())?;
    Ok((value, read.positions))
}

/// What became of a text so far.
struct Read<'t> {
    text: &'t str,
    positions: Positions,
}

impl Read<'_> {
    fn value(&mut self, node: Spanned<Node>, pointer: String) -> Result<Value, Error> {
        let value = match node.value {
            Node::Scalar(value) => {
                if let Value::String(text) = &value {
                    self.check_word(text, node.defined)?;
                }
                value
            }
            Node::Sequence(items) => (items.into_iter().enumerate())
                .map(|(index, item)| self.value(item, format!("{pointer}/{index}")))
                .collect::<Result<_, _>>()?,
            Node::Mapping(mut entries) => {
                entries.sort_by(|a, b| a.0.value.cmp(&b.0.value));
                let mut map = Map::new();
                for (key, mut node) in entries {
                    self.check_word(&key.value, key.defined)?;
                    // An entry starts where its key does.
                    node.referenced = key.referenced;
                    let value = self.value(node, child(&pointer, &key.value))?;
                    map.insert(key.value, value);
                }
                Value::Object(map)
            }
        };
        self.positions.insert(pointer, node.referenced.into());
        Ok(value)
    }

    /// Refuses what other tools read as something else.
    fn check_word(&self, word: &str, location: Location) -> Result<(), Error> {
        let start = location.span().byte_offset();
        let start = start.and_then(|start| usize::try_from(start).ok());
        match start.is_some_and(|start| is_truth(word, self.text.get(start..))) {
            true => Err(Error::Syntax {
                position: location.into(),
                message: format!("other tools read `{word}` as a boolean; put it in quotes"),
            }),
            false => Ok(()),
        }
    }
}

/// What the parser says, without the place: the error has that already.
fn message(error: &serde_saphyr::Error) -> String {
    let error = error.without_snippet();
    let text = error.render_with_formatter(&serde_saphyr::UserMessageFormatter);
    let line = text.lines().next().unwrap_or_default();
    let (message, _) = line.rsplit_once(" at line ").unwrap_or((line, ""));
    if let Some((_, said)) = LIMITS.iter().find(|(limit, _)| message.contains(limit)) {
        return (*said).to_owned();
    }
    let hint = HINTS.iter().find(|(said, _)| message.contains(said));
    match hint {
        Some((_, hint)) => format!("{message}; {hint}"),
        None => message.to_owned(),
    }
}

/// What the parser's limits are in a reader's words.
const LIMITS: [(&str, &str); 4] = [
    ("recursion limit", TOO_DEEP),
    ("Depth {", TOO_DEEP),
    (
        "replayed",
        "the aliases up to here expand to too much; write out what they repeat",
    ),
    (
        "too large or too complex",
        "the document is too large here; split it",
    ),
];

const TOO_DEEP: &str = "this is nested too deeply; move parts of it to components";

/// What to do about that which the parser says most often.
const HINTS: [(&str, &str); 15] = [
    ("tabs disallowed", "indent with spaces"),
    ("found a tab", "indent with spaces"),
    (
        "mapping values are not allowed",
        "in this line and the one before it, check the indentation, put a space after the `:` of a key, and quotes around a string that contains `: `",
    ),
    ("did not find expected key", "check the indentation"),
    ("simple key expected", "put a `:` after the key"),
    (
        "unexpected character",
        "put quotes around a string that begins with it",
    ),
    ("duplicate mapping key", "rename or remove one of the two"),
    (
        "null is not allowed",
        "write the name of the key, in quotes if it is `null` or `~`",
    ),
    ("expected string scalar", "write a string as the key"),
    (
        "reference to unknown value",
        "define the anchor above, or put quotes around a string that begins with `*`",
    ),
    (
        "only single YAML document",
        "remove the `---` and what follows",
    ),
    (
        "unknown escape character",
        "double the backslash, or use single quotes",
    ),
    ("unclosed", "close it"),
    (
        "after single-quoted",
        "write `''` for a quote within the string",
    ),
    ("nested more than", "move parts of it to components"),
];

/// A YAML node whose children know their places.
enum Node {
    Scalar(Value),
    Sequence(Vec<Spanned<Node>>),
    Mapping(Vec<(Spanned<String>, Spanned<Node>)>),
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

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
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
