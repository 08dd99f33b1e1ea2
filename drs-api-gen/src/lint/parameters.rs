//! Rules about paths and parameters.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    finding::Findings,
    meta::{balanced, placeholders},
    names::{Scope, is_header_name},
    rules::{
        DUPLICATE_PARAMETER, PATH_PARAMETER, PATH_TEMPLATE, PROJECT_PARAMETER, RESERVED_HEADER,
        UNSUPPORTED_PARAMETER,
    },
    security,
};
use crate::{
    names,
    spec::{
        dialect::Kind,
        keys::PROJECT,
        node::{Node, Operation},
        pointer::child,
        spelling::nearest,
        tree::Tree,
    },
};

/// Headers that the client writes itself, and why each can't be a parameter.
const RESERVED: [(&str, &str); 9] = [
    ("Content-Type", "the request body's media type says it"),
    ("Accept", "the responses' media types say it"),
    ("Authorization", "credentials are a security scheme"),
    ("api-version", "the client writes and removes it"),
    (
        "Host User-Agent Content-Length Transfer-Encoding Connection Expect TE Upgrade",
        "the client writes it",
    ),
    ("Proxy-Authorization", "a proxy belongs to the client"),
    ("Accept-Encoding", "the client decompresses nothing"),
    ("Cookie", "the client keeps no cookies"),
    // Those of the vendor's signatures.
    (
        "X-Sdk-Date X-Project-Id X-Security-Token",
        "a signature brings it",
    ),
];

/// Names that each request uses besides its arguments: methods, and a variable.
const TAKEN: [&str; 6] = ["call", "new", "send", "body_map", "stream", "header_map"];

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    templates(findings, tree);
    for operation in tree.operations() {
        let parameters = tree.parameters(&operation);
        path_parameters(findings, &operation, &parameters);
        arguments(findings, &operation, &parameters);
    }
    let mut project = None;
    let sent = security::headers(tree);
    for parameter in tree.of(Kind::Parameter) {
        names_project(findings, tree, parameter, &mut project);
        reserved(findings, &sent, parameter);
        unsupported(findings, tree, parameter);
    }
}

fn templates(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let paths = tree.paths().into_iter();
    let names = paths.flat_map(|paths| paths.map.keys().map(move |path| (paths, path)));
    for (paths, path) in names.filter(|(_, path)| !path.starts_with("x-")) {
        let problem = if path.contains("://") {
            "write what is after the host here, and the rest in `servers`".to_owned()
        } else if !path.starts_with('/') {
            format!("write `/{path}`")
        } else if !balanced(path) {
            "write each placeholder as `{name}`".to_owned()
        } else if path.contains("//") {
            let single = path.replace("//", "/");
            format!("write `{single}`: double slashes are dropped")
        } else if path.contains(['?', '#']) {
            "declare query parameters in `parameters`".to_owned()
        } else if path.contains(|c: char| !c.is_ascii_graphic() || "\"\\%".contains(c)) {
            "use letters, digits and `-._~` only".to_owned()
        } else {
            String::new()
        };
        let at = child(&paths.pointer, path);
        if !problem.is_empty() {
            let message = format!("`{path}` is not a path; {problem}");
            findings.misplaced(PATH_TEMPLATE, at, message);
            continue;
        }
        let used = placeholders(path);
        let mut once = BTreeSet::new();
        if let Some(twice) = used.iter().find(|name| !once.insert(*name)) {
            let message = format!("`{path}` has `{{{twice}}}` twice; rename one");
            findings.misplaced(PATH_TEMPLATE, at, message);
            continue;
        }
        let shape = used.iter().fold(path.clone(), |shape, name| {
            shape.replace(&format!("{{{name}}}"), "{}")
        });
        if let Some(other) = seen.insert(shape, path) {
            let message = format!("`{path}` is the same path as `{other}`; merge the two");
            findings.misplaced(PATH_TEMPLATE, at, message);
        }
    }
}

fn path_parameters(
    findings: &mut Findings<'_>,
    operation: &Operation<'_, '_>,
    parameters: &[&Node<'_>],
) {
    let used = placeholders(operation.path);
    let in_path = || parameters.iter().filter(|p| p.text("in") == Some("path"));
    let declared = || in_path().filter_map(|p| p.text("name"));
    let is_unused = |name: &str| !used.iter().any(|used| used == name);
    for name in &used {
        // The declaration that was meant has a slip in it: one mistake, one finding.
        let meant = nearest(name, declared().filter(|n| is_unused(n)));
        if declared().any(|known| known == name) || meant.is_some() {
            continue;
        }
        let message = format!(
            "`{{{name}}}` of the path is not declared; add a parameter of that name with `in: path`"
        );
        findings.add(PATH_PARAMETER, operation.node.pointer.clone(), message);
    }
    for (parameter, name) in in_path().filter_map(|p| Some((p, p.text("name")?))) {
        if is_unused(name) {
            let missing = used.iter().map(String::as_str);
            let missing = missing.filter(|used| !declared().any(|d| d == *used));
            let message = match nearest(name, missing) {
                Some(used) => format!(
                    "the parameter `{name}` is not in the path, and the path's `{{{used}}}` has no \
                     parameter; write `{{{name}}}` in the path, or rename the parameter"
                ),
                None => format!("the path has no `{{{name}}}`; add it, or remove the parameter"),
            };
            findings.add(PATH_PARAMETER, parameter.at(&["name"]), message);
        }
        let required = parameter.get("required");
        if required.is_none_or(|required| *required == false) {
            let message = format!("`{name}` is part of the path; write `required: true`");
            findings.add(PATH_PARAMETER, parameter.pointer.clone(), message);
        }
    }
}

fn arguments(findings: &mut Findings<'_>, operation: &Operation<'_, '_>, parameters: &[&Node<'_>]) {
    let mut scope = Scope::new("the argument");
    if operation.node.has("requestBody") {
        let _ = scope.refusal("requestBody", "body".to_owned());
    }
    let named = parameters.iter().filter_map(|p| Some((p, p.text("name")?)));
    for (parameter, name) in named {
        let rust_name = names::snake(name);
        let refusal = match TAKEN.contains(&rust_name.as_str()) {
            true => Some(format!(
                "every request has `{rust_name}`, so no argument can have this name"
            )),
            false => scope.refusal(name, rust_name),
        };
        if let Some(message) = refusal {
            findings.add(DUPLICATE_PARAMETER, parameter.at(&["name"]), message);
        }
    }
}

