//! Places in the words of the document, from JSON pointers.

use super::change::Place;
use crate::{
    facts::{Spec, text},
    spec::pointer::{child, unescape},
};

/// What a pointer names: `schema Book, property title`.
pub(super) fn place(spec: Spec<'_>, pointer: &str) -> Place {
    let steps: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    match steps.as_slice() {
        ["paths", path, method, rest @ ..] => {
            let pointer = child(&child("/paths", path), method);
            match spec.object(&pointer) {
                Some(map) if !matches!(*method, "parameters" | "servers") => {
                    let name = match text(map, "operationId") {
                        "" => format!("{} {path}", method.to_uppercase()),
                        id => id.to_owned(),
                    };
                    let place = Place::default().with("operation", name);
                    below(spec, pointer, place, rest)
                }
                _ => {
                    let item = child("/paths", path);
                    let place = Place::default().with("path", *path);
                    below(spec, item, place, steps.get(2..).unwrap_or_default())
                }
            }
        }
        ["paths", path] => Place::default().with("path", *path),
        ["components", section, name, rest @ ..] => {
            let what = match *section {
                "schemas" => "schema",
                "responses" => "answer",
                "parameters" => "parameter",
                "examples" => "example",
                "requestBodies" => "request body",
                "headers" => "header",
                "securitySchemes" => "security scheme",
                "links" => "link",
                _ => "callback",
            };
            let pointer = child(&child("/components", section), name);
            below(spec, pointer, Place::default().with(what, *name), rest)
        }
        ["info", ..] => Place::default().with("info", ""),
        ["tags", index, ..] => {
            let tag = spec.object(&format!("/tags/{index}"));
            let name = tag.map_or("", |tag| text(tag, "name"));
            Place::default().with("tag", name)
        }
        steps => below(spec, String::new(), Place::default(), steps),
    }
}

fn below(spec: Spec<'_>, mut pointer: String, mut place: Place, steps: &[&str]) -> Place {
    let mut steps = steps.iter();
    while let Some(step) = steps.next() {
        pointer = child(&pointer, step);
        let what = match *step {
            "parameters" | "servers" | "enum" | "allOf" | "anyOf" | "oneOf" | "properties"
            | "responses" | "headers" | "content" | "variables" | "examples" => *step,
            "requestBody" => {
                place = place.with("request body", "");
                continue;
            }
            "items" | "not" => {
                place = place.with(if *step == "not" { "not" } else { "items" }, "");
                continue;
            }
            _ => continue,
        };
        let Some(name) = steps.next() else { break };
        pointer = child(&pointer, name);
        let object = spec.object(&pointer);
        let of = |key: &str| object.map_or("", |map| text(map, key)).to_owned();
        place = match what {
            "parameters" => {
                let resolved = spec.resolved(&pointer);
                place.with(
                    "parameter",
                    resolved.map_or("", |(_, map)| text(map, "name")),
                )
            }
            "servers" => place.with("server", of("url")),
            "enum" => match spec.get(&pointer) {
                Some(value) => place.with("value", super::show::value(value)),
                None => place,
            },
            "properties" => place.with("property", *name),
            "responses" => place.with("answer", *name),
            "headers" => place.with("header", *name),
            "content" => place.with("media type", *name),
            "variables" => place.with("variable", *name),
            "examples" => place.with("example", *name),
            "allOf" => place.with("allOf", *name),
            "anyOf" => place.with("anyOf", *name),
            _ => place.with("oneOf", *name),
        };
    }
    place
}
