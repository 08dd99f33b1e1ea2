//! `cargo xtask`: the repository's own commands. The work is in drs-api-gen; this is the command
//! line, the files, and the exit codes.

use std::{
    panic::{self, UnwindSafe},
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

use failure::Failure;

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
    let command = Cli::parse().command;
    let result = caught(|| match command {
        Command::Regenerate { check: false } => regenerate::write(),
        Command::Regenerate { check: true } => regenerate::check(),
        Command::Lint { file: None } => lint::all(),
        Command::Lint { file: Some(file) } => lint::run(&[&file], Path::new("")),
        Command::Review(options) => review::run(&options),
        Command::Upstream { file } => upstream::run(&file),
    });
    result.unwrap_or_else(|failure| {
        output::complain(format_args!("error: {failure}"));
        ExitCode::FAILURE
    })
}

/// The result of a command. A panic is an error like any other, because a worker prints none.
fn caught<T>(command: impl FnOnce() -> Result<T, Failure> + UnwindSafe) -> Result<T, Failure> {
    panic::catch_unwind(command).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or(panic.downcast_ref::<&str>().copied());
        let text = text.unwrap_or_default();
        Err(Failure::Sentence(format!("a mistake in xtask: {text}")))
    })
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

#[cfg(test)]
mod tests {
    use std::panic::resume_unwind;

    use super::*;

    #[test]
    fn a_panic_is_an_error_with_its_text() {
        let shown = |found: Result<(), Failure>| found.unwrap_err().to_string();
        let index = 3;
        let found = shown(caught(|| panic!("no item {index}")));
        assert_eq!(found, "a mistake in xtask: no item 3");
        let found = shown(caught(|| {
            let worker = thread::spawn::<_, ()>(|| panic!("no item"));
            worker.join().unwrap_or_else(|panic| resume_unwind(panic));
            Ok(())
        }));
        assert_eq!(found, "a mistake in xtask: no item");
    }
}
