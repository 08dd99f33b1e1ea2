//! What an answer says in fields that no document knows, at any depth, also in JSON within a
//! text: signs, codes, and which tasks and sides it names.

use serde_json::value::RawValue;

use super::{
    is_json,
    read::{Fields, Properties},
    signs::{Name, Sign, codes, is_code, number, says_wrong_password, sign},
};
use crate::echo::Raw;

/// How deep it goes. Anything deeper can't be read, if it contains a text.
const MAX_DEPTH: usize = 32;

/// How many codes are kept.
const MAX_CODES: usize = 17;

/// What was found.
#[derive(Default)]
pub(crate) struct Found<'a> {
    /// The ids of the tasks that were asked, in alphabetical order.
    asked: &'a [&'a str],
    /// The documented code.
    code: Option<Raw<'a>>,
    /// All other codes, each once.
    pub(crate) codes: Vec<Raw<'static>>,
    /// One of them is the whole of a text.
    has_whole_code: bool,
    pub(crate) success: bool,
    /// The first sign of failure, as `name: value`.
    pub(crate) failure: Option<Raw<'static>>,
    /// A flag or a word is a sign.
    has_word: bool,
    has_asked_id: bool,
    /// An asked id or a side is a property's name, or is listed under a name of success or
    /// failure.
    names_results: bool,
    /// Something can't be read: what looks like JSON and is none, or is too deep.
    pub(crate) unreadable: bool,
    pub(crate) wrong_password: bool,
}

