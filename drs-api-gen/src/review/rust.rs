//! What Rust callers see: the outlines of what both documents generate, as sets of lines.

use std::{collections::BTreeSet, thread};

use super::change::{Both, Verdict};
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

/// The outline of the base, and what is another in that of the revision.
pub(super) struct Rust<'a> {
    pub(super) base: Spec<'a>,
    pub(super) revision: Spec<'a>,
    before: Outline,
    pub(super) api: Api,
    gone: BTreeSet<Line>,
    came: BTreeSet<Line>,
    /// The lines that a change explains.
    claimed: BTreeSet<Line>,
}

/// Lines of the outline that a change causes, and their class.
pub(super) struct Caused {
    pub(super) class: Verdict,
    pub(super) lines: Vec<String>,
}

/// A type or operation, and something in it.
struct Spot {
    entry: String,
    member: Option<String>,
    /// How the names of types begin that are made of the place alone.
    derived: Option<String>,
}

impl<'a> Rust<'a> {
    /// Nothing is generated.
    pub(super) fn none(base: Spec<'a>, revision: Spec<'a>) -> Self {
        Self {
            base,
            revision,
            before: Outline::default(),
            api: Api::Same,
            gone: BTreeSet::new(),
            came: BTreeSet::new(),
            claimed: BTreeSet::new(),
        }
    }

    /// Generates from both.
    pub(super) fn new(base: Spec<'a>, revision: Spec<'a>) -> Self {
        let mut rust = Self::none(base, revision);
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
                if before != after {
                    rust.api = Api::Changed(rust.unexplained().lines.join("\n"));
                }
                rust.before = old;
            }
            (Ok(Err(e)), _) => rust.api = Api::Unknown(format!("the base: {e}")),
            (_, Err(e)) => rust.api = Api::Unknown(format!("the revision: {e}")),
            (Err(_), _) => rust.api = Api::Unknown("the base: it panicked".to_owned()),
        }
        rust
    }

    /// Whether clients in use read what they read before, since the types are the same.
    pub(super) fn is_same(&self, old: &str, new: &str) -> bool {
        let is_known = !matches!(self.api, Api::Unknown(_));
        let same = |spec: Spec<'_>, pointer: &str, lines: &BTreeSet<Line>| {
            spot(spec, pointer).is_some_and(|spot| !lines.iter().any(|line| spot.holds(line)))
        };
        let in_both = || same(self.base, old, &self.gone) && same(self.revision, new, &self.came);
        is_known && in_both()
    }

    /// Whether clients in use can do without the property that a pointer names.
    pub(super) fn is_optional(&self, pointer: &str) -> bool {
        let spot = spot(self.base, pointer).filter(|_| pointer.matches('/').count() == 5);
        let line = spot.and_then(|spot| self.before.member(&spot.entry, &spot.member?));
        line.is_some_and(|line| line.contains(": Option<"))
    }

    pub(super) fn nothing(&self) -> Caused {
        caused(&[], &[])
    }

    /// The lines that a change at these places causes; if facts don't show it, those that no
    /// other change does.
    pub(super) fn caused_by(&mut self, (old, new): &Both, is_fact: bool) -> Caused {
        let of = |spec: Spec<'_>, pointer: &str, lines: &BTreeSet<Line>| -> Vec<Line> {
            let spot = spot(spec, pointer);
            let caused = lines.iter().filter(|line| {
                let is_free = is_fact || !self.claimed.contains(*line);
                is_free && spot.as_ref().is_some_and(|spot| spot.holds(line))
            });
            caused.cloned().collect()
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
    let is_new = |line: &Line| {
        came.iter()
            .any(|l| l.entry == line.entry && l.member.is_none())
    };
    let breaks =
        |line: &&Line| line.kind == Kind::ClosedEnum && line.member.is_some() && !is_new(line);
    let class = match (gone, came) {
        ([], []) => Verdict::Nothing,
        ([], came) if came.iter().find(breaks).is_none() => Verdict::Compatible,
        _ => Verdict::BreakingRust,
    };
    let gone = gone.iter().map(|line| (line, '-'));
    let mut all: Vec<(&Line, char)> = gone.chain(came.iter().map(|line| (line, '+'))).collect();
    all.sort_by_key(|(line, sign)| (&line.entry, &line.member, *sign == '+'));
    let show = |(line, sign): (&Line, char)| match &line.member {
        Some(_) => format!("{sign} {}: {}", line.entry, line.text),
        None => format!("{sign} {}", line.text),
    };
    let lines = all.into_iter().map(show).collect();
    Caused { class, lines }
}

impl Spot {
    fn holds(&self, line: &Line) -> bool {
        match &self.member {
            _ if line.entry != self.entry => (self.derived.as_ref())
                .is_some_and(|derived| line.entry.starts_with(derived.as_str())),
            None => true,
            member => *member == line.member,
        }
    }
}

fn generated(document: &Document) -> Result<Outline, Error> {
    let settings = Settings::new("the document");
    let outline = generate_into(document, &settings, |file| outline_of([file]))?;
    match outline.twice() {
        Some(message) => Err(Error::Progenitor(message)),
        None => Ok(outline),
    }
}

/// What the generator makes of the place that a pointer names.
fn spot(spec: Spec<'_>, pointer: &str) -> Option<Spot> {
    let steps: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let (entry, member, derived) = match steps.as_slice() {
        ["components", "schemas", name, rest @ ..] => {
            let member = match rest {
                ["properties", name, ..] => Some(names::field(name)),
                ["enum", _] => Some(names::pascal(spec.get(pointer)?.as_str()?)),
                _ => None,
            };
            let derived = member.as_ref();
            let derived = derived.map(|member| names::pascal(name) + &names::pascal(member));
            (names::pascal(name), member, derived)
        }
        ["paths", path, method, ..] => {
            let operation = spec.get("/paths")?.get(path)?.get(method)?.as_object()?;
            let id = text(operation, "operationId");
            (names::snake(id), None, Some(names::pascal(id)))
        }
        _ => return None,
    };
    Some(Spot {
        entry,
        member,
        derived,
    })
}
