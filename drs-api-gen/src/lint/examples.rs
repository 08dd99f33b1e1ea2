//! The rule about examples and defaults: each has to satisfy its schema.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::error::{TypeKind, ValidationErrorKind as ErrorKind};
use jsonschema::{Draft, JsonType, Registry, ValidationError};
use serde_json::{Map, Value, json};

use super::{finding::Findings, rules::EXAMPLE_MISMATCH, schemas::limits, wording::shortened};
use crate::spec::{
    dialect::{Keys, Kind, Role, Shape},
    node::Node,
    pointer::{child, value_at},
    spelling::nearest,
    tree::Tree,
};

/// What the document is called in references.
const DOCUMENT: &str = "urn:document";

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    // The parts of a composition don't know each other's properties.
    let composed = |node: &Node<'_>| super::schemas::COMBINED.iter().any(|key| node.has(key));
    let strict = !tree.of(Kind::Schema).any(composed);
    let components = tree.components().into_iter();
    let components: Map<String, Value> = components
        .flat_map(|components| components.entries("schemas"))
        .map(|(name, schema)| (name.to_owned(), translate(schema, strict)))
        .collect();
    let components = json!({ "components": { "schemas": components } });
    let registry = Registry::new().draft(Draft::Draft4);
    let registry = registry.add(DOCUMENT, components).and_then(|r| r.prepare());
    // What can't be a schema has a finding of another rule.
    let Ok(registry) = registry else { return };
    let mut pairs = Pairs {
        tree,
        strict,
        schemas: Map::new(),
        instances: Map::new(),
        places: Vec::new(),
    };
    for node in tree.nodes().filter(|node| node.reference().is_none()) {
        match node.kind {
            Kind::MediaType | Kind::Parameter | Kind::Header => {
                let Some(schema) = tree.get(&node.at(&["schema"])) else {
                    continue;
                };
                let mut examples = vec![node.at(&["example"])];
                for (name, _) in node.entries("examples") {
                    let example = tree.below_key(node, &["examples", name]);
                    examples.extend(example.map(|example| example.at(&["value"])));
                }
                for example in examples {
                    pairs.add(schema, example);
                }
            }
            Kind::Schema => {
                for key in ["example", "default"] {
                    pairs.add(node, child(&node.pointer, key));
                }
            }
            _ => {}
        }
    }
    pairs.check(findings, &registry);
}

/// Values, and the schemas that they have to satisfy, numbered. They are the properties of one
/// object and of its schema, since a compiled schema shares nothing with another: each would
/// compile anew what it refers to.
struct Pairs<'t, 'a> {
    tree: &'t Tree<'a>,
    /// Whether a property that an object doesn't name is an error in an example.
    strict: bool,
    schemas: Map<String, Value>,
    instances: Map<String, Value>,
    /// The pointer to each value.
    places: Vec<String>,
}

impl Pairs<'_, '_> {
    fn add(&mut self, schema: &Node<'_>, place: String) {
        let Some(instance) = value_at(self.tree.document.value(), &place) else {
            return;
        };
        let schema = self.tree.resolve(schema).unwrap_or(schema);
        let translated = match schema.component() {
            Some(_) => json!({ "$ref": format!("{DOCUMENT}#{}", schema.pointer) }),
            None => translate(&Value::Object(schema.map.clone()), self.strict),
        };
        let number = self.places.len().to_string();
        self.schemas.insert(number.clone(), translated);
        self.instances.insert(number, instance.clone());
        self.places.push(place);
    }

    fn check(mut self, findings: &mut Findings<'_>, registry: &Registry<'_>) {
        let compile = |schema: &Value| {
            let options = jsonschema::options().with_draft(Draft::Draft4);
            let options = options.should_validate_formats(false);
            options.with_registry(registry).build(schema)
        };
        let mut validator = compile(&json!({ "properties": self.schemas }));
        if validator.is_err() {
            // What can't be a schema has a finding of another rule.
            self.schemas.retain(|_, schema| compile(schema).is_ok());
            validator = compile(&json!({ "properties": self.schemas }));
        }
        let Ok(validator) = validator else { return };
        let instances = Value::Object(self.instances);
        let mut errors: BTreeMap<usize, Vec<Failure<'_>>> = BTreeMap::new();
        for error in validator.iter_errors(&instances) {
            let path = error.instance_path().as_str().to_owned();
            let path = path.trim_start_matches('/');
            let (number, place) = path.split_at(path.find('/').unwrap_or(path.len()));
            if let Ok(number) = number.parse() {
                let failures = errors.entry(number).or_default();
                failures.push((place.to_owned(), error));
            }
        }
        for (number, errors) in errors {
            if let Some(place) = self.places.get(number) {
                report(findings, self.tree, &errors, place);
            }
        }
    }
}

/// The pointer from a value to the part that is wrong, and what is wrong with it.
type Failure<'e> = (String, ValidationError<'e>);

