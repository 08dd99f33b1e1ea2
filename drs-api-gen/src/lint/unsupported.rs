//! The rule about what OpenAPI has and the generated client has not.

use super::finding::{Findings, Rule, rule};
use crate::spec::{
    dialect::Kind,
    tree::{Node, Tree},
};

pub(super) const UNSUPPORTED_KEY: Rule = rule(
    "unsupported-key",
    "progenitor drops it without a word, so that the document promises what the client doesn't do",
);

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    for node in tree.nodes().filter(|node| node.reference().is_none()) {
        for (key, instead) in unsupported(node) {
            let message = format!("`{key}` {instead}");
            findings.add(UNSUPPORTED_KEY, node.at(&[key]), message);
        }
    }
}

/// The keys of an object that have no effect, each with what to do instead.
fn unsupported(node: &Node<'_>) -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<(&str, &str)> = match node.kind {
        Kind::Operation => vec![
            ("servers", ONE_SERVER),
            ("callbacks", "can't be received by a client; remove it"),
        ],
        Kind::PathItem => vec![("servers", ONE_SERVER)],
        Kind::Response => vec![("links", "is not followed; remove it")],
        _ => Vec::new(),
    };
    found.retain(|(key, _)| node.map.contains_key(*key));
    if node.kind == Kind::Schema {
        let ignored = "is ignored; leave the property out of the other direction's schema instead";
        let flags = [
            ("readOnly", ignored),
            ("writeOnly", ignored),
            (
                "uniqueItems",
                "would make a set of this list, which has no order; remove it and say it in the \
                 description",
            ),
        ];
        found.extend(flags.into_iter().filter(|(key, _)| node.is_set(key)));
    }
    found
}

const ONE_SERVER: &str = "is ignored here: a client talks to one endpoint; write it at the top \
                          level, or remove it";