impl<'a> Found<'a> {
    /// In what both a body and a result have: a code, a message that may hold JSON and codes,
    /// and unknown properties.
    pub(crate) fn of(
        asked: &'a [&'a str],
        code: Option<&Raw<'a>>,
        message: Option<&Raw<'_>>,
        rest: &Properties<'_>,
    ) -> Self {
        let code = code.cloned();
        let mut found = Self {
            asked,
            code,
            ..Self::default()
        };
        if let Some(code) = found.code.clone() {
            found.search(code.peek());
        }
        if let Some(message) = message {
            found.search(message.peek());
            found.embedded("", Name::Other, message.peek(), 0);
        }
        for (name, json) in &rest.0 {
            found.property(name, json, 0);
        }
        found
    }

    /// In a body that is not an object.
    pub(crate) fn of_text(asked: &'a [&'a str], text: &str) -> Self {
        let mut found = Self {
            asked,
            ..Self::default()
        };
        match is_json(text) {
            true => found.value(text),
            false => found.words(text),
        }
        found
    }

    pub(crate) fn value(&mut self, json: &str) {
        self.json("", Name::Other, json.trim(), 0);
    }

    /// The documented code, or the first that there is.
    pub(crate) fn code(&self) -> Option<&Raw<'a>> {
        self.code.as_ref().or(self.codes.first())
    }

    pub(crate) fn all_codes(&self) -> impl Iterator<Item = &Raw<'a>> {
        self.code.iter().chain(&self.codes)
    }

    /// The one code that there is, if it is the whole of a text.
    pub(crate) fn only_code(&self) -> Option<&Raw<'a>> {
        match &self.codes[..] {
            [only] if self.has_whole_code => Some(only),
            _ => None,
        }
    }

    /// Whether it may tell of a success, or of results, next to a refusal.
    pub(crate) fn tells_of_results(&self) -> bool {
        let parts = [self.has_asked_id, self.has_word, self.has_whole_code];
        let is_result = parts.into_iter().filter(|part| *part).count() > 1;
        self.success || self.names_results || self.unreadable || is_result
    }

    /// Takes over what a result says that is about nothing that was asked for.
    pub(crate) fn take(&mut self, other: &Found<'a>) {
        self.wrong_password |= other.wrong_password;
        other.all_codes().for_each(|code| self.search(code.peek()));
    }

    /// Looks for codes in a text.
    pub(crate) fn search(&mut self, text: &str) {
        self.wrong_password |= says_wrong_password(text.as_bytes());
        for code in codes(text) {
            let is_new = self.all_codes().all(|known| known.peek() != code);
            if self.codes.len() < MAX_CODES && is_new {
                self.codes.push(code.to_owned().into());
            }
        }
    }

    /// A body that is not JSON: a page, words, or JSON that breaks off. A page's scripts are full
    /// of objects.
    fn words(&mut self, text: &str) {
        self.search(text);
        let is_page = text.trim_start().starts_with('<');
        self.unreadable = !is_page && text.contains(['{', '[', '\0', '\u{fffd}']);
        self.success = sign(Name::Other, text) == Some(Sign::Success);
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)) {
            self.names(word.trim_matches('.'), false);
        }
        self.names_results = self.has_asked_id;
    }

    fn property(&mut self, name: &str, json: &str, depth: usize) {
        self.search(name);
        self.names(name, true);
        self.json(name, Name::of(name), json, depth);
    }

    fn json(&mut self, name: &str, kind: Name, json: &str, depth: usize) {
        if depth == MAX_DEPTH {
            self.search(json);
            self.unreadable |= json.contains('"');
        } else if json.starts_with('{') {
            let fields = serde_json::from_str::<Fields<'_>>(json);
            self.unreadable |= fields.is_err();
            let Fields(fields) = fields.unwrap_or_default();
            for (name, json) in &fields {
                self.property(name, json, depth + 1);
            }
            if !fields.is_empty() {
                self.note(name, sign(kind, "true"), "{…}");
            }
        } else if json.starts_with('[') {
            let list = serde_json::from_str::<Vec<&RawValue>>(json);
            self.unreadable |= list.is_err();
            let list = list.unwrap_or_default();
            for json in &list {
                self.json(name, kind, json.get(), depth + 1);
            }
            if !list.is_empty() {
                self.note(name, sign(kind, "true"), "[…]");
            }
        } else {
            let text = serde_json::from_str::<Raw<'_>>(json);
            self.unreadable |= text.is_err() && json.starts_with('"');
            let is_text = text.is_ok();
            let text = text.unwrap_or_else(|_| json.into());
            self.scalar(name, kind, text.peek(), is_text);
            if is_text {
                self.embedded(name, kind, text.peek(), depth + 1);
            }
        }
    }

    fn scalar(&mut self, name: &str, kind: Name, text: &str, is_text: bool) {
        self.search(text);
        let word = text.trim();
        let (sign, is_code) = (sign(kind, word), is_code(word));
        self.has_whole_code |= is_code;
        // A bare number is HTTP's status as often as not.
        self.has_word |= sign.is_some() && !is_code && (is_text || number(word).is_none());
        self.names(word, matches!(kind, Name::Success | Name::Failure));
        self.note(name, sign, text);
    }

    fn embedded(&mut self, name: &str, kind: Name, text: &str, depth: usize) {
        let text = text.trim_start();
        let inner = text.strip_prefix(['{', '[']).map(str::trim_start);
        if inner.is_some_and(|inner| inner.starts_with(['"', '{', '[', '}'])) {
            self.json(name, kind, text, depth);
        }
    }

    fn note(&mut self, name: &str, sign: Option<Sign>, shown: &str) {
        self.success |= sign == Some(Sign::Success);
        if sign == Some(Sign::Failure) && self.failure.is_none() {
            self.failure = Some(format!("{name}: {shown}").into());
        }
    }

    /// A text that may name a task or a side.
    fn names(&mut self, text: &str, is_of_results: bool) {
        let is_side = text.eq_ignore_ascii_case("so") || text.eq_ignore_ascii_case("ta");
        let is_task = self.asked.binary_search(&text).is_ok();
        self.has_asked_id |= is_task;
        self.names_results |= is_of_results && (is_side || is_task);
    }
}

#[cfg(test)]
mod tests;
