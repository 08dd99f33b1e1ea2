//! A plan that is YAML: the parser's events as a deserializer of serde's, which moves secrets
//! and leaves no copy. What could take something away from a text, or put another in its place,
//! is refused: a plan needs none of it.

use granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, Span, StrInput};
use serde::{
    Deserializer, de,
    de::{DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{
    problem::problem,
    shape::{Object, Plan},
};

type Error = de::value::Error;
type Read<T> = Result<T, Error>;

const NO_YAML: &str = "invalid YAML; if it is within a text, put the text in single quotes";
const FORBIDDEN: &str = "a plan has no anchors, aliases, merge keys or tags; write the value \
                         itself, in single quotes";
const QUOTES: &str = "a secret must be in quotes, on one line; single quotes take all as it is \
                      written";
/// A secret that may have lines, in a literal block.
const KEY_TAB: &str = "key_tab_file";

/// Reads a plan.
pub(super) fn read(text: &str) -> Result<Object<Plan>, String> {
    let mut options = granit_parser::Options::default();
    options.set_emit_comments(false);
    let mut reader = Reader {
        text,
        events: Parser::new_from_str_with_options(text, options),
        ahead: None,
        key: None,
        refused: None,
    };
    let plan = serde_path_to_error::deserialize(&mut reader);
    let plan = plan.map_err(|error| problem(error.path(), &error.inner().to_string()));
    let plan = plan.and_then(|plan| reader.end().map(|()| plan).map_err(|e| e.to_string()));
    reader.refused.map_or(plan, Err)
}

struct Reader<'t> {
    text: &'t str,
    events: Parser<'t, StrInput<'t>>,
    /// An event that was looked at.
    ahead: Option<(Event<'t>, Span)>,
    /// The field whose value comes next, if that is a secret.
    key: Option<&'static str>,
    /// What is wrong with the text itself; serde's message then says nothing.
    refused: Option<String>,
}

impl<'t> Reader<'t> {
    fn refuse<T>(&mut self, place: Marker, what: &str) -> Read<T> {
        let (line, column) = (place.line(), place.col() + 1);
        self.refused = Some(format!("line {line}, column {column}: {what}"));
        Err(de::Error::custom(""))
    }

    fn next(&mut self) -> Read<(Event<'t>, Span)> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(ahead);
        }
        loop {
            let (event, span) = match self.events.next_event() {
                Some(Ok(event)) => event,
                // The parser's own message may quote the text.
                Some(Err(error)) => {
                    let is_alias = matches!(error.kind(), ErrorKind::UnknownAnchor);
                    let what = if is_alias { FORBIDDEN } else { NO_YAML };
                    return self.refuse(*error.marker(), what);
                }
                None => return Err(de::Error::custom("it ends too early")),
            };
            match event {
                Event::StreamStart | Event::DocumentStart(..) => {}
                Event::Alias(_) => return self.refuse(span.start, FORBIDDEN),
                _ if event.anchor_id().is_some() || event.tag().is_some() => {
                    return self.refuse(span.start, FORBIDDEN);
                }
                _ => return Ok((event, span)),
            }
        }
    }

    fn peek(&mut self) -> Read<&Event<'t>> {
        let next = self.next()?;
        Ok(&self.ahead.insert(next).0)
    }

    fn end(&mut self) -> Read<()> {
        loop {
            match self.next()? {
                (Event::DocumentEnd, _) => {}
                (Event::StreamEnd, _) => return Ok(()),
                (_, span) => return self.refuse(span.start, "a plan is one document"),
            }
        }
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let secret = self.key.take();
        let (text, style, span) = match self.next()? {
            (Event::Scalar(text, style, ..), span) => (text, style, span),
            (Event::SequenceStart(..), _) => return visitor.visit_seq(Parts(self)),
            (Event::MappingStart(..), _) => return visitor.visit_map(Parts(self)),
            (_, span) => {
                let empty = "it is empty; a plan is an object with the list `jobs`";
                return self.refuse(span.start, empty);
            }
        };
        let is_whole = match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                let source = span.slice(self.text).unwrap_or_default();
                !source.contains(['\n', '\r'])
            }
            ScalarStyle::Literal => secret == Some(KEY_TAB),
            _ => false,
        };
        if secret.is_some() && !is_whole {
            return self.refuse(span.start, QUOTES);
        }
        match (style, &*text) {
            (ScalarStyle::Plain, text) if is_null(text) => visitor.visit_unit(),
            (ScalarStyle::Plain, "true" | "True" | "TRUE") => visitor.visit_bool(true),
            (ScalarStyle::Plain, "false" | "False" | "FALSE") => visitor.visit_bool(false),
            _ => text.into_deserializer().deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.peek()? {
            Event::Scalar(text, ScalarStyle::Plain, ..) if is_null(text) => {
                self.next()?;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

/// What is in a list or an object.
struct Parts<'a, 't>(&'a mut Reader<'t>);

impl<'de> SeqAccess<'de> for Parts<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        match self.0.peek()? {
            Event::SequenceEnd => self.0.next().map(|_| None),
            _ => seed.deserialize(&mut *self.0).map(Some),
        }
    }
}

impl<'de> MapAccess<'de> for Parts<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        match self.0.next()? {
            (Event::MappingEnd, _) => Ok(None),
            (Event::Scalar(name, ..), span) if name == "<<" => self.0.refuse(span.start, FORBIDDEN),
            (Event::Scalar(name, ..), _) => {
                let mut secrets = ["db_password", KEY_TAB].into_iter();
                self.0.key = secrets.find(|secret| *secret == name);
                seed.deserialize(name.into_deserializer()).map(Some)
            }
            (_, span) => self.0.refuse(span.start, "a key that is not a text"),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        seed.deserialize(&mut *self.0)
    }
}
