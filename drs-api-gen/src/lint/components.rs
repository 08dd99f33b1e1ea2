//! Rules about the components as a whole.

use serde_json::Value;

use super::{
    finding::{Findings, Rule, rule},
    references, unsupported,
};
use crate::spec::{
    dialect::{Keys, Kind, SECTIONS},
    pointer::child,
    tree::Tree,
};

pub(super) const UNUSED_COMPONENT: Rule = rule(
    "unused-component",
    "what nothing refers to is generated all the same, and reviewed for nothing",
);
pub(super) const COMPONENT_NAME: Rule = rule(
    "component-name",
    "OpenAPI allows letters, digits, `.`, `-` and `_`; others can't be referred to",
);

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let Some(components) = tree.get("/components") else {
        return;
    };
    // What a broken reference or a refused key meant looks unused.
    let broken = findings.list.iter().any(|f| {
        [references::UNRESOLVABLE_REF, unsupported::UNSUPPORTED_KEY]
            .iter()
            .any(|rule| f.rule == rule.name)
    });
    let used = tree.reachable(["/paths".to_owned()]);
    let required = required_schemes(tree);
    for (section, _) in SECTIONS {
        for (name, _) in components.entries(section) {
            let pointer = child(&child("/components", section), name);
            let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            if name.is_empty() || !name.chars().all(allowed) {
                let message = format!(
                    "`{name}` can't be the name of a component; use letters, digits, `.`, `-` \
                     and `_`"
                );
                findings.add(COMPONENT_NAME, pointer, message);
                continue;
            }
            if section == "schemas" && is_key_of_schemas(name) {
                let message = format!(
                    "`{name}` is a key of a schema and stands where names do; indent it further, \
                     or choose another name"
                );
                findings.add(COMPONENT_NAME, pointer, message);
                continue;
            }
            let is_used = match section {
                "securitySchemes" => required.iter().any(|required| required == name),
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

fn is_key_of_schemas(name: &str) -> bool {
    match Kind::Schema.keys() {
        Keys::Fixed(keys) => keys.iter().any(|key| key.name == name),
        Keys::Chosen(_) => false,
    }
}

/// The names in all `security` of the document; the rule on them knows which exist. Where
/// a name is misspelt, each scheme could be meant.
fn required_schemes(tree: &Tree<'_>) -> Vec<String> {
    let defined: Vec<&str> = tree
        .get("/components")
        .map(|components| {
            components
                .entries("securitySchemes")
                .map(|(n, _)| n)
                .collect()
        })
        .unwrap_or_default();
    let lists = tree
        .nodes()
        .filter(|n| n.pointer.is_empty() || n.kind == Kind::Operation);
    let named: Vec<String> = lists
        .flat_map(|node| node.list("security"))
        .filter_map(Value::as_object)
        .flat_map(|requirement| requirement.keys().cloned())
        .collect();
    let nothing_required = !tree.nodes().any(|node| node.map.contains_key("security"));
    if nothing_required || named.iter().any(|n| !defined.contains(&n.as_str())) {
        return defined.into_iter().map(str::to_owned).collect();
    }
    named
}
