//! What JSON in an unknown shape holds: signs of success and of failure, ids and codes. It goes
//! from word to word and needs no shape, so that nothing is too deep or too broken for it.

#[cfg(test)]
mod tests;
mod words;

use std::borrow::Cow;

use serde::de::IgnoredAny;

pub(crate) use self::words::is_success;
use self::words::{
    is_code, is_failure, is_flag_of_success, is_message, is_of_failure, is_yes, normal,
    tells_of_success,
};
use super::text::{bounded, prefix};

/// How many codes and ids are kept of one scan.
const MAX_FOUND: usize = 1000;

/// How deep JSON may stand in texts of JSON.
const MAX_EMBEDDED: usize = 3;

/// How many objects and lists may be open at a time; what is deeper counts as part of the last.
const MAX_DEPTH: usize = 128;

/// How much is kept of a sign of failure, in bytes.
const MAX_SIGN: usize = 200;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// A status, a flag, a number or a list that tells of a success.
    pub(crate) success: bool,
    /// What tells of a failure first, such as `error: half`.
    pub(crate) failure: Option<String>,
    /// Something that looks like JSON and can't be read.
    pub(crate) broken: bool,
    /// The ids of tasks that were asked for, as often as they stand there.
    pub(crate) ids: Vec<String>,
    pub(crate) codes: Vec<FoundCode>,
}

/// An error code, and what the object that holds it says it is about.
#[derive(Debug, PartialEq)]
pub(crate) struct FoundCode {
    pub(crate) id: Option<String>,
    pub(crate) side: Option<String>,
    pub(crate) code: String,
}

/// An object or a list that is open.
#[derive(Default)]
struct Frame {
    is_list: bool,
    /// The name of what comes next; in a list that of the list.
    name: String,
    id: Option<String>,
    side: Option<String>,
    codes: Vec<String>,
}

impl Scan {
    /// Scans a property that is not known. `is_asked` knows the ids that were asked for.
    pub(crate) fn property(&mut self, name: &str, json: &str, is_asked: &dyn Fn(&str) -> bool) {
        if self.ids.len() < MAX_FOUND && is_asked(name) {
            self.ids.push(name.to_owned());
        }
        self.value(name, json, is_asked);
    }

    /// Scans one value that stands under this name. `is_asked` knows the ids that were asked for.
    fn value(&mut self, name: &str, json: &str, is_asked: &dyn Fn(&str) -> bool) {
        let scanner = Scanner {
            scan: self,
            is_asked,
            embedded: 0,
        };
        scanner.run(name, json);
    }

    /// Scans a text that is no object: JSON of another kind, HTML, words.
    pub(crate) fn text(&mut self, text: &str, is_asked: &dyn Fn(&str) -> bool) {
        if serde_json::from_str::<IgnoredAny>(text).is_ok() {
            return self.value("", text, is_asked);
        }
        let is_page = text.trim_start().starts_with('<');
        let begins_like_json = text.trim_start().starts_with(['{', '[']);
        // Scripts in pages are full of objects.
        self.broken |= begins_like_json
            || (!is_page && (text.contains("{\"") || text.contains("[{")))
            || text.contains("\"results\"")
            || text.chars().any(|c| c == '\0' || c == '\u{fffd}') && !is_page;
        self.success |= tells_of_success(text, is_asked);
        if self.broken {
            let scanner = Scanner {
                scan: self,
                is_asked,
                embedded: MAX_EMBEDDED,
            };
            scanner.run("", text);
        }
    }

    /// Scans JSON that stands in a message, for a success alone: services quote the request.
    pub(crate) fn message(&mut self, message: &str) {
        if looks_like_json(message) {
            let mut quoted = Self::default();
            quoted.value("", message, &|_| false);
            self.success |= quoted.success;
        }
    }

    /// Whether it may tell of a result beside a refusal.
    pub(crate) fn may_tell_of_results(&self) -> bool {
        self.success || self.broken || !self.ids.is_empty()
    }
}

struct Scanner<'s> {
    scan: &'s mut Scan,
    is_asked: &'s dyn Fn(&str) -> bool,
    embedded: usize,
}