fn report(findings: &mut Findings<'_>, tree: &Tree<'_>, errors: &[Failure<'_>], value: &str) {
    let is_default = value.ends_with("/default");
    let what = if is_default {
        "the default"
    } else {
        "the example"
    };
    let document = findings.document.value();
    // A required property that is there under a slip of its name is one mistake.
    let mut meant = BTreeSet::new();
    for (place, error) in errors {
        let ErrorKind::AdditionalProperties { unexpected } = error.kind() else {
            continue;
        };
        // Objects in place have no properties, so this one is a component.
        let schema = schema_of(error).and_then(|at| value_at(document, at));
        let known = schema.and_then(|schema| schema.get("properties")?.as_object());
        let known: Vec<&str> = known
            .into_iter()
            .flat_map(Map::keys)
            .map(String::as_str)
            .collect();
        for name in unexpected {
            let free = known
                .iter()
                .filter(|name| error.instance().get(name).is_none());
            let hint = match nearest(name, free.copied()) {
                Some(property) => {
                    meant.insert((place.as_str(), property));
                    format!("did you mean `{property}`?")
                }
                None => "correct one of them".to_owned(),
            };
            let message = format!("{what} has `{name}`, which isn't in its schema; {hint}");
            let at = child(&format!("{value}{place}"), name);
            findings.add(EXAMPLE_MISMATCH, at, message);
        }
    }
    for (place, error) in errors {
        let missing = missing_property(error);
        // What a response has to have has a finding: it may be missing, as here.
        let in_answer = || schema_of(error).is_some_and(|at| tree.in_answers().contains(at));
        if matches!(error.kind(), ErrorKind::AdditionalProperties { .. })
            || missing.is_some_and(|name| in_answer() || meant.contains(&(place.as_str(), name)))
        {
            continue;
        }
        let is_text = |kind: &TypeKind| match kind {
            TypeKind::Single(ty) => *ty == JsonType::String,
            TypeKind::Multiple(types) => types.contains(JsonType::String),
        };
        let is_type = matches!(error.kind(), ErrorKind::Type { kind } if is_text(kind));
        let is_bare = error.instance().is_number() || error.instance().is_boolean();
        let instead = match is_type && is_bare {
            true => "put quotes around it",
            false => "correct one of them",
        };
        let said = shortened(&error.to_string(), 160);
        let message = format!("{what} doesn't satisfy its schema: {said}; {instead}");
        findings.add(EXAMPLE_MISMATCH, format!("{value}{place}"), message);
    }
}

/// The pointer to the component that an error is about, or to a schema in it.
fn schema_of<'e>(error: &'e ValidationError<'_>) -> Option<&'e str> {
    let keyword = error.absolute_keyword_location()?.as_str();
    let keyword = keyword.strip_prefix(DOCUMENT)?.strip_prefix('#')?;
    Some(keyword.rsplit_once('/')?.0)
}

/// The property that an error says is missing.
fn missing_property<'e>(error: &'e ValidationError<'_>) -> Option<&'e str> {
    match error.kind() {
        ErrorKind::Required { property } => property.as_str(),
        _ => None,
    }
}

/// One schema of OpenAPI 3.0 as JSON Schema draft 4, of which it is a dialect.
fn translate(schema: &Value, strict: bool) -> Value {
    let Value::Object(schema) = schema else {
        return schema.clone();
    };
    if let Some(Value::String(reference)) = schema.get("$ref") {
        return json!({ "$ref": format!("{DOCUMENT}{reference}") });
    }
    let mut out = Map::new();
    let Keys::Fixed(keys) = Kind::Schema.keys() else {
        return Value::Object(out);
    };
    let of_schema = |value: &Value| translate(value, strict);
    for key in keys {
        // Annotations, and what draft 4 reads otherwise.
        match key.role {
            Role::Docs | Role::Refused(_) => continue,
            Role::Says(_) if matches!(key.name, "default" | "nullable") => continue,
            Role::Says(_) => {}
        }
        let Some(value) = schema.get(key.name) else {
            continue;
        };
        let value = match (key.shape, value) {
            (Shape::OrRef(_) | Shape::SchemaOrFlag, value) => of_schema(value),
            (Shape::Map(_), Value::Object(map)) => map
                .iter()
                .map(|(name, value)| (name.clone(), of_schema(value)))
                .collect(),
            (Shape::List(Shape::OrRef(_)), Value::Array(list)) => {
                list.iter().map(of_schema).collect()
            }
            (_, value) => value.clone(),
        };
        out.insert(key.name.to_owned(), value);
    }
    let ty = schema.get("type").and_then(Value::as_str);
    if strict && ty == Some("object") && schema.contains_key("properties") {
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
    let format = schema.get("format").and_then(Value::as_str);
    let out = Value::Object(out);
    match format.filter(|_| ty == Some("integer")).and_then(limits) {
        Some((least, most)) => {
            json!({ "allOf": [out, { "minimum": least, "maximum": most }] })
        }
        None => out,
    }
}
