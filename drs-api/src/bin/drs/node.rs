//! JSON or YAML as a tree, and the generated types read from it.
//!
//! Between the parser and the types stands a tree of our own for two reasons: an error of
//! serde's shows the value it could not use, which may be a password; and the generated types
//! pass over fields they don't know, which in a plan are spelling mistakes.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{
        self, Expected, IntoDeserializer as _, MapAccess, SeqAccess, Unexpected, Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use zeroize::Zeroizing;

/// A node of the tree. What can't be a part of a plan keeps no value.
pub(crate) enum Node {
    Null,
    Bool,
    Number,
    String(Zeroizing<String>),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    pub(crate) fn entry(&mut self, key: &str) -> Option<&mut Self> {
        let Self::Map(entries) = self else {
            return None;
        };
        let found = entries.iter_mut().find(|(name, _)| name == key);
        found.map(|(_, value)| value)
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool => "a truth value",
            Self::Number => "a number",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "an object",
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NodeVisitor;

        impl<'de> Visitor<'de> for NodeVisitor {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON or YAML")
            }

            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Null)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
                Ok(Node::Bool)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
                Ok(Node::Number)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
                Ok(Node::Number)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
                Ok(Node::Number)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Node, E> {
                Ok(Node::String(Zeroizing::new(text.to_owned())))
            }

            fn visit_string<E>(self, text: String) -> Result<Node, E> {
                Ok(Node::String(Zeroizing::new(text)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Node::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
                let mut map = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    map.push(entry);
                }
                Ok(Node::Map(map))
            }
        }

        deserializer.deserialize_any(NodeVisitor)
    }
}

/// What is wrong with a tree, and where; no value of it.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Such as `jobs[3].db_password`.
    place: Option<String>,
    what: String,
}

impl Problem {
    fn new(what: impl Into<String>) -> Self {
        Self {
            place: None,
            what: what.into(),
        }
    }

    /// The innermost place is told first, and stays.
    fn at(mut self, place: &str) -> Self {
        self.place.get_or_insert_with(|| place.to_owned());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_deref() {
            None | Some("") => f.write_str(&self.what),
            Some(place) => write!(f, "{place}: {}", self.what),
        }
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    /// The text may hold a value, so it is not shown.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::new("the API's document does not allow this value")
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("it is not {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("it is not {expected}"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("it must be one of: {}", expected.join(", ")))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!(
            "only these fields are known: {}",
            expected.join(", ")
        ))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("`{field}` is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("`{field}` is there twice"))
    }
}

/// A node at its place, to be read.
pub(crate) struct Placed {
    pub(crate) node: Node,
    pub(crate) place: String,
}

impl Placed {
    fn unfit(&self, expected: &str) -> Problem {
        let found = self.node.kind();
        let quote = match self.node {
            Node::Bool | Node::Number if expected == "a string" => "; put it in quotes",
            _ => "",
        };
        Problem::new(format!("it must be {expected} and is {found}{quote}")).at(&self.place)
    }

    /// A field whose name is no property of the API's.
    fn check_known(&self, known: &[&str]) -> Result<(), Problem> {
        let Node::Map(entries) = &self.node else {
            return Ok(());
        };
        let unknown = |(_, (name, _)): &(usize, &(String, Node))| !known.contains(&name.as_str());
        let Some((index, (name, _))) = entries.iter().enumerate().find(unknown) else {
            return Ok(());
        };
        // `{db_password:x}` and `{db_password, x}` have entries with a password as their name:
        // only what no password looks like is shown.
        let named =
            name.len() <= 32 && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'_' | b'-'));
        let which = match named {
            true => format!("`{name}`"),
            false => format!("entry {}", index + 1),
        };
        let known = known.join(", ");
        Err(Problem::new(format!("{which} is no field of it; these are: {known}")).at(&self.place))
    }
}

impl<'de> Deserializer<'de> for Placed {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.node {
            // Moved, so that a secret has no copy.
            Node::String(mut text) => visitor
                .visit_string(std::mem::take(&mut *text))
                .map_err(|problem: Problem| problem.at(&self.place)),
            // The API has nothing else in a request that a type would take as it comes.
            _ => Err(self.unfit(&(&visitor as &dyn Expected).to_string())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.node {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let Node::List(items) = self.node else {
            return Err(self.unfit("a list"));
        };
        let items = items.into_iter().enumerate().map(|(index, node)| Self {
            node,
            place: format!("{}[{index}]", self.place),
        });
        visitor.visit_seq(SeqDeserializer::new(items))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.check_known(fields)?;
        let Node::Map(entries) = self.node else {
            return Err(self.unfit("an object"));
        };
        let dot = if self.place.is_empty() { "" } else { "." };
        let entries = entries.into_iter().map(|(name, node)| {
            let place = format!("{}{dot}{name}", self.place);
            (name, Self { node, place })
        });
        visitor
            .visit_map(MapDeserializer::new(entries))
            .map_err(|problem: Problem| problem.at(&self.place))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match &self.node {
            Node::String(text) => visitor
                .visit_enum(text.as_str().into_deserializer())
                .map_err(|problem: Problem| problem.at(&self.place)),
            _ => Err(self.unfit("a string")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct newtype_struct tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> de::IntoDeserializer<'de, Problem> for Placed {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
