//! Places and values in the words of the document.

use serde_json::Value;

use crate::{
    facts::{Spec, text},
    spec::{
        dialect::{Kind, METHODS, Shape},
        pointer::unescape,
    },
};

/// The longest value that is shown whole.
const LONGEST: usize = 120;
/// How much of what two long values have alike is shown before they part.
const CONTEXT: usize = 30;

/// What a pointer names: `schema Book, property title`. The words are the keys of the document,
/// each with the name that follows it.
pub(super) fn place(spec: Spec<'_>, pointer: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let (mut shape, mut key, mut at) = (Shape::One(Kind::OpenApi), String::new(), String::new());
    for step in pointer.split('/').skip(1) {
        at = format!("{at}/{step}");
        let (step, is_chosen) = (unescape(step), shape.each().is_some());
        let Some(below) = shape.below(&step) else {
            break;
        };
        match (is_chosen, below.kind()) {
            (true, _) => words.push(format!(
                "{} {}",
                singular(&key),
                name(spec, &at, &step, shape)
            )),
            _ if shape.kind() == Some(Kind::PathItem) && METHODS.contains(&step.as_str()) => {
                words = vec![format!("operation {}", operation(spec, &at))];
            }
            // The names in these follow.
            (_, Some(Kind::Components | Kind::Paths | Kind::Responses)) => {}
            (_, Some(_)) => words.push(step.clone()),
            _ => {}
        }
        (shape, key) = (below, step);
    }
    match words.is_empty() {
        true => "the document".to_owned(),
        false => words.join(", "),
    }
}

/// What an operation is called: by its id, or by method and path where it has none.
pub(super) fn operation(spec: Spec<'_>, pointer: &str) -> String {
    let id = spec
        .object(pointer)
        .map_or("", |map| text(map, "operationId"));
    let mut steps = pointer.rsplit('/').map(unescape);
    match (id, steps.next(), steps.next()) {
        ("", Some(method), Some(path)) => format!("{} {path}", method.to_uppercase()),
        (id, ..) => id.to_owned(),
    }
}

/// What the item of a list is called, or the entry of a mapping.
fn name(spec: Spec<'_>, pointer: &str, step: &str, holder: Shape) -> String {
    let resolved = spec.resolved(pointer);
    let of_item = match (holder, spec.get(&resolved)) {
        (Shape::List(_), Some(Value::Object(map))) => {
            ["name", "url"].map(|key| text(map, key)).concat()
        }
        (Shape::List(_), Some(item)) if !item.is_array() => value(item),
        _ => String::new(),
    };
    match of_item.as_str() {
        "" => step.to_owned(),
        name => name.to_owned(),
    }
}

/// `property` for `properties`.
pub(super) fn singular(key: &str) -> String {
    match (key.strip_suffix("ies"), key.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (_, Some(stem)) => stem.to_owned(),
        _ => key.to_owned(),
    }
}

/// A value on one line, and short.
pub(super) fn value(value: &Value) -> String {
    cut(&line(value), 0)
}

/// Two values, each on one line; long ones from shortly before where they part.
pub(super) fn values(both: [Option<Value>; 2]) -> [Option<String>; 2] {
    let both = both.map(|value| value.map(|value| line(&value)));
    let [old, new] = both
        .each_ref()
        .map(|text| text.as_deref().unwrap_or_default().chars());
    let alike = old.zip(new).take_while(|(a, b)| a == b).count();
    both.map(|text| text.map(|text| cut(&text, alike.saturating_sub(CONTEXT))))
}

fn line(value: &Value) -> String {
    let text = match value {
        // In quotes, a text that looks like another value.
        Value::String(text) if serde_json::from_str::<Value>(text).is_err() => text.clone(),
        other => other.to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text without its first `from` characters, if it is too long to be shown whole.
fn cut(text: &str, from: usize) -> String {
    let count = text.chars().count();
    if count <= LONGEST {
        return text.to_owned();
    }
    let from = from.min(count.saturating_sub(CONTEXT));
    let shown: String = text.chars().skip(from).take(LONGEST).collect();
    let is_cut = [from > 0, count - from > LONGEST];
    let [start, end] = is_cut.map(|is_cut| if is_cut { "…" } else { "" });
    format!("{start}{shown}{end}")
}
