//! Rules about secrets: what looks like one is marked, and what is marked can be made the
//! secret type.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    finding::Findings,
    parameters,
    rules::{SECRET_NOT_CONVERTIBLE, SECRET_NOT_MARKED, SECRET_PARAMETER},
    security,
};
use crate::{
    names,
    passes::secrets,
    spec::{dialect::Kind, keys::SECRET, node::Node, spelling::nearest, tree::Tree},
};

/// What a name has in it that names a secret.
const SECRETS: &str = "password passwd pwd passphrase passcode secret token credential keytab key_tab \
    private_key api_key apikey access_key encryption_key session_key signing_key shared_key";
/// What a name ends with when it speaks about a secret and isn't one.
const ABOUT: &str = "id ids name type status state length count at date time policy url version \
    expires required";

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let parameters: Vec<&Node<'_>> = tree.of(Kind::Parameter).collect();
    let of_parameters = parameters.iter().flat_map(|p| tree.below(&p.pointer));
    let of_parameters: BTreeSet<&str> = of_parameters.map(|n| n.pointer.as_str()).collect();
    let is_password = |schema: &Node<'_>| schema.text("format") == Some("password");
    for schema in tree.of(Kind::Schema) {
        if schema.is_set("nullable")
            && schema.component().is_some()
            && tree.below(&schema.pointer).any(is_password)
        {
            let message = "`nullable` makes a second type of this schema, in which its secrets \
                           can't be found; remove it: leave the property out instead of `null`";
            findings.add(SECRET_NOT_CONVERTIBLE, schema.at(&["nullable"]), message);
        }
        for (name, _) in schema.entries("properties") {
            not_marked(findings, tree, schema, name);
        }
        if is_password(schema)
            && !of_parameters.contains(schema.pointer.as_str())
            // A slip in a key is one mistake.
            && schema.unknown.is_empty()
            && let Err((key, message)) = secrets::secret(&schema.pointer, schema.map)
        {
            let at = key.map_or_else(|| schema.pointer.clone(), |key| schema.at(&[&key]));
            findings.add(SECRET_NOT_CONVERTIBLE, at, message);
        }
    }
    let sent = security::headers(tree);
    for (parameter, name) in parameters
        .into_iter()
        .filter_map(|p| Some((p, p.text("name")?)))
    {
        in_parameter(findings, tree, (parameter, name), &sent);
    }
}

fn not_marked(findings: &mut Findings<'_>, tree: &Tree<'_>, schema: &Node<'_>, name: &str) {
    let pointer = schema.at(&["properties", name]);
    let value = tree.below_key(schema, &["properties", name]);
    let (Some(property), Some(mut value)) = (tree.get(&pointer), value) else {
        return;
    };
    // A list of itself ends nowhere.
    let mut seen = BTreeSet::new();
    while value.text("type") == Some("array") && seen.insert(&value.pointer) {
        let Some(items) = tree.below_key(value, &["items"]) else {
            return;
        };
        value = items;
    }
    let plain = value.text("type") == Some("string")
        && !is_marked(value)
        && !value.has("enum")
        && ![property, value]
            .iter()
            .any(|n| n.get(SECRET) == Some(&Value::Bool(false)));
    if !plain || !is_secret(name) {
        return;
    }
    let instead = match property.reference() {
        Some(_) => "`type: string` and `format: password` here, not a `$ref`",
        None => "`format: password` (or `x-secret: false` if it isn't one)",
    };
    let message = format!("`{name}` looks like a secret; write {instead}");
    findings.add(SECRET_NOT_MARKED, pointer, message);
}

/// Whether the format is `password`, or was meant to be.
fn is_marked(schema: &Node<'_>) -> bool {
    let format = schema.text("format");
    format.is_some_and(|format| nearest(format, ["password"]).is_some())
}

fn in_parameter(
    findings: &mut Findings<'_>,
    tree: &Tree<'_>,
    (parameter, name): (&Node<'_>, &str),
    sent: &BTreeSet<String>,
) {
    let schema = tree.below_key(parameter, &["schema"]);
    let marked = schema.is_some_and(|schema| schema.text("format") == Some("password"));
    let cleared = schema.is_some_and(|s| s.get(SECRET) == Some(&Value::Bool(false)));
    // Its value describes a secret, such as how long it lives.
    let is_text = schema.is_none_or(|schema| {
        !matches!(schema.text("type"), Some("integer" | "number" | "boolean"))
    });
    let reserved =
        parameters::reserved_because(name).is_some() || sent.contains(&name.to_ascii_lowercase());
    if (marked || is_secret(name) && is_text) && !cleared && !reserved {
        let message = format!(
            "`{name}` is a secret and would be a plain `String` on every call; make it a \
             security scheme, or send it in the body"
        );
        findings.add(SECRET_PARAMETER, parameter.at(&["name"]), message);
    }
}

/// Whether a property of this name probably is a secret.
fn is_secret(name: &str) -> bool {
    let name = names::field(name);
    let last = name.rsplit('_').find(|word| !word.is_empty());
    let is_last = |words: &str| words.split(' ').any(|word| Some(word) == last);
    // `pass_rate` is not a secret.
    let is_one = SECRETS.split(' ').any(|word| name.contains(word)) || is_last("pass sk");
    is_one && !is_last(ABOUT)
}
