//! Operations with all that applies to them: parameters of their path, credentials and
//! servers of the document.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Meaning, Object, Relation, is_set, text};
use crate::spec::{dialect::METHODS, pointer::child};

/// An operation.
pub(crate) struct Operation<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) path: &'a str,
    pub(crate) method: &'static str,
    pub(crate) pointer: String,
    pub(crate) map: &'a Object,
}

/// A parameter of an operation.
#[derive(Clone)]
pub(crate) struct Parameter<'a> {
    /// The object itself, where it stands.
    pub(crate) pointer: String,
    pub(crate) map: &'a Object,
}

/// A server, with what its URL can become.
pub(crate) struct Server<'a> {
    pub(crate) pointer: String,
    pub(crate) url: &'a str,
    pub(crate) variables: BTreeMap<&'a str, (Option<&'a str>, Option<BTreeSet<&'a str>>)>,
}

/// The operations of a document.
pub(crate) fn operations(meaning: Meaning<'_>) -> Vec<Operation<'_>> {
    let mut found = Vec::new();
    for (path, item) in meaning.entries("", "paths") {
        for method in METHODS {
            let pointer = child(&item, method);
            if let Some(map) = meaning.object(&pointer).filter(|_| path.starts_with('/')) {
                let id = map.get("operationId").and_then(Value::as_str);
                found.push(Operation {
                    id,
                    path,
                    method,
                    pointer,
                    map,
                });
            }
        }
    }
    found
}

impl<'a> Operation<'a> {
    /// What a review calls it.
    pub(crate) fn name(&self) -> String {
        let name = || format!("{} {}", self.method.to_uppercase(), self.path);
        self.id.map_or_else(name, str::to_owned)
    }

    /// What a request is told by: the names of placeholders are not sent.
    pub(crate) fn route(&self) -> (String, &'static str) {
        let mut route = String::new();
        for (index, part) in self.path.split('{').enumerate() {
            let rest = part.split_once('}').map_or(part, |(_, rest)| rest);
            route += if index > 0 { "{}" } else { "" };
            route += rest;
        }
        (route, self.method)
    }

    pub(crate) fn item(&self) -> &str {
        self.pointer.rsplit_once('/').map_or("", |(item, _)| item)
    }

    /// Its parameters: its own, then those of its path that it does not replace.
    pub(crate) fn parameters(&self, meaning: Meaning<'a>) -> Vec<Parameter<'a>> {
        let mut all: Vec<Parameter<'a>> = Vec::new();
        for owner in [self.pointer.as_str(), self.item()] {
            let list = format!("{owner}/parameters");
            let count = meaning
                .get(&list)
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            for index in 0..count {
                let resolved = meaning.resolved(&format!("{list}/{index}"));
                let Some((pointer, map)) = resolved else {
                    continue;
                };
                let parameter = Parameter { pointer, map };
                if !all.iter().any(|own| own.identity() == parameter.identity()) {
                    all.push(parameter);
                }
            }
        }
        all
    }

    /// The servers that its requests can go to.
    pub(crate) fn servers(&self, meaning: Meaning<'a>) -> (String, Vec<Server<'a>>) {
        for owner in [self.pointer.as_str(), self.item(), ""] {
            let list = format!("{owner}/servers");
            let count = meaning
                .get(&list)
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            if count > 0 {
                let each = (0..count).map(|index| format!("{list}/{index}"));
                let servers = each.filter_map(|pointer| server(meaning, pointer));
                return (list.clone(), servers.collect());
            }
        }
        let root = Server {
            pointer: "/servers".to_owned(),
            url: "/",
            variables: BTreeMap::new(),
        };
        ("/servers".to_owned(), vec![root])
    }

    /// Where its `security` stands.
    pub(crate) fn security(&self) -> String {
        match self.map.contains_key("security") {
            true => format!("{}/security", self.pointer),
            false => "/security".to_owned(),
        }
    }
}

impl<'a> Parameter<'a> {
    pub(crate) fn name(&self) -> &'a str {
        text(self.map, "name")
    }

    pub(crate) fn location(&self) -> &'a str {
        text(self.map, "in")
    }

    /// What tells it from the others of an operation.
    pub(crate) fn identity(&self) -> (&'a str, String) {
        let name = match self.location() {
            "header" => self.name().to_lowercase(),
            _ => self.name().to_owned(),
        };
        (self.location(), name)
    }

    pub(crate) fn is_required(&self) -> bool {
        self.location() == "path" || is_set(self.map, "required")
    }

    /// How its value is written: style, explode and two flags.
    pub(crate) fn writing(&self) -> (&'a str, bool, bool, bool) {
        let style = match (text(self.map, "style"), self.location()) {
            ("", "query" | "cookie") => "form",
            ("", _) => "simple",
            (style, _) => style,
        };
        let explode = match self.map.get("explode") {
            Some(Value::Bool(explode)) => *explode,
            _ => style == "form",
        };
        let flag = |key: &str| is_set(self.map, key);
        (
            style,
            explode,
            flag("allowReserved"),
            flag("allowEmptyValue"),
        )
    }
}

