//! What happens to the descriptions of a document?

use drs_api_gen::{Document, Settings, generate};
use syn::{
    Attribute, Field, ImplItemFn, Item, Variant, Visibility,
    visit_mut::{self, VisitMut},
};

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

/// What is public and has no documentation.
#[derive(Default)]
struct Undocumented(Vec<String>);

impl Undocumented {
    fn look(&mut self, is_public: bool, attrs: &[Attribute], name: impl ToString) {
        if is_public && !attrs.iter().any(|attr| attr.path().is_ident("doc")) {
            self.0.push(name.to_string());
        }
    }
}

impl VisitMut for Undocumented {
    fn visit_item_mut(&mut self, item: &mut Item) {
        let (vis, attrs, name) = match item {
            Item::Struct(item) => (&item.vis, &item.attrs, &item.ident),
            Item::Enum(item) => (&item.vis, &item.attrs, &item.ident),
            Item::Type(item) => (&item.vis, &item.attrs, &item.ident),
            // Traits have docs of their own.
            Item::Impl(block) if block.trait_.is_some() => return,
            _ => return visit_mut::visit_item_mut(self, item),
        };
        self.look(matches!(vis, Visibility::Public(_)), attrs, name);
        visit_mut::visit_item_mut(self, item);
    }

    fn visit_variant_mut(&mut self, variant: &mut Variant) {
        self.look(true, &variant.attrs, &variant.ident);
    }

    fn visit_field_mut(&mut self, field: &mut Field) {
        if let Some(name) = &field.ident {
            let is_public = matches!(field.vis, Visibility::Public(_));
            self.look(is_public, &field.attrs, name);
        }
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        let is_public = matches!(function.vis, Visibility::Public(_));
        self.look(is_public, &function.attrs, &function.sig.ident);
    }
}

#[test]
fn whatever_callers_can_name_is_documented() {
    let document = Document::parse(include_str!("../fixtures/every_key.yaml")).unwrap();
    let generated = generate(&document, &Settings::new("every_key.yaml")).unwrap();
    let mut found = Undocumented::default();
    found.visit_file_mut(&mut syn::parse_file(&generated.in_one()).unwrap());
    assert!(found.0.is_empty(), "{:?}", found.0);
}

#[test]
fn a_choice_is_documented_as_what_is_chosen() {
    let yaml = include_str!("../fixtures/every_key.yaml");
    let document = Document::parse(yaml).unwrap();
    let generated = generate(&document, &Settings::new("every_key.yaml")).unwrap();
    let expected = "pub enum Choice {
    /// No more than this.
    Strict(Strict),
    /// A short text.
    Short(Short),
    /// A value of this type.
    Integer(i64),
}";
    assert!(generated.types.contains(expected));
}
