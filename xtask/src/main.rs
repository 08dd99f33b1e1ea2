//! `cargo xtask`: the repository's own commands. The work is in drs-api-gen; here are
//! the command line, the files and the exit codes.

use std::{
    fmt, panic,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
};

use clap::{Parser, Subcommand};

mod changelog;
mod git;
mod lint;
mod output;
mod regenerate;
mod review;

/// The spec of the service, relative to the repository.
const SPEC: &str = "openapi/drs-v3.yaml";

/// Keeps the spec and the code in step.
#[derive(Parser)]
#[command(name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes the generated clients from their documents.
    Regenerate {
        /// Writes nothing; prints what would change and exits 1 if something would.
        #[arg(long)]
        check: bool,
    },
    /// Says what is wrong with the spec; exits 1 if something is.
    Lint {
        /// Another document than those of the repository, in YAML or JSON.
        file: Option<PathBuf>,
    },
    /// Says what a change of the spec means: to the service, to Rust callers, to the version.
    Review(review::Options),
}

fn main() -> ExitCode {
    keep_generator_panics_silent();
    let result = match Cli::parse().command {
        Command::Regenerate { check: false } => regenerate::write(),
        Command::Regenerate { check: true } => regenerate::check(),
        Command::Lint { file: None } => lint::all(),
        Command::Lint { file: Some(file) } => lint::run(&file, Path::new("")),
        Command::Review(options) => review::run(&options),
    };
    match result {
        Ok(code) => code,
        Err(failure) => {
            output::complain(format_args!("error: {failure}"));
            ExitCode::FAILURE
        }
    }
}

/// drs-api-gen makes errors of progenitor's panics; they need no report of their own.
fn keep_generator_panics_silent() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if thread::current().name() != Some(drs_api_gen::WORKER_THREAD) {
            report(panic);
        }
    }));
}

/// Why a command could not do its work.
#[derive(Debug)]
enum Failure {
    /// A file, and what happened to it.
    File {
        path: PathBuf,
        cause: Box<dyn std::error::Error>,
    },
    /// The number of mistakes in the spec, all of them printed.
    Lint(usize),
    /// A sentence that says it all.
    Sentence(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::Sentence(sentence) => f.write_str(sentence),
            Self::Lint(1) => f.write_str("1 mistake in the spec"),
            Self::Lint(count) => write!(f, "{count} mistakes in the spec"),
        }
    }
}

/// The repository this program was built in.
fn repository() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

fn failure(path: impl Into<PathBuf>, cause: impl Into<Box<dyn std::error::Error>>) -> Failure {
    Failure::File {
        path: path.into(),
        cause: cause.into(),
    }
}
