//! `cargo xtask lint`: says what is wrong with the documents, each mistake on a line.

use std::{fs, path::Path, process::ExitCode};

use drs_api_gen::{CLIENTS, Document, Error, Position, RULES};

use crate::{
    failure::{Failure, failure},
    output,
    repository::repository,
};

/// Lints every document of the repository.
pub(crate) fn all() -> Result<ExitCode, Failure> {
    run(&paths(), repository())
}

/// The documents that clients are generated from.
pub(crate) fn paths() -> Vec<&'static Path> {
    CLIENTS.iter().map(|c| Path::new(c.document)).collect()
}

/// Lints the documents at `paths`, which are relative to `directory`.
pub(crate) fn run(paths: &[&Path], directory: &Path) -> Result<ExitCode, Failure> {
    sound(paths, directory)?;
    for path in paths {
        let (path, rules) = (path.display(), RULES.len());
        output::line(format_args!(
            "{path}: checked against {rules} rules, no mistakes"
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The documents, if nothing is wrong with any of them; prints what is.
pub(crate) fn sound(paths: &[&Path], directory: &Path) -> Result<Vec<Document>, Failure> {
    let (mut documents, mut mistakes) = (Vec::new(), 0);
    for path in paths {
        let shown = path.display();
        let text = fs::read(directory.join(path)).map_err(|e| failure(*path, e))?;
        match Document::parse(&text) {
            Ok(document) => {
                let findings = drs_api_gen::lint(&document);
                for finding in &findings {
                    output::complain(format_args!("{shown}:{finding}"));
                }
                mistakes += findings.len();
                documents.push(document);
            }
            Err(Error::Syntax { position, message }) => {
                let Position { line, column } = position;
                output::complain(format_args!("{shown}:{line}:{column}: syntax: {message}"));
                mistakes += 1;
            }
            Err(e) => return Err(failure(*path, e)),
        }
    }
    match mistakes {
        0 => Ok(documents),
        count => Err(Failure::Sentence(format!("mistakes found: {count}"))),
    }
}
