//! `cargo xtask lint`: prints the mistakes in the spec, one per line.

use std::{fs, path::Path, process::ExitCode};

use drs_api_gen::{CLIENTS, Document, Error, Position, RULES};

use crate::{
    failure::{Failure, failure},
    output,
    repository::repository,
};

/// Lints every document of the repository.
pub(crate) fn all() -> Result<ExitCode, Failure> {
    for client in CLIENTS {
        run(Path::new(client.document), repository())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Lints the document at `path`, which is relative to `directory`.
pub(crate) fn run(path: &Path, directory: &Path) -> Result<ExitCode, Failure> {
    sound(path, directory)?;
    let (path, rules) = (path.display(), RULES.len());
    output::line(format_args!(
        "{path}: checked against {rules} rules, no mistakes"
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// The document, if it has no mistakes; prints them otherwise.
pub(crate) fn sound(path: &Path, directory: &Path) -> Result<Document, Failure> {
    let text = fs::read_to_string(directory.join(path)).map_err(|e| failure(path, e))?;
    let document = match Document::parse(&text) {
        Ok(document) => document,
        Err(Error::Syntax { position, message }) => {
            let Position { line, column } = position;
            let path = path.display();
            output::complain(format_args!("{path}:{line}:{column}: syntax: {message}"));
            return Err(Failure::Lint(1));
        }
        Err(e) => return Err(failure(path, e)),
    };
    let findings = drs_api_gen::lint(&document);
    for finding in &findings {
        output::complain(format_args!("{}:{finding}", path.display()));
    }
    match findings.len() {
        0 => Ok(document),
        count => Err(Failure::Lint(count)),
    }
}