fn server(meaning: Meaning<'_>, pointer: String) -> Option<Server<'_>> {
    let map = meaning.object(&pointer)?;
    let url = text(map, "url");
    let url = if url.len() > 1 {
        url.trim_end_matches('/')
    } else {
        url
    };
    let variables = map.get("variables").and_then(Value::as_object);
    let variables = variables.into_iter().flatten().map(|(name, variable)| {
        let default = variable.get("default").and_then(Value::as_str);
        let values = variable.get("enum").and_then(Value::as_array);
        let values = values.map(|values| values.iter().filter_map(Value::as_str).collect());
        (name.as_str(), (default, values))
    });
    let variables = variables.collect();
    Some(Server {
        pointer,
        url,
        variables,
    })
}

/// What a security scheme asks for, whatever it is called.
pub(crate) fn scheme_of(meaning: Meaning<'_>, name: &str) -> String {
    let pointer = child("/components/securitySchemes", name);
    let Some((_, map)) = meaning.resolved(&pointer) else {
        return format!("undefined {name}");
    };
    let mut map = map.clone();
    map.retain(|key, _| {
        !key.starts_with("x-") && !matches!(key.as_str(), "description" | "bearerFormat")
    });
    for key in ["scheme", "name"] {
        let is_case_free = key == "scheme" || text(&map, "in") == "header";
        if let Some(Value::String(text)) = map.get_mut(key).filter(|_| is_case_free) {
            *text = text.to_lowercase();
        }
    }
    Value::Object(map).to_string()
}

/// The credentials that are enough, each alternative with the names of its schemes and
/// their scopes, by what `scheme` makes of a name.
pub(crate) fn credentials(
    meaning: Meaning<'_>,
    pointer: &str,
    scheme: impl Fn(&str) -> String,
) -> BTreeSet<BTreeSet<String>> {
    let list = meaning.get(pointer).and_then(Value::as_array);
    let mut found: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for alternative in list.into_iter().flatten() {
        let mut needed = BTreeSet::new();
        for (name, scopes) in alternative.as_object().into_iter().flatten() {
            let scheme = scheme(name);
            let scopes = scopes.as_array().into_iter().flatten();
            needed.extend(scopes.map(|scope| format!("{scheme} {scope}")));
            needed.insert(scheme);
        }
        found.insert(needed);
    }
    if found.is_empty() {
        found.insert(BTreeSet::new());
    }
    found
}

/// What the new credentials are to the old ones: wider, if the old ones are still enough.
pub(crate) fn compare_credentials(
    old: &BTreeSet<BTreeSet<String>>,
    new: &BTreeSet<BTreeSet<String>>,
) -> Relation {
    let enough = |have: &BTreeSet<String>, asked: &BTreeSet<BTreeSet<String>>| {
        asked.iter().any(|needed| needed.is_subset(have))
    };
    Relation::of(
        old.iter().all(|have| enough(have, new)),
        new.iter().all(|have| enough(have, old)),
    )
}
