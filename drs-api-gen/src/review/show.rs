//! Values as a reader wants to see them: on one line, and short.

use serde_json::{Map, Value};

use crate::facts::{Fact, Sort, Spec};

/// The longest text that is shown whole.
const LONGEST: usize = 120;
/// How much of what two long texts have alike is shown before they part.
const CONTEXT: usize = 30;

/// What a fact says, or its absence where that has a word.
pub(super) fn fact(spec: Spec<'_>, sort: Sort, fact: &Option<Fact>) -> Option<String> {
    let word =
        |with: &str, without: &str| Some(if fact.is_some() { with } else { without }.to_owned());
    match (sort, fact) {
        (Sort::Needed | Sort::Required, _) => word("required", "optional"),
        (Sort::Open, _) => word("open", "closed"),
        (Sort::Project, _) => word("marked", "not marked"),
        (Sort::Null | Sort::ReadOnly | Sort::WriteOnly, _) => word("true", "false"),
        (_, None) => None,
        (
            Sort::Value
            | Sort::Format
            | Sort::Type
            | Sort::Limit
            | Sort::Style
            | Sort::Order
            | Sort::Operation
            | Sort::Address
            | Sort::Other,
            Some(fact),
        ) => Some(value(&fact.value)),
        (_, Some(fact)) => spec.get(&fact.pointer).map(schema_or_value),
    }
}

/// A value on one line.
pub(super) fn value(value: &Value) -> String {
    cut(&line(value), 0)
}

/// Two values, each on one line; long ones from shortly before where they part.
pub(super) fn pair(old: &Value, new: &Value) -> (String, String) {
    let (old, new) = (line(old), line(new));
    let alike = old.chars().zip(new.chars()).take_while(|(a, b)| a == b);
    let from = alike.count().saturating_sub(CONTEXT);
    (cut(&old, from), cut(&new, from))
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
    let start = if from > 0 { "…" } else { "" };
    let end = if count - from > LONGEST { "…" } else { "" };
    let shown: String = text.chars().skip(from).take(LONGEST).collect();
    format!("{start}{shown}{end}")
}

/// What a schema says of the values: `string (date-time)`, `array of ModifyDbPwdResp`.
pub(super) fn schema(map: &Map<String, Value>) -> String {
    let text = |key: &str| map.get(key).and_then(Value::as_str);
    if let Some(reference) = text("$ref") {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    let inner = |key: &str| map.get(key).and_then(Value::as_object);
    let plain = match text("type") {
        Some("array") => match inner("items") {
            Some(items) => format!("array of {}", schema(items)),
            None => "array".to_owned(),
        },
        Some("object") => match inner("properties") {
            Some(properties) => {
                let names: Vec<&str> = properties.keys().map(String::as_str).collect();
                format!("object {{{}}}", names.join(", "))
            }
            None => "object".to_owned(),
        },
        Some(plain) => plain.to_owned(),
        None => composed(map),
    };
    let mut more: Vec<String> = text("format").map(str::to_owned).into_iter().collect();
    if let Some(Value::Array(values)) = map.get("enum") {
        more.extend(values.iter().map(line));
    }
    let shown = match more.as_slice() {
        [] => plain,
        more => format!("{plain} ({})", more.join(", ")),
    };
    cut(&shown, 0)
}

fn composed(map: &Map<String, Value>) -> String {
    let found = ["allOf", "oneOf", "anyOf"].into_iter().find_map(|key| {
        let schemas = map.get(key)?.as_array()?;
        Some((key, schemas))
    });
    match found {
        Some((key, schemas)) => {
            let each: Vec<String> = schemas.iter().map(schema_or_value).collect();
            format!("{key} {}", each.join(", "))
        }
        None if map.contains_key("not") => "not".to_owned(),
        None => "anything".to_owned(),
    }
}

/// A schema, or any other value that stands where one is expected.
pub(super) fn schema_or_value(value: &Value) -> String {
    match value {
        Value::Object(map) => schema(map),
        other => self::value(other),
    }
}
