//! Rules about who may call.

use serde_json::Value;

use super::{
    finding::{Findings, Rule, rule},
    wording::did_you_mean,
};
use crate::spec::{dialect::Kind, tree::Tree};

pub(super) const MISSING_SECURITY: Rule = rule(
    "missing-security",
    "an operation that says nothing about credentials looks as if it needed none",
);
pub(super) const UNDEFINED_SECURITY: Rule = rule(
    "undefined-security",
    "a requirement has to name a security scheme of the document",
);

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let everywhere = tree
        .root()
        .is_some_and(|root| root.map.contains_key("security"));
    for operation in tree.operations() {
        if !everywhere && !operation.node.map.contains_key("security") {
            let message = "nothing says which credentials this operation needs; add `security` \
                           with the name of a security scheme, at the top level or here (`[]` \
                           for none)";
            findings.add(MISSING_SECURITY, operation.node.pointer.clone(), message);
        }
    }
    let defined = || {
        let components = tree.get("/components");
        let names = components.map(|c| c.entries("securitySchemes").map(|(name, _)| name));
        names.into_iter().flatten()
    };
    for node in tree.nodes() {
        if !matches!(node.kind, Kind::OpenApi | Kind::Operation) {
            continue;
        }
        for (index, requirement) in node.list("security").iter().enumerate() {
            for name in requirement.as_object().into_iter().flat_map(|r| r.keys()) {
                if !defined().any(|known| known == name) {
                    let hint = did_you_mean(name, defined());
                    let hint = if hint.is_empty() {
                        "; define it there"
                    } else {
                        &hint
                    };
                    let message =
                        format!("there is no `{name}` in components/securitySchemes{hint}");
                    let pointer = node.at(&["security", &index.to_string(), name]);
                    findings.add(UNDEFINED_SECURITY, pointer, message);
                }
            }
        }
    }
}

/// The headers that carry the credentials.
pub(super) fn headers<'a>(tree: &'a Tree<'_>) -> impl Iterator<Item = &'a str> {
    tree.of(Kind::SecurityScheme)
        .filter(|scheme| scheme.map.get("in") == Some(&Value::from("header")))
        .filter_map(|scheme| scheme.text("name"))
}
