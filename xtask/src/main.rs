//! `cargo xtask`: the repository's own commands. The work is in drs-api-gen; this is the command
//! line, the files, and the exit codes.

use std::{
    panic,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
};

use clap::{Parser, Subcommand};

mod by_the_spec;
mod changelog;
mod documents;
mod failure;
mod git;
mod lint;
mod output;
mod regenerate;
mod repository;
mod review;
mod test_files;
mod upstream;

/// Keeps the spec and the code in step.
#[derive(Parser)]
#[command(name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes the generated clients from their documents, and what the tests need of them.
    Regenerate {
        /// Writes nothing; prints what would change and exits 1 if something would.
        #[arg(long)]
        check: bool,
    },
    /// Lists the mistakes in the spec; exits 1 if there are any.
    Lint {
        /// Another document than those of the repository, in YAML or JSON.
        file: Option<PathBuf>,
    },
    /// Says what a change of the spec means: to the service, to Rust callers, to the version.
    Review(review::Options),
    /// Compares the vendor's definition of the operation with the spec; exits 1 if a
    /// difference has no row in openapi/README.md.
    Upstream {
        /// The JSON that the vendor's API Explorer offers.
        file: PathBuf,
    },
}

fn main() -> ExitCode {
    keep_generator_panics_silent();
    let result = match Cli::parse().command {
        Command::Regenerate { check: false } => regenerate::write(),
        Command::Regenerate { check: true } => regenerate::check(),
        Command::Lint { file: None } => lint::all(),
        Command::Lint { file: Some(file) } => lint::run(&[&file], Path::new("")),
        Command::Review(options) => review::run(&options),
        Command::Upstream { file } => upstream::run(&file),
    };
    match result {
        Ok(code) => code,
        Err(failure) => {
            output::complain(format_args!("error: {failure}"));
            ExitCode::FAILURE
        }
    }
}

/// drs-api-gen turns progenitor's panics into errors, so they need no report here.
fn keep_generator_panics_silent() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if thread::current().name() != Some(drs_api_gen::WORKER_THREAD) {
            report(panic);
        }
    }));
}
