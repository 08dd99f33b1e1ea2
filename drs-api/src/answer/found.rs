//! What an answer says in fields that no document knows, at any depth, also in JSON within a
//! text: signs, codes, and which tasks and sides it names.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    is_json,
    read::Properties,
    signs::{Sign, meaning, number, says_wrong_password, sign, words},
};
use crate::{codes::is_code, echo::Raw, types::SECRETS};

/// How deep it goes. What is deeper can't be read, if it has any text.
const MAX_DEPTH: usize = 32;

/// How many codes are kept.
const MAX_CODES: usize = 17;

/// What was found.
#[derive(Default)]
pub(crate) struct Found<'a> {
    /// The ids of the tasks that were asked, in alphabetical order.
    asked: &'a [&'a str],
    /// Each once, the documented one first.
    pub(crate) codes: Vec<Raw<'a>>,
    /// The whole of a text is a code.
    has_code: bool,
    /// A flag or a word is a sign.
    has_word: bool,
    has_asked_id: bool,
    pub(crate) success: bool,
    /// The first sign of failure, as `name: value`.
    pub(crate) failure: Option<Raw<'a>>,
    /// An asked id or a side is a property's name, or is listed under a name of success or
    /// failure.
    names_results: bool,
    /// Something can't be read: what looks like JSON and is none, or is too deep.
    pub(crate) unreadable: bool,
    pub(crate) wrong_password: bool,
}

impl<'a> Found<'a> {
    fn about(asked: &'a [&'a str]) -> Self {
        Self {
            asked,
            ..Self::default()
        }
    }

    /// In the documented code, which is the first, in the other documented texts, and in the
    /// properties that are not documented.
    pub(crate) fn of(
        asked: &'a [&'a str],
        code: Option<&Raw<'a>>,
        texts: &[&Option<Raw<'_>>],
        rest: &Properties<'_>,
    ) -> Self {
        let mut found = Self::about(asked);
        found.codes.extend(code.cloned());
        for text in texts.iter().copied().flatten().chain(code) {
            found.search(text.peek());
            found.embedded("", text.peek(), 0);
        }
        for (name, json) in &rest.0 {
            found.property(name.peek(), json, 0);
        }
        found
    }

    /// In a body that isn't an object: other JSON, a page, words, or JSON that breaks off.
    pub(crate) fn of_text(asked: &'a [&'a str], text: &str) -> Self {
        let mut found = Self::about(asked);
        if is_json(text) {
            found.json("", text.trim(), 0);
            return found;
        }
        found.search(text);
        // A page's scripts are full of objects.
        let is_page = text.trim_start().starts_with('<');
        found.unreadable = !is_page && text.contains(['{', '[', '\0', '\u{fffd}']);
        found.success = sign("", text) == Some(Sign::Success);
        found.names_results = words(text).any(|word| asked.binary_search(&word).is_ok());
        found
    }

    /// A result that can't be read.
    pub(crate) fn unreadable(&mut self, json: &'a str) {
        self.json("", json, 0);
        self.unreadable = true;
        self.failure.get_or_insert(json.into());
    }

    /// The one code that there is, if it is the whole of a text.
    pub(crate) fn only_code(&self) -> Option<&Raw<'a>> {
        let only = self.codes.first()?;
        Some(only).filter(|_| self.has_code && self.codes.len() == 1)
    }

    /// Whether it may tell of a success or of results, so that nothing in it is a refusal.
    pub(crate) fn tells_of_results(&self) -> bool {
        let parts = [self.has_asked_id, self.has_word, self.has_code];
        let is_result = parts.into_iter().filter(|part| *part).count() > 1;
        self.success || self.names_results || self.unreadable || is_result
    }

    /// Takes over the codes of a result that wasn't asked for.
    pub(crate) fn take(&mut self, other: &Found<'_>) {
        self.wrong_password |= other.wrong_password;
        other.codes.iter().for_each(|code| self.search(code.peek()));
    }

    /// Looks for codes in a text.
    fn search(&mut self, text: &str) {
        self.wrong_password |= says_wrong_password(text.as_bytes());
        // Most texts have none.
        if memchr::memchr(b'.', text.as_bytes()).is_none() {
            return;
        }
        for code in words(text).filter(|word| is_code(word)) {
            let is_new = self.codes.iter().all(|known| known.peek() != code);
            if self.codes.len() < MAX_CODES && is_new {
                self.codes.push(code.to_owned().into());
            }
        }
    }

    fn property(&mut self, name: &str, json: &str, depth: usize) {
        // A secret that is repeated confirms nothing, but this may be what is wrong with it.
        if SECRETS.contains(&name) && json.starts_with('"') {
            let mut apart = Self::default();
            apart.json(name, json, depth);
            self.wrong_password |= apart.wrong_password;
            self.failure = self.failure.take().or(apart.failure);
            return;
        }
        self.search(name);
        self.names(name, true);
        self.json(name, json, depth);
    }

    /// A property, or an item of a list of that name.
    fn json(&mut self, name: &str, json: &str, depth: usize) {
        let is_list = json.starts_with('[');
        if depth == MAX_DEPTH {
            self.search(json);
            self.unreadable |= json.contains('"');
        } else if is_list || json.starts_with('{') {
            let is_empty = json[1..].trim_start().starts_with([']', '}']);
            self.note(name, if is_empty { "" } else { "true" });
            if is_list {
                for json in self.parse::<Vec<&RawValue>>(json) {
                    self.json(name, json.get(), depth + 1);
                }
            } else {
                for (name, json) in &self.parse::<Properties<'_>>(json).0 {
                    self.property(name.peek(), json, depth + 1);
                }
            }
        } else if json.starts_with('"') {
            let text = self.parse::<Raw<'_>>(json);
            self.text(name, text.peek());
            self.embedded(name, text.peek(), depth + 1);
        } else {
            self.text(name, json);
        }
    }

    fn parse<'j, T: Deserialize<'j> + Default>(&mut self, json: &'j str) -> T {
        let parsed = serde_json::from_str(json);
        self.unreadable |= parsed.is_err();
        parsed.unwrap_or_default()
    }

    /// A text, or another value as JSON writes it.
    fn text(&mut self, name: &str, text: &str) {
        self.search(text);
        let word = text.trim();
        let (sign, is_code) = (self.note(name, word), is_code(word));
        self.has_code |= is_code;
        // A number is HTTP's status as often as not.
        self.has_word |= sign.is_some() && !is_code && number(word).is_none();
        self.names(word, meaning(name).is_some());
    }

    fn embedded(&mut self, name: &str, text: &str, depth: usize) {
        let text = text.trim_start();
        let inner = text.strip_prefix(['{', '[']).map(str::trim_start);
        if inner.is_some_and(|inner| inner.starts_with(['"', '{', '[', '}'])) {
            self.json(name, text, depth);
        }
    }

    fn note(&mut self, name: &str, value: &str) -> Option<Sign> {
        let sign = sign(name, value);
        self.success |= sign == Some(Sign::Success);
        if sign == Some(Sign::Failure) && self.failure.is_none() {
            self.failure = Some(format!("{name}: {value}").into());
        }
        sign
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
