//! What is generated only for the tests: the client of each document in `tests/second/`, and what a
//! test needs of each of the spec's operations and types.
//!
//! It is checked in, so building the tests generates nothing. It is written from here, because
//! tests that don't fit the spec don't compile.

use std::path::{Path, PathBuf};

use drs_api_gen::{Document, Generated, Settings, generate};
use serde_json::Value;

use crate::{
    by_the_spec,
    failure::{Failure, failure},
    lint,
    repository::{SPEC, repository},
};

/// The documents other than the spec.
const SECOND: [&str; 2] = ["tests/second/keys", "tests/second/every_key"];
const BY_THE_SPEC: &str = "tests/spec/generated";

/// Each file, by its path relative to the repository, with its text.
pub(crate) fn all() -> Result<Vec<(PathBuf, String)>, Failure> {
    let second = SECOND.map(|folder| Path::new(folder).with_extension("yaml"));
    let paths = [Path::new(SPEC), &second[0], &second[1]];
    let documents = lint::sound(&paths, repository())?;
    let spec = documents.first().map_or(&Value::Null, Document::value);
    let folder = Path::new(BY_THE_SPEC);
    let mut files = vec![
        (folder.join("calls.rs"), by_the_spec::calls(spec)),
        (folder.join("types.rs"), by_the_spec::types(spec)),
    ];
    for (folder, document) in SECOND.into_iter().zip(documents.iter().skip(1)) {
        files.extend(client(Path::new(folder), document)?);
    }
    Ok(files)
}

/// The client of a document, in a folder of its name.
fn client(folder: &Path, document: &Document) -> Result<[(PathBuf, String); 2], Failure> {
    let module = folder.file_name().unwrap_or_default().to_string_lossy();
    let mut settings = Settings::new(folder.with_extension("yaml").to_string_lossy());
    settings.module = format!("crate::{module}");
    let generated = generate(document, &settings).map_err(|e| failure(folder, e))?;
    let Generated { client, types } = generated;
    Ok([
        (folder.join("mod.rs"), client),
        (folder.join("types.rs"), types),
    ])
}
