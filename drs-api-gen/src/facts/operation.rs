//! Operations with all that applies to them: parameters of their path, credentials and
//! servers of the document.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    access::{self, route},
    fact::{Facts, Sort, says_nothing},
    spec::{Object, Spec, is_set, text},
};
use crate::spec::{
    dialect::{Kind, METHODS, SECTIONS},
    keys::PROJECT,
    pointer::child,
};

/// Something with facts, and what is in it.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) pointer: String,
    pub(crate) facts: Facts,
    pub(crate) parts: BTreeMap<(Sort, String), Part>,
    /// Where its schema is.
    pub(crate) schema: Option<String>,
}

/// An operation.
pub(crate) struct Operation<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) path: &'a str,
    pub(crate) method: &'static str,
    pub(crate) part: Part,
}

impl Operation<'_> {
    /// What a review calls it.
    pub(crate) fn name(&self) -> String {
        let name = || format!("{} {}", self.method.to_uppercase(), self.path);
        self.id.map_or_else(name, str::to_owned)
    }

    /// What it is told by among the operations of a document.
    pub(crate) fn key(&self) -> (String, &'static str) {
        (route(self.path), self.method)
    }

    /// All that its requests can be sent to.
    pub(crate) fn addresses(&self) -> BTreeMap<String, &Value> {
        let servers = self.part.facts.of(Sort::Server);
        let (path, method) = self.key();
        servers
            .map(|(server, fact)| (format!("{method} {server}{path}"), &fact.value))
            .collect()
    }
}

/// The operations of a document, and what it says apart from them.
pub(crate) fn operations(spec: Spec<'_>) -> (Vec<Operation<'_>>, Facts) {
    let (mut found, mut rest) = (Vec::new(), Facts::default());
    if let Some(root) = spec.object("") {
        let handled = ["servers", "security", "paths", "components"];
        rest.others(Kind::OpenApi, root, "", &handled);
    }
    if let Some(components) = spec.object("/components") {
        let handled = SECTIONS.map(|(section, _)| section);
        rest.others(Kind::Components, components, "/components", &handled);
    }
    for (path, item) in spec.entries("", "paths") {
        let Some(map) = spec.object(&item).filter(|_| path.starts_with('/')) else {
            continue;
        };
        let mut others = Facts::default();
        let handled = [&METHODS[..], &["parameters", "servers"]].concat();
        others.others(Kind::PathItem, map, &item, &handled);
        for (name, fact) in others.of(Sort::Other) {
            let name = format!("{} {name}", route(path));
            rest.add(Sort::Other, &name, fact.value.clone(), fact.pointer.clone());
        }
        for method in METHODS {
            let pointer = child(&item, method);
            if let Some(map) = spec.object(&pointer) {
                let id = map.get("operationId").and_then(Value::as_str);
                let part = operation(spec, path, (&item, pointer), map);
                found.push(Operation {
                    id,
                    path,
                    method,
                    part,
                });
            }
        }
    }
    (found, rest)
}

fn operation(spec: Spec<'_>, path: &str, (item, pointer): (&str, String), map: &Object) -> Part {
    let mut facts = access::servers(spec, [&pointer, item, ""]);
    access::security(spec, &pointer, &mut facts);
    let handled = [
        "operationId",
        "parameters",
        "requestBody",
        "responses",
        "security",
        "servers",
    ];
    facts.others(Kind::Operation, map, &pointer, &handled);
    let mut parts = BTreeMap::new();
    for owner in [pointer.as_str(), item] {
        for at in spec.items(owner, "parameters") {
            match spec.resolved(&at) {
                Some((at, map)) => {
                    let key = (Sort::Parameter, identity(path, map));
                    parts.entry(key).or_insert_with(|| parameter(at, map));
                }
                None => facts.add(Sort::Other, &at, json!(spec.get(&at)), at.clone()),
            }
        }
    }
    let body = child(&pointer, "requestBody");
    if let Some((at, map)) = spec.resolved(&body) {
        parts.insert((Sort::Body, String::new()), request_body(spec, at, map));
    } else if let Some(value) = spec.get(&body) {
        facts.add(Sort::Other, "requestBody", value.clone(), body);
    }
    for (code, at) in spec.entries(&pointer, "responses") {
        match spec.resolved(&at) {
            _ if code.starts_with("x-") => {}
            Some((to, map)) => {
                let mut answer = answer(spec, to, map);
                answer.pointer = at;
                parts.insert((Sort::Answer, code.to_uppercase()), answer);
            }
            None => facts.add(Sort::Other, code, json!(spec.get(&at)), at),
        }
    }
    Part {
        pointer,
        facts,
        parts,
        schema: None,
    }
}

