//! Is what is checked in what the spec generates?

use drs_api_gen::{Document, PROGENITOR_VERSION, Settings, generate};
use serde_json::Value;

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

/// The spec with `from` replaced by `to`, which has to be there.
fn edited(from: &str, to: &str) -> String {
    assert!(SPEC.contains(from), "the spec has no {from:?}");
    SPEC.replacen(from, to, 1)
}

#[test]
fn a_change_of_the_spec_that_changes_no_rust_shows_in_the_header() {
    let count = "          format: int32\n";
    let id = "          description: Id of the task, the `job_id` of the request.\n";
    let server = "url: https://drs.eu-west-101.myhuaweicloud.eu";
    for changed in [
        edited(count, &format!("{count}          maximum: 10000\n")),
        edited(id, &format!("{id}          deprecated: true\n")),
        edited(server, "url: https://drs.eu-west-102.myhuaweicloud.eu"),
        edited("default: ap-southeast-1", "default: cn-north-4"),
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
    /// Calls `visit` with a tree for each node: one that lacks it.
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
