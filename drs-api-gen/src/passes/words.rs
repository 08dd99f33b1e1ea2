//! Writes down the words of the answers' schemas: names of properties and values of enums. A
//! client that blanks secrets in an answer has to leave them, or it could not read the answer.

use std::collections::BTreeSet;

use serde_json::Value;
use syn::{File, parse_quote};

use super::output::module;
use crate::{Document, Error};

const PASS: &str = "words";

pub(crate) fn run(file: &mut File, document: &Document) -> Result<(), Error> {
    let words = answer_words(document.value());
    module(PASS, &mut file.items, &["types"])?.push(parse_quote! {
        /// Every name of a property and every value of an enum in the schemas of the answers.
        #[allow(dead_code)]
        pub(crate) const ANSWER_WORDS: &[&str] = &[#(#words),*];
    });
    Ok(())
}

fn answer_words(document: &Value) -> BTreeSet<&str> {
    let mut found = Words {
        document,
        words: BTreeSet::new(),
        followed: BTreeSet::new(),
    };
    let paths = document.get("paths").and_then(Value::as_object);
    let operations = paths
        .into_iter()
        .flat_map(|paths| paths.values().filter_map(Value::as_object))
        .flat_map(|item| item.values());
    for operation in operations {
        if let Some(responses) = operation.get("responses") {
            found.collect(responses);
        }
    }
    found.words
}

struct Words<'d> {
    document: &'d Value,
    words: BTreeSet<&'d str>,
    /// References that were followed.
    followed: BTreeSet<&'d str>,
}

impl<'d> Words<'d> {
    /// Collects the words of every schema below a node.
    fn collect(&mut self, node: &'d Value) {
        match node {
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            Value::Object(map) => {
                for (key, value) in map {
                    match (key.as_str(), value) {
                        ("example" | "examples", _) => {}
                        ("$ref", Value::String(reference)) => self.follow(reference),
                        ("properties", Value::Object(properties)) => {
                            self.words.extend(properties.keys().map(String::as_str));
                            properties.values().for_each(|schema| self.collect(schema));
                        }
                        ("enum", Value::Array(values)) => {
                            self.words.extend(values.iter().filter_map(Value::as_str));
                        }
                        (_, value) => self.collect(value),
                    }
                }
            }
            _ => {}
        }
    }

    fn follow(&mut self, reference: &'d str) {
        let target = reference
            .strip_prefix('#')
            .filter(|_| self.followed.insert(reference))
            .and_then(|pointer| self.document.pointer(pointer));
        if let Some(target) = target {
            self.collect(target);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_answers_also_behind_references() {
        let document = serde_json::json!({
            "paths": {"/a": {"put": {
                "requestBody": {"schema": {"properties": {"asked": {"enum": ["no"]}}}},
                "responses": {"200": {"$ref": "#/components/responses/Ok"}},
            }}},
            "components": {
                "responses": {"Ok": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Tree"},
                    "example": {"properties": {"never": 1}},
                }}}},
                "schemas": {
                    "Tree": {"properties": {
                        "branches": {"items": {"$ref": "#/components/schemas/Tree"}},
                        "enum": {"allOf": [{"enum": ["oak", "elm"]}]},
                    }},
                    "Unused": {"properties": {"unused": {}}},
                },
            },
        });
        let words: Vec<_> = answer_words(&document).into_iter().collect();
        assert_eq!(words, ["branches", "elm", "enum", "oak"]);
    }
}
