//! Writes down the words of the answers' schemas: names of properties and values of enums. A
//! client that blanks secrets in an answer has to leave them, or it could not read the answer.

use std::collections::BTreeSet;

use serde_json::Value;
use syn::{File, parse_quote};

use super::output::module;
use crate::{Document, Error, spec::tree::Tree};

const PASS: &str = "words";

pub(crate) fn run(file: &mut File, document: &Document) -> Result<(), Error> {
    let words = answer_words(document);
    module(PASS, &mut file.items, &["types"])?.push(parse_quote! {
        /// Every name of a property and every value of an enum in the schemas of the answers.
        #[allow(dead_code)]
        pub(crate) const ANSWER_WORDS: &[&str] = &[#(#words),*];
    });
    Ok(())
}

fn answer_words(document: &Document) -> BTreeSet<&str> {
    let tree = Tree::new(document);
    let mut words = BTreeSet::new();
    for schema in tree
        .in_answers()
        .iter()
        .filter_map(|pointer| tree.get(pointer))
    {
        words.extend(schema.entries("properties").map(|(name, _)| name));
        words.extend(schema.list("enum").iter().filter_map(Value::as_str));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_answers_also_behind_references() {
        let tree = serde_json::json!({
            "paths": {"/a": {"put": {
                "requestBody": {"content": {"application/json": {"schema": {
                    "properties": {"asked": {"enum": ["no"]}},
                }}}},
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
        let document = Document::parse(&tree.to_string()).unwrap();
        let words: Vec<_> = answer_words(&document).into_iter().collect();
        assert_eq!(words, ["branches", "elm", "enum", "oak"]);
    }
}
