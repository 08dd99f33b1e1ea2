//! `cargo xtask review`: what a change of the spec means. Finds the two documents and the
//! snapshots; what they mean is for drs-api-gen to say.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::ValueEnum;
use drs_api_gen::{Document, Review, Snapshot, Verdict, Wire};
use similar::TextDiff;

use crate::{
    changelog::{self, CHANGELOG},
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
    /// The document after the change [default: the spec in the work tree].
    #[arg(long, value_name = "FILE")]
    revision: Option<PathBuf>,
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
    let (base, commit) = base(options.base.as_deref())?;
    let revision = match &options.revision {
        Some(path) => read(path, path)?,
        None => read(Path::new(SPEC), &repository().join(SPEC))?,
    };
    let mut review = drs_api_gen::review(&base, &revision);
    review.base = Some(match &commit {
        Some(commit) => format!("{}, {}", commit.short(), commit.chosen()),
        None => options.base.clone().unwrap_or_default(),
    });
    review.mistakes = Some(drs_api_gen::lint(&revision).len());
    review.wire = match (&commit, &options.revision) {
        (Some(commit), None) => Wire::Compared(snapshots(commit)?),
        (None, _) => Wire::Unknown("the base is a file".to_owned()),
        (_, Some(_)) => Wire::Unknown("the revision is a file".to_owned()),
    };
    match options.format {
        Format::Markdown => output::print(review.markdown())?,
        Format::Json => output::line(review.json().map_err(|e| failure(SPEC, e))?)?,
    }
    let mut code = ExitCode::SUCCESS;
    for fail_on in &options.fail_on {
        for reason in reasons(*fail_on, &review)? {
            output::complain(format_args!("error: {reason}"));
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// The document before the change, and its commit if it comes from one.
fn base(base: Option<&str>) -> Result<(Document, Option<Commit<'static>>), Failure> {
    let commit = match base {
        Some(path) if Path::new(path).is_file() => {
            return Ok((read(Path::new(path), Path::new(path))?, None));
        }
        Some(name) => Commit::of(repository(), name)?.ok_or_else(|| {
            let sentence = format!("{name} is neither a file nor a revision of this repository");
            Failure::Sentence(sentence)
        })?,
        None => Commit::of_main_branch(repository())?,
    };
    let text = commit.file(SPEC)?.ok_or_else(|| {
        let commit = commit.short();
        Failure::Sentence(format!(
            "there is no {SPEC} at {commit}; say `--base` with a commit that has it, or a file"
        ))
    })?;
    let shown = format!("{SPEC} at {}", commit.short());
    Ok((parse(Path::new(&shown), &text)?, Some(commit)))
}

fn read(shown: &Path, path: &Path) -> Result<Document, Failure> {
    let text = fs::read_to_string(path).map_err(|e| failure(shown, e))?;
    parse(shown, &text)
}

fn parse(shown: &Path, text: &str) -> Result<Document, Failure> {
    let document = Document::parse(text).map_err(|e| failure(shown, e))?;
    drs_api_gen::check_version(&document).map_err(|e| failure(shown, e))?;
    Ok(document)
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
                    "the change is {}, which needs {} step of info.version; it went from {} to {}",
                    review.verdict, version.needed, version.base, version.revision
                ));
            }
            if review.verdict > Verdict::DocsOnly {
                let path = repository().join(CHANGELOG);
                let text = fs::read_to_string(path).map_err(|e| failure(CHANGELOG, e))?;
                if !changelog::has_entry(&text, &version.revision) {
                    reasons.push(format!(
                        "{CHANGELOG} has no entry that names the spec and its version; write \
                         `- The spec, {}: …` under Unreleased",
                        version.revision
                    ));
                }
            }
        }
    }
    Ok(reasons)
}
