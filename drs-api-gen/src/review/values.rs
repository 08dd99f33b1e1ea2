//! Which values a schema allows: enums, open and closed, and limits.

use serde_json::Value;

use super::{
    show,
    table::{Row, document, values as rows},
    walk::{At, Object, Walk},
};
use crate::spec::keys::OPEN_ENUM as EXTENSION;

/// Compares the values of enums, and whether others are allowed.
pub(super) fn enums(walk: &mut Walk<'_>, at: &At, old: &Object, new: &Object) {
    let is_open = |map: &Object| map.get(EXTENSION) == Some(&Value::Bool(true));
    let (was_open, open) = (is_open(old), is_open(new));
    let here = at.key("enum");
    match (old.get("enum"), new.get("enum")) {
        (Some(Value::Array(from)), Some(Value::Array(to))) => {
            if was_open != open {
                let row = match open {
                    true => &rows::ENUM_OPENED,
                    false => &rows::ENUM_CLOSED,
                };
                let word = |open: bool| if open { "open" } else { "closed" }.to_owned();
                let at = at.key(EXTENSION);
                walk.add(row, &at, Some(word(was_open)), Some(word(open)));
            }
            // A value that comes is new to clients in use; one that goes was theirs.
            let row = match was_open {
                true => &rows::OPEN_VALUE_ADDED,
                false => &rows::CLOSED_VALUE_ADDED,
            };
            for (index, value) in to.iter().enumerate().filter(|(_, v)| !from.contains(v)) {
                let at = here.keys("-", &index.to_string());
                let shown = show::value(value);
                let at = at.named("value", shown.as_str());
                walk.add(row, &at, None, Some(shown));
            }
            let row = match open {
                true => &rows::OPEN_VALUE_REMOVED,
                false => &rows::CLOSED_VALUE_REMOVED,
            };
            for (index, value) in from.iter().enumerate().filter(|(_, v)| !to.contains(v)) {
                let at = here.keys(&index.to_string(), "-");
                let shown = show::value(value);
                let at = at.named("value", shown.as_str());
                walk.add(row, &at, Some(shown), None);
            }
            let stays: Vec<&Value> = from.iter().filter(|v| to.contains(v)).collect();
            let stayed: Vec<&Value> = to.iter().filter(|v| from.contains(v)).collect();
            if stays != stayed {
                let (from, to) = (old.get("enum"), new.get("enum"));
                walk.values(&rows::VALUES_REORDERED, &here, from, to);
            }
        }
        (None, Some(values)) => walk.values(&rows::ENUM_ADDED, &here, None, Some(values)),
        (Some(values), None) => {
            let row = match was_open {
                true => &rows::OPEN_ENUM_DROPPED,
                false => &rows::CLOSED_ENUM_DROPPED,
            };
            walk.values(row, &here, Some(values), None);
        }
        (from, to) => {
            if from != to {
                walk.values(&document::OTHER, &here, from, to);
            }
            if old.get(EXTENSION) != new.get(EXTENSION) {
                let (from, to) = (old.get(EXTENSION), new.get(EXTENSION));
                walk.values(&document::EXTENSION, &at.key(EXTENSION), from, to);
            }
        }
    }
}

/// Which way a limit goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Limit {
    /// A smaller number allows less.
    Most,
    /// A larger number allows less.
    Least,
    /// As these two, of what no Rust type counts.
    MostItems,
    LeastItems,
    /// `true` allows less.
    Flag,
    /// It can't be told.
    Form,
}

impl Limit {
    fn counts(self) -> bool {
        matches!(self, Self::MostItems | Self::LeastItems)
    }
}

const LIMITS: [(&str, Limit); 13] = [
    ("maxLength", Limit::Most),
    ("maximum", Limit::Most),
    ("maxItems", Limit::MostItems),
    ("maxProperties", Limit::MostItems),
    ("minLength", Limit::Least),
    ("minimum", Limit::Least),
    ("minItems", Limit::LeastItems),
    ("minProperties", Limit::LeastItems),
    ("exclusiveMaximum", Limit::Flag),
    ("exclusiveMinimum", Limit::Flag),
    ("uniqueItems", Limit::Flag),
    ("multipleOf", Limit::Form),
    ("pattern", Limit::Form),
];
/// With any of these a text has a Rust type of its own, which checks it.
const OF_TEXTS: [&str; 3] = ["maxLength", "minLength", "pattern"];

/// Compares lengths, ranges, patterns and the like.
pub(super) fn limits(walk: &mut Walk<'_>, at: &At, old: &Object, new: &Object) {
    let limited = |map: &Object| OF_TEXTS.iter().any(|key| map.contains_key(*key));
    for (key, limit) in LIMITS {
        let (from, to) = (old.get(key), new.get(key));
        if from == to {
            continue;
        }
        let off = |value: Option<&Value>| limit == Limit::Flag && value != Some(&Value::Bool(true));
        let of_text = OF_TEXTS.contains(&key);
        let row: &Row = match (from, to) {
            _ if off(from) && off(to) => &document::REWRITTEN,
            _ if key == "uniqueItems" && off(from) => &rows::COUNT_TIGHTENED,
            _ if key == "uniqueItems" && off(to) => &rows::COUNT_LOOSENED,
            _ if limit == Limit::Flag && off(from) => &rows::LIMIT_TIGHTENED,
            _ if limit == Limit::Flag && off(to) => &rows::LIMIT_LOOSENED,
            (None, _) if of_text && !limited(old) => &rows::TEXT_LIMIT_ADDED,
            (_, None) if of_text && !limited(new) => &rows::TEXT_LIMIT_REMOVED,
            (None, _) if limit.counts() => &rows::COUNT_TIGHTENED,
            (_, None) if limit.counts() => &rows::COUNT_LOOSENED,
            (None, _) => &rows::LIMIT_ADDED,
            (_, None) => &rows::LIMIT_REMOVED,
            (Some(from), Some(to)) => changed(limit, from, to),
        };
        walk.values(row, &at.key(key), from, to);
    }
}

fn changed(limit: Limit, from: &Value, to: &Value) -> &'static Row {
    let (Some(from), Some(to)) = (from.as_f64(), to.as_f64()) else {
        return &rows::LIMIT_CHANGED;
    };
    match limit {
        Limit::Most if to < from => &rows::LIMIT_TIGHTENED,
        Limit::Least if to > from => &rows::LIMIT_TIGHTENED,
        Limit::Most | Limit::Least => &rows::LIMIT_LOOSENED,
        Limit::MostItems if to < from => &rows::COUNT_TIGHTENED,
        Limit::LeastItems if to > from => &rows::COUNT_TIGHTENED,
        Limit::MostItems | Limit::LeastItems => &rows::COUNT_LOOSENED,
        Limit::Flag | Limit::Form => &rows::LIMIT_CHANGED,
    }
}
