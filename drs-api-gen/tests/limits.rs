//! What becomes of documents that would exhaust the stack or the memory?

#![allow(clippy::unwrap_used, reason = "a test may")]

use drs_api_gen::{Document, Error, Generated, Settings, generate, lint};

const MINIMAL: &str = include_str!("fixtures/minimal.yaml");

/// The minimal document with other schemas; `Key` is its request, `Change` its answer.
fn with_schemas(schemas: &str) -> Document {
    let (paths, _) = MINIMAL.split_once("components:").unwrap();
    Document::parse(&format!("{paths}components:\n  schemas:\n{schemas}")).unwrap()
}

fn generated(document: &Document) -> Result<Generated, Error> {
    generate(document, &Settings::new("test.yaml"))
}

#[test]
fn text_nested_too_deeply_is_an_error() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        let yaml = open.repeat(100_000) + &close.repeat(100_000);
        assert!(matches!(Document::parse(&yaml), Err(Error::Syntax { .. })));
    }
}

#[test]
fn aliases_that_multiply_are_an_error() {
    let mut yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let items = vec![format!("*a{}", n - 1); 9].join(", ");
        yaml += &format!("a{n}: &a{n} [{items}]\n");
    }
    assert!(matches!(Document::parse(&yaml), Err(Error::Syntax { .. })));
}

#[test]
fn aliases_that_nest_too_deeply_are_an_error() {
    let mut yaml = format!("a0: &a0 {}x{}\n", "[".repeat(60), "]".repeat(60));
    for n in 1..60 {
        let (open, close) = ("[".repeat(60), "]".repeat(60));
        yaml += &format!("a{n}: &a{n} {open}*a{}{close}\n", n - 1);
    }
    assert!(matches!(Document::parse(&yaml), Err(Error::Syntax { .. })));
}

#[test]
fn a_key_that_occurs_twice_is_an_error_with_its_place() {
    let error = Document::parse("info: 1\ninfo: 2\n").unwrap_err();
    insta::assert_snapshot!(error, @"line 2, column 1: duplicate mapping key `info` is not allowed here; remove one of the two");
}

#[test]
fn a_key_with_quotes_and_the_same_without_are_one() {
    let error = Document::parse("responses:\n  200: 1\n  '200': 2\n").unwrap_err();
    assert!(
        error.to_string().contains("duplicate mapping key `200`"),
        "{error}"
    );
}

/// `Key` with a property of a type within `depth - 2` others.
fn nested(depth: usize, innermost: &str) -> Document {
    let arrays = "{type: array, items: ".repeat(depth - 2) + innermost + &"}".repeat(depth - 2);
    let key = "{type: object, description: A key., properties: {value: ";
    with_schemas(&format!(
        "    Key: {key}{arrays}}}}}\n    Change: {key}{{type: string}}}}}}\n"
    ))
}

#[test]
fn schemas_nested_deeply_are_generated() {
    generated(&nested(10, "{type: string}")).unwrap();
}

#[test]
fn schemas_nested_too_deeply_are_an_error() {
    for innermost in [
        "{type: string}",
        "{type: 7}",
        "{type: object, discriminator: {}}",
    ] {
        let document = nested(45, innermost);
        let rules: Vec<_> = lint(&document).iter().map(|f| f.rule).collect();
        assert!(rules.contains(&"deep-nesting"), "{rules:?}");
        let error = generated(&document).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    }
}

#[test]
fn a_type_that_holds_itself_is_generated() {
    let tree = "{type: object, description: A tree., properties: \
                {children: {type: array, nullable: true, description: More., \
                items: {$ref: '#/components/schemas/Change'}}}}";
    let document = with_schemas(&format!("    Key: {tree}\n    Change: {tree}\n"));
    assert_eq!(lint(&document), []);
    generated(&document).unwrap();
}

#[test]
fn references_in_a_circle_are_an_error() {
    let circles = [
        "    Key: {$ref: '#/components/schemas/Key'}",
        "    Key: {$ref: '#/components/schemas/Change'}\n    Change: {$ref: '#/components/schemas/Key'}",
        "    Key: {allOf: [{$ref: '#/components/schemas/Key'}]}",
        "    Key: {oneOf: [{type: string}, {$ref: '#/components/schemas/Key'}]}",
        "    Key: {not: {$ref: '#/components/schemas/Key'}}",
        "    Key: {allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}
    A: {type: object, properties: {next: {$ref: '#/components/schemas/A'}}}
    B: {type: object, properties: {next: {$ref: '#/components/schemas/B'}}}",
    ];
    for schemas in circles {
        let mut schemas = format!("{schemas}\n");
        if !schemas.contains("Change:") {
            schemas += "    Change: {type: object, description: Changed.}\n";
        }
        let document = with_schemas(&schemas);
        let rules: Vec<_> = lint(&document).iter().map(|f| f.rule).collect();
        assert!(rules.contains(&"circular-ref"), "{schemas}{rules:?}");
        let error = generated(&document).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    }
}

#[test]
fn a_panic_of_progenitors_is_an_error() {
    let yaml = MINIMAL.replace("in: path, required: true", "in: path, required: false");
    let error = generated(&Document::parse(&yaml).unwrap()).unwrap_err();
    assert!(matches!(error, Error::Progenitor(_)), "{error}");
}
