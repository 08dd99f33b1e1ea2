//! The rule about schemas made of schemas. `allOf` of plain objects is merged as one would
//! wish, and `oneOf` in a request gives an enum; the rest goes wrong.

use super::finding::{Findings, Rule, rule};
use crate::spec::{
    dialect::Kind,
    tree::{Node, Tree},
};

pub(super) const COMPOSITION: Rule = rule(
    "composition",
    "progenitor makes types of it that fail on good values, or copies secrets unmarked",
);

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let in_answers = tree.in_answers();
    for schema in tree.of(Kind::Schema) {
        // Beside `type` it is a misplaced key.
        if schema.map.contains_key("type") {
            continue;
        }
        let has = |key: &str| schema.map.contains_key(key);
        let (key, message) = if has("anyOf") {
            (
                "anyOf",
                "`anyOf` becomes a struct that fails on good values; write one schema, or \
                 `x-open-enum` for an enum that may grow",
            )
        } else if has("not") {
            ("not", "`not` has no Rust type; say it in the description")
        } else if has("oneOf") && in_answers.contains(schema.pointer.as_str()) {
            (
                "oneOf",
                "an answer that is none of these could not be read at all; write one object \
                 with all the properties, none of them required",
            )
        } else if has("oneOf") && has("allOf") {
            (
                "allOf",
                "`allOf` beside `oneOf` can't be generated; write one of them",
            )
        } else if let Some(key) = ["allOf", "oneOf"].into_iter().find(|key| has(key)) {
            if schema.list(key).is_empty() {
                (key, "this list is empty; remove it, or write the schemas")
            } else if holds_secret(tree, schema, key) {
                (
                    key,
                    "the copy that is made of a schema with `format: password` would not be \
                     checked; write its properties out, without combining",
                )
            } else {
                continue;
            }
        } else {
            continue;
        };
        findings.add(COMPOSITION, schema.at(&[key]), message);
    }
}

fn holds_secret(tree: &Tree<'_>, schema: &Node<'_>, key: &str) -> bool {
    tree.reachable([schema.at(&[key])])
        .into_iter()
        .filter_map(|pointer| tree.get(pointer))
        .any(|inner| inner.kind == Kind::Schema && inner.text("format") == Some("password"))
}
