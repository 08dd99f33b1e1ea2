//! The facts of each kind of object: by the shapes of its keys, but for the few that mean
//! something together.

use serde_json::{Value, json};

use super::{
    access,
    fact::{Fact, Facts, Says},
    schema,
    spec::{Object, Spec, is_set, target, text},
};
use crate::spec::{
    dialect::{Kind, METHODS, Shape},
    pointer::{child, unescape},
};

impl Spec<'_> {
    /// The facts of what is described at a pointer. A reference or its wrapper has only its
    /// texts: the rest is where it leads.
    pub(crate) fn facts(self, kind: Kind, pointer: &str) -> Facts {
        let mut facts = Facts::default();
        let Some(map) = self.object(pointer) else {
            if let Some(value) = self.get(pointer) {
                facts.add("value", "", Fact::new(value.clone(), pointer.to_owned()));
            }
            return facts;
        };
        let is_around = map.contains_key("$ref") || schema::only_part(map).is_some();
        if map.contains_key("$ref") && self.resolved(pointer) == pointer {
            let value = json!(map.get("$ref"));
            facts.add("$ref", "", Fact::new(value, pointer.to_owned()));
        }
        for (key, value) in map {
            let says = Says::of(kind, key, value);
            let is_left = says == Says::Text || says == Says::Something && !is_around;
            if is_left && !is_said_elsewhere(kind, key, map) {
                let entry = (key.as_str(), value, says == Says::Text);
                self.add_key((kind, map), entry, child(pointer, key), &mut facts);
            }
        }
        match kind {
            Kind::OpenApi => access::servers(self, &mut facts),
            Kind::Operation => {
                access::security(self, pointer, &mut facts);
                self.add_parameters(pointer, &mut facts);
            }
            Kind::Schema if !is_around => schema::add_undescribed(map, pointer, &mut facts),
            _ => {}
        }
        facts
    }

    fn add_key(
        self,
        (kind, map): (Kind, &Object),
        (key, value, is_text): (&str, &Value, bool),
        at: String,
        facts: &mut Facts,
    ) {
        // A title can name a type.
        let marked = |fact: Fact| Fact {
            is_text: is_text && key != "title",
            ..fact
        };
        let Some(known) = kind.key(key) else {
            let what = if is_text { "extension" } else { "unknown key" };
            return facts.add(what, key, marked(Fact::new(value.clone(), at)));
        };
        if schema::add_key((kind, map), known.name, value, &at, facts) {
            return;
        }
        let part = |at: String, of: Kind| {
            let need = match (kind, key) {
                (Kind::Schema, "properties") => schema::need(map, &at),
                _ => self.need(of, &at),
            };
            marked(Fact::part(need, at, of))
        };
        let each = known.shape.each().and_then(Shape::kind);
        match (known.shape.kind(), each, value) {
            (Some(Kind::Paths), ..) => self.add_operations(facts),
            (_, Some(of), Value::Object(_)) => {
                for (name, at) in self.entries(&at) {
                    let name = match key {
                        // Neither headers nor media types have a case.
                        "headers" | "content" => name.to_lowercase(),
                        "variables" => match access::position(text(map, "url"), name) {
                            Some(position) => position,
                            None => continue,
                        },
                        _ => name.to_owned(),
                    };
                    if of != Kind::Response || !name.starts_with("x-") {
                        facts.add(known.name, &name, part(at, of));
                    }
                }
            }
            (_, Some(of), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let name = item.get("name").or(item.get("url")).and_then(Value::as_str);
                    let name = name.map_or_else(|| index.to_string(), str::to_owned);
                    facts.add(known.name, &name, part(format!("{at}/{index}"), of));
                }
            }
            (Some(of), _, Value::Object(_)) => facts.add(known.name, "", part(at, of)),
            _ => facts.add(known.name, "", marked(Fact::new(value.clone(), at))),
        }
    }

    /// Adds the operations by method and address, and their paths for what else these say.
    fn add_operations(self, facts: &mut Facts) {
        let base = access::base_path(self);
        let paths = self.entries("/paths");
        for (path, item) in paths.filter(|(path, _)| path.starts_with('/')) {
            let route = access::route(&format!("{base}{path}"));
            for method in METHODS {
                let at = child(&item, method);
                if self.object(&at).is_some() {
                    let fact = Fact::part(Value::Null, at, Kind::Operation);
                    facts.add("operation", &format!("{method} {route}"), fact);
                }
            }
            let fact = Fact::part(Value::Null, item, Kind::PathItem);
            facts.add("path", &route, fact);
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
                facts.add("parameters", &name, Fact::part(need, at, Kind::Parameter));
            }
        }
    }

    /// Whether something has to be there, of what can be left out.
    fn need(self, kind: Kind, pointer: &str) -> Option<&'static str> {
        kind.key("required").filter(|_| kind != Kind::Schema)?;
        let map = self.object(&self.resolved(pointer))?;
        match text(map, "in") == "path" || is_set(map, "required") {
            true => Some("required"),
            false => Some("optional"),
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
        (Kind::OpenApi, "servers" | "security" | "components")
        | (Kind::Parameter, "name" | "in") => true,
        (Kind::Operation, "parameters" | "security") | (Kind::PathItem, "parameters") => true,
        (Kind::PathItem, method) => METHODS.contains(&method),
        (Kind::Server, "url") => true,
        (Kind::SecurityScheme, key) => key != "description" && kind.key(key).is_some(),
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
            let position = access::position(path, name);
            format!("path {}", position.as_deref().unwrap_or(name))
        }
        _ => format!("{place} {name}"),
    }
}
