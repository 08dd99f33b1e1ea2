//! The plan: the API's request body as JSON or YAML, with additional fields of this tool. A mistake
//! is described by its place and a sentence without its value.

mod item;
#[cfg(test)]
pub(crate) mod tests;
mod yaml;

use drs_api::types::ModifyPwdEndPoint;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use item::{Object, Plan};

pub(crate) use item::Context;

/// Reads a plan. It is JSON if its first character says so, and nothing else is then tried.
pub(crate) fn read(text: &str, context: &Context) -> Result<Vec<ModifyPwdEndPoint>, String> {
    let items = parse(text)?.jobs.into_iter().enumerate();
    items
        .map(|(index, Object(item))| {
            let change = item.change(context);
            change.map_err(|problem| format!("jobs[{index}]{problem}"))
        })
        .collect()
}

/// Reads the ids of a plan's tasks, without its passwords.
pub(crate) fn ids(text: &str) -> Result<Vec<String>, String> {
    let jobs = parse(text)?.jobs.into_iter();
    Ok(jobs.map(|Object(item)| item.job_id).collect())
}

fn parse(text: &str) -> Result<Plan, String> {
    // As some editors write it before a text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let plan = match text.trim_start().starts_with(['{', '[']) {
        true => json(text),
        false => yaml::to_json(text).and_then(|text| json(&text)),
    };
    Ok(plan?.0)
}

fn json(text: &str) -> Result<Object<Plan>, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let plan = serde_path_to_error::deserialize(&mut json);
    let plan = plan.map_err(|error| match error.inner().classify() {
        Category::Data => problem(error.path(), &error.inner().to_string()),
        _ => syntax(error.inner()),
    })?;
    json.end().map(|()| plan).map_err(|e| syntax(&e))
}

fn syntax(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    // The messages on syntax are fixed; the place is at their end.
    let what = error.to_string();
    let what = what.split(" at line ").next().unwrap_or_default();
    format!("line {line}, column {column}: invalid JSON: {what}")
}

/// What is wrong where, from a message of serde's, in which a value may be quoted. Only what
/// comes from the types is taken from it.
fn problem(path: &Path, message: &str) -> String {
    /// How messages begin in which no value is.
    const FIXED: [&str; 3] = ["missing field ", "duplicate field ", "a secret has to be"];
    let message = message.split(" at line ").next().unwrap_or_default();
    let expected = message.rsplit_once(", expected ").map(|(_, after)| after);
    let is_unknown = message.starts_with("unknown field");
    let mut place = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => place += &format!("[{index}]"),
            // The name of an unknown field comes last, and may be a secret.
            Segment::Map { key } if !is_unknown || ["jobs", "kerberos"].contains(&&**key) => {
                place += if place.is_empty() { "" } else { "." };
                place += key;
            }
            _ => {}
        }
    }
    let sentence = match expected {
        _ if FIXED.iter().any(|fixed| message.starts_with(fixed)) => message.to_owned(),
        Some(known) if is_unknown => {
            format!("it has a field that is not known here, expected {known}")
        }
        Some("a sequence") => "expected a list".to_owned(),
        Some("a string") => "expected a string; put it in quotes".to_owned(),
        Some(expected) => format!("expected {expected}"),
        None => "the API's document does not allow this value".to_owned(),
    };
    match place.as_str() {
        "" => format!("{sentence}; a plan is an object with the list `jobs`, see drs help plan"),
        place => format!("{place}: {sentence}"),
    }
}
