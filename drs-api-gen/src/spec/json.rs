//! JSON, which YAML takes in most cases, but with other limits and other words.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    pointer::child,
    position::{Position, Positions},
};

/// Whether a text is meant to be JSON: YAML seldom starts with a brace and a quote.
pub(super) fn is_json(text: &str) -> bool {
    let rest = text.trim_start().strip_prefix('{');
    rest.is_some_and(|rest| rest.trim_start().starts_with('"'))
}

/// Parses a text that is JSON, or says where it isn't.
pub(super) fn parse(text: &str, most: usize) -> Result<(Value, Positions), Failure> {
    // What serde_json has read needs no second check here.
    if let Err(e) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        let position = Position {
            line: e.line() as u64,
            column: e.column().max(1) as u64,
        };
        return Err((position, message(&e)));
    }
    let mut reader = Reader {
        text,
        at: 0,
        position: Position::START,
        most,
        positions: Positions::new(),
    };
    let value = reader.value("", 0)?;
    reader.positions.insert(String::new(), Position::START);
    Ok((value, reader.positions))
}

fn message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    format!("{message}; correct the JSON here")
}

type Failure = (Position, String);

/// Goes through well-formed JSON.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    position: Position,
    /// The most levels.
    most: usize,
    positions: Positions,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Moves on by some bytes.
    fn skip(&mut self, bytes: usize) -> &'t str {
        let skipped = self.rest().get(..bytes).unwrap_or_default();
        for c in skipped.chars() {
            match c {
                '\n' => {
                    self.position.line += 1;
                    self.position.column = 1;
                }
                _ => self.position.column += 1,
            }
        }
        self.at += skipped.len();
        skipped
    }

    fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.skip(rest.len() - rest.trim_start().len());
    }

    /// The next character that is no space, which is skipped if it is this one.
    fn next_is(&mut self, c: char) -> bool {
        self.skip_spaces();
        let found = self.rest().starts_with(c);
        if found {
            self.skip(c.len_utf8());
        }
        found
    }

    fn value(&mut self, pointer: &str, level: usize) -> Result<Value, Failure> {
        self.skip_spaces();
        if level > self.most {
            let message = format!(
                "nested more than {} levels deep; move parts of it to components",
                self.most
            );
            return Err((self.position, message));
        }
        match self.rest().as_bytes().first() {
            Some(b'{') => self.object(pointer, level),
            Some(b'[') => self.array(pointer, level),
            Some(b'"') => self.string().map(Value::from),
            _ => {
                let ends = |c: char| matches!(c, ',' | ']' | '}') || c.is_ascii_whitespace();
                let rest = self.rest();
                let (token, position) = self.token(rest.find(ends).unwrap_or(rest.len()));
                serde_json::from_str(token).map_err(|e| (position, message(&e)))
            }
        }
    }

    /// The next bytes, and where they start.
    fn token(&mut self, bytes: usize) -> (&'t str, Position) {
        let position = self.position;
        (self.skip(bytes), position)
    }

    fn string(&mut self) -> Result<String, Failure> {
        let mut escaped = false;
        let end = self.rest().char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let (token, position) = self.token(end.map_or(0, |(end, _)| end + 1));
        serde_json::from_str(token).map_err(|e| (position, message(&e)))
    }

    fn array(&mut self, pointer: &str, level: usize) -> Result<Value, Failure> {
        let mut items = Vec::new();
        self.next_is('[');
        while !self.next_is(']') {
            self.skip_spaces();
            let pointer = format!("{pointer}/{}", items.len());
            self.positions.insert(pointer.clone(), self.position);
            items.push(self.value(&pointer, level + 1)?);
            self.next_is(',');
        }
        Ok(Value::Array(items))
    }

    fn object(&mut self, pointer: &str, level: usize) -> Result<Value, Failure> {
        let mut entries = BTreeMap::new();
        self.next_is('{');
        while !self.next_is('}') {
            self.skip_spaces();
            let position = self.position;
            let key = self.string()?;
            if entries.contains_key(&key) {
                let message = format!("duplicate mapping key `{key}`; remove one of the two");
                return Err((position, message));
            }
            self.next_is(':');
            let pointer = child(pointer, &key);
            self.positions.insert(pointer.clone(), position);
            let value = self.value(&pointer, level + 1)?;
            entries.insert(key, value);
            self.next_is(',');
        }
        Ok(Value::Object(entries.into_iter().collect()))
    }
}