impl Scanner<'_> {
    fn run(mut self, name: &str, json: &str) {
        let mut frames = vec![Frame {
            is_list: true,
            name: normal(name),
            ..Frame::default()
        }];
        let mut deeper = 0_usize;
        let mut rest = json;
        while let Some(first) = rest.bytes().next() {
            let mut length = 1;
            match first {
                b'{' | b'[' => {
                    let name = frames.last().map_or("", |frame| &frame.name);
                    self.opens(name, first == b'{');
                    if frames.len() > MAX_DEPTH {
                        deeper += 1;
                        rest = &rest[1..];
                        continue;
                    }
                    let name = match first {
                        b'[' => name.to_owned(),
                        _ => String::new(),
                    };
                    frames.push(Frame {
                        is_list: first == b'[',
                        name,
                        ..Frame::default()
                    });
                }
                b'}' | b']' if deeper > 0 => deeper -= 1,
                b'}' | b']' => {
                    if frames.len() > 1
                        && let Some(frame) = frames.pop()
                    {
                        self.closes(frame);
                    }
                }
                b'"' => {
                    length = end_of_string(rest);
                    let text = decoded(&rest[..length]);
                    let is_name = rest[length..].trim_start().starts_with(':');
                    match (frames.last_mut(), text) {
                        (Some(frame), Some(text)) if is_name => {
                            self.note_id(&text);
                            frame.name = normal(&text);
                        }
                        (Some(frame), Some(text)) => self.string(frame, &text),
                        _ => self.scan.broken = true,
                    }
                }
                b',' | b':' => {}
                first if first.is_ascii_whitespace() => {}
                _ => {
                    let delimiter = |c: char| ",:{}[]\"".contains(c) || c.is_ascii_whitespace();
                    length = rest.find(delimiter).unwrap_or(rest.len());
                    if let Some(frame) = frames.last_mut() {
                        self.literal(frame, &rest[..length]);
                    }
                }
            }
            rest = &rest[length..];
        }
        while let Some(frame) = frames.pop() {
            self.closes(frame);
        }
    }

    fn opens(&mut self, name: &str, is_object: bool) {
        if is_object && is_of_failure(name) {
            self.fails(name, "{…}");
        }
    }

    fn closes(&mut self, frame: Frame) {
        for code in frame.codes {
            if self.scan.codes.len() < MAX_FOUND {
                self.scan.codes.push(FoundCode {
                    id: frame.id.clone(),
                    side: frame.side.clone(),
                    code,
                });
            }
        }
    }

    fn fails(&mut self, name: &str, value: &str) {
        self.scan
            .failure
            .get_or_insert_with(|| format!("{name}: {}", prefix(value, MAX_SIGN)));
    }

    fn note_id(&mut self, text: &str) {
        if self.scan.ids.len() < MAX_FOUND && (self.is_asked)(text) {
            self.scan.ids.push(text.to_owned());
        }
    }

    fn string(&mut self, frame: &mut Frame, text: &str) {
        let name = frame.name.as_str();
        let word = text.trim();
        self.note_id(word);
        match name {
            "id" | "jobid" | "taskid" => frame.id = Some(bounded(text).into_owned()),
            "endpointtype" => frame.side = Some(bounded(text).into_owned()),
            _ if is_code(name) && !word.is_empty() => frame.codes.push(bounded(text).into_owned()),
            _ => {}
        }
        if word.is_empty() || is_message(name) {
            return;
        }
        let is_status = ["status", "state", "result"]
            .iter()
            .any(|part| name.contains(part));
        let listed = frame.is_list && name.contains("succe");
        let yes = name.contains("succe") && is_yes(word);
        if !is_code(name) && (is_success(word) || listed || yes) {
            self.scan.success = true;
        }
        if is_of_failure(name) || ((is_status || is_code(name)) && is_failure(word)) {
            self.fails(name, word);
        }
        if looks_like_json(word) {
            self.embedded(name, word);
        } else {
            self.scan.success |= tells_of_success(word, self.is_asked);
        }
    }

    fn literal(&mut self, frame: &mut Frame, text: &str) {
        let name = frame.name.as_str();
        let is_number = text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        if is_code(name) && is_number {
            frame.codes.push(bounded(text).into_owned());
        }
        if text == "false" && is_flag_of_success(name) {
            self.fails(name, text);
        }
        let counts =
            text == "true" || (is_number && text.bytes().any(|b| (b'1'..=b'9').contains(&b)));
        if !counts {
            return;
        }
        self.scan.success |= name.contains("succe") || is_flag_of_success(name);
        if is_of_failure(name) {
            self.fails(name, text);
        }
    }

    /// JSON in a text.
    fn embedded(&mut self, name: &str, json: &str) {
        let readable = serde_json::from_str::<IgnoredAny>(json).is_ok();
        if !readable || self.embedded >= MAX_EMBEDDED {
            self.scan.broken = true;
            return;
        }
        let scanner = Scanner {
            scan: self.scan,
            is_asked: self.is_asked,
            embedded: self.embedded + 1,
        };
        scanner.run(name, json);
    }
}

fn looks_like_json(text: &str) -> bool {
    let text = text.trim_start();
    let second = |text: &str| text.trim_start().starts_with(['"', '{', '[', '}']);
    text.strip_prefix('{').is_some_and(second) || text.strip_prefix('[').is_some_and(second)
}

/// How long a string is that begins here, quotes included.
fn end_of_string(json: &str) -> usize {
    let bytes = json.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}

fn decoded(json: &str) -> Option<Cow<'_, str>> {
    let text = json.strip_prefix('"')?.strip_suffix('"')?;
    match text.contains('\\') {
        true => serde_json::from_str(json).ok().map(Cow::Owned),
        false => Some(Cow::Borrowed(text)),
    }
}
