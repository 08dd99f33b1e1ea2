//! A walk over JSON whose shape no document knows, at any depth, also in texts that hold JSON:
//! signs, codes, and which tasks and sides it names.

use std::fmt;

use serde::{
    Deserialize as _, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    read::Property,
    signs::{Name, Sign, Value, codes, is_code, normal, says_wrong_password, sign},
};
use crate::echo::Raw;

/// How deep it goes. What is deeper can't be read, if it holds any text.
const MAX_DEPTH: usize = 100;

/// How many codes are kept, and how many ids.
const MAX_CODES: usize = 17;
const MAX_IDS: usize = 1000;

/// What was found.
#[derive(Default)]
pub(crate) struct Found<'k> {
    /// Knows the ids that were asked for.
    is_asked: Option<&'k dyn Fn(&str) -> bool>,
    pub(crate) success: bool,
    /// The first sign of failure, as `name: value`.
    pub(crate) failure: Option<Raw<'static>>,
    /// It names results: an object has two of these: an asked id, a sign, a code; or an asked
    /// id or a side is a property's name, or is listed under a name of success or failure.
    pub(crate) results: bool,
    /// Something can't be read: what looks like JSON and is none, or is too deep.
    pub(crate) unreadable: bool,
    /// It names a side.
    pub(crate) side: bool,
    pub(crate) wrong_password: bool,
    /// The ids that were asked for.
    pub(crate) ids: Vec<String>,
    /// All codes, each once.
    pub(crate) codes: Vec<Raw<'static>>,
    /// One of them is the whole of a text.
    pub(crate) has_whole_code: bool,
}

/// What the values of one object tell.
#[derive(Default)]
struct Object {
    id: bool,
    sign: bool,
    code: bool,
}

impl<'k> Found<'k> {
    pub(crate) fn new(is_asked: &'k dyn Fn(&str) -> bool) -> Self {
        Self {
            is_asked: Some(is_asked),
            ..Self::default()
        }
    }

    /// Whether it may tell of a success, or of results, beside a refusal.
    pub(crate) fn tells_of_results(&self) -> bool {
        self.success || self.results || self.unreadable
    }

    /// What both a body and a result have: a code, a message that may hold JSON and codes, and
    /// unknown properties.
    pub(crate) fn known(
        &mut self,
        code: Option<&Raw<'_>>,
        message: Option<&Raw<'_>>,
        rest: &[Property<'_>],
    ) {
        let mut object = Object::default();
        if let Some(code) = code {
            self.search(code.peek());
            self.codes = vec![code.peek().to_owned().into()];
        }
        if let Some(message) = message {
            self.search(message.peek());
            self.embedded("", message.peek(), &mut Object::default(), 0);
        }
        for (name, json) in rest {
            self.name(name);
            self.json(name, json, &mut object, 0);
        }
        self.end(&object);
    }

    /// Takes over what a result says that is about nothing that was asked for.
    pub(crate) fn take(&mut self, other: &Found<'_>) {
        self.wrong_password |= other.wrong_password;
        self.codes.extend(other.codes.iter().cloned());
    }

    /// JSON of any kind.
    pub(crate) fn value(&mut self, json: &str) {
        let mut object = Object::default();
        self.json("", json, &mut object, 0);
        self.end(&object);
    }

    /// A body that is no JSON: a page, words, or JSON that breaks off. A page's scripts are full
    /// of objects.
    pub(crate) fn words(&mut self, text: &str) {
        self.search(text);
        let is_page = text.trim_start().starts_with('<');
        let odd = ["{\"", "[{", "\0", "\u{fffd}"];
        self.unreadable |= text.trim_start().starts_with(['{', '['])
            || (!is_page && odd.iter().any(|odd| text.contains(odd)));
        self.success |= sign(Name::Other, Value::Text(text)) == Some(Sign::Success);
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c));
        let mut words = words.map(|word| word.trim_matches('.'));
        self.results |= words.any(|word| self.is_asked(word));
    }

    /// Looks for codes in a text.
    pub(crate) fn search(&mut self, text: &str) {
        self.wrong_password |= says_wrong_password(text.as_bytes());
        for code in codes(text) {
            let is_new = self.codes.iter().all(|known| known.peek() != code);
            if is_new && self.codes.len() < MAX_CODES {
                self.codes.push(code.to_owned().into());
            }
        }
    }

    fn json(&mut self, name: &str, json: &str, object: &mut Object, depth: usize) {
        let walk = Walk {
            name,
            kind: Name::of(name),
            object,
            depth,
            found: self,
        };
        let mut json = serde_json::Deserializer::from_str(json);
        let walked = walk.deserialize(&mut json).and_then(|()| json.end());
        self.unreadable |= walked.is_err();
    }

    fn embedded(&mut self, name: &str, text: &str, object: &mut Object, depth: usize) {
        let text = text.trim_start();
        let inner = text.strip_prefix(['{', '[']).map(str::trim_start);
        if inner.is_some_and(|inner| inner.starts_with(['"', '{', '[', '}'])) {
            self.json(name, text, object, depth + 1);
        }
    }

    /// The name of a property.
    fn name(&mut self, name: &str) {
        self.search(name);
        self.side |= normal(name) == "endpointtype";
        self.named(name, true);
    }

    /// A text that may name a task or a side. Says whether it names a task.
    fn named(&mut self, text: &str, is_result: bool) -> bool {
        let is_side = text.eq_ignore_ascii_case("so") || text.eq_ignore_ascii_case("ta");
        let is_task = self.is_asked(text);
        if is_task && self.ids.len() < MAX_IDS && self.ids.last().is_none_or(|last| last != text) {
            self.ids.push(text.to_owned());
        }
        self.side |= is_side;
        self.results |= is_result && (is_side || is_task);
        is_task
    }

    fn is_asked(&self, text: &str) -> bool {
        self.is_asked.is_some_and(|is_asked| is_asked(text))
    }

    fn end(&mut self, object: &Object) {
        let Object { id, sign, code } = *object;
        self.results |= [id, sign, code].into_iter().filter(|found| *found).count() > 1;
    }
}

