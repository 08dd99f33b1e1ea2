//! Does the review name every change of a large document, in linear time?
//!
//! The documents are made here: operations with four schemas each. So are its changes:
//! which kinds, and of which operations, is drawn by lot, from a seed that a failure names.

use std::time::{Duration, Instant};

use drs_api_gen::{Api, Document, review};
use fastrand::Rng;
use serde_json::{Map, Value, json};

/// Of this many operations one changes.
const OF: usize = 10;

/// `PUT /orders/{order_id}/n` takes an `Order`, with a `Part` in it, and answers a
/// `Receipt`, with a `State` in it; of each there is one for every operation.
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

/// Where the changes of one operation and its schemas are made.
struct At<'a> {
    document: &'a mut Value,
    n: usize,
}

impl At<'_> {
    fn path(&self) -> String {
        format!("/orders/{{order_id}}/{}", self.n)
    }

    fn operation(&mut self) -> &mut Map<String, Value> {
        let path = self.path();
        let operation = &mut self.document["paths"][&path]["put"];
        operation.as_object_mut().unwrap()
    }

    fn parameters(&mut self) -> &mut Vec<Value> {
        self.operation()["parameters"].as_array_mut().unwrap()
    }

    fn schema(&mut self, name: &str) -> &mut Value {
        let name = format!("{name}{}", self.n);
        &mut self.document["components"]["schemas"][name]
    }

    fn properties(&mut self, name: &str) -> &mut Map<String, Value> {
        self.schema(name)["properties"].as_object_mut().unwrap()
    }
}

