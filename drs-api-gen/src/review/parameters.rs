//! Parameters: told by place and name, headers in any case, and in a path by position.

use serde_json::Value;

use super::{
    show,
    table::{document, operations as rows},
    walk::{At, Object, Walk},
};
use crate::{
    names,
    spec::{dialect::Kind, tree::Node},
};

type Parameters<'n, 't, 'a> = (&'n str, &'n [&'t Node<'a>]);

/// Compares the parameters of two operations with these paths.
pub(super) fn compare(
    walk: &mut Walk<'_>,
    at: &At,
    (old_path, old): Parameters<'_, '_, '_>,
    (new_path, new): Parameters<'_, '_, '_>,
) {
    let mut left: Vec<&Node<'_>> = old.to_vec();
    let mut added: Vec<&Node<'_>> = new.to_vec();
    let same_name = |a: &Node<'_>, b: &Node<'_>| identity_of(a) == identity_of(b);
    let same_position = |a: &Node<'_>, b: &Node<'_>| {
        let position = position(old_path, a);
        position.is_some() && position == self::position(new_path, b)
    };
    // One that is in another place, or has another name and says the same.
    let moved = |a: &Node<'_>, b: &Node<'_>| a.text("name") == b.text("name");
    let renamed = |a: &Node<'_>, b: &Node<'_>| {
        a.text("in") != Some("path") && a.text("in") == b.text("in") && content(a) == content(b)
    };
    type Same<'s> = &'s dyn Fn(&Node<'_>, &Node<'_>) -> bool;
    for same in [&same_name as Same<'_>, &same_position, &moved, &renamed] {
        left.retain(|old| match added.iter().position(|new| same(old, new)) {
            Some(index) => {
                let new = added.remove(index);
                let at = named(at, &old.pointer, &new.pointer, new);
                walk.object(Kind::Parameter, &at, old.map, new.map);
                false
            }
            None => true,
        });
    }
    for old in left {
        let at = named(at, &old.pointer, "", old);
        walk.add(&rows::PARAMETER_REMOVED, &at, Some(shown(old.map)), None);
    }
    for new in added {
        let at = named(at, "", &new.pointer, new);
        let row = match is_required(new.map) {
            true => &rows::REQUIRED_PARAMETER_ADDED,
            false => &rows::OPTIONAL_PARAMETER_ADDED,
        };
        walk.add(row, &at, None, Some(shown(new.map)));
    }
}

/// Reports a list whose entries stand in another order, refer to elsewhere, or are none.
pub(super) fn order(walk: &mut Walk<'_>, at: &At, old: &[Value], new: &[Value]) {
    let is_reference = |value: &&Value| value.get("$ref").is_some();
    let all_in = |a: &[Value], b: &[Value]| a.iter().all(|item| b.contains(item));
    let references = |list: &[Value]| list.iter().filter(is_reference).count();
    let odd = |list: &[Value]| -> Vec<Value> {
        let odd = list.iter().filter(|item| !item.is_object());
        odd.cloned().collect()
    };
    if old == new {
        return;
    }
    let row = if odd(old) != odd(new) {
        &document::OTHER
    } else if old.len() == new.len() && all_in(old, new) && all_in(new, old) {
        &document::ORDER
    } else if references(old) != references(new) {
        &document::REWRITTEN
    } else {
        return;
    };
    let (old, new) = (Value::from(old.to_vec()), Value::from(new.to_vec()));
    walk.values(row, at, Some(&old), Some(&new));
}

/// Compares what tells parameters apart, and whether they are required.
pub(super) fn identity(
    walk: &mut Walk<'_>,
    at: &At,
    old: &Object,
    new: &Object,
) -> &'static [&'static str] {
    let text = |map: &Object, key: &str| {
        let text = map.get(key).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let (from, to) = (text(old, "name"), text(new, "name"));
    let (old_in, new_in) = (text(old, "in"), text(new, "in"));
    if from != to {
        let respelt = names::snake(&from) == names::snake(&to)
            && (new_in == "path" || (new_in == "header" && from.eq_ignore_ascii_case(&to)));
        let row = match (respelt, new_in.as_str()) {
            (true, _) => &rows::PARAMETER_RESPELT,
            (false, "path") => &rows::PATH_PARAMETER_RENAMED,
            (false, _) => &rows::PARAMETER_RENAMED,
        };
        walk.add(row, &at.key("name"), Some(from), Some(to));
    }
    if old_in != new_in {
        let at = at.key("in");
        walk.add(&rows::PARAMETER_MOVED, &at, Some(old_in), Some(new_in));
    }
    let word = |required: bool| match required {
        true => "required",
        false => "optional",
    };
    let (was, is) = (is_required(old), is_required(new));
    if was != is {
        let row = match is {
            true => &rows::PARAMETER_REQUIRED,
            false => &rows::PARAMETER_OPTIONAL,
        };
        let at = at.key("required");
        walk.add(
            row,
            &at,
            Some(word(was).to_owned()),
            Some(word(is).to_owned()),
        );
    } else if old.get("required") != new.get("required") {
        let (at, row) = (at.key("required"), &document::REWRITTEN);
        walk.values(row, &at, old.get("required"), new.get("required"));
    }
    &["name", "in", "required"]
}

fn named(at: &At, old: &str, new: &str, node: &Node<'_>) -> At {
    let name = node.text("name").unwrap_or_default();
    at.pointers(old, new).named("parameter", name)
}

fn identity_of(node: &Node<'_>) -> (Option<String>, Option<String>) {
    let place = node.text("in").map(str::to_owned);
    let name = node.text("name").map(|name| match place.as_deref() {
        Some("header") => name.to_lowercase(),
        _ => name.to_owned(),
    });
    (place, name)
}

/// Which placeholder of the path a parameter fills.
fn position(path: &str, node: &Node<'_>) -> Option<usize> {
    if node.text("in") != Some("path") {
        return None;
    }
    let name = node.text("name")?;
    let names = path.split('{').skip(1);
    names
        .filter_map(|rest| rest.split('}').next())
        .position(|placeholder| placeholder == name)
}

fn content(node: &Node<'_>) -> Object {
    let mut content = node.map.clone();
    content.retain(|key, _| !matches!(key.as_str(), "name" | "description" | "example"));
    content
}

fn is_required(map: &Object) -> bool {
    map.get("required") == Some(&Value::Bool(true))
}

fn shown(map: &Object) -> String {
    let place = map.get("in").and_then(Value::as_str).unwrap_or_default();
    let schema = map.get("schema").map(show::schema_or_value);
    format!("{place}, {}", schema.unwrap_or_default())
}
