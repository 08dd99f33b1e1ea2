//! The review: what a change of the document means to the service, to Rust callers and to
//! the version, so that the generated code needs no reading.
//!
//! [`compare`] finds which facts of the documents came, went or changed, [`judge`] says what
//! each means, [`rust`] compares what is generated, and [`text`] names what differs in the text
//! alone.

mod change;
mod compare;
mod judge;
mod known;
#[cfg(test)]
mod laws;
mod markdown;
mod pairs;
mod place;
mod relation;
mod rows;
mod rust;
mod show;
mod text;
#[cfg(test)]
mod values;
mod version;

use serde::Serialize;

use crate::{Document, Error, facts::Spec, stack::on_large_stack};
pub use change::{Change, Direction, Felt, Part, Place, Use, Verdict, Which};
use rows::Rows;
pub use rust::Api;
use rust::Rust;
pub use version::{Step, Versions};

/// What a change of a document means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Review {
    /// The worst of all changes.
    pub verdict: Verdict,
    /// What it asks of `info.version`, and whether that was done.
    pub version: Versions,
    /// Each change, the worst first.
    pub changes: Vec<Change>,
    /// What Rust callers see.
    pub api: Api,
    /// What the wire sees; the caller who holds the snapshots sets it.
    pub wire: Wire,
    /// Which document it is, of several; the caller who chose them sets it.
    pub document: Option<String>,
    /// Whether the client is no public API, so that no class is about Rust callers.
    pub inside: bool,
    /// Which document the base is, and how it was chosen; the caller who chose it sets it.
    pub base: Option<String>,
    /// How many mistakes the lint finds in the revision; they change no verdict.
    pub mistakes: Option<usize>,
}

/// What the snapshots of requests and answers say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "detail")]
#[non_exhaustive]
pub enum Wire {
    /// They were not compared, and why.
    Unknown(String),
    /// Those that changed.
    Compared(Vec<Snapshot>),
}

impl Default for Wire {
    fn default() -> Self {
        Self::Unknown("only documents were compared".to_owned())
    }
}

/// A snapshot that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// Its file.
    pub path: String,
    /// How it changed, as a unified diff.
    pub diff: String,
}

impl Review {
    /// The review as JSON.
    ///
    /// # Errors
    /// [`Error::Pass`] if it has no form in JSON, which does not happen.
    pub fn json(&self) -> Result<String, Error> {
        json(self)
    }

    /// Several reviews as JSON: `{"documents": […]}`.
    ///
    /// # Errors
    /// As [`json`](Self::json).
    pub fn json_of_all(reviews: &[Self]) -> Result<String, Error> {
        json(&std::collections::BTreeMap::from([("documents", reviews)]))
    }

    /// The review of a document that is new, or of one that is gone.
    pub fn of_one(document: &Document, is_gone: bool) -> Self {
        let (kind, verdict, why) = match is_gone {
            true => (
                "document removed",
                Verdict::BreakingWire,
                "its client is gone",
            ),
            false => (
                "document added",
                Verdict::Compatible,
                "there is one more client",
            ),
        };
        let title = document.value().pointer("/info/title");
        let title = title.and_then(|title| Some(title.as_str()?.to_owned()));
        let change = Change {
            kind: kind.to_owned(),
            document: if is_gone {
                Which::Base
            } else {
                Which::Revision
            },
            old: title.clone().filter(|_| is_gone),
            new: title.filter(|_| !is_gone),
            felt_by: [Felt::Service, Felt::CompileTime].into(),
            ..Change::of_the_api(verdict, why)
        };
        // A document of one side alone makes no step.
        let version = Versions {
            needed: Step::None,
            made: true,
            ..Versions::of(document, document, verdict)
        };
        Self {
            verdict,
            version,
            changes: vec![change],
            api: Api::Unknown("there is nothing to compare it with".to_owned()),
            wire: Wire::default(),
            document: None,
            inside: false,
            base: None,
            mistakes: None,
        }
    }
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string_pretty(value).map_err(|e| Error::Pass {
        pass: "review",
        message: e.to_string(),
    })
}

/// Compares two documents.
///
/// ```
/// use drs_api_gen::{Document, Verdict, review};
///
/// let yaml = include_str!("../tests/fixtures/minimal.yaml");
/// let base = Document::parse(yaml)?;
/// let revision = Document::parse(&yaml.replace("[done, refused]", "[done, refused, late]"))?;
/// let review = review(&base, &revision);
/// assert_eq!(review.verdict, Verdict::Compatible);
/// assert_eq!(review.changes[0].place.to_string(), "schema State, value late");
/// # Ok::<(), drs_api_gen::Error>(())
/// ```
///
/// Both have to be OpenAPI 3.0, see [`check_version`](crate::check_version); any other mistake is
/// compared like everything else. It never panics, whatever the documents are.
pub fn review(base: &Document, revision: &Document) -> Review {
    compared(base, revision, false)
}

/// Compares two documents whose client is no public API: what Rust callers see counts for
/// nothing.
pub fn review_inside(base: &Document, revision: &Document) -> Review {
    compared(base, revision, true)
}

fn compared(base: &Document, revision: &Document, inside: bool) -> Review {
    on_large_stack(|| {
        let mut rust = Rust::new(Spec::new(base), Spec::new(revision));
        let mut changes = changes(base, revision, &mut rust, inside);
        changes.extend(unexplained(&rust, inside));
        changes.sort_by(|a, b| {
            let place = |change: &Change| (change.document, change.line);
            b.class.cmp(&a.class).then(place(a).cmp(&place(b)))
        });
        let classes = changes.iter().map(|change| change.class);
        let verdict = classes.max().unwrap_or(Verdict::Nothing);
        Review {
            verdict,
            version: Versions::of(base, revision, verdict),
            changes,
            api: rust.api,
            wire: Wire::default(),
            document: None,
            inside,
            base: None,
            mistakes: None,
        }
    })
}

fn changes(base: &Document, revision: &Document, rust: &mut Rust<'_>, inside: bool) -> Vec<Change> {
    let mut rows = Rows::new(Spec::new(base), Spec::new(revision));
    compare::compare(&mut rows, rust);
    text::add(&mut rows);
    rows.finish(rust, inside)
}

/// What the generated code shows and no change explains.
fn unexplained(rust: &Rust<'_>, inside: bool) -> Option<Change> {
    let caused = rust.unexplained();
    let (kind, mut class, old, why) = match (&rust.api, caused.class) {
        (Api::Unknown(why), _) => (
            "generation fails",
            Verdict::BreakingRust,
            Some(why.clone()),
            "there is no client for one of the documents: it can't be generated",
        ),
        (_, Verdict::Nothing) => return None,
        (_, Verdict::Compatible) => (
            "public API grows",
            Verdict::Compatible,
            None,
            "the generated code has more types or fields",
        ),
        _ => (
            "public API changed",
            Verdict::BreakingRust,
            None,
            "the generated code no longer has what callers may use",
        ),
    };
    if inside && caused.class != Verdict::Nothing {
        class = Verdict::Compatible;
    }
    Some(Change {
        kind: kind.to_owned(),
        old,
        rust: caused.lines,
        ..Change::of_the_api(class, why)
    })
}
