//! What happens to the descriptions of a document?

use drs_api_gen::{Document, Settings, generate};

fn generated(description: &str) -> String {
    let text = serde_json::Value::from(description);
    let yaml = include_str!("../fixtures/minimal.yaml").replacen(
        "description: A key.",
        &format!("description: {text}"),
        1,
    );
    let document = Document::parse(&yaml).unwrap();
    generate(&document, &Settings::new("minimal.yaml"))
        .unwrap()
        .types
}

#[test]
fn a_block_in_a_description_is_no_doctest() {
    for fence in ["```", "~~~", "````", "```rust", "```no_run", "``` ignore"] {
        let marks = fence.trim_end_matches(|c| !matches!(c, '`' | '~'));
        let rust = generated(&format!("A key:\n\n{fence}\nnot Rust\n{marks}\n\nThe end."));
        let docs = format!("/// {marks}text\n");
        assert!(rust.contains(&docs), "{fence}: {rust}");
        assert!(
            rust.contains(&format!("/// not Rust\n/// {marks}\n")),
            "{fence}: {rust}"
        );
    }
}

#[test]
fn a_block_in_a_line_stays_as_it_is() {
    let rust = generated("A key:\n\n```json\n{}\n```\n\nIn `a` text ```b```.");
    assert!(rust.contains("/// ```text\n/// {}\n/// ```\n"), "{rust}");
    assert!(rust.contains("/// In `a` text ```b```.\n"), "{rust}");
}
