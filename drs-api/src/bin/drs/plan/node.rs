//! A plan as a tree, whatever it was written in, and the generated types read from it.
//!
//! Between the parser and the types stands a tree of our own for two reasons: an error of
//! serde's shows the value it could not use, which may be a password; and the generated types
//! pass over fields they don't know, which in a plan are spelling mistakes.

use std::fmt;

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, Expected, IntoDeserializer as _, MapAccess, Visitor},
    forward_to_deserialize_any,
};
use zeroize::Zeroizing;

use super::problem::Problem;

/// A node of the tree. What can't be a part of a plan keeps no value; nor do lists, since the
/// items of the only one are handed on one by one.
#[derive(Clone)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number,
    String(Text),
    List,
    Map(Fields),
}

/// The fields of an object.
pub(crate) type Fields = Vec<(&'static str, Node)>;

/// A string.
#[derive(Clone)]
pub(crate) struct Text {
    pub(crate) value: Zeroizing<String>,
    /// Why it may not be what its author wanted to write. It matters for secrets alone.
    pub(crate) doubt: Option<Box<Doubt>>,
}

/// What YAML may have taken away from a text.
#[derive(Clone, Debug)]
pub(crate) struct Doubt {
    pub(crate) line: usize,
    pub(crate) what: &'static str,
    /// A literal block keeps its lines, and adds line ends to them.
    pub(crate) literal_block: bool,
}

impl Node {
    /// A string that stands for itself.
    pub(crate) fn text(value: Zeroizing<String>) -> Self {
        Self::String(Text { value, doubt: None })
    }

    /// About how many bytes a copy takes.
    pub(crate) fn cost(&self) -> usize {
        let own = size_of::<(&str, Self)>();
        own + match self {
            Self::String(text) => text.value.len(),
            Self::Map(fields) => fields.iter().map(|(_, node)| node.cost()).sum(),
            _ => 0,
        }
    }

    /// What it is, for a problem.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a truth value",
            Self::Number => "a number",
            Self::String(_) => "a string",
            Self::List => "a list",
            Self::Map(_) => "an object",
        }
    }

    /// The problem that it is something else than expected.
    pub(crate) fn unfit(&self, expected: &str) -> Problem {
        let found = self.kind();
        let quote = match self {
            Self::Bool(_) | Self::Number if expected == "a string" => {
                "; put it in quotes, in YAML in single quotes"
            }
            _ => "",
        };
        Problem::new(format!("expected {expected}, found {found}{quote}"))
    }
}

impl<'de> Deserializer<'de> for Node {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            // Moved, so that a secret has no copy.
            Self::String(mut text) => visitor.visit_string(std::mem::take(&mut *text.value)),
            // The API has nothing else in a request that a type would take as it comes.
            _ => Err(self.unfit(&(&visitor as &dyn Expected).to_string())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Self::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self {
            Self::Map(fields) => visitor.visit_map(FieldsOf {
                fields: fields.into_iter(),
                next: None,
            }),
            _ => Err(self.unfit("an object")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match &self {
            Self::String(text) => visitor.visit_enum(text.value.as_str().into_deserializer()),
            _ => Err(self.unfit("a string")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// Hands out fields, and puts their names before the problems of their values.
struct FieldsOf {
    fields: std::vec::IntoIter<(&'static str, Node)>,
    next: Option<(&'static str, Node)>,
}

impl<'de> MapAccess<'de> for FieldsOf {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Problem> {
        self.next = self.fields.next();
        let name = self.next.as_ref().map(|(name, _)| *name);
        name.map(|name| seed.deserialize(name.into_deserializer()))
            .transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        match self.next.take() {
            Some((name, node)) => seed.deserialize(node).map_err(|p| p.within(name)),
            None => Err(de::Error::custom("a value without its key")),
        }
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}
