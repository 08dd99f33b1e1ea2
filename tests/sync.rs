//! Is what is checked in what the spec generates?

use drs_api_gen::{Document, PROGENITOR_VERSION, Settings, generate};

const SPEC: &str = include_str!("../openapi/drs-v3.yaml");

fn generated(spec: &str) -> String {
    let document = Document::parse(spec).unwrap();
    generate(&document, &Settings::new("openapi/drs-v3.yaml")).unwrap()
}

#[test]
fn the_generated_file_is_what_the_spec_generates() {
    assert!(
        generated(SPEC) == include_str!("../drs-api/src/generated.rs"),
        "drs-api/src/generated.rs is not what openapi/drs-v3.yaml generates; \
         `cargo xtask regenerate --check` shows the difference, `cargo xtask regenerate` writes it"
    );
}

#[test]
fn a_change_of_the_spec_that_changes_no_rust_shows_in_the_header() {
    let server = SPEC.replace("default: ap-southeast-1", "default: cn-north-4");
    assert_ne!(generated(SPEC), generated(&server));
}

#[test]
fn a_comment_in_the_spec_changes_nothing() {
    assert_eq!(
        generated(SPEC),
        generated(&format!("# a comment\n{SPEC}\n"))
    );
}

#[test]
fn progenitor_is_pinned_to_the_version_that_the_header_names() {
    let manifest = include_str!("../Cargo.toml");
    for name in ["progenitor", "progenitor-client"] {
        assert!(
            manifest
                .lines()
                .any(|line| line.starts_with(&format!("{name} = "))
                    && line.contains(&format!("\"={PROGENITOR_VERSION}\""))),
            "{name} is not pinned to ={PROGENITOR_VERSION}"
        );
    }
}
