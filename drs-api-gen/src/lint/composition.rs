//! The rule about schemas made of schemas. `allOf` of plain objects merges as expected, and `oneOf`
//! in a request becomes an enum; everything else goes wrong.

use super::{finding::Findings, rules::COMPOSITION};
use crate::spec::{
    dialect::Kind,
    graph::{reached, reversed},
    tree::Tree,
};

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let in_answers = tree.in_answers();
    let edges = tree.edges();
    let secrets = tree
        .of(Kind::Schema)
        .filter(|s| s.text("format") == Some("password"));
    let hold_secrets = reached(&reversed(&edges), secrets.map(|s| s.pointer.as_str()));
    // Next to `type` it is a misplaced key.
    for schema in tree.of(Kind::Schema).filter(|schema| !schema.has("type")) {
        let (one_of, all_of) = (schema.has("oneOf"), schema.has("allOf"));
        let is_fragile = one_of && in_answers.contains(&schema.pointer);
        let key = match is_fragile || !all_of {
            true => "oneOf",
            false => "allOf",
        };
        let message = if is_fragile {
            "a response that matches none of these couldn't be read at all; write one object with \
             all the properties, none of them required"
        } else if one_of && all_of {
            "`allOf` next to `oneOf` can't be generated; write one of them"
        } else if schema.has(key) && ["enum", "format", "items"].iter().any(|k| schema.has(k)) {
            "this can't be generated next to `enum`, `format` or `items`; remove one of them"
        } else if one_of && schema.is_set("nullable") {
            "null can't be one of these; remove `nullable`: leave the property out instead"
        } else if schema.has(key) && schema.list(key).is_empty() {
            "this list is empty; remove it, or write the schemas"
        } else if schema.has(key) && hold_secrets.contains(schema.pointer.as_str()) {
            "combining copies a schema with `format: password`, and the copy would not be checked; \
             write its properties out"
        } else {
            continue;
        };
        findings.add(COMPOSITION, schema.at(&[key]), message);
    }
}
