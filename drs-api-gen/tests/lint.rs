//! Does each rule find its mistake, and nothing else?

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{collections::BTreeSet, fs, path::Path};

use drs_api_gen::{Document, Finding, RULES, lint};

/// Name and text of each failing document.
fn fixtures() -> Vec<(String, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/lint");
    let mut fixtures: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let rule = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (rule, fs::read_to_string(path).unwrap())
        })
        .collect();
    fixtures.sort();
    fixtures
}

fn findings(yaml: &str) -> Vec<Finding> {
    lint(&Document::parse(yaml).unwrap())
}

#[test]
fn each_rule_has_a_fixture_and_each_fixture_a_rule() {
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.name.to_owned()).collect();
    let fixtures: BTreeSet<_> = fixtures().into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, fixtures);
    assert_eq!(rules.len(), RULES.len(), "two rules of one name");
}

#[test]
fn each_fixture_breaks_its_rule_and_no_other() {
    for (rule, yaml) in fixtures() {
        let broken: BTreeSet<_> = findings(&yaml).iter().map(|f| f.rule.to_owned()).collect();
        assert_eq!(broken, BTreeSet::from([rule]));
    }
}

#[test]
fn each_message_says_where_what_and_what_instead() {
    let mut shown = String::new();
    for (_, yaml) in fixtures() {
        for finding in findings(&yaml) {
            shown += &format!("{finding}\n");
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_document_without_mistakes_has_no_finding() {
    assert_eq!(findings(include_str!("fixtures/minimal.yaml")), []);
}

#[test]
fn several_findings_come_at_once_in_the_order_of_the_text() {
    let yaml = include_str!("fixtures/minimal.yaml")
        .replace("version: 1.0.0", "version: one")
        .replace("format: password", "format: pasword")
        .replace("      x-open-enum: true\n", "");
    let rules: Vec<_> = findings(&yaml).iter().map(|f| f.rule).collect();
    assert_eq!(rules, ["version", "format", "response-enum-not-open"]);
}

#[test]
fn a_misspelt_key_is_read_as_it_was_meant() {
    let yaml = include_str!("fixtures/minimal.yaml")
        .replace("summary:", "sumary:")
        .replace("responses:", "responces:")
        .replace("x-open-enum:", "x-open_enum:");
    let findings = findings(&yaml);
    assert!(findings.iter().all(|f| f.rule == "unknown-key"));
    assert_eq!(findings.len(), 3);
}

#[test]
fn a_document_for_another_version_has_one_finding() {
    for version in ["openapi: 3.1.0", "openapi: 3.0", "swagger: '2.0'", ""] {
        let yaml = include_str!("fixtures/minimal.yaml").replace("openapi: 3.0.3", version);
        let rules: Vec<_> = findings(&yaml).iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["openapi-version"], "{version}");
    }
    for yaml in ["", "[]", "text", "7"] {
        let rules: Vec<_> = findings(yaml).iter().map(|f| f.rule).collect();
        assert_eq!(rules, ["openapi-version"], "{yaml}");
    }
}

#[test]
fn a_slip_in_an_example_has_one_finding() {
    let yaml = include_str!("fixtures/minimal.yaml").replace(
        "{$ref: '#/components/schemas/Key'}",
        "{$ref: '#/components/schemas/Key'}\n            example: {vlaue: a key}",
    );
    let findings = findings(&yaml);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].message.ends_with("did you mean `value`?"));
}