/// A kind of change, where it is (`#` is the number), and how it is made.
type Mutation = (&'static str, &'static str, fn(&mut At<'_>));

const MUTATIONS: &[Mutation] = &[
    ("operation removed", "operation Send#", |at| {
        let path = at.path();
        at.document["paths"].as_object_mut().unwrap().remove(&path);
    }),
    ("operation added", "operation Extra#", |at| {
        let mut operation = at.operation().clone();
        operation["operationId"] = json!(format!("Extra{}", at.n));
        let path = at.path();
        at.document["paths"][&path]["post"] = operation.into();
    }),
    ("operation renamed", "operation Ship#", |at| {
        at.operation()["operationId"] = json!(format!("Ship{}", at.n));
    }),
    ("method changed", "operation Send#", |at| {
        let path = at.path();
        let operation = at.document["paths"][&path]["put"].take();
        at.document["paths"][&path] = json!({"post": operation});
    }),
    ("path changed", "operation Send#", |at| {
        let path = at.path();
        let paths = at.document["paths"].as_object_mut().unwrap();
        let item = paths.remove(&path).unwrap();
        paths.insert(format!("{path}/parts"), item);
    }),
    ("deprecated", "operation Send#", |at| {
        at.operation().insert("deprecated".into(), json!(true));
    }),
    ("text changed", "operation Send#", |at| {
        at.operation()["summary"] = json!("Sends one order.");
    }),
    ("extension changed", "operation Send#", |at| {
        at.operation().insert("x-team".into(), json!("orders"));
    }),
    (
        "optional parameter added",
        "operation Send#, parameter language",
        |at| {
            at.parameters().push(
                json!({"name": "language", "in": "query", "description": "Of messages.",
                                    "schema": {"type": "string"}}),
            );
        },
    ),
    (
        "parameter removed",
        "operation Send#, parameter limit",
        |at| {
            at.parameters().pop();
        },
    ),
    (
        "parameter made required",
        "operation Send#, parameter limit",
        |at| {
            at.parameters()[1]["required"] = json!(true);
        },
    ),
    (
        "parameter renamed",
        "operation Send#, parameter most",
        |at| {
            at.parameters()[1]["name"] = json!("most");
        },
    ),
    (
        "default changed",
        "operation Send#, parameter limit",
        |at| {
            at.parameters()[1]["schema"]["default"] = json!(20);
        },
    ),
    (
        "body made optional",
        "operation Send#, request body",
        |at| {
            at.operation()["requestBody"]["required"] = json!(false);
        },
    ),
    ("answer added", "operation Send#, answer 409", |at| {
        let answers = &mut at.operation()["responses"];
        answers["409"] = answers["400"].clone();
    }),
    ("answer removed", "operation Send#, answer 400", |at| {
        at.operation()["responses"]
            .as_object_mut()
            .unwrap()
            .remove("400");
    }),
    (
        "optional property added",
        "schema Part#, property colour",
        |at| {
            at.properties("Part").insert(
                "colour".into(),
                json!({"type": "string", "description": "Its colour."}),
            );
        },
    ),
    ("property removed", "schema Order#, property note", |at| {
        at.properties("Order").remove("note");
    }),
    (
        "required property removed",
        "schema Receipt#, property id",
        |at| {
            at.properties("Receipt").remove("id");
            at.schema("Receipt")
                .as_object_mut()
                .unwrap()
                .remove("required");
        },
    ),
    (
        "property made required",
        "schema Order#, property pages",
        |at| {
            at.schema("Order")["required"] = json!(["key", "pages", "title"]);
        },
    ),
    (
        "property made optional",
        "schema Receipt#, property id",
        |at| {
            at.schema("Receipt")
                .as_object_mut()
                .unwrap()
                .remove("required");
        },
    ),
    ("type changed", "schema Order#, property title", |at| {
        at.properties("Order")["title"]["type"] = json!("integer");
    }),
    ("number widened", "schema Order#, property pages", |at| {
        at.properties("Order")["pages"]["format"] = json!("int64");
    }),
    (
        "secret exposed: `format: password` dropped",
        "schema Order#, property key",
        |at| {
            at.properties("Order")["key"]
                .as_object_mut()
                .unwrap()
                .remove("format");
        },
    ),
    ("limit added", "operation Send#, parameter limit", |at| {
        at.parameters()[1]["schema"]["maximum"] = json!(100);
    }),
    ("enum value added", "schema State#, value late", |at| {
        at.schema("State")["enum"] = json!(["sent", "lost", "late"]);
    }),
    ("enum value removed", "schema State#, value lost", |at| {
        at.schema("State")["enum"] = json!(["sent"]);
    }),
    ("enum closed", "schema State#", |at| {
        at.schema("State")
            .as_object_mut()
            .unwrap()
            .remove("x-open-enum");
    }),
    ("`null` allowed", "schema Receipt#, property id", |at| {
        at.properties("Receipt")["id"]["nullable"] = json!(true);
    }),
    ("schema renamed", "schema Piece#", |at| {
        let (old, new) = (format!("Part{}", at.n), format!("Piece{}", at.n));
        let schemas = at.document["components"]["schemas"]
            .as_object_mut()
            .unwrap();
        let schema = schemas.remove(&old).unwrap();
        schemas.insert(new.clone(), schema);
        at.properties("Order")["part"] = json!({"$ref": format!("#/components/schemas/{new}")});
    }),
];

/// Reviews changes that are drawn by lot, and says how long that took.
fn reviewed(base: &Value, operations: usize, seed: u64) -> Duration {
    let mut rng = Rng::with_seed(seed);
    let mut revision = base.clone();
    let mut expected = Vec::new();
    for n in rng.choose_multiple(0..operations, operations / OF) {
        let (kind, place, change) = rng.choice(MUTATIONS).unwrap();
        change(&mut At {
            document: &mut revision,
            n,
        });
        expected.push((*kind, place.replace('#', &n.to_string())));
    }
    let [base, revision] = [base, &revision].map(Value::to_string);
    let start = Instant::now();
    let [base, revision] = [base, revision].map(|text| Document::parse(&text).unwrap());
    let review = review(&base, &revision);
    let took = start.elapsed();
    let found = review.changes.iter();
    let mut found: Vec<_> = found.map(|c| (c.kind, c.place.to_string())).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "seed {seed}");
    assert!(matches!(review.api, Api::Changed(_)), "{:?}", review.api);
    took
}

fn each_change_is_named_in_linear_time(operations: usize, seeds: u64) {
    let (small, large) = (document(operations / 4), document(operations));
    let schemas = large["components"]["schemas"].as_object().unwrap();
    assert_eq!(schemas.len(), 4 * operations);
    let (mut short, mut long) = (Duration::MAX, Duration::MAX);
    // Both sizes by turns, so that what else the machine does slows both down.
    for seed in 0..seeds {
        short = short.min(reviewed(&small, operations / 4, seed));
        long = long.min(reviewed(&large, operations, seed));
    }
    // Four times as large: linear takes 4 times as long, quadratic 16.
    let ratio = long.as_secs_f64() / short.as_secs_f64();
    assert!(ratio < 8.0, "{long:?} is {ratio:.1} times {short:?}");
}

#[test]
fn each_of_many_changes_of_a_large_document_is_named_in_linear_time() {
    each_change_is_named_in_linear_time(80, 2);
}

#[test]
#[ignore = "slow: 240 operations; .ci/run runs it"]
fn each_of_many_changes_of_a_very_large_document_is_named_too() {
    each_change_is_named_in_linear_time(240, 3);
}
