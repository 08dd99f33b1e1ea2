//! Is the spec free of mistakes, and the generator free of the spec?

use std::{fs, path::Path};

use drs_api_gen::{Document, lint};
use serde_json::Value;

fn spec() -> Document {
    Document::parse(include_str!("../../openapi/drs-v3.yaml")).unwrap()
}

#[test]
fn the_spec_has_no_finding() {
    let findings: Vec<_> = lint(&spec()).iter().map(|f| f.to_string()).collect();
    assert!(findings.is_empty(), "{findings:#?}");
}

/// The names that the spec chose for operations, schemas, parameters, and properties.
fn names(value: &Value, names: &mut Vec<String>) {
    for key in ["schemas", "properties", "securitySchemes", "paths"] {
        let chosen = value[key]
            .as_object()
            .into_iter()
            .flat_map(|map| map.keys());
        names.extend(chosen.cloned());
    }
    for key in ["operationId", "name"] {
        names.extend(value[key].as_str().map(str::to_owned));
    }
    match value {
        Value::Object(map) => map.values().for_each(|value| self::names(value, names)),
        Value::Array(items) => items.iter().for_each(|value| self::names(value, names)),
        _ => {}
    }
}

/// The code of each source file in a folder, without comments.
fn sources(directory: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.lines().map(|line| line.split("//").next().unwrap());
            found.push((
                path.display().to_string(),
                code.collect::<Vec<_>>().join("\n"),
            ));
        }
    }
}

fn words(code: &str) -> Vec<&str> {
    code.split(|c: char| !c.is_alphanumeric() && !"-_/{}".contains(c))
        .collect()
}

#[test]
fn the_generator_knows_no_name_of_the_spec() {
    let mut names = Vec::new();
    self::names(spec().value(), &mut names);
    // Words too common to prove anything, and an HTTP header.
    let common = ["count", "id", "status", "results", "Authorization"];
    names.retain(|name| !common.contains(&name.as_str()));
    let mut sources = Vec::new();
    let generator = Path::new(env!("CARGO_MANIFEST_DIR")).join("../drs-api-gen/src");
    self::sources(&generator, &mut sources);
    // A name may also be an OpenAPI key, such as `links`.
    let keys = sources
        .iter()
        .find(|(path, _)| path.ends_with("spec/keys.rs"));
    let keys = words(&keys.unwrap().1);
    names.retain(|name| !keys.contains(&name.as_str()));
    assert!(names.len() > 20, "{names:?}");
    for (path, code) in &sources {
        let words = words(code);
        for name in &names {
            assert!(
                !words.contains(&name.as_str()),
                "{path} says `{name}`, a name of the spec: the generator has to do without it"
            );
        }
    }
}
