//! What is generated only for the tests: the client of each document in `tests/second/`, and what a
//! test needs of each of the spec's operations and types.
//!
//! It is checked in, so building the tests generates nothing. It is written from here, because
//! tests that don't fit the spec don't compile.

use std::{
    fs,
    path::{Path, PathBuf},
};

use drs_api_gen::{Document, Generated, Settings, generate};

use crate::{
    by_the_spec,
    failure::{Failure, failure},
    lint,
    repository::{SPEC, repository},
};

const SECOND: &str = "tests/second";
const BY_THE_SPEC: &str = "tests/spec/generated";

/// Each file, by its path relative to the repository, with its text.
pub(crate) fn all() -> Result<Vec<(PathBuf, String)>, Failure> {
    let spec = lint::sound(Path::new(SPEC), repository())?;
    let folder = Path::new(BY_THE_SPEC);
    let mut files = vec![
        (folder.join("calls.rs"), by_the_spec::calls(spec.value())),
        (folder.join("types.rs"), by_the_spec::types(spec.value())),
    ];
    let entries = fs::read_dir(repository().join(SECOND)).map_err(|e| failure(SECOND, e))?;
    for entry in entries {
        let name = entry.map_err(|e| failure(SECOND, e))?.file_name();
        let path = Path::new(SECOND).join(name);
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let document = lint::sound(&path, repository())?;
            files.extend(client(&path, &document)?);
        }
    }
    Ok(files)
}

/// The client of a document, in a folder of the same name.
fn client(path: &Path, document: &Document) -> Result<[(PathBuf, String); 2], Failure> {
    let folder = path.with_extension("");
    let module = folder.file_name().unwrap_or_default().to_string_lossy();
    let mut settings = Settings::new(path.to_string_lossy());
    settings.module = format!("crate::{module}");
    let Generated { client, types } =
        generate(document, &settings).map_err(|e| failure(path, e))?;
    Ok([
        (folder.join("mod.rs"), client),
        (folder.join("types.rs"), types),
    ])
}
