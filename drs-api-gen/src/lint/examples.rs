//! The rule about examples and defaults: each has to satisfy its schema.

use std::collections::BTreeSet;

use jsonschema::{ValidationError, error::ValidationErrorKind as ErrorKind};
use serde_json::{Map, Value, json};

use super::{
    finding::{Findings, Rule, rule},
    wording::nearest,
};
use crate::spec::{
    dialect::{Keys, Kind, Shape},
    pointer::child,
    tree::{Node, Tree},
};

pub(super) const EXAMPLE_MISMATCH: Rule = rule(
    "example-mismatch",
    "an example that its own schema refuses is wrong, or the schema is",
);

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let schemas = Schemas::new(tree);
    for node in tree.nodes().filter(|node| node.reference().is_none()) {
        match node.kind {
            Kind::MediaType | Kind::Parameter | Kind::Header => {
                let schema = node.at(&["schema"]);
                let mut examples = vec![node.at(&["example"])];
                for (name, _) in node.entries("examples") {
                    let example = tree.get(&node.at(&["examples", name]));
                    let example = example.and_then(|example| tree.resolve(example));
                    examples.extend(example.map(|example| example.at(&["value"])));
                }
                for example in examples {
                    schemas.check(findings, &schema, &example);
                }
            }
            Kind::Schema => {
                for key in ["example", "default"] {
                    schemas.check(findings, &node.pointer, &node.at(&[key]));
                }
            }
            _ => {}
        }
    }
}

/// The document's schemas as JSON Schema.
struct Schemas<'t, 'a> {
    tree: &'t Tree<'a>,
    components: Value,
    /// Whether a property that an object doesn't name is an error in an example.
    strict: bool,
}

