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

/// What is between quotes in each source file below a directory, cut at slashes: a name of the
/// spec can be nowhere else, as any word may be a name of Rust's too.
fn texts(directory: &Path, found: &mut Vec<(String, Vec<String>)>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, found);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.lines().filter(|line| !line.trim().starts_with("//"));
            let quoted = code.flat_map(|line| line.split('"').skip(1).step_by(2));
            let parts = quoted.flat_map(|text| text.split('/')).map(str::to_owned);
            found.push((path.display().to_string(), parts.collect()));
        }
    }
}

#[test]
fn the_generator_knows_no_name_of_the_spec() {
    let mut names = Vec::new();
    self::names(spec().value(), &mut names);
    let mut sources = Vec::new();
    let generator = Path::new(env!("CARGO_MANIFEST_DIR")).join("../drs-api-gen/src");
    texts(&generator, &mut sources);
    // A name may be a key of OpenAPI as well, such as `links`, or a header of HTTP.
    let keys = sources
        .iter()
        .find(|(path, _)| path.ends_with("spec/keys.rs"));
    let keys = keys.unwrap().1.clone();
    names.retain(|name| name != "Authorization" && !keys.contains(name));
    // A single word proves nothing.
    names.retain(|name| name.contains(|c: char| c == '_' || c.is_uppercase()));
    assert!(names.len() > 20, "{names:?}");
    for (path, texts) in &sources {
        for name in &names {
            assert!(
                !texts.contains(name),
                "{path} says `{name}`, a name of the spec: the generator has to do without it"
            );
        }
    }
}
