//! Is what is judged of two schemas true of the values that a JSON Schema validator judges?
//! And does what is written otherwise mean the same?

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::{Meaning, Relation, relation};
use crate::Document;

/// A document with two more schemas that others refer to.
fn document(schema: &Value) -> Document {
    let tree = json!({"components": {"schemas": {
        "A": schema,
        "Text": {"type": "string", "maxLength": 2},
        "Node": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Node"}}},
    }}});
    Document::parse(&tree.to_string()).unwrap()
}

fn judged(old: &Value, new: &Value) -> Relation {
    let (base, revision) = (document(old), document(new));
    let schema = || ["/components/schemas/A".to_owned()].into();
    relation(
        Meaning::new(&base),
        Meaning::new(&revision),
        &schema(),
        &schema(),
    )
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

fn validator(schema: &Value) -> jsonschema::Validator {
    let mut schema = json!({"allOf": [json_schema(schema)]});
    schema["definitions"] = json!({
        "Text": {"type": "string", "maxLength": 2},
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
            match rng.u8(0..5) {
                0 => drop(map.insert("additionalProperties".into(), json!(false))),
                1 => drop(map.insert("additionalProperties".into(), schema(rng, 0))),
                2 => drop(map.insert("additionalProperties".into(), json!({}))),
                _ => {}
            }
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

#[test]
fn no_value_contradicts_what_is_judged_of_two_schemas() {
    let mut counts = [0; 4];
    for seed in 0..3_000 {
        let mut rng = Rng::with_seed(seed);
        let old = schema(&mut rng, 2);
        let new = if rng.u8(0..8) == 0 {
            schema(&mut rng, 2)
        } else {
            changed(&mut rng, &old)
        };
        let judged = judged(&old, &new);
        assert_eq!(
            self::judged(&new, &old),
            judged.turned(),
            "seed {seed}: {old} and {new}"
        );
        counts[judged as usize] += 1;
        if judged == Relation::Other {
            continue;
        }
        let (was, is) = (validator(&old), validator(&new));
        for _ in 0..60 {
            let value = sample(&mut rng, 2);
            let (fitted, fits) = (was.is_valid(&value), is.is_valid(&value));
            let lost = fitted && !fits && matches!(judged, Relation::Same | Relation::Wider);
            let gained = !fitted && fits && matches!(judged, Relation::Same | Relation::Narrower);
            assert!(
                !lost && !gained,
                "seed {seed}: {value} says that {judged:?} is wrong\n{old}\n{new}"
            );
        }
    }
    // None of the judgements is left out, so that each of them was tested.
    assert!(counts.iter().all(|count| *count > 200), "{counts:?}");
}

#[test]
fn what_can_be_judged_is_judged() {
    use Relation::{Narrower, Same, Wider};
    let object = |rest: Value| {
        let mut map = json!({"type": "object"});
        map.as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        map
    };
    let text = json!({"type": "string"});
    for (old, new, expected) in [
        (json!({"type": "integer"}), json!({"type": "number"}), Wider),
        (
            json!({"type": "integer", "format": "int32"}),
            json!({"type": "integer", "format": "int64"}),
            Wider,
        ),
        (
            json!({"type": "integer", "format": "int64"}),
            json!({"type": "integer"}),
            Same,
        ),
        (
            json!({"type": "integer", "maximum": 3}),
            json!({"type": "integer", "maximum": 4}),
            Wider,
        ),
        (
            json!({"type": "integer", "minimum": 3}),
            json!({"type": "integer", "minimum": 4}),
            Narrower,
        ),
        (
            json!({"type": "integer", "multipleOf": 4}),
            json!({"type": "integer", "multipleOf": 2}),
            Wider,
        ),
        (
            json!({"type": "string", "enum": ["a"]}),
            json!({"type": "string", "enum": ["b", "a"]}),
            Wider,
        ),
        (
            json!({"type": "string", "pattern": "^a"}),
            text.clone(),
            Wider,
        ),
        (
            json!({"type": "string", "nullable": true}),
            text.clone(),
            Narrower,
        ),
        (json!({"allOf": [text]}), text.clone(), Same),
        (
            json!({"$ref": "#/components/schemas/Text"}),
            json!({"type": "string", "maxLength": 2}),
            Same,
        ),
        (
            json!({"$ref": "#/components/schemas/Text"}),
            text.clone(),
            Wider,
        ),
        (
            json!({"allOf": [object(json!({"properties": {"a": text}})), object(json!({"required": ["a"]}))]}),
            object(json!({"required": ["a"], "properties": {"a": text}})),
            Same,
        ),
        (object(json!({"required": ["a"]})), object(json!({})), Wider),
        (
            object(json!({"additionalProperties": false})),
            object(json!({})),
            Wider,
        ),
        (
            object(json!({"additionalProperties": {}})),
            object(json!({"additionalProperties": true})),
            Same,
        ),
        (
            object(json!({"additionalProperties": false})),
            object(json!({"additionalProperties": false, "properties": {"a": text}})),
            Wider,
        ),
        (
            json!({"anyOf": [{"type": "integer"}, text]}),
            json!({"anyOf": [text, {"type": "integer"}]}),
            Same,
        ),
        (
            json!({"anyOf": [{"type": "integer"}, text]}),
            json!({"anyOf": [{"type": "integer"}, text, {"type": "boolean"}]}),
            Wider,
        ),
        (
            json!({"not": {"type": "integer"}}),
            json!({"not": {"type": "number"}}),
            Narrower,
        ),
        (
            json!({"$ref": "#/components/schemas/Node"}),
            json!({"$ref": "#/components/schemas/Node"}),
            Same,
        ),
    ] {
        assert_eq!(judged(&old, &new), expected, "{old} and {new}");
        assert_eq!(judged(&new, &old), expected.turned(), "{new} and {old}");
    }
}
