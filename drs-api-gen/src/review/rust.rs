//! What Rust callers see: the outlines of what both documents generate.

use std::{collections::BTreeSet, thread};

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::change::Verdict;
use crate::{
    Document, Error, Settings,
    facts::{Spec, text},
    generate::generate_into,
    names,
    outline::{Kind, Line, Outline, outline_of},
    spec::pointer::unescape,
};

/// How the public API changes.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "detail")]
#[non_exhaustive]
pub enum Api {
    /// It stays as it is.
    Same,
    /// The difference of the outlines, line by line.
    Changed(String),
    /// One of the documents can't be generated from, and why.
    Unknown(String),
}

/// The outlines of both documents, and which of their differences no change explains yet.
pub(super) struct Rust<'a> {
    base: Spec<'a>,
    revision: Spec<'a>,
    outlines: Option<(Outline, Outline)>,
    pub(super) api: Api,
    gone: BTreeSet<Line>,
    came: BTreeSet<Line>,
    claimed: BTreeSet<Line>,
}

/// Lines of the outline that a change causes, and their class.
pub(super) struct Caused {
    pub(super) class: Verdict,
    pub(super) lines: Vec<String>,
}

/// A type or operation, and something in it.
#[derive(Debug, PartialEq)]
struct Spot {
    entry: String,
    member: Option<String>,
    /// Whether it is what the member itself holds, not something within that.
    is_exact: bool,
}

impl<'a> Rust<'a> {
    /// Nothing is generated.
    pub(super) fn none(base: Spec<'a>, revision: Spec<'a>) -> Self {
        Self {
            base,
            revision,
            outlines: None,
            api: Api::Same,
            gone: BTreeSet::new(),
            came: BTreeSet::new(),
            claimed: BTreeSet::new(),
        }
    }

    /// Generates from both, unless they differ in texts alone.
    pub(super) fn new(base: Spec<'a>, revision: Spec<'a>) -> Self {
        let mut rust = Self::none(base, revision);
        let [old, new] = [base, revision].map(|spec| source(spec.document.value(), true));
        if old == new {
            return rust;
        }
        let (old, new) = thread::scope(|scope| {
            let old = scope.spawn(|| generated(base.document));
            let new = generated(revision.document);
            (old.join(), new)
        });
        match (old, new) {
            (Ok(Ok(old)), Ok(new)) => {
                let (before, after) = (old.lines(), new.lines());
                rust.gone = before.difference(&after).cloned().collect();
                rust.came = after.difference(&before).cloned().collect();
                let [old_text, new_text] = [&old, &new].map(Outline::text);
                if old_text != new_text {
                    rust.api = Api::Changed(shown(&old_text, &new_text));
                }
                rust.outlines = Some((old, new));
            }
            (Ok(Err(e)), _) => rust.api = Api::Unknown(format!("the base: {e}")),
            (_, Err(e)) => rust.api = Api::Unknown(format!("the revision: {e}")),
            (Err(_), _) => rust.api = Api::Unknown("the base: it panicked".to_owned()),
        }
        rust
    }

    /// Whether clients in use read what they read before, since the types are the same.
    pub(super) fn is_same(&self, old: &str, new: &str) -> bool {
        let (Some(from), Some(to)) = (spot(self.base, old), spot(self.revision, new)) else {
            return false;
        };
        let Some((before, after)) = &self.outlines else {
            return self.api == Api::Same;
        };
        match (&from.member, &to.member) {
            (Some(member), Some(other)) => {
                let line = before.member(&from.entry, member);
                line.is_some() && line == after.member(&to.entry, other)
            }
            _ => {
                let differs = |lines: &BTreeSet<Line>, entry: &str| {
                    lines.iter().any(|line| line.entry == entry)
                };
                !differs(&self.gone, &from.entry) && !differs(&self.came, &to.entry)
            }
        }
    }

    /// Whether clients in use can do without a value there.
    pub(super) fn is_optional(&self, old: &str) -> bool {
        let (Some(spot), Some((before, _))) = (spot(self.base, old), &self.outlines) else {
            return false;
        };
        let line = spot
            .member
            .and_then(|member| before.member(&spot.entry, &member));
        spot.is_exact && line.is_some_and(|line| line.contains(": Option<"))
    }

    /// The lines that a change at these places causes; if it is one of texts, those that no
    /// other change does.
    pub(super) fn caused_by(&mut self, (old, new): (&str, &str), is_fact: bool) -> Caused {
        let of = |spec: Spec<'_>, pointer: &str, lines: &BTreeSet<Line>| -> Vec<Line> {
            let Some(spot) = spot(spec, pointer).filter(|_| !pointer.is_empty()) else {
                return Vec::new();
            };
            let caused = lines.iter().filter(|line| spot.holds(line));
            let caused = caused.filter(|line| is_fact || !self.claimed.contains(*line));
            caused.cloned().collect()
        };
        // What is said on one side alone has its place on the other as well. The index of a
        // parameter may be that of another one.
        let is_same = |pointer: &str| {
            pointer.is_empty() && !(old.contains("/parameters/") || new.contains("/parameters/"))
        };
        let (old, new) = match (is_same(old), is_same(new)) {
            (true, _) => (new, new),
            (_, true) => (old, old),
            _ => (old, new),
        };
        let gone = of(self.base, old, &self.gone);
        let came = of(self.revision, new, &self.came);
        self.claimed.extend(gone.iter().chain(&came).cloned());
        caused(&gone, &came)
    }

    /// The lines that no change explains.
    pub(super) fn unexplained(&self) -> Caused {
        let left = |lines: &BTreeSet<Line>| -> Vec<Line> {
            lines.difference(&self.claimed).cloned().collect()
        };
        caused(&left(&self.gone), &left(&self.came))
    }
}

