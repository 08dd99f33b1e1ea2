//! Is what people read written in the words that a native reader expects?

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What not to write, and what to write instead.
const WORDS: &[(&str, &str)] = &[
    ("be had", "available"),
    ("mend", "fix"),
    ("needs be", "must"),
    ("so many", "this many"),
    ("so long as", "as long as"),
    ("where to is", "where it goes"),
    ("wherefrom", "from where"),
    ("who asks", "the caller, or the credentials"),
    ("whosoever", "anyone who"),
];

/// The files below a folder that people write and read.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let is_skipped = ["target", "generated", "snapshots", ".git", "words.rs"].contains(&name);
        if path.is_symlink() || is_skipped {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else if [".rs", ".md", ".yaml", ".yml", ".py"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            files.push(path);
        }
    }
}

/// Where a text holds some words, and not as a part of others.
fn holds(text: &str, words: &str) -> bool {
    let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(words).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + words.len()..]);
        !in_word(before.chars().next_back()) && !in_word(after.chars().next())
    })
}

#[test]
fn no_text_has_words_that_a_native_reader_stumbles_over() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    collect(repository, &mut files);
    let mut found = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.to_lowercase();
            for (words, instead) in WORDS.iter().filter(|(words, _)| holds(&line, words)) {
                let file = file.strip_prefix(repository).unwrap().display();
                found.push(format!("{file}:{number}: write “{instead}”, not “{words}”"));
            }
        }
    }
    assert!(files.len() > 300, "only {} files were read", files.len());
    assert!(found.is_empty(), "{}", found.join("\n"));
}
