//! Does any document make the lint, the generator, or the review panic? Does the generator accept
//! what the lint accepts? Does the review name every change?
//!
//! `CASES_TIMES` sets the number of documents per test.

use std::sync::Once;

use drs_api_gen::{
    Document, Error, RULES, Settings, Verdict, WORKER_THREAD, generate, lint, review,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const SPECS: &[&str] = &[
    include_str!("../../openapi/drs-v3.yaml"),
    include_str!("../second/keys.yaml"),
];

/// A change of a tree: which, where, and with what from the same tree or from a list.
type Mutation = (u8, prop::sample::Index, prop::sample::Index, u8);

/// Keys with a meaning somewhere.
const KEYS: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "content",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "encoding",
    "enum",
    "example",
    "examples",
    "exclusiveMinimum",
    "format",
    "headers",
    "in",
    "items",
    "maximum",
    "minLength",
    "minimum",
    "name",
    "not",
    "nullable",
    "oneOf",
    "operationId",
    "parameters",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "requestBody",
    "responses",
    "schema",
    "security",
    "style",
    "title",
    "type",
    "x-enum-descriptions",
    "x-open-enum",
];

/// Values that something might choke on.
fn odd_values() -> Vec<Value> {
    let deep = (0..50).fold(
        json!("x"),
        |inner, _| json!({ "type": "array", "items": inner }),
    );
    vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(1.5),
        json!(""),
        json!(" "),
        json!("é²"),
        json!("Self"),
        json!("self"),
        json!("fn"),
        json!("9"),
        json!("../.."),
        json!("{"),
        json!("a\nb"),
        json!("\u{0}"),
        json!("*/ #![x] \"#"),
        json!("```ignore"),
        json!("(?<a>[["),
        json!([]),
        json!({}),
        json!([null]),
        json!([1, "1", {}]),
        json!("string"),
        json!("integer"),
        json!("object"),
        json!("array"),
        json!("password"),
        json!("uuid"),
        json!("date-time"),
        json!("header"),
        json!("query"),
        json!("path"),
        json!("cookie"),
        json!("default"),
        json!({ "$ref": "" }),
        json!({ "$ref": "#/components/schemas/" }),
        json!({ "$ref": "#/components/schemas/KerberosVO" }),
        json!({ "$ref": "#/components/schemas/Key" }),
        json!({ "$ref": "#/components/schemas/ModifyPwdEndPoint" }),
        json!({ "$ref": "#/components/responses/x" }),
        json!({ "$ref": "other.yaml#/x" }),
        json!({ "$ref": "#/paths/~1keys" }),
        json!([{ "type": "string" }, { "type": "object" }]),
        json!({ "type": "string", "enum": ["a", "A", "a-", ""] }),
        json!({ "type": "string" }),
        json!({ "type": "object", "properties": { "a": {}, "A": { "type": "null" } } }),
        deep,
    ]
}

fn pointers(value: &Value, pointer: String, found: &mut Vec<String>) {
    let mut below = |step: &str, value: &Value| {
        let step = step.replace('~', "~0").replace('/', "~1");
        pointers(value, format!("{pointer}/{step}"), found);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| below(key, value)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                below(&index.to_string(), item);
            }
        }
        _ => {}
    }
    found.push(pointer);
}