fn caused(gone: &[Line], came: &[Line]) -> Caused {
    // One variant more is one that a `match` has no arm for.
    let breaks = |line: &Line| line.kind == Kind::ClosedEnum && line.member.is_some();
    let is_new = |line: &Line| {
        came.iter()
            .any(|l| l.entry == line.entry && l.member.is_none())
    };
    let class = match (gone, came) {
        ([], []) => Verdict::Nothing,
        ([], came) if !came.iter().any(|line| breaks(line) && !is_new(line)) => Verdict::Compatible,
        _ => Verdict::BreakingRust,
    };
    let show = |sign: char, line: &Line| match &line.member {
        Some(_) => format!("{sign} {}: {}", line.entry, line.text),
        None => format!("{sign} {}", line.text),
    };
    let gone = gone.iter().map(|line| show('-', line));
    let lines = gone
        .chain(came.iter().map(|line| show('+', line)))
        .collect();
    Caused { class, lines }
}

impl Spot {
    fn holds(&self, line: &Line) -> bool {
        let derived = |member: &String| {
            let name = format!("{}{}", self.entry, names::pascal(member));
            line.entry.starts_with(&name)
        };
        match (&self.member, &line.member) {
            _ if line.entry != self.entry => self.member.as_ref().is_some_and(derived),
            (None, _) => true,
            (member, other) => member == other,
        }
    }
}

fn generated(document: &Document) -> Result<Outline, Error> {
    let settings = Settings::new("the document");
    let outline = generate_into(document, &settings, |file| {
        outline_of(std::slice::from_ref(file))
    })?;
    match outline.twice() {
        Some(message) => Err(Error::Progenitor(message)),
        None => Ok(outline),
    }
}

/// What the generator reads of a document, as far as that is easily told from its texts.
fn source(value: &Value, is_root: bool) -> Value {
    match value {
        Value::Object(map) => {
            let read = map.iter().filter(|(key, value)| match key.as_str() {
                "description" | "summary" => !value.is_string(),
                "x-enum-descriptions" => false,
                "info" | "tags" | "externalDocs" | "openapi" => !is_root,
                _ => true,
            });
            read.map(|(key, value)| (key.clone(), source(value, false)))
                .collect()
        }
        Value::Array(items) => items.iter().map(|item| source(item, false)).collect(),
        other => other.clone(),
    }
}

/// What the generator makes of the place that a pointer names.
fn spot(spec: Spec<'_>, pointer: &str) -> Option<Spot> {
    let steps: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let member = |name: &str| Some(name.to_owned());
    match steps.as_slice() {
        ["components", "schemas", name, rest @ ..] => {
            Some(within_schema(spec, pointer, names::pascal(name), rest))
        }
        ["paths", _, _, rest @ ..] => {
            let operation = pointer.split('/').take(4).collect::<Vec<_>>().join("/");
            let id = text(spec.object(&operation)?, "operationId");
            let (entry, pascal) = (names::snake(id), names::pascal(id));
            let at = |member| Spot {
                entry: entry.clone(),
                member,
                is_exact: false,
            };
            let schema = rest.iter().position(|step| *step == "schema");
            let below = schema.and_then(|at| rest.get(at + 1..)).unwrap_or_default();
            let (argument, type_name) = match rest {
                ["parameters", index, ..] => {
                    let (_, map) = spec.resolved(&format!("{operation}/parameters/{index}"))?;
                    let name = text(map, "name");
                    (member(&names::snake(name)), pascal + &names::pascal(name))
                }
                ["requestBody", ..] => (member("body"), pascal + "Body"),
                ["responses", code, ..] if code.starts_with('2') => {
                    (member("->"), pascal + "Response")
                }
                ["responses", ..] => (member("-> error"), pascal + "Response"),
                [] | ["operationId"] => (None, String::new()),
                _ => return None,
            };
            match below.contains(&"properties") {
                true => Some(within_schema(spec, pointer, type_name, below)),
                false => Some(at(argument)),
            }
        }
        _ => None,
    }
}

fn within_schema(spec: Spec<'_>, pointer: &str, mut entry: String, steps: &[&str]) -> Spot {
    let (mut member, mut is_exact): (Option<String>, bool) = (None, false);
    let mut steps = steps.iter();
    while let Some(step) = steps.next() {
        let mut enter = |name: Option<String>| {
            if let Some(outer) = member.take() {
                entry += &names::pascal(&outer);
            }
            member = name;
        };
        match *step {
            "properties" => enter(steps.next().map(|name| names::field(name))),
            "enum" => {
                let value = steps.next().and_then(|_| spec.get(pointer)?.as_str());
                enter(value.map(names::pascal));
            }
            "items" => {
                is_exact = false;
                // A type for the items is named after the field.
                if let Some(next) = steps.as_slice().first()
                    && matches!(*next, "properties" | "enum")
                    && let Some(outer) = member.take()
                {
                    entry += &format!("{}Item", names::pascal(&outer));
                }
                continue;
            }
            "allOf" => {
                steps.next();
                continue;
            }
            _ => break,
        }
        is_exact = true;
    }
    Spot {
        entry,
        member,
        is_exact,
    }
}

/// The lines that differ, each below the line of the type or operation that it is of.
fn shown(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut shown = String::new();
    let mut owner = None;
    for change in diff.iter_all_changes() {
        let line = change.value();
        let sign = match change.tag() {
            ChangeTag::Equal if line.starts_with("  ") => continue,
            ChangeTag::Equal => {
                owner = Some(line);
                continue;
            }
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        match owner.take() {
            Some(owner) if line.starts_with("  ") => shown += &format!("  {owner}"),
            _ => {}
        }
        shown += &format!("{sign} {line}");
    }
    shown
}