/// The walk over one value.
struct Walk<'w, 'k> {
    name: &'w str,
    kind: Name,
    /// What holds the value.
    object: &'w mut Object,
    depth: usize,
    found: &'w mut Found<'k>,
}

impl Walk<'_, '_> {
    fn note(&mut self, value: Value<'_>, shown: impl fmt::Display) {
        let sign = sign(self.kind, value);
        // A number is HTTP's status as often as not, and a list has signs of its own.
        self.object.sign |= sign.is_some() && matches!(value, Value::Flag(_) | Value::Text(_));
        match sign {
            Some(Sign::Success) => self.found.success = true,
            Some(Sign::Failure) if self.found.failure.is_none() => {
                self.found.failure = Some(format!("{}: {shown}", self.name).into());
            }
            _ => {}
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.depth < MAX_DEPTH {
            return deserializer.deserialize_any(self);
        }
        let json = <&RawValue>::deserialize(deserializer)?.get();
        self.found.search(json);
        self.found.unreadable |= json.contains('"');
        Ok(())
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(mut self, flag: bool) -> Result<(), E> {
        self.note(Value::Flag(flag), flag);
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.visit_f64(number as f64)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.visit_f64(number as f64)
    }

    fn visit_f64<E>(mut self, number: f64) -> Result<(), E> {
        self.note(Value::Number(number), number);
        Ok(())
    }

    fn visit_str<E>(mut self, text: &str) -> Result<(), E> {
        self.found.search(text);
        let word = text.trim();
        if is_code(word) {
            self.object.code = true;
            self.found.has_whole_code = true;
        }
        let had_sign = self.object.sign;
        self.note(Value::Text(text), text);
        self.object.sign = had_sign || (self.object.sign && !is_code(word));
        let is_listed = matches!(self.kind, Name::Success | Name::Failure);
        self.object.id |= self.found.named(word, is_listed);
        self.found
            .embedded(self.name, text, self.object, self.depth);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let mut is_empty = true;
        loop {
            let element = Walk {
                name: self.name,
                kind: self.kind,
                object: &mut *self.object,
                depth: self.depth + 1,
                found: &mut *self.found,
            };
            if list.next_element_seed(element)?.is_none() {
                break;
            }
            is_empty = false;
        }
        if !is_empty {
            self.note(Value::Filled, "[…]");
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut object = Object::default();
        let mut is_empty = true;
        while let Some(name) = map.next_key::<Raw<'_>>()? {
            let name = name.peek();
            self.found.name(name);
            map.next_value_seed(Walk {
                name,
                kind: Name::of(name),
                object: &mut object,
                depth: self.depth + 1,
                found: &mut *self.found,
            })?;
            is_empty = false;
        }
        self.found.end(&object);
        if !is_empty {
            self.note(Value::Filled, "{…}");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
