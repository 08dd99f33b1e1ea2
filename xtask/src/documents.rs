//! The documents of the work tree and of a commit, and how they correspond.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use drs_api_gen::Document;

use crate::{
    failure::{Failure, failure},
    git::Commit,
    repository::repository,
};

/// Where the documents are, relative to the repository.
pub(crate) const FOLDER: &str = "openapi";

/// A document with its path, relative to the repository.
pub(crate) type Named = (PathBuf, Document);

/// The documents in the work tree.
pub(crate) fn repository_documents() -> Result<Vec<Named>, Failure> {
    let folder = repository().join(FOLDER);
    let mut names: BTreeSet<PathBuf> = BTreeSet::new();
    for entry in fs::read_dir(&folder).map_err(|e| failure(FOLDER, e))? {
        names.insert(entry.map_err(|e| failure(FOLDER, e))?.file_name().into());
    }
    let paths = names.into_iter().map(|name| Path::new(FOLDER).join(name));
    let documents = paths.filter(|path| is_document(path));
    documents
        .map(|path| {
            let document = read(&path, &repository().join(&path))?;
            Ok((path, document))
        })
        .collect()
}

/// The documents of a commit.
pub(crate) fn documents_of(commit: &Commit<'_>) -> Result<Vec<Named>, Failure> {
    let mut documents = Vec::new();
    for path in commit.files(FOLDER)? {
        if is_document(Path::new(&path))
            && let Some(text) = commit.file(&path)?
        {
            let shown = format!("{path} at {}", commit.short());
            documents.push((
                PathBuf::from(path),
                parse(Path::new(&shown), text.as_bytes())?,
            ));
        }
    }
    Ok(documents)
}

fn is_document(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml" | "json"))
}

/// The document with this one's file name, or else with its title.
pub(crate) fn found(path: &Path, document: &Document, among: &[Named]) -> Result<Named, Failure> {
    let is_named = |(other, _): &&Named| other.file_name() == path.file_name();
    let is_titled = |(_, other): &&Named| title(other) == title(document);
    let by_name = among.iter().find(is_named);
    let found = by_name.or_else(|| among.iter().find(is_titled));
    found.cloned().ok_or_else(|| {
        Failure::Sentence(format!(
            "no document in {FOLDER} has the file name or the title of {}; pass `--base FILE`",
            path.display()
        ))
    })
}

pub(crate) fn title(document: &Document) -> &str {
    let title = document.value().pointer("/info/title");
    title.and_then(|title| title.as_str()).unwrap_or_default()
}

pub(crate) fn read(shown: &Path, path: &Path) -> Result<Document, Failure> {
    let bytes = fs::read(path).map_err(|e| failure(shown, e))?;
    parse(shown, &bytes)
}

fn parse(shown: &Path, bytes: &[u8]) -> Result<Document, Failure> {
    let document = Document::parse(bytes).map_err(|e| failure(shown, e))?;
    drs_api_gen::check_version(&document).map_err(|e| failure(shown, e))?;
    Ok(document)
}
