//! Are the documents short, and written the way a native reader expects?

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What not to write, and what to write instead.
const WORDS: &[(&str, &str)] = &[
    ("be had", "available"),
    ("in the place of", "instead of"),
    ("mend", "fix"),
    ("needs be", "must"),
    ("so many", "this many"),
    ("so long as", "as long as"),
    ("where to is", "where it goes"),
    ("wherefrom", "from where"),
    ("who asks", "the caller, or the credentials"),
    ("whosoever", "anyone who"),
];

/// Words that are fine now and then, and how often all files together may use them, except what is
/// written for each new operation. Lower a number when the words get fewer; never raise one.
const RARE: &[(&str, usize)] = &[
    ("holds", 38),
    ("stands", 10),
    ("gives", 37),
    ("beside", 30),
    ("is no", 20),
];

/// The most lines of a document. Lower a number when the document gets shorter.
const LENGTHS: &[(&str, usize)] = &[
    ("README.md", 110),
    ("ARCHITECTURE.md", 120),
    ("CONTRIBUTING.md", 140),
    ("PERFORMANCE.md", 110),
    ("SECURITY.md", 80),
];

/// The most words of a sentence in a document.
const LONGEST_SENTENCE: usize = 30;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The handwritten files below a folder, except this one, which quotes the words.
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
        } else if folder.file_name().is_some_and(|name| name == ".ci")
            || [".rs", ".md", ".yaml", ".yml", ".toml", ".py"]
                .iter()
                .any(|end| name.ends_with(end))
        {
            files.push(path);
        }
    }
}

/// Each file, by its path in the repository, with its text.
fn texts() -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(repository(), &mut files);
    assert!(files.len() > 300, "only {} files were read", files.len());
    let name = |file: &Path| {
        file.strip_prefix(repository())
            .unwrap()
            .display()
            .to_string()
    };
    files
        .iter()
        .map(|file| (name(file), fs::read_to_string(file).unwrap()))
        .collect()
}

/// How often a line contains these words, as words: names such as `it_holds` don't count.
fn count(line: &str, words: &str) -> usize {
    let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let found = line.match_indices(words).filter(|(at, _)| {
        let (before, after) = (&line[..*at], &line[at + words.len()..]);
        !in_word(before.chars().next_back()) && !in_word(after.chars().next())
    });
    found.count()
}

/// The lengths in words of the sentences in a document, each with the number of its line. A
/// sentence ends with its line, or after a `.`, `!`, or `?`. Code blocks and tables are skipped.
fn sentences(text: &str) -> Vec<(usize, usize)> {
    let (mut found, mut is_code) = (Vec::new(), false);
    for (number, line) in (1..).zip(text.lines().map(str::trim_start)) {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if !is_code && !line.starts_with('|') {
            let mut length = 0;
            for word in line.split_whitespace() {
                length += usize::from(word.contains(char::is_alphanumeric));
                if word
                    .trim_end_matches([')', '"', '*'])
                    .ends_with(['.', '!', '?'])
                {
                    found.push((number, length));
                    length = 0;
                }
            }
            found.push((number, length));
        }
    }
    found
}

#[test]
fn no_text_has_words_that_a_native_reader_stumbles_over() {
    let mut found = Vec::new();
    for (file, text) in texts() {
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.to_lowercase();
            for (words, instead) in WORDS.iter().filter(|(words, _)| count(&line, words) > 0) {
                found.push(format!("{file}:{number}: write “{instead}”, not “{words}”"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn words_that_tire_a_reader_are_rare() {
    let mut texts = texts();
    // Whether an operation may be added must not depend on how often others use a word.
    texts.retain(|(file, _)| {
        file != "CHANGELOG.md" && !(file.starts_with("openapi/") && file.ends_with(".yaml"))
    });
    for (words, most) in RARE {
        let mut places = Vec::new();
        for (file, text) in &texts {
            for (number, line) in (1..).zip(text.lines()) {
                let times = count(&line.to_lowercase(), words);
                places.extend((0..times).map(|_| format!("{file}:{number}")));
            }
        }
        let uses = places.len();
        let places = places.join("\n");
        assert!(uses <= *most, "“{words}”: {uses}, over {most}:\n{places}");
    }
}

#[test]
fn documents_and_their_sentences_are_short() {
    let texts = texts();
    let mut found = Vec::new();
    for (document, most) in LENGTHS {
        let (_, text) = texts.iter().find(|(file, _)| file == document).unwrap();
        let lines = text.lines().count();
        if lines > *most {
            found.push(format!("{document} has {lines} lines, over {most}"));
        }
    }
    // The changelog keeps what was written.
    let is_document = |file: &str| file.ends_with(".md") && file != "CHANGELOG.md";
    for (file, text) in texts.iter().filter(|(file, _)| is_document(file)) {
        let mut long = sentences(text);
        long.retain(|(_, length)| *length > LONGEST_SENTENCE);
        let of_file = |(line, length)| format!("{file}:{line}: a sentence of {length} words");
        found.extend(long.into_iter().map(of_file));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
