//! Where requests of an operation go, and with which credentials.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    fact::{Facts, Sort},
    spec::{Object, Spec, text},
};
use crate::spec::{dialect::Kind, pointer::child};

/// Adds the sets of credentials that are enough, and what their names stand for.
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
            facts.add(Sort::Scheme, name, scheme, at);
        }
        enough.insert(needed);
    }
    if enough.is_empty() {
        enough.insert(BTreeSet::new());
    }
    facts.add(Sort::Security, "", json!(enough), pointer);
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
    let Some((_, map)) = spec.resolved(pointer) else {
        return format!("undefined {pointer}");
    };
    let mut said: Object = map.clone();
    said.retain(|key, value| !super::fact::says_nothing(Kind::SecurityScheme, key, value));
    let in_header = text(map, "in") == "header";
    for key in ["scheme", "name"] {
        if let Some(Value::String(text)) =
            said.get_mut(key).filter(|_| in_header || key == "scheme")
        {
            *text = text.to_lowercase();
        }
    }
    Value::Object(said).to_string()
}

/// The servers of an operation: each URL, and what its variables can be, by position.
pub(super) fn servers(spec: Spec<'_>, owners: [&str; 3]) -> Facts {
    let mut facts = Facts::default();
    let lists = owners.iter().map(|owner| spec.items(owner, "servers"));
    let servers = lists.into_iter().find(|servers| !servers.is_empty());
    for pointer in servers.unwrap_or_default() {
        let Some(map) = spec.object(&pointer) else {
            continue;
        };
        let url = text(map, "url");
        let mut others = Facts::default();
        others.others(Kind::Server, map, &pointer, &["url", "variables"]);
        let others = others
            .of(Sort::Other)
            .map(|(name, fact)| (name, &fact.value));
        let others: BTreeMap<&str, &Value> = others.collect();
        let variables: Vec<Value> = (url.split('{').skip(1))
            .filter_map(|part| Some(variable(map, part.split_once('}')?.0)))
            .collect();
        let value = match others.is_empty() {
            true => json!(variables),
            false => json!([variables, others]),
        };
        facts.add(Sort::Server, &normal(url), value, pointer);
    }
    if !facts.has(Sort::Server) {
        facts.add(Sort::Server, "", json!([]), "/servers".to_owned());
    }
    facts
}

fn variable(server: &Object, name: &str) -> Value {
    let variable = server
        .get("variables")
        .and_then(|variables| variables.get(name));
    let values = variable.and_then(|variable| variable.get("enum"));
    let values = values.and_then(Value::as_array).map(|values| {
        let values: BTreeSet<&str> = values.iter().filter_map(Value::as_str).collect();
        values
    });
    json!([
        variable.and_then(|variable| variable.get("default")),
        values
    ])
}

/// A URL without the names of its variables; a host is the same in any case.
fn normal(url: &str) -> String {
    let url = route(url);
    let url = url.trim_end_matches('/');
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/'));
    match url.split_at_checked(end.map_or(url.len(), |end| host + end)) {
        Some((host, path)) if url.contains("://") => host.to_lowercase() + path,
        _ => url.to_owned(),
    }
}

/// A path or URL without the names of its placeholders, which are not sent.
pub(super) fn route(path: &str) -> String {
    let mut route = String::new();
    for (index, part) in path.split('{').enumerate() {
        let rest = part.split_once('}').map_or(part, |(_, rest)| rest);
        route += if index > 0 { "{}" } else { "" };
        route += rest;
    }
    route
}
