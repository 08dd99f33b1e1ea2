//! Rules about the Rust names that come of the document's.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    finding::Findings,
    rules::{ANSWER_HEADER, INLINE_TYPE, PROPERTY_NAME, TYPE_NAME},
};
use crate::{
    names,
    spec::{dialect::Kind, node::Node, tree::Tree},
    text::is_hidden,
};

/// Names that the generated code, or Rust itself, has a meaning for.
pub(super) const TAKEN: [&str; 11] = [
    "UnknownValue",
    "Option",
    "Result",
    "Ok",
    "Err",
    "Some",
    "None",
    "String",
    "Vec",
    "Box",
    "Default",
];

/// Rust names that have to differ, each with the name in the document that it is made of.
pub(super) struct Scope {
    what: &'static str,
    taken: BTreeMap<String, String>,
}

impl Scope {
    pub(super) fn new(what: &'static str) -> Self {
        let taken = BTreeMap::new();
        Self { what, taken }
    }

    /// Why a name can't have a Rust name of its own, if it can't.
    pub(super) fn refusal(&mut self, name: &str, rust_name: String) -> Option<String> {
        let what = self.what;
        if name.trim() != name {
            return Some(format!("`{name}` begins or ends with a space; remove it"));
        }
        let strange = |c: &char| !c.is_ascii() || c.is_ascii_control();
        if let Some(c) = name.chars().find(strange) {
            let shown = match is_hidden(c) {
                true => "a hidden character".to_owned(),
                false => format!("`{c}` (U+{:04X})", u32::from(c)),
            };
            return Some(format!(
                "`{}` has {shown}, which is not printable ASCII; spell it as the service does",
                name.escape_debug()
            ));
        }
        if !name.contains(|c: char| c.is_ascii_alphanumeric()) {
            return Some(format!("`{name}` can't name {what}; use letters"));
        }
        let other = self.taken.insert(rust_name.clone(), name.to_owned())?;
        Some(match other == name {
            true => format!("`{name}` is there twice; rename or remove one"),
            false => format!("`{other}` and `{name}` both become {what} `{rust_name}`; rename one"),
        })
    }
}

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let mut types = Scope::new("the Rust type");
    let in_answers = tree.in_answers();
    for schema in tree.nodes().filter(|node| node.kind == Kind::Schema) {
        match schema.component().filter(|name| name.is_ascii()) {
            Some(name) => {
                let rust_name = names::pascal(&name);
                let refusal = match TAKEN.contains(&rust_name.as_str()) {
                    true => Some(format!(
                        "`{name}` would become the Rust type `{rust_name}`; choose another name"
                    )),
                    false => types.refusal(&name, rust_name),
                };
                if let Some(message) = refusal {
                    findings.add(TYPE_NAME, schema.pointer.clone(), message);
                }
            }
            None => inline(findings, schema, in_answers.contains(&schema.pointer)),
        }
        let mut fields = Scope::new("the field");
        for (name, _) in schema.entries("properties") {
            if let Some(message) = fields.refusal(name, names::field(name)) {
                findings.misplaced(PROPERTY_NAME, schema.at(&["properties", name]), message);
            }
        }
    }
    headers(findings, tree);
}

fn inline(findings: &mut Findings<'_>, schema: &Node<'_>, in_answer: bool) {
    // In an answer an enum has to be open, which another rule says.
    let is_type = |key: &&str| schema.has(key) && !(*key == "enum" && in_answer);
    let mut keys = ["properties", "enum", "oneOf", "allOf"].into_iter();
    if schema.reference().is_none()
        && let Some(key) = keys.find(is_type)
    {
        let message = match (key, schema.list(key)) {
            ("allOf", [_]) => {
                "write the `$ref` alone: it has the description of what it refers to".to_owned()
            }
            _ => format!(
                "this schema has `{key}` but no name; move it to components/schemas and refer \
                 to it"
            ),
        };
        findings.add(INLINE_TYPE, schema.pointer.clone(), message);
    }
}

/// Each header of an answer becomes a function, whatever the answer.
fn headers(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let mut functions = Scope::new("the function");
    let mut seen = BTreeSet::new();
    for response in tree.of(Kind::Response) {
        for (name, _) in response.entries("headers") {
            let at = response.at(&["headers", name]);
            // Letter case means nothing in a header's name.
            let lower = name.to_ascii_lowercase();
            let refusal = functions.refusal(&lower, names::snake(&lower));
            let is_new = seen.insert(lower);
            let header = tree.get(&at).and_then(|header| tree.resolve(header));
            let schema = header.and_then(|header| tree.below_key(header, &["schema"]));
            let is_text = schema.is_some_and(|schema| schema.text("type") == Some("string"));
            let message = if !is_header_name(name) {
                format!("`{name}` can't name a header; use letters, digits and `-`")
            } else if let Some(refusal) = refusal.filter(|_| is_new) {
                refusal
            } else if !is_text && header.is_some() {
                format!("`{name}` is read as a string; write a `schema` with `type: string`")
            } else {
                continue;
            };
            findings.add(ANSWER_HEADER, at, message);
        }
    }
}

pub(super) fn is_header_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(allowed)
}
