//! Where requests go, and with which credentials.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    fact::{Fact, Facts, Says},
    spec::{Spec, text},
};
use crate::spec::{dialect::Kind, pointer::child};

/// Adds the sets of credentials that suffice for an operation, and the schemes that they name.
pub(super) fn security(spec: Spec<'_>, operation: &str, facts: &mut Facts) {
    let own = child(operation, "security");
    let pointer = match spec.get(&own) {
        Some(_) => own,
        None => "/security".to_owned(),
    };
    let list = spec.get(&pointer).and_then(Value::as_array);
    let mut enough: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for alternative in list.into_iter().flatten() {
        let mut needed = BTreeSet::new();
        for (name, scopes) in alternative.as_object().into_iter().flatten() {
            let at = child("/components/securitySchemes", name);
            let scheme = scheme(spec, &at);
            let scopes = scopes.as_array().into_iter().flatten();
            needed.extend(scopes.map(|scope| format!("{scheme} {scope}")));
            needed.insert(scheme.clone());
            facts.add("security scheme", name, Fact::new(scheme, at));
        }
        enough.insert(needed);
    }
    if enough.is_empty() {
        enough.insert(BTreeSet::new());
    }
    facts.add("security", "", Fact::new(json!(enough), pointer));
}

/// Whether whoever has the credentials of `have` has enough for `asked`.
pub(crate) fn is_enough_for(have: &Value, asked: &Value) -> bool {
    let sets = |value: &Value| -> Vec<BTreeSet<String>> {
        serde_json::from_value(value.clone()).unwrap_or_default()
    };
    let asked = sets(asked);
    let enough = |have: &BTreeSet<String>| asked.iter().any(|needed| needed.is_subset(have));
    sets(have).iter().all(enough)
}

/// What a security scheme asks for, whatever it is called.
fn scheme(spec: Spec<'_>, pointer: &str) -> String {
    let Some(map) = spec.object(&spec.resolved(pointer)) else {
        return format!("undefined {pointer}");
    };
    let mut said = map.clone();
    said.retain(|key, value| Says::of(Kind::SecurityScheme, key, value) == Says::Something);
    let said = Value::Object(said).to_string();
    // The name of a header has no case, nor has a scheme of HTTP.
    match (text(map, "type"), text(map, "in")) {
        ("http", _) | ("apiKey", "header") => said.to_lowercase(),
        _ => said,
    }
}

/// Adds the servers of the document by URL.
pub(super) fn servers(spec: Spec<'_>, facts: &mut Facts) {
    let (common, mut names) = (base_path(spec), BTreeSet::new());
    for pointer in spec.items("", "servers") {
        let Some(map) = spec.object(&pointer) else {
            continue;
        };
        // The path that all start with is a part of each operation's address.
        let (mut name, path) = host_and_path(text(map, "url"));
        if path != common {
            name += &format!(" with {path}");
        }
        // Several can differ in their variables alone.
        while !names.insert(name.clone()) {
            name += " again";
        }
        let fact = Fact::part(Value::Null, pointer, Kind::Server);
        facts.add("server address", &name, fact);
    }
    if !common.is_empty() {
        let fact = Fact::new(common, "/servers/0/url".to_owned());
        facts.add("common path", "", fact);
    }
    if names.is_empty() {
        let none = Fact::new(Value::Null, "/servers".to_owned());
        facts.add("server address", "", none);
    }
}

/// The path of the first server.
pub(super) fn base_path(spec: Spec<'_>) -> String {
    let server = spec.object("/servers/0");
    server.map_or(String::new(), |map| host_and_path(text(map, "url")).1)
}

/// A URL without the names of its variables, in two parts; a host is the same in any case.
fn host_and_path(url: &str) -> (String, String) {
    let url = route(url);
    let url = url.trim_end_matches('/');
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    let path = url.get(host..).and_then(|rest| rest.find('/'));
    let (host, path) = url.split_at(path.map_or(url.len(), |path| host + path));
    (host.to_lowercase(), path.to_owned())
}

/// Which placeholder of a path or URL has this name, counted from 0.
pub(super) fn position(path: &str, name: &str) -> Option<String> {
    let mut names = path.split('{').skip(1);
    let index = names.position(|part| part.split('}').next() == Some(name))?;
    Some(index.to_string())
}

/// A path or URL without the names of its placeholders, which are not sent.
pub(super) fn route(path: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |route, part| {
        route + "{}" + part.split_once('}').map_or(part, |(_, rest)| rest)
    })
}
