//! What Rust callers see: the outlines of what both documents generate, as sets of lines.

use std::{cell::OnceCell, collections::BTreeSet};

use super::change::{Both, Change, Felt, Verdict};
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
    /// One of the documents can't be generated, and why.
    Unknown(String),
}

/// What both documents generate, made on first use: changes of texts don't need it.
pub(super) struct Rust<'a> {
    pub(super) base: Spec<'a>,
    pub(super) revision: Spec<'a>,
    pub(super) outlines: OnceCell<Result<Outlines, Ungenerated>>,
    /// The lines that a change explains, by index.
    claimed: BTreeSet<usize>,
}

#[derive(Default)]
pub(super) struct Outlines {
    before: Outline,
    /// The lines that went or came.
    differing: Vec<Differing>,
}

/// What it means that there are no outlines, and why there are none.
type Ungenerated = (Verdict, String);

/// A line, and whether it came.
type Differing = (Line, bool);

/// A type or operation, and something in it.
struct Spot {
    entry: String,
    member: Option<String>,
    /// How the names of types begin that are made of the place alone.
    derived: Option<String>,
}

impl<'a> Rust<'a> {
    pub(super) fn new(base: Spec<'a>, revision: Spec<'a>) -> Self {
        Self {
            base,
            revision,
            outlines: OnceCell::new(),
            claimed: BTreeSet::new(),
        }
    }

    fn outlines(&self) -> Option<&Outlines> {
        let generate = || generated_from(self.base.document, self.revision.document);
        self.outlines.get_or_init(generate).as_ref().ok()
    }

    /// The lines that differ, if anything was generated.
    fn differing(&self) -> &[Differing] {
        match self.outlines.get() {
            Some(Ok(outlines)) => &outlines.differing,
            _ => &[],
        }
    }

    pub(super) fn api(&self) -> Api {
        match (self.outlines.get(), self.differing()) {
            (Some(Err((_, why))), _) => Api::Unknown(why.clone()),
            (_, []) => Api::Same,
            (_, all) => Api::Changed(caused(all.iter()).1.join("\n")),
        }
    }

    /// Whether existing clients read what they read before, since the types are the same.
    pub(super) fn is_same(&self, (old, new): &Both) -> bool {
        let spots = [spot(self.base, old), spot(self.revision, new)];
        let is_same = |outlines: &Outlines| {
            let mut all = outlines.differing.iter();
            let is_known = spots.iter().all(Option::is_some);
            is_known && !all.any(|(line, _)| spots.iter().any(|spot| self.is_in(spot, line)))
        };
        self.outlines().is_some_and(is_same)
    }

    /// Whether a line is of what the generator makes of a place.
    fn is_in(&self, spot: &Option<Spot>, line: &Line) -> bool {
        let Some(spot) = spot else { return false };
        let schemas = [self.base, self.revision].map(|spec| spec.entries("/components/schemas"));
        // A schema of such a name is a place of its own.
        let is_schema = |(name, _): (&str, _)| names::pascal(name) == line.entry;
        match &spot.derived {
            _ if line.entry == spot.entry => spot.member.is_none() || spot.member == line.member,
            Some(derived) if line.entry.starts_with(derived.as_str()) => {
                !schemas.into_iter().flatten().any(is_schema)
            }
            _ => false,
        }
    }

    /// Whether existing clients can do without the property that a pointer names.
    pub(super) fn is_optional(&self, pointer: &str) -> bool {
        let spot = spot(self.base, pointer).filter(|_| pointer.matches('/').count() == 5);
        let member = spot.and_then(|spot| Some((spot.entry, spot.member?)));
        let line = member
            .zip(self.outlines())
            .and_then(|((entry, member), outlines)| outlines.before.member(&entry, &member));
        line.is_some_and(|line| line.contains(": Option<"))
    }

    /// Adds to a change the lines that it causes, and what they mean: of what is only written
    /// otherwise those that no other change does.
    pub(super) fn explain(&mut self, change: &mut Change, is_fact: bool) {
        let (old, new) = &change.at;
        let spots = [spot(self.base, old), spot(self.revision, new)];
        let is_own = |(line, came): &Differing| {
            spots.iter().zip([false, true]).any(|(spot, is_new)| {
                // Of an operation what came is one thing, and what went another.
                let is_side = line.kind != Kind::Operation || is_new == *came;
                is_side && self.is_in(spot, line)
            })
        };
        let _ = self.outlines();
        let all = self.differing().iter().enumerate();
        let own = all.filter(|(index, differing)| {
            let is_free = is_fact || !self.claimed.contains(index);
            is_free && is_own(differing)
        });
        let (indices, own): (Vec<usize>, Vec<&Differing>) = own.unzip();
        let (class, lines) = caused(own.into_iter());
        self.claimed.extend(indices);
        if class >= Verdict::BreakingRust || class > change.class {
            change.felt_by.insert(Felt::CompileTime);
        }
        if class > change.class {
            change.class = class;
            change.why += "; the Rust API differs";
        }
        change.rust = lines;
    }

    /// The lines that no change explains, and their class; without outlines, that of having none.
    pub(super) fn unexplained(&self) -> (Verdict, Vec<String>) {
        if let Some(Err((class, _))) = self.outlines.get() {
            return (*class, Vec::new());
        }
        let all = self.differing().iter().enumerate();
        let left = all.filter(|(index, _)| !self.claimed.contains(index));
        caused(left.map(|(_, differing)| differing))
    }
}

/// What lines of the outline mean, and how they are shown.
fn caused<'l>(differing: impl Iterator<Item = &'l Differing> + Clone) -> (Verdict, Vec<String>) {
    let (mut class, mut lines) = (Verdict::Nothing, Vec::new());
    for (line, came) in differing.clone() {
        // One variant more is one that a `match` has no arm for.
        let is_of_closed = line.kind == Kind::ClosedEnum && line.member.is_some();
        let mut others = differing.clone();
        let is_new =
            |(head, came): &Differing| *came && head.member.is_none() && head.entry == line.entry;
        let breaks = !came || is_of_closed && !others.any(is_new);
        class = class.max(match breaks {
            true => Verdict::BreakingRust,
            false => Verdict::Compatible,
        });
        let sign = if *came { '+' } else { '-' };
        lines.push(match &line.member {
            Some(_) => format!("{sign} {}: {}", line.entry, line.text),
            None => format!("{sign} {}", line.text),
        });
    }
    (class, lines)
}

fn generated_from(base: &Document, revision: &Document) -> Result<Outlines, Ungenerated> {
    let (old, new) = match (generated(base), generated(revision)) {
        (Ok(old), Ok(new)) => (old, new),
        // Callers had no client before, and have none now.
        (Err(e), Err(_)) => return Err((Verdict::Nothing, format!("the base: {e}"))),
        (Err(e), _) => return Err((Verdict::BreakingRust, format!("the base: {e}"))),
        (_, Err(e)) => return Err((Verdict::BreakingRust, format!("the revision: {e}"))),
    };
    let (before, after) = (old.lines(), new.lines());
    let gone = before.difference(&after).map(|line| (line.clone(), false));
    let came = after.difference(&before).map(|line| (line.clone(), true));
    let mut differing: Vec<Differing> = gone.chain(came).collect();
    let place = |(of, came): &Differing| (of.kind, of.entry.clone(), of.member.clone(), *came);
    differing.sort_by_key(place);
    Ok(Outlines {
        before: old,
        differing,
    })
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
