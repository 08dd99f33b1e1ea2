//! A plan that is YAML: the parser's events as a deserializer of serde's, which moves secrets
//! and leaves no copy. What could take something away from a text, or put another in its place,
//! is refused: a plan needs none of it.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, Span, StrInput};
use serde::{
    Deserializer, de,
    de::{DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{Object, Plan, problem};

type Error = de::value::Error;

const FORBIDDEN: &str = "a plan has no anchors, aliases, merge keys or tags; write the value \
                         itself, in single quotes";

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
    let plan = match reader.start() {
        Ok(()) => serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| problem(error.path(), &error.inner().to_string())),
        Err(e) => Err(e.to_string()),
    };
    let plan = plan.and_then(|plan| reader.end().map(|()| plan).map_err(|e| e.to_string()));
    match reader.refused {
        Some(problem) => Err(problem),
        None => plan,
    }
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
    fn refuse(&mut self, place: Marker, what: &str) -> Error {
        let (line, column) = (place.line(), place.col() + 1);
        let problem = format!("line {line}, column {column}: {what}");
        self.refused = Some(problem);
        de::Error::custom("")
    }

    fn next(&mut self) -> Result<(Event<'t>, Span), Error> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(ahead);
        }
        match self.events.next_event() {
            Some(Ok((event, span))) => {
                let forbidden = matches!(event, Event::Alias(_))
                    || event.anchor_id().is_some()
                    || event.tag().is_some();
                match forbidden {
                    true => Err(self.refuse(span.start, FORBIDDEN)),
                    false => Ok((event, span)),
                }
            }
            Some(Err(error)) if matches!(error.kind(), ErrorKind::UnknownAnchor) => {
                Err(self.refuse(*error.marker(), FORBIDDEN))
            }
            // The parser's own message may quote the text.
            Some(Err(error)) => Err(self.refuse(
                *error.marker(),
                "invalid YAML; if it is within a text, put the text in single quotes",
            )),
            None => Err(de::Error::custom("it ends too early")),
        }
    }

    fn peek(&mut self) -> Result<&Event<'t>, Error> {
        let next = self.next()?;
        Ok(&self.ahead.insert(next).0)
    }

    fn start(&mut self) -> Result<(), Error> {
        loop {
            match self.peek()? {
                Event::StreamStart | Event::DocumentStart(..) => drop(self.next()?),
                // Nothing but comments.
                Event::StreamEnd => {
                    let empty = "it is empty; a plan is an object with the list `jobs`";
                    return Err(de::Error::custom(empty));
                }
                _ => return Ok(()),
            }
        }
    }

    fn end(&mut self) -> Result<(), Error> {
        loop {
            match self.next()? {
                (Event::DocumentEnd, _) => {}
                (Event::StreamEnd, _) => return Ok(()),
                (_, span) => return Err(self.refuse(span.start, "a plan is one document")),
            }
        }
    }

    /// Refuses a secret from which YAML may have taken something away.
    fn check_secret(&mut self, key: &str) -> Result<(), Error> {
        self.peek()?;
        let Some((Event::Scalar(_, style, ..), span)) = &self.ahead else {
            return Ok(());
        };
        let source = span.slice(self.text).unwrap_or_default();
        let (start, whole) = match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                (span.start, !source.contains(['\n', '\r']))
            }
            // Its content may have lines.
            ScalarStyle::Literal => (span.start, key == "key_tab_file"),
            _ => (span.start, false),
        };
        match whole {
            true => Ok(()),
            false => Err(self.refuse(
                start,
                "a secret must be in quotes, on one line; single quotes take all as it is written",
            )),
        }
    }
}

fn is_null(value: &str, style: ScalarStyle) -> bool {
    style == ScalarStyle::Plain && matches!(value, "" | "~" | "null" | "Null" | "NULL")
}

fn text<'t, V: Visitor<'t>>(text: Cow<'t, str>, visitor: V) -> Result<V::Value, Error> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.next()? {
            (Event::Scalar(value, style, ..), _) if is_null(&value, style) => visitor.visit_unit(),
            (Event::Scalar(value, ScalarStyle::Plain, ..), _) => match &*value {
                "true" | "True" | "TRUE" => visitor.visit_bool(true),
                "false" | "False" | "FALSE" => visitor.visit_bool(false),
                _ => text(value, visitor),
            },
            (Event::Scalar(value, ..), _) => text(value, visitor),
            (Event::SequenceStart(..), _) => visitor.visit_seq(Parts(self)),
            (Event::MappingStart(..), _) => visitor.visit_map(Parts(self)),
            (_, span) => Err(self.refuse(span.start, "a plan can'de hold this")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.peek()? {
            Event::Scalar(value, style, ..) if is_null(value, *style) => {
                self.next()?;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.next()? {
            (Event::Scalar(value, ..), _) => visitor.visit_enum(value.into_deserializer()),
            _ => Err(de::Error::custom("invalid type, expected a string")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// What is in a list or an object.
struct Parts<'a, 'de>(&'a mut Reader<'de>);

impl<'de> SeqAccess<'de> for Parts<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        match self.0.peek()? {
            Event::SequenceEnd => self.0.next().map(|_| None),
            _ => seed.deserialize(&mut *self.0).map(Some),
        }
    }
}

impl<'de> MapAccess<'de> for Parts<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let (name, span) = match self.0.next()? {
            (Event::MappingEnd, _) => return Ok(None),
            (Event::Scalar(name, ..), span) => (name, span),
            (_, span) => return Err(self.0.refuse(span.start, "a key that is not a text")),
        };
        if name == "<<" {
            return Err(self.0.refuse(span.start, FORBIDDEN));
        }
        let mut secrets = ["db_password", "key_tab_file"].into_iter();
        self.0.key = secrets.find(|secret| *secret == name);
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        if let Some(key) = self.0.key.take() {
            self.0.check_secret(key)?;
        }
        seed.deserialize(&mut *self.0)
    }
}
