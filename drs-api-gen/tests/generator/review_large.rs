//! Does the review name every change of a large document, in linear time?
//!
//! The documents are generated: operations with four schemas each. So are their changes: a seed,
//! which a failure prints, decides which kinds of changes and in which operations.

mod mutations;

use drs_api_gen::{Api, Document, review};
use fastrand::Rng;
use mutations::{At, MUTATIONS};
use serde_json::{Map, Value, json};

use super::alone::{cpu_time, is_alone, run_alone};

/// One in this many operations changes.
const OF: usize = 10;

/// `PUT /orders/{order_id}/n` takes an `Order` with a `Part`, and returns a `Receipt` with a
/// `State`. Each operation has its own four.
fn document(operations: usize) -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for n in 0..operations {
        let text = |description: &str| json!({"type": "string", "description": description});
        let of = |name: &str| json!({"$ref": format!("#/components/schemas/{name}{n}")});
        let body = |name: &str| json!({"application/json": {"schema": of(name)}});
        let operation = json!({
            "operationId": format!("Send{n}"),
            "summary": "Sends an order.",
            "description": "It is on its way afterwards.",
            "parameters": [
                {"name": "order_id", "in": "path", "required": true, "description": "Which.",
                 "schema": {"type": "string"}},
                {"name": "limit", "in": "query", "description": "How many.",
                 "schema": {"type": "integer", "format": "int32", "default": 10}},
            ],
            "requestBody": {"required": true, "description": "The order.",
                            "content": body("Order")},
            "responses": {
                "200": {"description": "It is on its way.", "content": body("Receipt")},
                "400": {"description": "It was refused.", "content": body("Receipt")},
            },
        });
        paths.insert(
            format!("/orders/{{order_id}}/{n}"),
            json!({"put": operation}),
        );
        for (name, schema) in [
            (
                "Order",
                json!({
                    "type": "object", "description": "An order.", "required": ["title", "key"],
                    "properties": {
                        "title": text("Its title."),
                        "note": text("What else there is to say."),
                        "pages": {"type": "integer", "format": "int32", "description": "Pages."},
                        "key": {"type": "string", "format": "password", "description": "Its key."},
                        "part": of("Part"),
                    },
                }),
            ),
            (
                "Part",
                json!({
                    "type": "object", "description": "A part of an order.",
                    "properties": {"size": text("Its size.")},
                }),
            ),
            (
                "Receipt",
                json!({
                    "type": "object", "description": "What became of it.", "required": ["id"],
                    "properties": {"id": text("Its id."), "state": of("State")},
                }),
            ),
            (
                "State",
                json!({
                    "type": "string", "description": "Where it is.",
                    "enum": ["sent", "lost"], "x-open-enum": true,
                }),
            ),
        ] {
            schemas.insert(format!("{name}{n}"), schema);
        }
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Orders", "version": "1.0.0", "description": "Sends orders."},
        "servers": [{"url": "https://example.com", "description": "All orders."}],
        "security": [],
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// Reviews random changes, and returns how many seconds that took.
fn reviewed(base: &Value, operations: usize, seed: u64) -> f64 {
    let mut rng = Rng::with_seed(seed);
    let mut revision = base.clone();
    let mut expected = Vec::new();
    for n in rng.choose_multiple(0..operations, operations / OF) {
        let (kinds, change) = rng.choice(MUTATIONS).unwrap();
        let document = &mut revision;
        change(&mut At { document, n });
        let number = n.to_string();
        expected.extend(
            kinds
                .iter()
                .map(|(kind, place)| (*kind, place.replace('#', &number))),
        );
    }
    let [base, revision] = [base, &revision].map(Value::to_string);
    let start = cpu_time();
    let [base, revision] = [base, revision].map(|text| Document::parse(&text).unwrap());
    let review = review(&base, &revision);
    let took = cpu_time() - start;
    let found = review.changes.iter();
    let mut found: Vec<_> = found
        .map(|c| (c.kind.as_str(), c.place.to_string()))
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "seed {seed}");
    assert!(matches!(review.api, Api::Changed(_)), "{:?}", review.api);
    took
}

fn each_change_is_named_in_linear_time(test: &str, operations: usize, seeds: u64) {
    if !is_alone() {
        return run_alone(&format!("review_large::{test}"));
    }
    let (small, large) = (document(operations / 4), document(operations));
    let schemas = large["components"]["schemas"].as_object().unwrap();
    assert_eq!(schemas.len(), 4 * operations);
    let (mut short, mut long) = (f64::INFINITY, f64::INFINITY);
    // Both sizes alternate, so other work on the machine slows down both.
    for seed in 0..seeds {
        short = short.min(reviewed(&small, operations / 4, seed));
        long = long.min(reviewed(&large, operations, seed));
    }
    // Four times as large: linear takes 4 times as long, quadratic 16 times.
    let ratio = long / short;
    assert!(ratio < 8.0, "{long:.2} s is {ratio:.1} times {short:.2} s");
}

#[test]
fn each_of_many_changes_of_a_large_document_is_named_in_linear_time() {
    let test = "each_of_many_changes_of_a_large_document_is_named_in_linear_time";
    each_change_is_named_in_linear_time(test, 80, 2);
}

#[test]
#[ignore = "slow: 240 operations; .ci/run runs it"]
fn each_of_many_changes_of_a_very_large_document_is_named_too() {
    let test = "each_of_many_changes_of_a_very_large_document_is_named_too";
    each_change_is_named_in_linear_time(test, 240, 3);
}
