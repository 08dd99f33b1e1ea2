//! Rules about the components as a whole.

use super::{
    finding::Findings,
    rules::{COMPONENT_NAME, UNUSED_COMPONENT},
};
use crate::spec::{
    dialect::{Kind, SECTIONS},
    tree::Tree,
};

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let Some(components) = tree.components() else {
        return;
    };
    let used = tree.reachable(tree.paths().map(|paths| paths.pointer.clone()));
    let mut empty = without_content(tree);
    for (section, kind) in SECTIONS {
        for (name, _) in components.entries(section) {
            let pointer = components.at(&[section, name]);
            let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            if name.is_empty() || !name.chars().all(allowed) {
                let message = format!(
                    "`{name}` can't be the name of a component; use letters, digits, `.`, `-` \
                     and `_`"
                );
                findings.misplaced(COMPONENT_NAME, pointer, message);
            } else if section == "schemas" && Kind::Schema.key(name).is_some() {
                let message = format!(
                    "`{name}` is at the level of the schema names; indent it and what is under it \
                     by one level"
                );
                findings.misplaced(COMPONENT_NAME, pointer, message);
            } else if kind != Kind::SecurityScheme && !used.contains(pointer.as_str()) {
                let what = kind.noun().trim_start_matches("an ");
                let what = what.trim_start_matches("a ");
                // A success without a body is rare, and what it lacks looks unused.
                let (pointer, message) = match empty.take().filter(|_| kind == Kind::Schema) {
                    Some(response) => (
                        response,
                        format!(
                            "this response has no `content`, and nothing uses the schema \
                             `{name}`; write it here, or remove it from components"
                        ),
                    ),
                    None => (
                        pointer,
                        format!("nothing uses the {what} `{name}`; remove it, or refer to it"),
                    ),
                };
                findings.add(UNUSED_COMPONENT, pointer, message);
            }
        }
    }
}

/// The first success that could have a body and has none.
fn without_content(tree: &Tree<'_>) -> Option<String> {
    let mut responses = tree.of(Kind::Response);
    let found = responses.find(|response| {
        let code = response.pointer.rsplit('/').next().unwrap_or_default();
        code.starts_with('2') && code != "204" && !response.has("content")
    });
    found.map(|response| response.pointer.clone())
}
