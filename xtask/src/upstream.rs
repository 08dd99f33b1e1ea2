//! `cargo xtask upstream`: compares the vendor's definition with the spec by the review's facts.
//!
//! The definition is what the vendor's API Explorer offers for download: Swagger 2.0 for one
//! operation. It becomes an OpenAPI document first, as little of it as the operation uses. Texts
//! and names of types are not compared: ours are our own.

use std::{fs, path::Path, process::ExitCode};

use drs_api_gen::{Change, Document, Verdict, Which, review_inside};
use serde_json::{Map, Value, json};

use crate::{
    documents::read,
    failure::{Failure, failure},
    output,
    repository::{SPEC, repository},
};

/// Has the tables of departures; those after this heading are about another document.
const TABLES: &str = "openapi/README.md";
const OTHERS: &str = "### States and retries of tasks";

/// Which of the two has something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Vendor,
    Spec,
    Both,
}

/// Lists each difference with the rows about it; exits 1 if one has no row.
pub(crate) fn run(file: &Path) -> Result<ExitCode, Failure> {
    let text = fs::read_to_string(file).map_err(|e| failure(file, e))?;
    let text = text.replace("#/definitions/", "#/components/schemas/");
    let swagger: Value = serde_json::from_str(&text).map_err(|e| failure(file, e))?;
    let vendor = Document::parse(&openapi(&swagger).to_string()).map_err(|e| failure(file, e))?;
    let spec = read(Path::new(SPEC), &repository().join(SPEC))?;
    let tables = fs::read_to_string(repository().join(TABLES)).map_err(|e| failure(TABLES, e))?;
    let tables = tables.split(OTHERS).next().unwrap_or_default();
    let rows = tables.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<&str> = rows.collect();
    let mut changes = review_inside(&vendor, &spec).changes;
    // The review takes a `format` for a text, but it makes a secret of a property. What has no
    // pointer is about the generated code as a whole. The definition has one operation; the spec
    // may have more.
    let is_format = |change: &Change| change.kind.starts_with("`format`");
    changes.retain(|change| change.class > Verdict::DocsOnly || is_format(change));
    changes.retain(|change| !change.pointer.is_empty() && change.kind != "operation added");
    let mut unexplained = Vec::new();
    for (title, side) in [
        ("In the vendor's definition, not in the spec:", Side::Vendor),
        ("In the spec, not in the vendor's definition:", Side::Spec),
        ("Different in both:", Side::Both),
    ] {
        output::line(title)?;
        for change in changes.iter().filter(|change| side_of(change) == side) {
            let rows = rows_about(change, &rows);
            unexplained.extend(rows.is_empty().then_some(change.place.as_str()));
            output::line(sentence(change))?;
            for row in rows {
                output::line(format_args!("    {row}"))?;
            }
        }
    }
    match unexplained.join("; ").as_str() {
        "" => Ok(ExitCode::SUCCESS),
        places => Err(Failure::Sentence(format!(
            "{TABLES} has no row for: {places}"
        ))),
    }
}

fn side_of(change: &Change) -> Side {
    match change.document {
        Which::Base => Side::Vendor,
        _ if change.kind.ends_with(" added") => Side::Spec,
        _ => Side::Both,
    }
}

fn sentence(change: &Change) -> String {
    let Change { kind, place, .. } = change;
    let kind = kind.trim_end_matches(" removed").trim_end_matches(" added");
    let values = match (&change.old, &change.new) {
        (Some(old), Some(new)) => format!(", {old} → {new}"),
        (Some(value), None) | (None, Some(value)) if !value.starts_with('{') => {
            format!(", {value}")
        }
        _ => String::new(),
    };
    format!("- {place}: {kind}{values}")
}

/// The rows that name the place of a change, in the cell of the place or of the spec: those of
/// its innermost name, or of one further out if no row has that.
fn rows_about<'t>(change: &Change, rows: &[&'t str]) -> Vec<&'t str> {
    let place = change.place.trim_start_matches("the document");
    // What is new in an operation or schema is not explained by a row about all of it.
    let place = place.split_once(", ").map_or(place, |(_, within)| within);
    let in_place = place
        .rsplit(", ")
        .filter_map(|part| part.split(' ').next_back());
    // What belongs to the whole document, such as `servers`, has no other name.
    let names = in_place.chain(change.pointer.split('/').nth(1));
    let names = names.filter(|name| !name.is_empty());
    let about = |name: &str| -> Vec<&'t str> {
        let quoted = format!("`{name}`");
        let is_named = |row: &&&str| {
            let cells: Vec<&str> = row.split(" | ").collect();
            let [place, _, spec, ..] = cells[..] else {
                return false;
            };
            place == format!("| {name}") || [place, spec].iter().any(|cell| cell.contains(&quoted))
        };
        rows.iter().filter(is_named).copied().collect()
    };
    let mut found = names.map(about);
    found.find(|rows| !rows.is_empty()).unwrap_or_default()
}

/// A Swagger document as OpenAPI 3.0.
fn openapi(swagger: &Value) -> Value {
    let text = |key: &str| swagger[key].as_str().unwrap_or_default();
    let scheme = swagger["schemes"][0].as_str().unwrap_or("https");
    let server = format!("{scheme}://{}{}", text("host"), text("base_path"));
    let server = server.to_lowercase();
    let server = server.trim_end_matches('/');
    // A list, written as a text.
    let media: Vec<String> = serde_json::from_str(text("consumes")).unwrap_or_default();
    let media = media.first().map_or("application/json", String::as_str);
    let mut paths = swagger["paths"].clone();
    for operation in objects(&mut paths).flat_map(Map::values_mut) {
        if let Some(operation) = operation.as_object_mut() {
            convert(operation, media);
        }
    }
    let mut schemas = swagger["definitions"].clone();
    for schema in objects(&mut schemas) {
        // The vendor leaves it out.
        schema.entry("type").or_insert("object".into());
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": text("name"), "version": "1.0.0" },
        "servers": [{ "url": server }],
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// The objects that an object holds.
fn objects(value: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let map = value.as_object_mut().into_iter();
    map.flat_map(Map::values_mut)
        .filter_map(Value::as_object_mut)
}

/// Rewrites an operation: its parameters, the body among them, and its responses.
fn convert(operation: &mut Map<String, Value>, media: &str) {
    let listed = operation.remove("parameters").unwrap_or_default();
    let mut parameters = Vec::new();
    for parameter in listed.as_array().into_iter().flatten() {
        let schema = &parameter["schema"];
        if parameter["in"] == "body" {
            let content = json!({ (media): { "schema": schema } });
            let body = json!({ "required": parameter["required"], "content": content });
            operation.insert("requestBody".to_owned(), body);
        } else {
            let entries = parameter.as_object().cloned().unwrap_or_default();
            let (mut own, schema): (Map<_, _>, Map<_, _>) =
                entries.into_iter().partition(|(key, _)| {
                    let of_parameter = ["name", "in", "required", "description"];
                    of_parameter.contains(&key.as_str()) || key.starts_with("x-")
                });
            own.insert("schema".to_owned(), schema.into());
            parameters.push(own);
        }
    }
    operation.insert("parameters".to_owned(), json!(parameters));
    for response in operation.get_mut("responses").into_iter().flat_map(objects) {
        response.remove("examples");
        if let Some(schema) = response.remove("schema") {
            let content = json!({ (media): { "schema": schema } });
            response.insert("content".to_owned(), content);
        }
    }
}
