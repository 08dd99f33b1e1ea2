//! Rules about who may call.

use std::collections::BTreeSet;

use super::{
    finding::Findings,
    rules::{MISSING_SECURITY, UNDEFINED_SECURITY},
};
use crate::spec::{dialect::Kind, tree::Tree};

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let everywhere = tree.root().is_some_and(|root| root.has("security"));
    for operation in tree.operations() {
        if !everywhere && !operation.node.has("security") {
            let message = "nothing says which credentials this operation needs; add `security` \
                           with the name of a security scheme, at the top level or here (`[]` \
                           for none)";
            findings.add(MISSING_SECURITY, operation.node.pointer.clone(), message);
        }
    }
    let defined = tree.components().into_iter();
    let defined = defined.flat_map(|components| components.entries("securitySchemes"));
    let defined: BTreeSet<&str> = defined.map(|(name, _)| name).collect();
    for node in tree
        .nodes()
        .filter(|n| matches!(n.kind, Kind::OpenApi | Kind::Operation))
    {
        for (index, requirement) in node.list("security").iter().enumerate() {
            for name in requirement.as_object().into_iter().flat_map(|r| r.keys()) {
                if !defined.contains(name.as_str()) {
                    let hint = findings.hint(name, defined.iter().copied(), "; define it there");
                    let message =
                        format!("there is no `{name}` in components/securitySchemes{hint}");
                    let pointer = node.at(&["security", &index.to_string(), name]);
                    findings.add(UNDEFINED_SECURITY, pointer, message);
                }
            }
        }
    }
}

/// The headers that carry the credentials, in lower case.
pub(super) fn headers(tree: &Tree<'_>) -> BTreeSet<String> {
    tree.of(Kind::SecurityScheme)
        .filter(|scheme| scheme.text("in") == Some("header"))
        .filter_map(|scheme| scheme.text("name"))
        .map(str::to_ascii_lowercase)
        .collect()
}
