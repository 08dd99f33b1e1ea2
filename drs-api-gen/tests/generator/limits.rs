//! What happens to documents that would exhaust the stack or the memory?

use drs_api_gen::{Document, Error, Generated, Settings, generate, lint, review};

use super::alone::{cpu_time, is_alone, run_alone};

const MINIMAL: &str = include_str!("../fixtures/minimal.yaml");

/// The minimal document with other schemas; `Key` is its request, `Change` its response.
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
    insta::assert_snapshot!(error, @"line 2, column 1: the key `info` is already on line 1; rename or remove one, or correct the indentation");
}

#[test]
fn a_byte_that_is_not_utf_8_is_an_error_with_its_place() {
    let latin_1 = b"info:\n  title: \xc3\xa9 caf\xe9\n  version: 1.0.0\n";
    let error = Document::parse(latin_1).unwrap_err();
    insta::assert_snapshot!(error, @"line 2, column 15: this byte is not UTF-8; save the file as UTF-8");
}

#[test]
fn a_key_with_quotes_and_the_same_without_are_one() {
    let error = Document::parse("responses:\n  200: 1\n  '200': 2\n").unwrap_err();
    assert!(
        error.to_string().contains("`200` is already on line 2"),
        "{error}"
    );
}

/// `Key` with a property whose type is nested in `depth - 2` others.
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
fn a_list_that_holds_itself_is_generated() {
    let list = |rest: &str| format!("{{type: array, description: Lists., {rest}}}");
    let items = |name: &str| format!("items: {{$ref: '#/components/schemas/{name}'}}");
    for lists in [
        format!("Lists: {}", list(&items("Lists"))),
        format!(
            "Lists: {}",
            list(&format!("nullable: true, {}", items("Lists")))
        ),
        format!(
            "Lists: {}\n    More: {}",
            list(&items("More")),
            list(&items("Lists"))
        ),
        format!(
            "Lists: {}",
            list(&format!("items: {{type: array, {}}}", items("Lists")))
        ),
    ] {
        let schemas = format!(
            "    Key: {{type: object, description: A key., properties: {{lists: {{$ref: \
             '#/components/schemas/Lists'}}}}}}\n    Change: {{type: object, description: Changed., \
             properties: {{a: {{type: string, description: A text.}}}}}}\n    {lists}\n"
        );
        let document = with_schemas(&schemas);
        assert_eq!(lint(&document), [], "{lists}");
        generated(&document).unwrap();
        review(&Document::parse(MINIMAL).unwrap(), &document);
    }
}

#[test]
fn what_is_refused_under_a_name_like_an_extensions_is_not_generated() {
    let change = "{$ref: '#/components/schemas/Change'}";
    let refused = format!("{{anyOf: [{{allOf: [{change}, {change}]}}]}}");
    let document = with_schemas(&format!(
        "    Key: {{type: object, properties: {{x-p: {refused}}}}}\n    Change: {{type: object, \
         properties: {{next: {change}}}}}\n"
    ));
    let rules: Vec<_> = lint(&document).iter().map(|f| f.rule).collect();
    assert!(rules.contains(&"unsupported-key"), "{rules:?}");
    generated(&document).unwrap();
}

