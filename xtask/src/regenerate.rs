//! `cargo xtask regenerate`: writes the generated files, or shows how they differ.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use drs_api_gen::{CLIENTS, GENERATED_FOLDER, module_file};
use similar::TextDiff;

use crate::{
    failure::{Failure, failure},
    lint, output,
    repository::repository,
    test_files,
};

pub(crate) fn write() -> Result<ExitCode, Failure> {
    let mut written = 0;
    for (path, text) in generated()? {
        if text == checked_in(&path)? {
            continue;
        }
        let whole = repository().join(&path);
        let folder = whole.parent().map_or(Ok(()), fs::create_dir_all);
        folder
            .and_then(|()| fs::write(&whole, text))
            .map_err(|e| failure(&path, e))?;
        output::line(format_args!("{} written", path.display()))?;
        written += 1;
    }
    if written == 0 {
        output::line(format_args!("the generated code is up to date"))?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn check() -> Result<ExitCode, Failure> {
    let mut differ = false;
    for (path, text) in generated()? {
        let actual = checked_in(&path)?;
        if text != actual {
            let shown = path.display().to_string();
            let diff = TextDiff::from_lines(&actual, &text);
            let mut diff = diff.unified_diff();
            output::print(diff.header(&shown, &format!("{shown} (generated)")))?;
            differ = true;
        }
    }
    if !differ {
        output::line(format_args!("the generated code is up to date"))?;
        return Ok(ExitCode::SUCCESS);
    }
    output::complain(format_args!(
        "error: the generated code is not what the documents generate; run `cargo xtask regenerate`"
    ));
    Ok(ExitCode::FAILURE)
}

/// What should be checked in, by paths relative to the repository, if the documents have no
/// mistakes.
fn generated() -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut files = vec![module_file()];
    let documents = lint::sound(&lint::paths(), repository())?;
    for (client, document) in CLIENTS.iter().zip(&documents) {
        let generated = client.files(document);
        files.extend(generated.map_err(|e| failure(client.document, e))?);
    }
    let folder = Path::new(GENERATED_FOLDER);
    let files = files
        .into_iter()
        .map(|file| (folder.join(file.path), file.text));
    Ok(files.chain(test_files::all()?).collect())
}

/// The content of a file; empty if the checkout lacks it.
fn checked_in(path: &Path) -> Result<String, Failure> {
    match fs::read_to_string(repository().join(path)) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        result => result.map_err(|e| failure(path, e)),
    }
}