fn mutate(tree: &mut Value, (kind, at, other, choice): &Mutation) {
    let mut all = Vec::new();
    pointers(tree, String::new(), &mut all);
    let pointer = at.get(&all).as_str();
    let other = tree
        .pointer(other.get(&all).as_str())
        .cloned()
        .unwrap_or_default();
    let odd = odd_values();
    let odd = odd[usize::from(*choice) % odd.len()].clone();
    let key = KEYS[usize::from(*choice) % KEYS.len()];
    let Some((parent, step)) = pointer.rsplit_once('/') else {
        return;
    };
    let step = step.replace("~1", "/").replace("~0", "~");
    match kind % 8 {
        0 => *tree.pointer_mut(pointer).unwrap() = odd,
        1 => *tree.pointer_mut(pointer).unwrap() = other,
        2 => {
            let value = tree.pointer_mut(pointer).unwrap();
            let keys = ["items", "allOf", "properties", "schema"];
            for level in 0..(choice % 60) {
                let mut map = Map::new();
                let inner = match level % 2 {
                    0 => value.take(),
                    _ => Value::Array(vec![value.take()]),
                };
                map.insert(keys[usize::from(choice % 4)].to_owned(), inner);
                *value = Value::Object(map);
            }
        }
        kind => match tree.pointer_mut(parent).unwrap() {
            Value::Object(map) => match kind {
                3 => drop(map.remove(&step)),
                4 => {
                    let value = map.remove(&step).unwrap();
                    let slip: String = step.chars().skip(1).chain(step.chars().take(1)).collect();
                    map.insert(
                        if choice % 2 == 0 {
                            slip
                        } else {
                            key.to_owned()
                        },
                        value,
                    );
                }
                5 => {
                    let copy = map[&step].clone();
                    let case = if choice % 2 == 0 {
                        step.to_uppercase()
                    } else {
                        step + "x"
                    };
                    map.insert(case, copy);
                }
                6 => drop(map.insert(key.to_owned(), other)),
                _ => drop(map.insert(key.to_owned(), odd)),
            },
            Value::Array(items) => {
                let index: usize = step.parse().unwrap();
                match kind {
                    3 => drop(items.remove(index)),
                    4 | 5 => items.push(items[index].clone()),
                    6 => items.push(other),
                    _ => items.push(odd),
                }
            }
            _ => unreachable!(),
        },
    }
}

/// progenitor's panics that return as errors need no report.
fn keep_worker_panics_silent() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() != Some(WORKER_THREAD) {
                report(panic);
            }
        }));
    });
}

fn check(text: &str) -> Result<(), TestCaseError> {
    keep_worker_panics_silent();
    let Ok(document) = Document::parse(text) else {
        return Ok(());
    };
    let findings = lint(&document);
    for finding in &findings {
        prop_assert!(RULES.iter().any(|rule| rule.name == finding.rule));
        prop_assert!(!finding.message.is_empty() && finding.position.line > 0);
    }
    match generate(&document, &Settings::new("test.yaml")) {
        Ok(rust) => prop_assert!(!rust.client.is_empty() && !rust.types.is_empty()),
        Err(error) => {
            let ours = matches!(&error, Error::Pass { pass, .. } if *pass == "generate");
            prop_assert!(!ours, "a pass panicked: {error}");
            prop_assert!(!findings.is_empty(), "the lint let this through: {error}");
        }
    }
    Ok(())
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases: drs_tests::cases(cases),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(32))]

    #[test]
    fn a_document_with_other_nodes_panics_nowhere(
        spec in prop::sample::select(SPECS.to_vec()),
        mutations in prop::collection::vec(any::<Mutation>(), 1..4),
    ) {
        let mut tree = Document::parse(spec).unwrap().value().clone();
        for mutation in &mutations {
            mutate(&mut tree, mutation);
        }
        check(&tree.to_string())?;
    }

    #[test]
    fn a_document_with_other_bytes_panics_nowhere(
        spec in prop::sample::select(SPECS.to_vec()),
        edits in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..12_usize, "[ -~\n\u{0}é]{0,6}"),
            1..4,
        ),
    ) {
        let mut bytes = spec.as_bytes().to_vec();
        for (at, removed, text) in edits {
            let start = at.index(bytes.len());
            let end = (start + removed).min(bytes.len());
            bytes.splice(start..end, text.bytes());
        }
        check(&String::from_utf8_lossy(&bytes))?;
    }
}

proptest! {
    // A review generates code from both documents, three times here.
    #![proptest_config(config(8))]

    #[test]
    fn a_review_says_something_of_every_change_and_panics_nowhere(
        spec in prop::sample::select(SPECS.to_vec()),
        mutations in prop::collection::vec(any::<Mutation>(), 1..4),
    ) {
        keep_worker_panics_silent();
        let base = Document::parse(spec).unwrap();
        let mut tree = base.value().clone();
        for mutation in &mutations {
            mutate(&mut tree, mutation);
        }
        let Ok(revision) = Document::parse(&tree.to_string()) else {
            return Ok(());
        };
        prop_assert_eq!(review(&revision, &revision).changes, []);
        for (old, new) in [(&base, &revision), (&revision, &base)] {
            let review = review(old, new);
            let same = old.value() == new.value();
            prop_assert_eq!(review.changes.is_empty(), same);
            prop_assert_eq!(review.verdict == Verdict::Nothing, same);
            for change in &review.changes {
                prop_assert!(!change.kind.is_empty() && !change.why.is_empty());
                prop_assert!(change.line > 0);
            }
            prop_assert!(review.markdown().starts_with("**"));
        }
    }
}
