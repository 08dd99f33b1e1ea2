//! The review: what a change of the document means to the service, to Rust callers and to
//! the version, so that the generated code needs no reading.
//!
//! [`compare`] finds which facts of the documents came, went or changed and what is only written
//! otherwise, [`judge`] says what each means, and [`rust`] compares what is generated.

mod change;
mod compare;
mod judge;
#[cfg(test)]
mod laws;
mod markdown;
mod place;
mod relation;
mod rust;
#[cfg(test)]
mod values;
mod version;

use serde::Serialize;

use crate::{Document, Error, facts::Spec, passes::output::failed, stack::on_large_stack};
pub use change::{Change, Felt, Verdict, Which};
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
    /// What the wire shows; the caller, who has the snapshots, sets it.
    pub wire: Wire,
    /// Which document it is, of several; the caller who chose them sets it.
    pub document: Option<String>,
    /// Whether the client is not public API, so that no class is about Rust callers.
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

    /// The review of a document that is new or removed; `inside` says whether its client is not
    /// public API.
    pub fn of_one(document: &Document, is_gone: bool, inside: bool) -> Self {
        let [kind, why] = match is_gone {
            true => ["document removed", "its client is gone"],
            false => ["document added", "there is one more client"],
        };
        let class = match is_gone {
            true => Verdict::BreakingWire,
            false => Verdict::Compatible,
        };
        let mut change = Change::of_the_api(kind, class, why);
        if inside {
            change.place = "the document".to_owned();
            change.felt_by = [Felt::Service].into();
        }
        let why_unknown = "there is nothing to compare it with".to_owned();
        let mut review = Self::of(document, document, vec![change], Api::Unknown(why_unknown));
        // A document of one side alone makes no step.
        review.version = Versions::of(document, document, Verdict::Nothing);
        review.inside = inside;
        review
    }

    fn of(base: &Document, revision: &Document, changes: Vec<Change>, api: Api) -> Self {
        let classes = changes.iter().map(|change| change.class);
        let verdict = classes.max().unwrap_or(Verdict::Nothing);
        Self {
            verdict,
            version: Versions::of(base, revision, verdict),
            changes,
            api,
            wire: Wire::Unknown("only documents were compared".to_owned()),
            document: None,
            inside: false,
            base: None,
            mistakes: None,
        }
    }
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string_pretty(value).map_err(|e| failed("review", e.to_string()))
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
/// assert_eq!(review.changes[0].place, "schema State, enum late");
/// # Ok::<(), drs_api_gen::Error>(())
/// ```
///
/// Both have to be OpenAPI 3.0, see [`check_version`](crate::check_version); any other mistake is
/// compared like everything else. It never panics, whatever the documents are.
pub fn review(base: &Document, revision: &Document) -> Review {
    compared(base, revision, false)
}

/// Compares two documents whose client is not public API, so Rust callers don't count.
pub fn review_inside(base: &Document, revision: &Document) -> Review {
    compared(base, revision, true)
}

fn compared(base: &Document, revision: &Document, inside: bool) -> Review {
    on_large_stack(|| {
        let mut rust = Rust::new(Spec::new(base), Spec::new(revision));
        let mut changes = compare::compare(&mut rust);
        changes.extend(unexplained(&rust));
        for change in &mut changes {
            if inside && change.class == Verdict::BreakingRust {
                change.class = Verdict::Compatible;
            }
        }
        changes.sort_by(|a, b| {
            let place = |change: &Change| (change.document, change.line);
            b.class.cmp(&a.class).then(place(a).cmp(&place(b)))
        });
        let review = Review::of(base, revision, changes, rust.api());
        Review { inside, ..review }
    })
}

/// What the generated code shows and no change explains.
fn unexplained(rust: &Rust<'_>) -> Option<Change> {
    let (class, lines) = rust.unexplained();
    let change = match (rust.api(), class) {
        (_, Verdict::Nothing) => return None,
        (Api::Unknown(why), class) => Change {
            old: Some(why),
            ..Change::of_the_api(
                "generation fails",
                class,
                "there is no client for one of the documents",
            )
        },
        (_, class) => Change::of_the_api(
            "public API changed",
            class,
            "the generated code shows it, and no change of one place causes it alone",
        ),
    };
    Some(Change {
        rust: lines,
        ..change
    })
}
