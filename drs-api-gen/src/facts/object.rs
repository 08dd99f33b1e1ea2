//! The facts of everything but schemas: operations with all that applies to them, parameters,
//! bodies, answers.

use serde_json::{Value, json};

use super::{
    access,
    fact::{Facts, Node, Part, says_nothing},
    schema,
    spec::{Object, Spec, is_set, target, text},
};
use crate::spec::{
    dialect::{Kind, METHODS, Shape},
    pointer::{child, unescape},
};

impl Spec<'_> {
    /// The facts of what is described at a pointer.
    pub(crate) fn node(self, kind: Kind, pointer: &str) -> Node {
        let mut facts = Facts::default();
        match self.object(pointer).filter(|map| !map.contains_key("$ref")) {
            Some(map) if kind == Kind::Schema => schema::add(map, pointer, &mut facts),
            Some(map) => self.add_object(kind, map, pointer, &mut facts),
            None => facts.add("$ref", "", json!(self.get(pointer)), pointer.to_owned()),
        }
        Node {
            home: pointer.to_owned(),
            facts,
        }
    }

    fn add_object(self, kind: Kind, map: &Object, pointer: &str, facts: &mut Facts) {
        for (key, value) in map {
            if says_nothing(kind, key, value) || is_said_elsewhere(kind, key, map) {
                continue;
            }
            let at = child(pointer, key);
            let Some(known) = kind.key(key) else {
                facts.add("unknown key", key, value.clone(), at);
                continue;
            };
            match (known.shape, value) {
                (Shape::One(Kind::Paths), Value::Object(_)) => self.add_operations(facts),
                (Shape::One(Kind::Responses), Value::Object(_)) => {
                    self.add_parts(known.name, Kind::Response, &at, facts);
                }
                (Shape::Map(Shape::One(of) | Shape::OrRef(of)), Value::Object(_)) => {
                    self.add_parts(known.name, *of, &at, facts);
                }
                (Shape::One(of) | Shape::OrRef(of), Value::Object(_)) => {
                    facts.part(known.name, "", self.need(of, &at), Part(of, at));
                }
                _ => facts.add(known.name, "", value.clone(), at),
            }
        }
        if kind == Kind::OpenApi {
            access::servers(self, facts);
        } else if kind == Kind::Operation {
            access::security(self, pointer, facts);
            self.add_parameters(pointer, facts);
        }
    }

    /// Adds the operations by method and address, and what else their paths say.
    fn add_operations(self, facts: &mut Facts) {
        let base = access::base_path(self);
        for (path, item) in self
            .entries("/paths")
            .filter(|(path, _)| path.starts_with('/'))
        {
            let route = access::route(&format!("{base}{path}"));
            for method in METHODS {
                let at = child(&item, method);
                if self.object(&at).is_some() {
                    let part = Part(Kind::Operation, at);
                    facts.part("operation", &format!("{method} {route}"), Value::Null, part);
                }
            }
            for (key, at) in self.entries(&item) {
                let value = json!(self.get(&at));
                let is_known = METHODS.contains(&key) || key == "parameters";
                if !is_known && !says_nothing(Kind::PathItem, key, &value) {
                    facts.add("key of a path", &format!("{key} {route}"), value, at);
                }
            }
        }
    }

    /// Adds the entries of a mapping; names of headers and media types have no case.
    fn add_parts(self, what: &'static str, of: Kind, pointer: &str, facts: &mut Facts) {
        for (name, at) in self.entries(pointer) {
            if of != Kind::Response || !name.starts_with("x-") {
                let need = self.need(of, &at);
                facts.part(what, &name.to_lowercase(), need, Part(of, at));
            }
        }
    }

    /// Adds the parameters of an operation, and those of its path.
    fn add_parameters(self, operation: &str, facts: &mut Facts) {
        let item = operation.rsplit_once('/').map_or("", |(item, _)| item);
        let path = unescape(item.rsplit('/').next().unwrap_or_default());
        for owner in [operation, item] {
            for at in self.items(owner, "parameters") {
                let map = self.object(&self.resolved(&at));
                let name = map.map_or_else(|| at.clone(), |map| identity(&path, map));
                let need = self.need(Kind::Parameter, &at);
                let part = Part(Kind::Parameter, at);
                facts.part("parameters", &name, need, part);
            }
        }
    }

    /// Whether something has to be there, of what can be left out.
    fn need(self, kind: Kind, pointer: &str) -> Value {
        let map = self.object(&self.resolved(pointer));
        let Some(map) = map.filter(|_| kind != Kind::Schema) else {
            return Value::Null;
        };
        match kind.key("required") {
            Some(_) if text(map, "in") == "path" || is_set(map, "required") => json!("required"),
            Some(_) => json!("optional"),
            None => Value::Null,
        }
    }

    /// Where a thing is described: behind its references.
    pub(crate) fn settled(self, kind: Kind, pointer: &str) -> String {
        match kind {
            Kind::Schema => self.settled_schema(pointer),
            _ => self.resolved(pointer),
        }
    }
}

/// Whether a key is a fact of something else, or what applies without it.
fn is_said_elsewhere(kind: Kind, key: &str, map: &Object) -> bool {
    let usual = match text(map, "in") {
        "query" | "cookie" => "form",
        _ => "simple",
    };
    let style = map.get("style").and_then(Value::as_str).unwrap_or(usual);
    match (kind, key) {
        (Kind::OpenApi, "servers" | "security") | (Kind::Parameter, "name" | "in") => true,
        (Kind::Operation, "parameters" | "security") => true,
        // They count where they are referred to.
        (Kind::Components, "links" | "callbacks") => false,
        (Kind::Components, _) => kind.key(key).is_some(),
        (Kind::Parameter | Kind::Header | Kind::RequestBody, "required") => true,
        (Kind::Parameter | Kind::Header, "style") => style == usual,
        (Kind::Parameter | Kind::Header, "explode") => {
            map.get(key) == Some(&json!(style == "form"))
        }
        _ => false,
    }
}

/// Place and name of a parameter: a header has any case, a path knows positions alone.
fn identity(path: &str, map: &Object) -> String {
    if let Some(target) = target(map) {
        return target;
    }
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
