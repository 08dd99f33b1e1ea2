//! Is what is judged of two schemas true of the values that a JSON Schema validator judges?

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::Verdict;
use crate::{Document, facts::Spec};

/// What is sent, and the text that it can refer to.
struct Schemas {
    body: Value,
    text: Value,
}

/// A text of at most this many characters.
fn text(most: u8) -> Value {
    json!({"type": "string", "maxLength": most})
}

/// A document whose one operation is sent a schema, with two more that others refer to.
fn document(Schemas { body, text }: &Schemas) -> Document {
    let body = json!({"application/json": {"schema": body}});
    let operation =
        json!({"operationId": "Send", "responses": {}, "requestBody": {"content": body}});
    let tree = json!({"paths": {"/": {"put": operation}}, "components": {"schemas": {
        "Text": text,
        "Node": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Node"}}},
    }}});
    Document::parse(&tree.to_string()).unwrap()
}

/// The worst class of all changes.
fn judged(old: &Schemas, new: &Schemas) -> Verdict {
    let (base, revision) = (document(old), document(new));
    let mut rust = super::laws::ungenerated(Spec::new(&base), Spec::new(&revision));
    let changes = super::compare::compare(&mut rust);
    let classes = changes.iter().map(|change| change.class);
    classes.max().unwrap_or(Verdict::Nothing)
}

/// The same schema for a validator of JSON Schema.
fn json_schema(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            let mut out: Map<String, Value> = Map::new();
            for (key, value) in map {
                out.insert(key.clone(), json_schema(value));
            }
            for (key, bound) in [
                ("exclusiveMaximum", "maximum"),
                ("exclusiveMinimum", "minimum"),
            ] {
                if out.remove(key) == Some(json!(true))
                    && let Some(number) = out.remove(bound)
                {
                    out.insert(key.to_owned(), number);
                }
            }
            if out.remove("nullable") == Some(json!(true)) {
                let plain = Value::Object(out);
                return json!({"anyOf": [plain, {"type": "null"}]});
            }
            if let Some(Value::String(reference)) = out.get_mut("$ref") {
                *reference = reference.replace("#/components/schemas/", "#/definitions/");
            }
            out.into()
        }
        Value::Array(items) => items.iter().map(json_schema).collect(),
        other => other.clone(),
    }
}

fn validator(Schemas { body, text }: &Schemas) -> jsonschema::Validator {
    let mut schema = json!({"allOf": [json_schema(body)]});
    schema["definitions"] = json!({
        "Text": text,
        "Node": {"type": "object", "properties": {"a": {"$ref": "#/definitions/Node"}}},
    });
    jsonschema::draft7::new(&schema).unwrap()
}

fn small(rng: &mut Rng) -> Value {
    json!(rng.i32(-1..4))
}

/// A schema of few words, so that two of them have something to do with each other.
fn schema(rng: &mut Rng, depth: usize) -> Value {
    let mut map = Map::new();
    let flat = depth == 0;
    match rng.u8(0..if flat { 4 } else { 9 }) {
        0 | 1 => {
            let name = ["integer", "number"][rng.usize(0..2)];
            map.insert("type".into(), json!(name));
            for key in ["minimum", "maximum"] {
                if rng.u8(0..3) == 0 {
                    map.insert(key.into(), small(rng));
                }
            }
            if map.contains_key("maximum") && rng.bool() {
                map.insert("exclusiveMaximum".into(), rng.bool().into());
            }
            if rng.u8(0..4) == 0 {
                map.insert("multipleOf".into(), rng.u8(1..5).into());
            }
        }
        2 => {
            map.insert("type".into(), json!("string"));
            match rng.u8(0..4) {
                0 => drop(map.insert("maxLength".into(), rng.u8(0..3).into())),
                1 => drop(map.insert("minLength".into(), rng.u8(0..3).into())),
                2 => {
                    let values: Vec<&str> = ["a", "bb", "ccc"]
                        .into_iter()
                        .filter(|_| rng.bool())
                        .collect();
                    if !values.is_empty() {
                        map.insert("enum".into(), values.into());
                    }
                }
                _ => drop(map.insert("pattern".into(), json!(["^a", "b$"][rng.usize(0..2)]))),
            }
        }
        3 => drop(map.insert(
            "$ref".into(),
            json!(["#/components/schemas/Text", "#/components/schemas/Node"][rng.usize(0..2)]),
        )),
        4 => {
            map.insert("type".into(), json!("array"));
            map.insert("items".into(), schema(rng, depth - 1));
            if rng.bool() {
                map.insert("maxItems".into(), rng.u8(0..3).into());
            }
            map.insert("uniqueItems".into(), rng.bool().into());
        }
        5 | 6 => {
            map.insert("type".into(), json!("object"));
            let names: Vec<&str> = ["a", "b"].into_iter().filter(|_| rng.bool()).collect();
            let properties: Map<String, Value> = names
                .iter()
                .map(|name| ((*name).to_owned(), schema(rng, depth - 1)))
                .collect();
            let required: Vec<&str> = ["a", "b"]
                .into_iter()
                .filter(|_| rng.u8(0..3) == 0)
                .collect();
            map.insert("properties".into(), properties.into());
            if !required.is_empty() {
                map.insert("required".into(), required.into());
            }
            // An open object allows by its schema what no one means: every other type of a
            // property that is added later.
            let further = match rng.bool() {
                true => json!(false),
                false => schema(rng, depth - 1),
            };
            map.insert("additionalProperties".into(), further);
        }
        7 => {
            let key = ["allOf", "anyOf", "oneOf"][rng.usize(0..3)];
            let all: Vec<Value> = (0..rng.usize(1..4))
                .map(|_| schema(rng, depth - 1))
                .collect();
            map.insert(key.into(), all.into());
        }
        _ => drop(map.insert("not".into(), schema(rng, depth - 1))),
    }
    if map.contains_key("type") && rng.u8(0..4) == 0 {
        map.insert("nullable".into(), json!(true));
    }
    map.into()
}