/// Place and name of a parameter: a header has any case, a path knows positions alone.
fn identity(path: &str, map: &Object) -> String {
    let (place, name) = (text(map, "in"), text(map, "name"));
    match place {
        "header" => format!("header {}", name.to_lowercase()),
        "path" => {
            let mut names = path.split('{').skip(1);
            let index = names.position(|part| part.split('}').next() == Some(name));
            index.map_or_else(|| format!("path {name}"), |index| format!("path {index}"))
        }
        _ => format!("{place} {name}"),
    }
}

fn parameter(pointer: String, map: &Object) -> Part {
    let mut facts = Facts::default();
    let place = text(map, "in");
    let at = |key: &str| child(&pointer, key);
    if place == "path" || is_set(map, "required") {
        facts.add(Sort::Needed, "parameter", true, at("required"));
    }
    let usual = if matches!(place, "query" | "cookie") {
        "form"
    } else {
        "simple"
    };
    facts.add(Sort::Style, "", style(map, usual), at("style"));
    if is_set(map, PROJECT) {
        facts.add(Sort::Project, "", true, at(PROJECT));
    }
    let handled = [
        "name", "in", "required", "style", "explode", "schema", PROJECT,
    ];
    facts.others(Kind::Parameter, map, &pointer, &handled);
    with_schema(pointer, map, facts, BTreeMap::new())
}

/// How a value is written.
fn style(map: &Object, usual: &str) -> Value {
    let style = map.get("style").and_then(Value::as_str).unwrap_or(usual);
    let explode = map.get("explode").and_then(Value::as_bool);
    match explode.unwrap_or(style == "form") {
        true => json!(format!("{style}, exploded")),
        false => json!(style),
    }
}

type Parts = BTreeMap<(Sort, String), Part>;

fn with_schema(pointer: String, map: &Object, mut facts: Facts, parts: Parts) -> Part {
    let schema = map
        .contains_key("schema")
        .then(|| child(&pointer, "schema"));
    if let Some(at) = &schema {
        facts.add(Sort::Schema, "", true, at.clone());
    }
    Part {
        pointer,
        facts,
        parts,
        schema,
    }
}

/// What an object says of content, by media type, which has no case.
fn content(spec: Spec<'_>, owner: &str) -> Parts {
    let mut parts = Parts::new();
    for (name, pointer) in spec.entries(owner, "content") {
        let Some(map) = spec.object(&pointer) else {
            continue;
        };
        let mut facts = Facts::default();
        facts.others(Kind::MediaType, map, &pointer, &["schema"]);
        let part = with_schema(pointer, map, facts, Parts::new());
        parts.insert((Sort::Media, name.to_lowercase()), part);
    }
    parts
}

fn request_body(spec: Spec<'_>, pointer: String, map: &Object) -> Part {
    let mut facts = Facts::default();
    if is_set(map, "required") {
        facts.add(Sort::Needed, "body", true, child(&pointer, "required"));
    }
    facts.others(Kind::RequestBody, map, &pointer, &["content", "required"]);
    let parts = content(spec, &pointer);
    Part {
        pointer,
        facts,
        parts,
        schema: None,
    }
}

fn answer(spec: Spec<'_>, pointer: String, map: &Object) -> Part {
    let mut facts = Facts::default();
    facts.others(Kind::Response, map, &pointer, &["content", "headers"]);
    let mut parts = content(spec, &pointer);
    if !parts.is_empty() {
        facts.add(Sort::Content, "", true, child(&pointer, "content"));
    }
    for (name, at) in spec.entries(&pointer, "headers") {
        let Some((to, map)) = spec.resolved(&at) else {
            facts.add(Sort::Other, name, json!(spec.get(&at)), at);
            continue;
        };
        let mut facts = Facts::default();
        if is_set(map, "required") {
            facts.add(Sort::Needed, "header", true, child(&to, "required"));
        }
        facts.add(Sort::Style, "", style(map, "simple"), child(&to, "style"));
        let handled = ["required", "style", "explode", "schema"];
        facts.others(Kind::Header, map, &to, &handled);
        let inner = content(spec, &to);
        let mut header = with_schema(to, map, facts, inner);
        header.pointer = at;
        parts.insert((Sort::Header, name.to_lowercase()), header);
    }
    Part {
        pointer,
        facts,
        parts,
        schema: None,
    }
}

/// What a parameter says, but for its name and where it stands.
pub(crate) fn content_of(spec: Spec<'_>, parameter: &Part) -> Object {
    let mut map = spec.object(&parameter.pointer).cloned().unwrap_or_default();
    map.retain(|key, value| {
        !matches!(key.as_str(), "name" | "in") && !says_nothing(Kind::Parameter, key, value)
    });
    map
}
