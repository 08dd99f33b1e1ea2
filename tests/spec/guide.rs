//! Does the guide name each message that is logged and each event, with its fields, and no other?

use std::{collections::BTreeSet, fs, path::Path};

use proc_macro2::{TokenStream, TokenTree};
use syn::{Fields, ItemEnum, Macro, visit::Visit};

use crate::outline::handwritten;

/// The rows of the chapter's tables: level, message and fields; or event and fields.
#[derive(Default)]
struct Rows(BTreeSet<String>);

impl Visit<'_> for Rows {
    fn visit_macro(&mut self, found: &Macro) {
        let path: Vec<_> = found
            .path
            .segments
            .iter()
            .map(|s| s.ident.to_string())
            .collect();
        if let [krate, level] = path.as_slice()
            && krate == "tracing"
        {
            let (message, fields) = logged(found.tokens.clone());
            let level = level.to_uppercase();
            self.0.insert(format!(
                "| `{level}` | `{message}` | {} |",
                fields.join(", ")
            ));
        }
    }

    fn visit_item_enum(&mut self, found: &ItemEnum) {
        for variant in found.variants.iter().filter(|_| found.ident == "Event") {
            let Fields::Named(fields) = &variant.fields else {
                panic!("{} has no names", variant.ident);
            };
            let fields: Vec<_> = (fields.named.iter().flat_map(|field| &field.ident))
                .map(|field| format!("`{field}`"))
                .collect();
            self.0
                .insert(format!("| `{}` | {} |", variant.ident, fields.join(", ")));
        }
    }
}

/// What a macro of tracing is given: `name` or `name = value`, and last the message.
fn logged(tokens: TokenStream) -> (String, Vec<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
    let parts: Vec<_> = tokens
        .split(is_comma)
        .filter(|part| !part.is_empty())
        .collect();
    let (message, fields) = parts.split_last().unwrap();
    let message = message[0].to_string().trim_matches('"').to_owned();
    (
        message,
        fields
            .iter()
            .map(|field| format!("`{}`", field[0]))
            .collect(),
    )
}

#[test]
fn the_chapter_on_tracing_has_a_row_for_each_message_and_each_event_and_no_other() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../drs-api");
    let mut rows = Rows::default();
    for source in handwritten(&package.join("src")) {
        rows.visit_file(&syn::parse_file(&source).unwrap());
    }
    let chapter = fs::read_to_string(package.join("docs/guide/tracing.md")).unwrap();
    let written: Vec<&str> = chapter
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    for row in &rows.0 {
        assert!(
            written.iter().any(|line| line.starts_with(row.as_str())),
            "no row {row}"
        );
    }
    assert_eq!(written.len(), rows.0.len(), "{written:#?}");
    assert_eq!(rows.0.len(), 9);
}

#[test]
fn the_docs_name_the_version_of_reqwest_that_callers_need() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = fs::read_to_string(workspace.join("Cargo.toml")).unwrap();
    let (_, version) = manifest.split_once("\nreqwest = { version = \"").unwrap();
    let version: Vec<_> = version.split('.').take(2).collect();
    let docs = fs::read_to_string(workspace.join("drs-api/src/lib.rs")).unwrap();
    let named = format!("/// reqwest {}, ", version.join("."));
    assert!(docs.contains(&named), "{named}");
}
