//! Does each pass say so where progenitor's output is not what it was written for? An
//! update of progenitor may rename or rewrite anything.

#![allow(clippy::unwrap_used, reason = "a test may")]

use super::{open_enums, run, secrets};
use crate::{Document, Error, Settings, generate::progenitor_output, spec::tree::Tree};

/// What the passes make of progenitor's output for the minimal document, its text changed.
fn passes_over(change: impl Fn(&str) -> String) -> Result<(), Error> {
    let yaml = include_str!("../../tests/fixtures/minimal.yaml");
    let yaml = yaml.replace(
        "required: true, desc",
        "required: true, x-project: true, desc",
    );
    let (document, settings) = (
        Document::parse(&yaml).unwrap(),
        Settings::new("minimal.yaml"),
    );
    let spec = crate::openapi::openapi(&document).unwrap();
    let open_enums = open_enums::find(&Tree::new(&document)).unwrap();
    let secrets = secrets::find(&Tree::new(&document)).unwrap();
    let output = progenitor_output(&spec, &settings, &open_enums).unwrap();
    let mut file = syn::parse_file(&change(&prettyplease::unparse(&output))).unwrap();
    run(&mut file, &document, &settings, &open_enums, &secrets)
}

#[test]
fn each_pass_says_what_it_does_not_find() {
    let changes = [
        ("pub fn new(baseurl", "pub fn with_url(baseurl"),
        ("pub fn new_with_client", "pub fn with_client"),
        ("pub mod prelude", "pub mod all"),
        ("pub mod types", "pub mod schemas"),
        (
            "pub mod builder {\n    use super",
            "pub mod requests {\n    use super",
        ),
        ("pub struct Client {", "pub struct Caller {"),
        ("pub async fn send", "pub async fn call"),
        (
            "Result<ResponseValue<types::Change>, Error<()>>",
            "types::Change",
        ),
        ("client: &'a super::Client", "client: super::Client"),
        ("key_id: Result", "id: Result"),
        ("body: Result<types::builder::Key, String>", "body: Key"),
        (
            "use super::types;",
            "use super::types; pub type Raw = reqwest::Response;",
        ),
        (
            "pub struct Key {",
            "pub enum State {}\n    pub struct Key {",
        ),
        ("::serde::Serialize,", ""),
        (".try_into()\n", ".convert()\n"),
        ("```ignore", "```text"),
        ("pub fn change_key", "pub fn change_the_key"),
        ("impl<'a> ChangeKey<'a>", "impl<'a> ChangeAKey<'a>"),
        (
            "pub value: crate::Secret",
            "pub value: ::std::string::String",
        ),
        ("pub value: crate::Secret", "pub secret: crate::Secret"),
    ];
    let mut said = String::new();
    for (from, to) in changes {
        let error = passes_over(|text| {
            assert!(text.contains(from), "progenitor does not write {from:?}");
            text.replace(from, to)
        });
        said += &format!("{from}\n  {}\n", error.unwrap_err());
    }
    insta::assert_snapshot!(said);
}

#[test]
fn the_passes_take_what_progenitor_writes() {
    passes_over(str::to_owned).unwrap();
}

#[test]
fn functions_for_defaults_may_unwrap_and_may_be_called_by_nothing() {
    let yaml = include_str!("../../tests/fixtures/every_key.yaml");
    let document = Document::parse(yaml).unwrap();
    let generated = crate::generate(&document, &Settings::new("every_key.yaml")).unwrap();
    let allowed = "#[allow(dead_code, clippy::unwrap_used)]\npub mod defaults {";
    assert!(generated.types.contains(allowed));
}