impl<'t, 'a> Schemas<'t, 'a> {
    fn new(tree: &'t Tree<'a>) -> Self {
        // The parts of a composition don't know each other's properties.
        let composed = |node: &Node<'_>| {
            let keys = ["allOf", "oneOf", "anyOf", "not"];
            keys.iter().any(|key| node.map.contains_key(*key))
        };
        let strict = !tree.of(Kind::Schema).any(composed);
        let mut schemas = Self {
            tree,
            components: Value::Null,
            strict,
        };
        let components = tree.get("/components");
        let translated: Map<String, Value> = components
            .into_iter()
            .flat_map(|components| components.entries("schemas"))
            .map(|(name, schema)| (name.to_owned(), schemas.translate(schema)))
            .collect();
        schemas.components = json!({ "schemas": translated });
        schemas
    }

    /// Reports what is wrong with the value at one pointer, by the schema at another.
    fn check(&self, findings: &mut Findings<'_>, schema: &str, value: &str) {
        let document = self.tree.document.value();
        let Some(instance) = document.pointer(value) else {
            return;
        };
        let Some(schema) = document.pointer(schema) else {
            return;
        };
        let schema = json!({
            "allOf": [self.translate(schema)],
            "components": self.components,
        });
        // A schema that can't be compiled has a finding of another rule.
        let Ok(validator) = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft4)
            .should_validate_formats(false)
            .build(&schema)
        else {
            return;
        };
        let what = match value.rsplit('/').next() {
            Some("default") => "the default",
            _ => "the example",
        };
        let errors: Vec<_> = validator.iter_errors(instance).collect();
        // A required property that is there under a slip of its name is one mistake.
        let mut meant = BTreeSet::new();
        for error in &errors {
            let ErrorKind::AdditionalProperties { unexpected } = error.kind() else {
                continue;
            };
            let object = format!("{value}{}", error.instance_path().as_str());
            let missing = || {
                let same_place = |e: &&_| same_place(e, error);
                errors
                    .iter()
                    .filter(same_place)
                    .filter_map(missing_property)
            };
            for name in unexpected {
                let hint = match nearest(name, missing()) {
                    Some(property) => {
                        meant.insert((error.instance_path().as_str(), property));
                        format!("did you mean `{property}`?")
                    }
                    None => "correct one of them".to_owned(),
                };
                let message = format!("{what} has `{name}`, which its schema has not; {hint}");
                findings.add(EXAMPLE_MISMATCH, child(&object, name), message);
            }
        }
        for error in &errors {
            let place = error.instance_path().as_str();
            if matches!(error.kind(), ErrorKind::AdditionalProperties { .. })
                || missing_property(error).is_some_and(|name| meant.contains(&(place, name)))
            {
                continue;
            }
            let message = format!(
                "{what} doesn't satisfy its schema: {}; correct one of them",
                shortened(&error.to_string())
            );
            findings.add(EXAMPLE_MISMATCH, format!("{value}{place}"), message);
        }
    }

    /// One schema of OpenAPI 3.0 as JSON Schema draft 4, of which it is a dialect.
    fn translate(&self, schema: &Value) -> Value {
        let Value::Object(schema) = schema else {
            return schema.clone();
        };
        if let Some(Value::String(reference)) = schema.get("$ref") {
            return json!({ "$ref": reference });
        }
        let mut out = Map::new();
        let Keys::Fixed(keys) = Kind::Schema.keys() else {
            return Value::Object(out);
        };
        for key in keys {
            let Some(value) = schema.get(key.name) else {
                continue;
            };
            let value = match (key.shape, value) {
                (Shape::OrRef(Kind::Schema) | Shape::SchemaOrFlag, value) => self.translate(value),
                (Shape::Map(Shape::OrRef(Kind::Schema)), Value::Object(map)) => map
                    .iter()
                    .map(|(name, value)| (name.clone(), self.translate(value)))
                    .collect(),
                (Shape::List(Shape::OrRef(Kind::Schema)), Value::Array(list)) => {
                    list.iter().map(|value| self.translate(value)).collect()
                }
                (_, value) => value.clone(),
            };
            out.insert(key.name.to_owned(), value);
        }
        // Annotations, which draft 4 doesn't know or would read otherwise.
        for key in [
            "default",
            "example",
            "nullable",
            "discriminator",
            "xml",
            "externalDocs",
        ] {
            out.remove(key);
        }
        let is = |ty: &str| schema.get("type").and_then(Value::as_str) == Some(ty);
        let range = match schema.get("format").and_then(Value::as_str) {
            Some("int32") if is("integer") => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
            Some("int64") if is("integer") => Some((i64::MIN, i64::MAX)),
            _ => None,
        };
        if self.strict && is("object") && schema.contains_key("properties") {
            let closed = Value::Bool(false);
            out.entry("additionalProperties").or_insert(closed);
        }
        // What is required and not there has a finding of its own.
        let properties = schema.get("properties");
        if let Some(Value::Array(required)) = out.get_mut("required") {
            required.retain(|name| {
                let name = name.as_str().unwrap_or_default();
                properties.is_none_or(|properties| properties.get(name).is_some())
            });
            if required.is_empty() {
                // Draft 4 allows no empty list.
                out.remove("required");
            }
        }
        if schema.get("nullable") == Some(&Value::Bool(true)) {
            if let Some(ty) = out.get_mut("type") {
                *ty = json!([ty.take(), "null"]);
            }
            if let Some(Value::Array(values)) = out.get_mut("enum") {
                values.push(Value::Null);
            }
        }
        let out = Value::Object(out);
        match range {
            Some((least, most)) => {
                json!({ "allOf": [out, { "minimum": least, "maximum": most }] })
            }
            None => out,
        }
    }
}

fn same_place(one: &ValidationError<'_>, other: &ValidationError<'_>) -> bool {
    one.instance_path() == other.instance_path()
}

/// The property that an error says is missing.
fn missing_property<'e>(error: &'e ValidationError<'_>) -> Option<&'e str> {
    match error.kind() {
        ErrorKind::Required { property } => property.as_str(),
        _ => None,
    }
}

fn shortened(message: &str) -> String {
    match message.char_indices().nth(160) {
        Some((end, _)) => format!("{}…", message.get(..end).unwrap_or_default()),
        None => message.to_owned(),
    }
}