fn names_project<'a>(
    findings: &mut Findings<'_>,
    tree: &Tree<'_>,
    parameter: &Node<'a>,
    project: &mut Option<&'a str>,
) {
    let (true, Some(name)) = (parameter.is_set(PROJECT), parameter.text("name")) else {
        return;
    };
    let message = if parameter.text("in") != Some("path") {
        format!("`{PROJECT}` has no effect on `{name}`, which is not part of the path; remove it")
    } else if let Some(ty) = type_of(tree, parameter).filter(|ty| *ty != "string") {
        format!("the project `{name}` can't be a value of `type: {ty}`; write `type: string`")
    } else {
        match project.replace(name) {
            Some(other) if other != name => {
                format!("`{other}` is the project too, but there can be only one; use one name")
            }
            _ => return,
        }
    };
    findings.add(PROJECT_PARAMETER, parameter.at(&[PROJECT]), message);
}

/// Why a header of this name can't be a parameter, if it is the client's own.
pub(super) fn reserved_because(name: &str) -> Option<&'static str> {
    let same = |reserved: &str| reserved.eq_ignore_ascii_case(name);
    let found = RESERVED.iter().find(|(all, _)| all.split(' ').any(same));
    found.map(|(_, reason)| *reason)
}

fn reserved(findings: &mut Findings<'_>, sent: &BTreeSet<String>, parameter: &Node<'_>) {
    let (Some("header"), Some(name)) = (parameter.text("in"), parameter.text("name")) else {
        return;
    };
    let at = parameter.at(&["name"]);
    if let Some(reason) = reserved_because(name) {
        let message = format!("`{name}` can't be a parameter; remove or rename it: {reason}");
        findings.add(RESERVED_HEADER, at, message);
    } else if sent.contains(&name.to_ascii_lowercase()) {
        let message = format!(
            "`{name}` is the header of a security scheme, which the client sends by itself; \
             remove the parameter"
        );
        findings.add(RESERVED_HEADER, at, message);
    } else if !is_header_name(name) {
        let message = format!("`{name}` can't name a header; use letters, digits and `-`");
        findings.add(UNSUPPORTED_PARAMETER, at, message);
    }
}

fn unsupported(findings: &mut Findings<'_>, tree: &Tree<'_>, parameter: &Node<'_>) {
    let style = match parameter.text("in") {
        Some("path" | "header") => "simple",
        Some("query") => "form",
        _ => return,
    };
    if let Some(found) = parameter.text("style").filter(|found| *found != style) {
        let message = format!("the style `{found}` can't be written; remove it to use `{style}`");
        findings.add(UNSUPPORTED_PARAMETER, parameter.at(&["style"]), message);
    }
    if parameter.get("explode") == Some(&false.into()) && style == "form" {
        let message = "the client writes a list as `name=a&name=b`, without commas; remove \
                       `explode: false`";
        findings.add(UNSUPPORTED_PARAMETER, parameter.at(&["explode"]), message);
    }
    let (Some(written), Some(schema)) = (
        tree.get(&parameter.at(&["schema"])),
        tree.below_key(parameter, &["schema"]),
    ) else {
        return;
    };
    let message = if schema.is_set("nullable") {
        "a parameter can't be null; remove `nullable`: it can be left out"
    } else if style != "form" && is_no_scalar(schema) {
        "only strings, numbers and booleans can be written here; use one of these types"
    } else if schema.text("type") == Some("array") && written.reference().is_some() {
        "a list in the query has no type of its own; write `type: array` here, without `$ref`"
    } else if schema.text("type") != Some("array") && is_no_scalar(schema)
        || (tree.below_key(schema, &["items"]))
            .is_some_and(|i| is_no_scalar(i) || i.is_set("nullable"))
    {
        "only strings, numbers, booleans and lists of them can be written here; use one of these \
         types"
    } else {
        return;
    };
    findings.add(UNSUPPORTED_PARAMETER, parameter.at(&["schema"]), message);
}

fn type_of<'a>(tree: &Tree<'a>, parameter: &Node<'a>) -> Option<&'a str> {
    tree.below_key(parameter, &["schema"])?.text("type")
}

/// Whether a schema is certainly neither a text nor a number nor a boolean.
fn is_no_scalar(schema: &Node<'_>) -> bool {
    matches!(schema.text("type"), Some("array" | "object"))
        || schema.has("allOf")
        || schema.has("oneOf")
}
