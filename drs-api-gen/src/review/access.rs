//! Servers and security: where requests go, and with which credentials.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    table::document as rows,
    walk::{At, Object, Walk},
};
use crate::spec::{
    dialect::Kind,
    pointer::{child, unescape},
    tree::Tree,
};

/// Compares what the document says of servers and credentials; returns the keys.
pub(super) fn of_document(
    walk: &mut Walk<'_>,
    at: &At,
    old: &Object,
    new: &Object,
) -> &'static [&'static str] {
    servers_of(walk, at, old, new);
    security(
        walk,
        at,
        (old, new),
        (old.get("security"), new.get("security")),
    );
    &["servers", "security"]
}

/// Compares the credentials of an operation: its own, or those of the document.
pub(super) fn of_operation(walk: &mut Walk<'_>, at: &At, old: &Object, new: &Object) {
    if old.get("security") == new.get("security") {
        return;
    }
    let root = |tree: &Tree<'_>| {
        let root = tree.document.value();
        root.get("security").cloned()
    };
    let (base, revision) = (root(walk.base), root(walk.revision));
    let effective = (
        old.get("security").or(base.as_ref()),
        new.get("security").or(revision.as_ref()),
    );
    security(walk, at, (old, new), effective);
}

fn security(
    walk: &mut Walk<'_>,
    at: &At,
    (old, new): (&Object, &Object),
    effective: (Option<&Value>, Option<&Value>),
) {
    let (old, new) = (old.get("security"), new.get("security"));
    if old == new {
        return;
    }
    let new_name = |scheme: &str| {
        let pointer = child("/components/securitySchemes", scheme);
        let renamed = walk.renames.new_of(&pointer)?.rsplit('/').next()?;
        Some(unescape(renamed))
    };
    let same_name = |_: &str| None;
    let before = alternatives(effective.0, &new_name);
    let after = alternatives(effective.1, &same_name);
    let enough = |have: &BTreeSet<String>, asked: &[BTreeSet<String>]| {
        asked.iter().any(|needed| needed.is_subset(have))
    };
    let stays = before.iter().all(|have| enough(have, &after));
    let adds_nothing = after.iter().all(|have| enough(have, &before));
    let row = match (stays, adds_nothing) {
        (false, _) => &rows::SECURITY_STRICTER,
        (true, false) => &rows::SECURITY_LOOSER,
        (true, true) => &rows::SECURITY_SAME,
    };
    walk.values(row, &at.key("security"), old, new);
}

/// What is enough: each scheme, and each scope of it.
fn alternatives(
    security: Option<&Value>,
    new_name: &dyn Fn(&str) -> Option<String>,
) -> Vec<BTreeSet<String>> {
    let mut found: Vec<BTreeSet<String>> = Vec::new();
    for alternative in security.and_then(Value::as_array).into_iter().flatten() {
        let mut needed = BTreeSet::new();
        for (scheme, scopes) in alternative.as_object().into_iter().flatten() {
            let scheme = new_name(scheme).unwrap_or_else(|| scheme.clone());
            let scopes = scopes.as_array().into_iter().flatten();
            needed.extend(scopes.map(|scope| format!("{scheme} {scope}")));
            needed.insert(scheme);
        }
        found.push(needed);
    }
    if found.is_empty() {
        found.push(BTreeSet::new());
    }
    found
}

/// Compares two lists of servers, told by their URL.
pub(super) fn servers_of(walk: &mut Walk<'_>, at: &At, old: &Object, new: &Object) {
    let at = at.key("servers");
    let (before, after) = (old.get("servers"), new.get("servers"));
    if before == after {
        return;
    }
    let list = |value: Option<&Value>| -> Option<Vec<Object>> {
        let Some(value) = value else {
            return Some(Vec::new());
        };
        let items = value.as_array()?.iter();
        items.map(|item| item.as_object().cloned()).collect()
    };
    let (Some(old), Some(new)) = (list(before), list(after)) else {
        return walk.values(&rows::OTHER, &at, before, after);
    };
    let url = |server: &Object| {
        let url = server.get("url").and_then(Value::as_str);
        url.unwrap_or_default().to_owned()
    };
    let count = walk.changes.len();
    let mut left: Vec<(usize, &Object)> = new.iter().enumerate().collect();
    let mut gone = Vec::new();
    for (index, server) in old.iter().enumerate() {
        match left.iter().position(|(_, other)| url(other) == url(server)) {
            Some(found) => {
                let (other, new) = left.remove(found);
                let at = at.keys(&index.to_string(), &other.to_string());
                walk.object(Kind::Server, &at.named("server", url(new)), server, new);
            }
            None => gone.push((index, server)),
        }
    }
    let mut left = left.into_iter();
    for (index, server) in gone {
        let (from, here) = (url(server), index.to_string());
        match left.next() {
            Some((other, new)) => {
                let at = at.keys(&here, &other.to_string()).named("server", url(new));
                walk.add(
                    &rows::SERVER_URL,
                    &at.key("url"),
                    Some(from),
                    Some(url(new)),
                );
                walk.keys_of(Kind::Server, &at, (server, new), &["url"]);
            }
            None => {
                let at = at.key(&here).named("server", from.as_str());
                walk.add(&rows::SERVER_REMOVED, &at, Some(from), None);
            }
        }
    }
    for (index, server) in left {
        let at = at.key(&index.to_string()).named("server", url(server));
        walk.add(&rows::SERVER_ADDED, &at, None, Some(url(server)));
    }
    if walk.changes.len() == count {
        walk.values(&rows::ORDER, &at, before, after);
    }
}
