//! Kinds of changes to a large document, each of one operation or its schemas.

use serde_json::{Map, Value, json};

/// Where the changes to an operation and its schemas are made.
pub(super) struct At<'a> {
    pub(super) document: &'a mut Value,
    pub(super) n: usize,
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

/// Kinds of changes, where they are (`#` is the number), and how they are made.
pub(super) type Mutation = (&'static [(&'static str, &'static str)], fn(&mut At<'_>));

pub(super) const MUTATIONS: &[Mutation] = &[
    (&[("operation removed", "operation Send#")], |at| {
        let path = at.path();
        at.document["paths"].as_object_mut().unwrap().remove(&path);
    }),
    (&[("operation added", "operation Extra#")], |at| {
        let mut operation = at.operation().clone();
        operation["operationId"] = json!(format!("Extra{}", at.n));
        let path = at.path();
        at.document["paths"][&path]["post"] = operation.into();
    }),
    (&[("`operationId` changed", "operation Ship#")], |at| {
        at.operation()["operationId"] = json!(format!("Ship{}", at.n));
    }),
    (
        &[
            ("operation removed", "operation Send#"),
            ("operation added", "operation Send#"),
        ],
        |at| {
            let path = at.path();
            let operation = at.document["paths"][&path]["put"].take();
            at.document["paths"][&path] = json!({"post": operation});
        },
    ),
    (
        &[
            ("operation removed", "operation Send#"),
            ("operation added", "operation Send#"),
        ],
        |at| {
            let path = at.path();
            let paths = at.document["paths"].as_object_mut().unwrap();
            let item = paths.remove(&path).unwrap();
            paths.insert(format!("{path}/parts"), item);
        },
    ),
    (&[("`deprecated` added", "operation Send#")], |at| {
        at.operation().insert("deprecated".into(), json!(true));
    }),
    (&[("`summary` changed", "operation Send#")], |at| {
        at.operation()["summary"] = json!("Sends one order.");
    }),
    (&[("`x-team` added", "operation Send#")], |at| {
        at.operation().insert("x-team".into(), json!("orders"));
    }),
    (
        &[("parameter added", "operation Send#, parameter language")],
        |at| {
            at.parameters().push(
                json!({"name": "language", "in": "query", "description": "Of messages.",
                                    "schema": {"type": "string"}}),
            );
        },
    ),
    (
        &[("parameter removed", "operation Send#, parameter limit")],
        |at| {
            at.parameters().pop();
        },
    ),
    (
        &[(
            "parameter made required",
            "operation Send#, parameter limit",
        )],
        |at| {
            at.parameters()[1]["required"] = json!(true);
        },
    ),
    (
        &[
            ("parameter removed", "operation Send#, parameter limit"),
            ("parameter added", "operation Send#, parameter most"),
        ],
        |at| {
            at.parameters()[1]["name"] = json!("most");
        },
    ),
    (
        &[(
            "`default` changed",
            "operation Send#, parameter limit, schema",
        )],
        |at| {
            at.parameters()[1]["schema"]["default"] = json!(20);
        },
    ),
    (
        &[("requestBody made optional", "operation Send#, requestBody")],
        |at| {
            at.operation()["requestBody"]["required"] = json!(false);
        },
    ),
    (
        &[("response added", "operation Send#, response 409")],
        |at| {
            let answers = &mut at.operation()["responses"];
            answers["409"] = answers["400"].clone();
        },
    ),
    (
        &[("response removed", "operation Send#, response 400")],
        |at| {
            at.operation()["responses"]
                .as_object_mut()
                .unwrap()
                .remove("400");
        },
    ),
    (
        &[("property added", "schema Part#, property colour")],
        |at| {
            at.properties("Part").insert(
                "colour".into(),
                json!({"type": "string", "description": "Its colour."}),
            );
        },
    ),
    (
        &[("property removed", "schema Order#, property note")],
        |at| {
            at.properties("Order").remove("note");
        },
    ),
    (
        &[("property removed", "schema Receipt#, property id")],
        |at| {
            at.properties("Receipt").remove("id");
            at.schema("Receipt")
                .as_object_mut()
                .unwrap()
                .remove("required");
        },
    ),
    (
        &[("property made required", "schema Order#, property pages")],
        |at| {
            at.schema("Order")["required"] = json!(["key", "pages", "title"]);
        },
    ),
    (
        &[("property made optional", "schema Receipt#, property id")],
        |at| {
            at.schema("Receipt")
                .as_object_mut()
                .unwrap()
                .remove("required");
        },
    ),
    (
        &[("`type` changed", "schema Order#, property title")],
        |at| {
            at.properties("Order")["title"]["type"] = json!("integer");
        },
    ),
    (
        &[("`format` loosened", "schema Order#, property pages")],
        |at| {
            at.properties("Order")["pages"]["format"] = json!("int64");
        },
    ),
    (
        &[(
            "secret exposed: `format: password` dropped",
            "schema Order#, property key",
        )],
        |at| {
            at.properties("Order")["key"]
                .as_object_mut()
                .unwrap()
                .remove("format");
        },
    ),
    (
        &[(
            "`maximum` added",
            "operation Send#, parameter limit, schema",
        )],
        |at| {
            at.parameters()[1]["schema"]["maximum"] = json!(100);
        },
    ),
    (&[("enum value added", "schema State#, enum late")], |at| {
        at.schema("State")["enum"] = json!(["sent", "lost", "late"]);
    }),
    (
        &[("enum value removed", "schema State#, enum lost")],
        |at| {
            at.schema("State")["enum"] = json!(["sent"]);
        },
    ),
    (&[("`x-open-enum` removed", "schema State#")], |at| {
        at.schema("State")
            .as_object_mut()
            .unwrap()
            .remove("x-open-enum");
    }),
    (
        &[("`nullable` added", "schema Receipt#, property id")],
        |at| {
            at.properties("Receipt")["id"]["nullable"] = json!(true);
        },
    ),
    (
        &[
            ("schema removed", "schema Part#"),
            ("schema added", "schema Piece#"),
            ("written otherwise", "schema Order#, property part"),
        ],
        |at| {
            let (old, new) = (format!("Part{}", at.n), format!("Piece{}", at.n));
            let schemas = at.document["components"]["schemas"]
                .as_object_mut()
                .unwrap();
            let schema = schemas.remove(&old).unwrap();
            schemas.insert(new.clone(), schema);
            at.properties("Order")["part"] = json!({"$ref": format!("#/components/schemas/{new}")});
        },
    ),
];
