//! The review: what a change of the document means to the service, to Rust callers and to
//! the version, so that the generated code needs no reading.
//!
//! [`compare`] walks both meanings at once and finds the differences; [`effect`] gives each
//! its class, by direction, by which of the two allows more, and by what the generated code
//! ([`code`]) makes of the place. [`leftovers`] names what differs in the text alone.

mod access;
mod answers;
mod api;
mod bodies;
mod change;
mod code;
mod compare;
mod comparison;
mod components;
mod effect;
#[cfg(test)]
mod laws;
mod leftovers;
mod markdown;
mod matched;
mod parameters;
mod part;
mod place;
mod schemas;
mod show;
mod spot;
mod version;

use serde::Serialize;
use serde_json::Value;

use crate::{Document, Error, meaning::Meaning, stack::on_large_stack};
pub use api::Api;
pub use change::{Change, Direction, Felt, Part, Place, Use, Verdict, Which};
use code::Codes;
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
        serde_json::to_string_pretty(self).map_err(|e| Error::Pass {
            pass: "review",
            message: e.to_string(),
        })
    }
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
    on_large_stack(|| {
        // Texts change no code but its docs, whether or not it can be generated.
        let codes = match source(base.value(), true) == source(revision.value(), true) {
            true => Ok(None),
            false => api::codes(base, revision).map(Some),
        };
        let known = codes.as_ref().ok().and_then(Option::as_ref);
        let mut changes = changes(base, revision, known);
        let verdict = |changes: &[Change]| {
            let classes = changes.iter().map(|change| change.class);
            classes.max().unwrap_or(Verdict::Nothing)
        };
        changes.extend(unexplained(&codes, verdict(&changes)));
        changes.sort_by(|a, b| {
            let key = |change: &Change| (change.class, change.document, change.line);
            let (a_key, b_key) = (key(a), key(b));
            (b_key.0.cmp(&a_key.0)).then((a_key.1, a_key.2).cmp(&(b_key.1, b_key.2)))
        });
        let verdict = verdict(&changes);
        Review {
            verdict,
            version: Versions::of(base, revision, verdict),
            changes,
            api: match codes {
                Ok(codes) => codes.map_or(Api::Same, |codes| codes.api()),
                Err(why) => Api::Unknown(why),
            },
            wire: Wire::default(),
            base: None,
            mistakes: None,
        }
    })
}

fn changes(base: &Document, revision: &Document, codes: Option<&Codes>) -> Vec<Change> {
    let (base, revision) = (Meaning::new(base), Meaning::new(revision));
    let mut comparison = comparison::Comparison::new(base, revision, codes);
    comparison.run();
    leftovers::add(&mut comparison);
    comparison.changes
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

/// What the generated code shows and no change explains.
fn unexplained(codes: &Result<Option<Codes>, String>, verdict: Verdict) -> Option<Change> {
    let (kind, class, old, why) = match codes {
        Ok(None) => return None,
        Err(why) => {
            let reason = "there is no client for one of the documents: it can't be generated";
            (
                "generation fails",
                Verdict::BreakingRust,
                why.clone(),
                reason,
            )
        }
        Ok(Some(codes)) => {
            let gone = codes.gone();
            if !gone.is_empty() {
                let why = "no single change explains these lines, but the generated code no \
                           longer has them";
                let gone = gone.join("; ");
                ("public API changed", Verdict::BreakingRust, gone, why)
            } else if codes.grows() {
                let why = "no single change explains it, but the generated code has more types or \
                           fields";
                ("public API grows", Verdict::Compatible, String::new(), why)
            } else if codes.differ() && codes.api() == Api::Same && verdict <= Verdict::DocsOnly {
                let why = "no change explains it, but the generated code does something else";
                (
                    "generated code changed",
                    Verdict::BreakingRust,
                    String::new(),
                    why,
                )
            } else {
                return None;
            }
        }
    };
    (verdict < class).then(|| Change {
        kind,
        class,
        place: Place::default().with("public API", ""),
        used_in: Default::default(),
        document: Which::Revision,
        pointer: String::new(),
        line: 1,
        old: Some(old),
        new: None,
        felt_by: [Felt::CompileTime].into(),
        why: why.to_owned(),
    })
}
