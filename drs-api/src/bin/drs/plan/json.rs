//! A plan that is JSON, read strictly.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use zeroize::Zeroizing;

use super::{
    node::{Fields, Node},
    problem::Problem,
    shape::{Shape, item_place},
};

/// Reads a plan, and hands on each of its items.
pub(super) fn read(
    text: &str,
    each: &mut dyn FnMut(Node) -> Result<(), Problem>,
) -> Result<Node, Problem> {
    let mut sink = Sink {
        each,
        problem: None,
    };
    let mut json = serde_json::Deserializer::from_str(text);
    let root = Part {
        shape: Shape::Root,
        sink: &mut sink,
    };
    let root = root.deserialize(&mut json);
    let root = root.and_then(|root| json.end().map(|()| root));
    match sink.problem {
        Some(problem) => Err(problem),
        None => root.map_err(|e| syntax(&e)),
    }
}

/// What is wrong with the text and where, without any of it.
fn syntax(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    // The messages on syntax are fixed; the place stands at their end.
    let what = error.to_string();
    let what = what.split(" at line ").next().unwrap_or_default();
    Problem::in_text(format!(
        "invalid JSON at line {line}, column {column}: {what}"
    ))
}

/// Who takes the items, and the problem that ended the reading, which serde can't hand on.
struct Sink<'a> {
    each: &'a mut dyn FnMut(Node) -> Result<(), Problem>,
    problem: Option<Problem>,
}

impl Sink<'_> {
    fn stop<E: serde::de::Error>(&mut self, problem: Problem) -> E {
        self.problem = Some(problem);
        E::custom("")
    }
}

/// A part of a plan, to be read.
struct Part<'a, 'b> {
    shape: Shape,
    sink: &'a mut Sink<'b>,
}

impl<'de> DeserializeSeed<'de> for Part<'_, '_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_, '_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
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

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::text(Zeroizing::new(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        if self.shape != Shape::Jobs {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Node::List);
        }
        for index in 0_usize.. {
            let item = Part {
                shape: Shape::Item,
                sink: &mut *self.sink,
            };
            let place = || item_place(index);
            match items.next_element_seed(item) {
                Ok(Some(item)) => {
                    (self.sink.each)(item).map_err(|p| self.sink.stop(p.within(&place())))?;
                }
                Ok(None) => break,
                Err(e) => {
                    let problem = self.sink.problem.take();
                    self.sink.problem = problem.map(|p| p.within(&place()));
                    return Err(e);
                }
            }
        }
        Ok(Node::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut fields = Fields::new();
        if !self.shape.is_object() {
            while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Node::Map(fields));
        }
        while let Some(key) = entries.next_key::<String>()? {
            let field = self.shape.field(&key, fields.len());
            let (name, shape) = field.map_err(|p| self.sink.stop(p))?;
            if fields.iter().any(|(known, _)| *known == name) {
                let problem = Problem::new("it is given twice").within(name);
                return Err(self.sink.stop(problem));
            }
            let part = Part {
                shape,
                sink: &mut *self.sink,
            };
            match entries.next_value_seed(part) {
                Ok(node) => fields.push((name, node)),
                Err(e) => {
                    // Items say their places themselves.
                    let problem = self.sink.problem.take();
                    self.sink.problem = problem.map(|p| match shape {
                        Shape::Jobs => p,
                        _ => p.within(name),
                    });
                    return Err(e);
                }
            }
        }
        Ok(Node::Map(fields))
    }
}
