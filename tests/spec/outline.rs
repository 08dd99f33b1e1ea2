//! What do callers see of the client? The public API as a reviewer reads it, from the source. A
//! change in these snapshots needs a line in the changelog.

use std::{fs, path::Path};

use drs_api_gen::{Document, Generated, Settings, generate, outline};

use super::one_operation::one_operation;

/// The outline of the checked-in code.
fn checked_in() -> String {
    let generated = Generated {
        client: include_str!("../../drs-api/src/generated/drs/mod.rs").to_owned(),
        types: include_str!("../../drs-api/src/generated/drs/types.rs").to_owned(),
    };
    outline(&[&generated.in_one()]).unwrap()
}

/// The handwritten files of the client, without the program.
pub(crate) fn handwritten(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && !["bin", "generated"].contains(&name) {
            found.extend(handwritten(&path));
        } else if name.ends_with(".rs") {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
    found
}

#[test]
fn the_generated_part_is_what_the_outline_shows() {
    insta::assert_snapshot!("generated", checked_in());
}

#[test]
fn the_handwritten_part_is_what_the_outline_shows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../drs-api/src");
    let sources = handwritten(&folder);
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    insta::assert_snapshot!("handwritten", outline(&sources).unwrap());
}

#[test]
fn a_change_of_the_spec_shows_as_the_lines_it_changes() {
    let spec = one_operation();
    let changed = spec
        .replace("        - job_id\n", "")
        .replacen(
            "        - failed\n",
            "        - failed\n        - pending\n",
            1,
        )
        .replace(
            "          in: header\n          required: false",
            "          in: header\n          required: true",
        );
    let outline_of = |text: &str| {
        let document = Document::parse(text).unwrap();
        let generated = generate(&document, &Settings::new("changed.yaml")).unwrap();
        outline(&[&generated.in_one()]).unwrap()
    };
    let (before, after) = (outline_of(&spec), outline_of(&changed));
    // A line can occur in several types.
    let only = |one: &str, other: &str, sign: &str| -> String {
        let mut others: Vec<&str> = other.lines().collect();
        let lines = one.lines().filter(|line| {
            let same = others.iter().position(|other| other == line);
            same.map(|at| others.remove(at)).is_none()
        });
        lines.map(|line| format!("{sign} {line}\n")).collect()
    };
    // A literal: accepting snapshots must not accept that a change no longer shows.
    let expected = "\
-   x_language: Option<Language>
-   job_id: String
+   x_language: Language
+   Pending = \"pending\"
+   job_id: Option<String>
";
    assert_eq!(
        only(&before, &after, "-") + &only(&after, &before, "+"),
        expected
    );
}