/// The schema with one place changed, or one schema inside replaced.
fn changed(rng: &mut Rng, schema: &Value) -> Value {
    let mut out = schema.clone();
    let Value::Object(map) = &mut out else {
        return self::schema(rng, 1);
    };
    let keys: Vec<String> = map.keys().cloned().collect();
    let Some(key) = rng.choice(keys) else {
        return self::schema(rng, 1);
    };
    match (key.as_str(), map.get(&key).cloned()) {
        ("type", _) => return self::schema(rng, 1),
        ("maximum" | "minimum" | "maxItems" | "maxLength" | "minLength", Some(number)) => {
            let number = number.as_i64().unwrap_or(0) + rng.i64(0..2);
            map.insert(key, number.max(0).into());
        }
        ("items" | "not" | "additionalProperties", Some(inner @ Value::Object(_))) => {
            let inner = changed(rng, &inner);
            map.insert(key, inner);
        }
        ("properties", Some(Value::Object(mut properties))) => {
            let names: Vec<String> = properties.keys().cloned().collect();
            match rng.choice(names) {
                Some(name) if rng.bool() => {
                    let inner = changed(rng, &properties[&name]);
                    properties.insert(name, inner);
                }
                Some(name) => drop(properties.remove(&name)),
                None => drop(properties.insert("a".into(), self::schema(rng, 0))),
            }
            map.insert(key, properties.into());
        }
        ("allOf" | "anyOf" | "oneOf", Some(Value::Array(mut all))) => {
            let index = rng.usize(0..all.len());
            match rng.u8(0..3) {
                0 => all[index] = changed(rng, &all[index].clone()),
                1 if all.len() > 1 => drop(all.remove(index)),
                _ => all.push(self::schema(rng, 0)),
            }
            map.insert(key, all.into());
        }
        ("additionalProperties", _) => {}
        _ => drop(map.remove(&key)),
    }
    out
}

fn sample(rng: &mut Rng, depth: usize) -> Value {
    match rng.u8(0..if depth == 0 { 4 } else { 7 }) {
        0 => json!(rng.i32(-2..6)),
        1 => json!(["", "a", "bb", "ccc", "ab"][rng.usize(0..5)]),
        2 => [json!(null), json!(true), json!(1.5), json!(2.5)][rng.usize(0..4)].clone(),
        3 => json!({}),
        4 => (0..rng.usize(0..4)).map(|_| sample(rng, 0)).collect(),
        _ => {
            let names = ["a", "b", "c"]
                .into_iter()
                .filter(|_| rng.bool())
                .collect::<Vec<_>>();
            names
                .into_iter()
                .map(|name| (name.to_owned(), sample(rng, depth - 1)))
                .collect::<Map<_, _>>()
                .into()
        }
    }
}

fn shown(Schemas { body, text }: &Schemas) -> String {
    format!("{body} with the text {text}")
}

#[test]
fn no_value_contradicts_what_is_judged_of_two_schemas() {
    let (mut docs, mut fine, mut wire) = (0, 0, 0);
    for seed in 0..2_000 {
        let mut rng = Rng::with_seed(seed);
        let old = schema(&mut rng, 2);
        let new = match rng.u8(0..8) {
            0 => schema(&mut rng, 2),
            // The text that it refers to can be another all the same.
            1 | 2 => old.clone(),
            _ => changed(&mut rng, &old),
        };
        let [old, new] = [old, new].map(|body| {
            let text = text(rng.u8(1..4));
            Schemas { body, text }
        });
        let judged = judged(&old, &new);
        match judged {
            Verdict::Nothing | Verdict::DocsOnly => docs += 1,
            Verdict::BreakingWire => wire += 1,
            _ => fine += 1,
        }
        if judged == Verdict::BreakingWire {
            continue;
        }
        let (was, is) = (validator(&old), validator(&new));
        for _ in 0..60 {
            let value = sample(&mut rng, 2);
            let (fitted, fits) = (was.is_valid(&value), is.is_valid(&value));
            let is_right = match judged {
                Verdict::Nothing | Verdict::DocsOnly => fitted == fits,
                _ => !fitted || fits,
            };
            let said = format!("seed {seed}: {value} says that {judged:?} is wrong");
            assert!(is_right, "{said}\n{}\n{}", shown(&old), shown(&new));
        }
    }
    // None of the judgements is left out, so that each of them was tested.
    assert!(
        [docs, fine, wire].iter().all(|count| *count > 150),
        "{docs} {fine} {wire}"
    );
}
