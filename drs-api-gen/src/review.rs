//! The review: what a change of the document means to the service, to Rust callers and to
//! the version, so that the generated code needs no reading.
//!
//! Both documents are walked at once, object by object. [`table`] says what each kind of
//! change means; the other files find the changes, a file for each part of a document.
//! What no row is about is named all the same, and counts as the worst.

mod access;
mod answers;
mod api;
mod change;
mod components;
mod keys;
#[cfg(test)]
mod laws;
mod markdown;
mod operations;
mod parameters;
mod part;
mod references;
mod renames;
mod schemas;
mod show;
mod table;
mod uses;
mod values;
mod version;
mod walk;

use serde::Serialize;

use crate::{Document, Error, spec::dialect::Kind, spec::tree::Tree, stack::on_large_stack};
pub use api::Api;
pub use change::{Change, Direction, Felt, Part, Place, Use, Verdict, Which};
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
    /// What the wire sees; for who holds the snapshots to say.
    pub wire: Wire,
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
        let (api, gone) = api::compare(base, revision);
        let mut changes = changes(base, revision);
        let verdict = |changes: &[Change]| {
            let classes = changes.iter().map(|change| change.class);
            classes.max().unwrap_or(Verdict::Nothing)
        };
        if !gone.is_empty() && verdict(&changes) < Verdict::BreakingRust {
            changes.push(public_api(gone));
        }
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
            api,
            wire: Wire::default(),
        }
    })
}

fn changes(base: &Document, revision: &Document) -> Vec<Change> {
    let (old, new) = (base.value().as_object(), revision.value().as_object());
    let (Some(old), Some(new)) = (old, new) else {
        return Vec::new();
    };
    let (base, revision) = (Tree::new(base), Tree::new(revision));
    let mut walk = walk::Walk::new(&base, &revision);
    let root = walk::At::root();
    walk.object(Kind::OpenApi, &root, old, new);
    if walk.changes.is_empty() && old != new {
        let row = &table::document::REWRITTEN;
        walk.add(row, &root, Some(String::new()), Some(String::new()));
    }
    walk.changes
}

/// The change that the generated code shows and no other explains.
fn public_api(gone: Vec<String>) -> Change {
    let (table::Meaning::Everywhere(effect)
    | table::Meaning::ByDirection {
        request: effect, ..
    }) = table::document::PUBLIC_API.meaning;
    Change {
        kind: table::document::PUBLIC_API.kind,
        class: effect.class,
        place: Place::default().with("public API", ""),
        used_in: Default::default(),
        document: Which::Revision,
        pointer: String::new(),
        line: 1,
        old: Some(gone.join("; ")),
        new: None,
        felt_by: effect.felt_by.iter().copied().collect(),
        why: effect.why.to_owned(),
    }
}
