//! From YAML or JSON to a tree of values, with the position of each.

use std::{cell::Cell, fmt, iter};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::{Location, Spanned};

use super::{
    pointer::child,
    position::{Position, Positions},
};
use crate::{
    error::Error,
    text::{misread, visible},
};

/// Parses a text: YAML, of which JSON is a part. Needs a large stack.
pub(super) fn parse(text: &str) -> Result<(Value, Positions), Error> {
    let options = serde_saphyr::options! {
        // As other tools read it: in YAML 1.2 `yes` and `no` are texts.
        strict_booleans: true,
        // A string that begins with `!` would lose its first word.
        reject_unsupported_tags: true,
        // Enough for a generous document; an alias within an alias nests, too.
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 100_000 },
        // To the parser `200` and `'200'` are two keys, and it doesn't say where the first one is.
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::PassThrough,
    };
    let root: Result<Spanned<Node>, _> = serde_saphyr::from_str_with_options(text, options);
    let root = root.map_err(|error| explained(text, &error))?;
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
                    let place = child(&pointer, &key.value);
                    if let Some(Position { line, .. }) = self.positions.get(&place) {
                        let message = format!(
                            "the key `{}` is already on line {line}; rename or remove one, or \
                             correct the indentation",
                            visible(&key.value)
                        );
                        return Err(syntax(key.defined, message));
                    }
                    self.check_word(&key.value, key.defined)?;
                    // An entry starts where its key does.
                    node.referenced = key.referenced;
                    let value = self.value(node, place)?;
                    map.insert(key.value, value);
                }
                Value::Object(map)
            }
        };
        self.positions.insert(pointer, node.referenced.into());
        Ok(value)
    }

    /// Refuses what other tools read as something else, and what lost its first word.
    fn check_word(&self, word: &str, location: Location) -> Result<(), Error> {
        let start = || usize::try_from(location.span().byte_offset()?).ok();
        let problem = start().and_then(|start| misread(word, self.text, start));
        problem.map_or(Ok(()), |message| Err(syntax(location, message)))
    }
}

fn syntax(position: impl Into<Position>, message: impl Into<String>) -> Error {
    let (position, message) = (position.into(), message.into());
    Error::Syntax { position, message }
}

/// What the parser says, in an author's words.
fn explained(text: &str, error: &serde_saphyr::Error) -> Error {
    let error = error.without_snippet();
    let position = error.location().map_or(Position::START, Position::from);
    let said = error.render_with_formatter(&serde_saphyr::UserMessageFormatter);
    let said = said.lines().next().unwrap_or_default();
    let (said, _) = said.rsplit_once(" at line ").unwrap_or((said, ""));
    let mut rows = SAID.iter().filter_map(|row| row.split_once(" = "));
    match rows.find(|(known, _)| said.contains(known)) {
        Some((_, "")) => unread_key(text, position),
        Some((_, hint)) if hint.starts_with(';') => syntax(position, format!("{said}{hint}")),
        Some((_, instead)) => syntax(position, instead),
        None => syntax(position, said),
    }
}

/// What is wrong where the parser stopped for want of a key, or at one too many. What lacks its
/// `: ` is read as a string, which goes on up to the next key.
fn unread_key(text: &str, stop: Position) -> Error {
    let is_key = |text: &str| text.contains(": ") || text.ends_with(':');
    let is_read = |text: &str| !text.is_empty() && !text.starts_with('#');
    let lines = text.lines().map(str::trim_end).zip(1..=stop.line);
    let mut lines: Vec<_> = lines
        .filter(|(text, _)| is_read(text.trim_start()))
        .collect();
    let stopped = lines.pop_if(|(text, _)| is_key(text));
    let above = lines.iter().rposition(|(text, _)| is_key(text));
    let (above, string) = lines.split_at(above.map_or(0, |above| above + 1));
    let is_dashed = |text: &str| text.trim_start().trim_start_matches("- ").starts_with('-');
    let dashed = above.last().filter(|(text, _)| is_dashed(text));
    let without = dashed.or(match (stopped, above.last()) {
        (None, _) => string.last(),
        (Some(_), Some((text, _))) if !text.ends_with(':') => None,
        (Some(_), _) => string.first(),
    });
    let Some(&(text, line)) = without else {
        return syntax(stop, TOO_MANY);
    };
    let start = text.trim_start_matches([' ', '-']);
    let key = start.split([' ', ':']).next().unwrap_or_default();
    let column = (text.len() - start.len()) as u64 + 1;
    let message = match dashed {
        Some(_) => format!("write a space between `-` and `{key}`"),
        None => format!(
            "there is no `:` with a space after the key `{key}`; write both, or indent this line \
             if it belongs to the string above it"
        ),
    };
    syntax(Position { line, column }, message)
}

const TOO_MANY: &str = "there can be no key here; put quotes around a string that contains `: `, \
                        or correct the indentation";

/// What the parser says most often, and what to say instead, or after it if that starts with a
/// semicolon. What to say of a key depends on the lines above it.
const SAID: [&str; 20] = [
    "mapping values are not = ",
    "simple key expected = ",
    "unclosed = ; close it",
    "recursion limit = this is nested too deeply; move parts of it to components",
    "Depth { = this is nested too deeply; move parts of it to components",
    "replayed = the aliases up to here expand to too much; write out what they repeat",
    "too large or too complex = the document is too large here; split it",
    "tab = there is a tab here, or at the start of the next line; indent with spaces",
    "expected key = correct the indentation, or put a string that begins with `[` or `{` in quotes",
    "expected ',' or = write a comma before this, or close the bracket above it",
    "unexpected character = YAML reserves this character; put quotes around the whole string",
    "are not allowed = start a list on the next line; put a string with `-` or `?` first in quotes",
    "a block scalar = start a string after `|` or `>` on the next line, or put it in quotes",
    "unsupported tag = to YAML a word that begins with `!` is a tag; put quotes around the string",
    "trailing content = the quotes end too soon; write `'` around the string, and `''` within it",
    "null is not allowed = there is no key; write one, in quotes if it is `null` or `~`",
    "expected string scalar = this key is not a string; write one",
    "unknown value = there is no such anchor; define it above, or put a string with `*` in quotes",
    "only single YAML = a second document starts here; remove the `---` and what follows",
    "unknown escape = an escape here is unknown; double the backslash, or use single quotes",
];

/// A YAML node whose children know their places.
enum Node {
    Scalar(Value),
    Sequence(Vec<Spanned<Node>>),
    Mapping(Vec<(Spanned<String>, Spanned<Node>)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let _level = Level::enter().ok_or_else(|| serde::de::Error::custom("recursion limit"))?;
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
        let items = iter::from_fn(|| access.next_element().transpose());
        items.collect::<Result<_, _>>().map(Node::Sequence)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let entries = iter::from_fn(|| access.next_entry().transpose());
        entries.collect::<Result<_, _>>().map(Node::Mapping)
    }
}
