//! `cargo xtask`: the repository's own commands. The work is in drs-api-gen; here are
//! the command line, the files and the exit codes.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use drs_api_gen::{Document, Settings};

mod regenerate;

/// The spec, relative to the repository.
const SPEC: &str = "openapi/drs-v3.yaml";
/// What is generated from it.
const GENERATED: &str = "drs-api/src/generated.rs";

/// Keeps the spec and the code in step.
#[derive(Parser)]
#[command(name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes the generated client from the spec.
    Regenerate {
        /// Writes nothing; prints what would change and exits 1 if something would.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Regenerate { check: false } => regenerate::write(),
        Command::Regenerate { check: true } => regenerate::check(),
    };
    match result {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Why a command could not do its work: a file, and what happened to it.
struct Failure {
    path: PathBuf,
    cause: Box<dyn std::error::Error>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.cause)
    }
}

/// The repository this program was built in.
fn repository() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

fn read(path: &str) -> Result<String, Failure> {
    fs::read_to_string(repository().join(path)).map_err(|e| failure(path, e))
}

fn failure(path: &str, cause: impl Into<Box<dyn std::error::Error>>) -> Failure {
    Failure {
        path: path.into(),
        cause: cause.into(),
    }
}

/// What the generated file has to be.
fn generated() -> Result<String, Failure> {
    let document = Document::parse(&read(SPEC)?).map_err(|e| failure(SPEC, e))?;
    drs_api_gen::generate(&document, &Settings::new(SPEC)).map_err(|e| failure(SPEC, e))
}

/// What the generated file is; nothing yet in a checkout that has none.
fn checked_in() -> Result<String, Failure> {
    match fs::read_to_string(repository().join(GENERATED)) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        result => result.map_err(|e| failure(GENERATED, e)),
    }
}
