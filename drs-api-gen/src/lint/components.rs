//! Rules about the components as a whole.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    finding::Findings,
    rules::{COMPONENT_NAME, UNRESOLVABLE_REF, UNSUPPORTED_KEY, UNUSED_COMPONENT},
};
use crate::spec::{
    dialect::{Kind, SECTIONS},
    node::Node,
    tree::Tree,
};

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let Some(components) = tree.components() else {
        return;
    };
    // What a broken reference or a refused key meant looks unused.
    let broken = findings.list.iter().any(|f| {
        [UNRESOLVABLE_REF, UNSUPPORTED_KEY]
            .iter()
            .any(|rule| f.rule == rule.name)
    });
    let used = tree.reachable(tree.paths().map(|paths| paths.pointer.clone()));
    let required = required_schemes(tree);
    for (section, _) in SECTIONS {
        for (name, _) in components.entries(section) {
            let pointer = components.at(&[section, name]);
            let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            if name.is_empty() || !name.chars().all(allowed) {
                let message = format!(
                    "`{name}` can't be the name of a component; use letters, digits, `.`, `-` \
                     and `_`"
                );
                findings.add(COMPONENT_NAME, pointer, message);
                continue;
            }
            if section == "schemas" && Kind::Schema.key(name).is_some() {
                let message = format!(
                    "`{name}` is a key of a schema and stands where names do; indent it further, \
                     or choose another name"
                );
                findings.add(COMPONENT_NAME, pointer, message);
                continue;
            }
            let is_used = match section {
                "securitySchemes" => required.contains(name),
                _ => used.contains(pointer.as_str()),
            };
            if !is_used && !broken {
                let what = section.trim_end_matches('s');
                let message =
                    format!("nothing uses the {what} `{name}`; remove it, or refer to it");
                findings.add(UNUSED_COMPONENT, pointer, message);
            }
        }
    }
}

/// The names in all `security` of the document; the rule on them knows which exist. Where
/// a name is misspelt, each scheme could be meant.
fn required_schemes<'a>(tree: &Tree<'a>) -> BTreeSet<&'a str> {
    let defined = tree.components().into_iter();
    let defined = defined.flat_map(|components| components.entries("securitySchemes"));
    let defined: BTreeSet<&str> = defined.map(|(name, _)| name).collect();
    let lists = || {
        let can = |node: &&Node<'_>| matches!(node.kind, Kind::OpenApi | Kind::Operation);
        tree.nodes().filter(can)
    };
    let named = lists().flat_map(|node| node.list("security"));
    let named = named.filter_map(Value::as_object);
    let named: BTreeSet<&str> = named.flat_map(|r| r.keys()).map(String::as_str).collect();
    let nothing_required = !lists().any(|node| node.has("security"));
    if nothing_required || !named.is_subset(&defined) {
        return defined;
    }
    named
}
