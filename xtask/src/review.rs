//! `cargo xtask review`: what a change of the documents means. Finds the documents and the
//! snapshots; what they mean is for drs-api-gen to say.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    fs, io,
    panic::resume_unwind,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
};

use clap::ValueEnum;
use drs_api_gen::{CLIENTS, Document, Review, Snapshot, Verdict, Wire};
use similar::TextDiff;

use crate::{
    changelog::{self, CHANGELOG},
    documents::{FOLDER, documents_of, found, read, repository_documents, title},
    failure::{Failure, failure},
    git::Commit,
    output,
    repository::{SPEC, repository},
};

/// The snapshots of what goes over the wire, and of what becomes of it: folders, and how their names
/// begin.
const OF_THE_WIRE: &[(&str, &str)] = &[
    ("tests/client/snapshots", "client__wire__"),
    ("tests/spec/snapshots", "spec__examples__"),
];

/// What to compare, and how to say it.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The document before the change: a file, or a git revision of this repository
    /// [default: where this branch left the main branch].
    #[arg(long, value_name = "REV|FILE")]
    base: Option<String>,
    /// The document after the change [default: each document of the repository]; compared with
    /// the one that has its file name, else with the one that has its title.
    #[arg(long, value_name = "FILE")]
    revision: Option<PathBuf>,
    /// Compares two documents though their titles differ.
    #[arg(long)]
    force: bool,
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
    /// Exits 1 if the change breaks something, or if version or changelog don't say it.
    #[arg(long, value_enum, value_delimiter = ',')]
    fail_on: Vec<FailOn>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Markdown,
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum FailOn {
    /// Breaking for Rust callers or on the wire.
    Breaking,
    /// The version has not made the step that the change needs; or the change is more than
    /// docs only, and the changelog has no entry that names the spec and its version.
    Unversioned,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let base = Base::of(options.base.as_deref())?;
    let (reviews, is_one) = match (&base, &options.revision) {
        (Base::Commit(commit), None) => (all(commit)?, false),
        (_, Some(path)) => {
            let revision = read(path, path)?;
            (vec![pair(options, &base, (path, &revision), None)?], true)
        }
        (Base::File(path, document), None) => {
            let (found, revision) = found(path, document, &repository_documents()?)?;
            let review = pair(options, &base, (&found, &revision), Some(found.clone()));
            (vec![review?], true)
        }
    };
    match options.format {
        Format::Json => {
            let json = match reviews.as_slice() {
                [review] if is_one => review.json(),
                all => Review::json_of_all(all),
            };
            output::line(json.map_err(|e| failure(FOLDER, e))?)?;
        }
        Format::Markdown => {
            let pages: Vec<String> = reviews.iter().map(Review::markdown).collect();
            output::print(pages.join("\n"))?;
        }
    }
    let mut code = ExitCode::SUCCESS;
    for review in &reviews {
        for fail_on in &options.fail_on {
            for reason in reasons(*fail_on, review)? {
                let document = review.document.as_ref().filter(|_| !is_one);
                let of = document.map_or(String::new(), |path| format!("{path}: "));
                output::complain(format_args!("error: {of}{reason}"));
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

/// What is compared with.
enum Base {
    File(PathBuf, Document),
    Commit(Commit<'static>),
}

impl Base {
    fn of(base: Option<&str>) -> Result<Self, Failure> {
        match base {
            Some(path) if Path::new(path).is_file() => Ok(Self::File(
                path.into(),
                read(Path::new(path), Path::new(path))?,
            )),
            Some(name) => {
                let why = format!("{name} is neither a file nor a revision of this repository");
                let commit = Commit::of(repository(), name)?.map(Self::Commit);
                commit.ok_or(Failure::Sentence(why))
            }
            None => Ok(Self::Commit(Commit::of_main_branch(repository())?)),
        }
    }
}

/// Reviews every document that the commit or the work tree has.
fn all(commit: &Commit<'_>) -> Result<Vec<Review>, Failure> {
    let (mut old, new) = (documents_of(commit)?, repository_documents()?);
    let mut reviews = Vec::new();
    for (path, revision) in &new {
        let base = old.iter().position(|(other, _)| other == path);
        let mut review = match base.map(|index| old.remove(index)) {
            Some((_, base)) => reviewed(path, &base, revision),
            None => Review::of_one(revision, false, is_inside(path)),
        };
        review.mistakes = Some(drs_api_gen::lint(revision).len());
        reviews.push(with_names(review, path, commit)?);
    }
    for (path, base) in &old {
        let review = Review::of_one(base, true, is_inside(path));
        reviews.push(with_names(review, path, commit)?);
    }
    // The spec first.
    reviews.sort_by_key(|review| review.document.as_deref() != Some(SPEC));
    Ok(reviews)
}

fn with_names(mut review: Review, path: &Path, commit: &Commit<'_>) -> Result<Review, Failure> {
    review.document = Some(path.display().to_string());
    review.base = Some(format!("{}, {}", commit.short(), commit.chosen()));
    review.wire = match review.document.as_deref() {
        Some(SPEC) => Wire::Compared(snapshots(commit)?),
        _ => Wire::Unknown("they are of the spec's client".to_owned()),
    };
    Ok(review)
}

/// Whether the document's client is inside drs-api.
fn is_inside(path: &Path) -> bool {
    let mut clients = CLIENTS.iter();
    clients.any(|client| Path::new(client.document) == path && !client.is_public())
}

fn reviewed(path: &Path, base: &Document, revision: &Document) -> Review {
    match is_inside(path) {
        true => drs_api_gen::review_inside(base, revision),
        false => drs_api_gen::review(base, revision),
    }
}

/// Reviews one document, of which a side or both are files.
fn pair(
    options: &Options,
    base: &Base,
    (path, revision): (&Path, &Document),
    name: Option<PathBuf>,
) -> Result<Review, Failure> {
    let (name, old, commit) = match base {
        Base::File(_, document) => (name, Cow::Borrowed(document), None),
        Base::Commit(commit) => {
            let (found, document) = found(path, revision, &documents_of(commit)?)?;
            (Some(found), Cow::Owned(document), Some(commit))
        }
    };
    let [was, is] = [&*old, revision].map(title);
    if was != is && !options.force {
        return Err(Failure::Sentence(format!(
            "the titles differ, {was:?} and {is:?}; say `--force` to compare them all the same"
        )));
    }
    // A large document takes a second for each.
    let mut review = thread::scope(|scope| {
        let lint = scope.spawn(|| drs_api_gen::lint(revision).len());
        let mut review = reviewed(name.as_deref().unwrap_or(path), &old, revision);
        review.mistakes = Some(lint.join().unwrap_or_else(|panic| resume_unwind(panic)));
        review
    });
    let chosen = commit.map(|commit| format!("{}, {}", commit.short(), commit.chosen()));
    review.base = chosen.or(options.base.clone());
    let file = if commit.is_some() { "revision" } else { "base" };
    review.wire = Wire::Unknown(format!("the {file} is a file"));
    Ok(review)
}

/// The snapshots of the wire that the work tree has otherwise than the commit.
fn snapshots(commit: &Commit<'_>) -> Result<Vec<Snapshot>, Failure> {
    let mut paths: BTreeSet<String> = BTreeSet::new();
    for (folder, prefix) in OF_THE_WIRE {
        let mut names: Vec<_> = commit.files(folder)?;
        let entries = fs::read_dir(repository().join(folder)).map_err(|e| failure(*folder, e))?;
        for entry in entries {
            let name = entry.map_err(|e| failure(*folder, e))?.file_name();
            names.extend(name.into_string());
        }
        let names = names.iter().filter_map(|name| name.rsplit('/').next());
        let names = names.filter(|name| name.starts_with(prefix) && name.ends_with(".snap"));
        paths.extend(names.map(|name| format!("{folder}/{name}")));
    }
    let mut changed = Vec::new();
    for path in paths {
        let old = commit.file(&path)?.unwrap_or_default();
        let new = match fs::read_to_string(repository().join(&path)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => String::new(),
            result => result.map_err(|e| failure(&path, e))?,
        };
        if old != new {
            let diff = TextDiff::from_lines(&old, &new);
            let diff = diff.unified_diff().context_radius(2).to_string();
            changed.push(Snapshot { path, diff });
        }
    }
    Ok(changed)
}

/// Why the command fails, if it is to.
fn reasons(fail_on: FailOn, review: &Review) -> Result<Vec<String>, Failure> {
    let mut reasons = Vec::new();
    let version = &review.version;
    match fail_on {
        FailOn::Breaking if review.verdict >= Verdict::BreakingRust => {
            reasons.push(format!("the change is {}", review.verdict));
        }
        FailOn::Breaking => {}
        FailOn::Unversioned => {
            if !version.made {
                reasons.push(format!(
                    "the change is {}, which needs {} bump of info.version, from {}; it is now {}",
                    review.verdict,
                    version.needed,
                    version.base.escape_debug(),
                    version.revision.escape_debug()
                ));
            } else if review.verdict > Verdict::DocsOnly {
                let document = review.document.as_deref().filter(|path| *path != SPEC);
                let stem = document.and_then(|path| Path::new(path).file_stem()?.to_str());
                let path = repository().join(CHANGELOG);
                let text = fs::read_to_string(path).map_err(|e| failure(CHANGELOG, e))?;
                let (name, shown) = (stem.unwrap_or("spec"), stem.unwrap_or("the spec"));
                if !changelog::has_entry(&text, name, &version.revision) {
                    let revision = version.revision.escape_debug();
                    let written = shown.replace("the", "The");
                    reasons.push(format!(
                        "{CHANGELOG} has no entry that names {shown} and its version; write \
                         `- {written}, {revision}: …` under Unreleased"
                    ));
                }
            }
        }
    }
    Ok(reasons)
}
