//! The rule about what OpenAPI has and the generated client has not: the dialect says what.

use serde_json::Value;

use super::{finding::Findings, rules::UNSUPPORTED_KEY};
use crate::spec::{
    dialect::{Keys, Role},
    tree::Tree,
};

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    for node in tree.nodes().filter(|node| node.reference().is_none()) {
        let Keys::Fixed(keys) = node.kind.keys() else {
            continue;
        };
        for key in keys {
            let Role::Refused(why) = key.role else {
                continue;
            };
            if (node.get(key.name)).is_some_and(|value| *value != Value::Bool(false)) {
                let message = format!("`{}` {why}", key.name);
                findings.add(UNSUPPORTED_KEY, node.at(&[key.name]), message);
            }
        }
    }
}