#[test]
fn references_in_a_circle_are_an_error() {
    let circles = [
        "    Key: {$ref: '#/components/schemas/Key'}",
        "    Key: {$ref: '#/components/schemas/Change'}\n    Change: {$ref: '#/components/schemas/Key'}",
        "    Key: {allOf: [{$ref: '#/components/schemas/Key'}]}",
        "    Key: {oneOf: [{type: string}, {$ref: '#/components/schemas/Key'}]}",
        "    Key: {allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}
    A: {type: object, properties: {next: {$ref: '#/components/schemas/A'}}}
    B: {type: object, properties: {next: {$ref: '#/components/schemas/B'}}}",
        "    Key: {oneOf: [{$ref: '#/components/schemas/A'}], additionalProperties: {$ref: '#/components/schemas/Key'}}
    A: {type: object, properties: {next: {$ref: '#/components/schemas/A'}}}",
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

#[test]
fn what_the_parser_refuses_is_explained_in_one_sentence() {
    let aliases: String = (1..12)
        .map(|n| {
            format!(
                "a{n}: &a{n} [{}]\n",
                vec![format!("*a{}", n - 1); 9].join(", ")
            )
        })
        .collect();
    let mut said = String::new();
    for (what, text) in [
        ("a key that is null", "a:\n  ~: x".to_owned()),
        ("a key that is empty", "a:\n  : x".to_owned()),
        ("a key that is a list", "? [a]\n: b".to_owned()),
        ("an alias of nothing", "a: *b".to_owned()),
        (
            "no colon in the first key",
            "# A key.\nname:\n  type string\n  format: x".to_owned(),
        ),
        ("no colon after others", "a:\n  b: x\n  c y".to_owned()),
        ("no colon on the first line", "a 1\nb: 2".to_owned()),
        (
            "no space after a colon",
            "oneOf:\n  - type:string\n    é: x".to_owned(),
        ),
        ("a colon in a string", "a:\n  b: x: y".to_owned()),
        ("a key below a value", "a: x\n\n  b: y".to_owned()),
        ("no space after a dash", "a:\n  -b: x\n    c: y".to_owned()),
        ("an ampersand first", "a: &The old key".to_owned()),
        ("a backtick", "a: `x` is y".to_owned()),
        ("a percent sign", "a: %x".to_owned()),
        ("brackets in a string", "a:\n  b: [x] is y".to_owned()),
        (
            "a string in quotes that goes on",
            "a: \"x\" is y".to_owned(),
        ),
        ("a dash at the start", "a: - x".to_owned()),
        ("a question mark at the start", "a: ? x".to_owned()),
        ("a block string on the line of its key", "a: > x".to_owned()),
        ("two documents", "---\na: 1\n---\nb: 2\n".to_owned()),
        ("a wrong escape", "a: \"\\q\"".to_owned()),
        ("a quote left open", "a: 'x".to_owned()),
        ("deep brackets", "[".repeat(300)),
        ("deep lists", "- ".repeat(300)),
        ("aliases that multiply", format!("a0: &a0 [x]\n{aliases}")),
        ("JSON with a key twice", "{\"a\": 1,\n \"a\": 2}".to_owned()),
        ("JSON with a number too large", "{\"a\": 1e999}".to_owned()),
        (
            "JSON that ends too soon",
            "{\"a\": {\"b\": [1, 2".to_owned(),
        ),
        (
            "deep JSON",
            format!("{{\"a\": {}1{}}}", "[".repeat(110), "]".repeat(110)),
        ),
    ] {
        let error = Document::parse(&text).unwrap_err();
        assert!(matches!(error, Error::Syntax { .. }), "{what}: {error}");
        said += &format!("{what}\n  {error}\n");
    }
    insta::assert_snapshot!(said);
}

#[test]
fn json_is_read_as_json() {
    let json =
        "{\"a\\/b\": \"\\ud83d\\ude00\",\n\t\"c\":[1,\n\ttrue, null, {\"d\":-1.5e3}], \"\": {}}";
    let document = Document::parse(json).unwrap();
    let expected: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(document.value(), &expected);
    let place = |pointer| {
        let position = document.position(pointer).unwrap();
        (position.line, position.column)
    };
    assert_eq!(place("/a~1b"), (1, 2));
    assert_eq!(place("/c"), (2, 2));
    assert_eq!(place("/c/0"), (2, 7));
    assert_eq!(place("/c/1"), (3, 2));
    assert_eq!(place("/c/3/d"), (3, 15));
    assert_eq!(place("/"), (3, 29));
    // Text that only looks like JSON is YAML.
    assert_eq!(Document::parse("{\"a\": b}").unwrap().value()["a"], "b");
}

/// How many times the CPU time for parsing the lint takes. Both alternate, so that a machine that
/// is slower for a while is slower for both.
fn lint_beside_parsing(text: &str) -> f64 {
    let document = Document::parse(text).unwrap();
    let (mut parsing, mut linting) = (0.0, 0.0);
    // A tick is a hundredth of a second.
    while parsing < 0.3 {
        let started = cpu_time();
        drop(Document::parse(text).unwrap());
        let parsed = cpu_time();
        assert!(!lint(&document).is_empty());
        parsing += parsed - started;
        linting += cpu_time() - parsed;
    }
    linting / parsing
}

#[test]
fn the_lint_takes_at_most_three_times_what_parsing_takes() {
    if !is_alone() {
        return run_alone("limits::the_lint_takes_at_most_three_times_what_parsing_takes");
    }
    let (before, after) = MINIMAL.split_once("    Change:\n").unwrap();
    let repeated = |count: usize, schema: &dyn Fn(usize) -> String| {
        let schemas: String = (0..count).map(schema).collect();
        format!("{before}{schemas}    Change:\n{after}")
    };
    for (what, text) in [
        (
            "misspelt keys, all different",
            repeated(2_000, &|n| {
                format!("    Key{n}: {{type: object, descr{n}ption: A key., propertis: {{}}}}\n")
            }),
        ),
        (
            "references to nothing",
            repeated(2_000, &|n| {
                format!("    Key{n}: {{$ref: '#/components/schemas/Kez{n}x'}}\n")
            }),
        ),
        (
            "a chain of references",
            repeated(2_000, &|n| {
                format!(
                    "    Key{n}: {{$ref: '#/components/schemas/Key{}'}}\n",
                    n + 1
                )
            }),
        ),
        (
            "schemas within schemas",
            repeated(700, &|n| {
                format!(
                    "    Key{n}:\n      description: A key.\n      allOf:\n        - \
                 {{$ref: '#/components/schemas/Key{}'}}\n        - {{type: object, properties: \
                 {{a: {{type: string, description: A text., example: a}}}}}}\n",
                    n + 1
                )
            }),
        ),
        (
            "examples",
            repeated(1_500, &|n| {
                format!(
                    "    Key{n}:\n      type: object\n      description: A key.\n      example: \
                 {{id: 1, key: {{id: 2}}}}\n      properties:\n        id: {{type: integer, \
                 description: An id., example: {n}}}\n        key: {{$ref: \
                 '#/components/schemas/Key{}'}}\n",
                    (n + 1) % 1_500
                )
            }),
        ),
    ] {
        // A machine may slow one of the two more than the other, but not each time.
        let mut ratios = (0..3).map(|_| lint_beside_parsing(&text));
        let lowest = ratios.find(|ratio| *ratio <= 3.0);
        println!("{what}: {lowest:.1?}");
        assert!(lowest.is_some(), "{what}");
    }
}
