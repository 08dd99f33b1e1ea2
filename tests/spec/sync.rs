//! Does the checked-in code match the spec?

use std::{collections::BTreeMap, fs, path::Path};

use drs_api_gen::{
    CLIENTS, Document, GENERATED_FOLDER, GeneratedFile, PROGENITOR_VERSION, Settings, generate,
    module_file,
};
use serde_json::Value;

const SPEC: &str = include_str!("../../openapi/drs-v3.yaml");

fn generated(spec: &str) -> String {
    let document = Document::parse(spec).unwrap();
    let settings = Settings::new("openapi/drs-v3.yaml");
    generate(&document, &settings).unwrap().client
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The files of a folder, by their relative paths.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            let inner = files(&path).into_iter();
            found.extend(inner.map(|(below, text)| (format!("{name}/{below}"), text)));
        } else {
            found.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    found
}

#[test]
fn the_generated_files_are_what_the_documents_generate_and_no_others() {
    let mut generated = vec![module_file()];
    for client in CLIENTS {
        let text = fs::read_to_string(repository().join(client.document)).unwrap();
        let document = Document::parse(&text).unwrap();
        generated.extend(client.files(&document).unwrap());
    }
    let generated = generated.into_iter();
    let generated: BTreeMap<_, _> = generated
        .map(|GeneratedFile { path, text, .. }| (path, text))
        .collect();
    assert!(
        generated == files(&repository().join(GENERATED_FOLDER)),
        "{GENERATED_FOLDER} is not what the documents generate; \
         `cargo xtask regenerate --check` shows the difference, `cargo xtask regenerate` writes it"
    );
}

#[test]
fn every_document_has_its_client() {
    let entries = fs::read_dir(repository().join("openapi")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut documents: Vec<_> = names.filter(|name| name.ends_with(".yaml")).collect();
    documents.sort();
    let mut listed: Vec<_> = CLIENTS.iter().map(|client| client.document).collect();
    listed.sort();
    assert_eq!(documents.len(), listed.len());
    for (document, listed) in documents.iter().zip(listed) {
        assert_eq!(format!("openapi/{document}"), listed);
    }
}

/// The spec as JSON with a value at a place that may be new.
fn edited(pointer: &str, value: impl Into<Value>) -> String {
    let mut spec = Document::parse(SPEC).unwrap().value().clone();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    spec.pointer_mut(parent).unwrap()[key] = value.into();
    spec.to_string()
}

#[test]
fn a_change_of_the_spec_that_changes_no_rust_shows_in_the_header() {
    let schemas = "/components/schemas";
    for changed in [
        edited(
            &format!("{schemas}/BatchModifyDbPwdResp/properties/count/maximum"),
            10_000,
        ),
        edited(
            &format!("{schemas}/ModifyDbPwdResp/properties/id/deprecated"),
            true,
        ),
        edited("/servers/0/url", "https://drs.{region}.example.com"),
        edited("/servers/0/variables/region/default", "cn-north-4"),
    ] {
        let (before, after) = (generated(SPEC), generated(&changed));
        let (header, rust) = before.split_once('\n').unwrap();
        let (header_after, rust_after) = after.split_once('\n').unwrap();
        assert_ne!(header, header_after);
        assert_eq!(rust, rust_after);
    }
}

#[test]
fn each_node_of_the_spec_counts_for_the_header() {
    /// Calls `visit` with one tree per node, in which that node is missing.
    fn without_each(tree: &Value, visit: &mut dyn FnMut(Value)) {
        match tree {
            Value::Object(map) => {
                for (key, child) in map {
                    let mut rest = map.clone();
                    rest.remove(key);
                    visit(rest.into());
                    without_each(child, &mut |child| {
                        let mut map = map.clone();
                        map.insert(key.clone(), child);
                        visit(map.into());
                    });
                }
            }
            Value::Array(items) => {
                for (index, child) in items.iter().enumerate() {
                    let mut rest = items.clone();
                    rest.remove(index);
                    visit(rest.into());
                    without_each(child, &mut |child| {
                        let mut items = items.clone();
                        items[index] = child;
                        visit(items.into());
                    });
                }
            }
            _ => {}
        }
    }
    let spec = Document::parse(SPEC).unwrap();
    let hash = spec.sha256();
    let mut nodes = 0;
    without_each(spec.value(), &mut |tree| {
        let document = Document::parse(&tree.to_string()).unwrap();
        assert_ne!(document.sha256(), hash);
        nodes += 1;
    });
    assert!(nodes > 300);
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
    let manifest = include_str!("../../Cargo.toml");
    let pinned = format!("progenitor = {{ version = \"={PROGENITOR_VERSION}\"");
    assert!(
        manifest.lines().any(|line| line.starts_with(&pinned)),
        "progenitor is not pinned to ={PROGENITOR_VERSION}"
    );
}
