//! Rules about the document as a whole: its versions and servers.

use serde_json::Value;

use super::{
    finding::Findings,
    rules::{MISSING_KEY, NOT_OPENAPI, OPENAPI_VERSION, SERVER_URL, VERSION},
};
use crate::{
    openapi::openapi,
    spec::{dialect::Kind, spelling::nearest, tree::Tree},
};

/// Where a machine of ECS reaches its metadata service: link-local, and never encrypted.
const METADATA_SERVICE: &str = "http://169.254.169.254";

pub(super) fn check_version(findings: &mut Findings<'_>) {
    let Some(root) = findings.document.value().as_object() else {
        let message = "this is not a mapping; an OpenAPI document starts with `openapi: 3.0.3`";
        findings.add(OPENAPI_VERSION, "", message);
        return;
    };
    let (pointer, message) = match (root.get("openapi"), root.get("swagger")) {
        (_, Some(version)) => (
            "/swagger",
            format!(
                "this is Swagger {}; convert it to OpenAPI 3.0.3 and write `openapi: 3.0.3`",
                plain(version)
            ),
        ),
        (None, None) => {
            // A slip in the key itself is for the rule on keys.
            if nearest("openapi", root.keys().map(String::as_str)).is_some() {
                return;
            }
            let message = "the version of OpenAPI is missing; write `openapi: 3.0.3`";
            ("", message.to_owned())
        }
        (Some(Value::String(version)), None) if is_3_0(version) => return,
        (Some(Value::String(version)), None) => (
            "/openapi",
            format!("OpenAPI {version} is not supported; convert it to 3.0.3"),
        ),
        (Some(other), None) => (
            "/openapi",
            format!(
                "`openapi` is {} and not a string such as `3.0.3`; write `openapi: 3.0.3`",
                plain(other)
            ),
        ),
    };
    findings.add(OPENAPI_VERSION, pointer, message);
}

fn is_3_0(version: &str) -> bool {
    let patch = version.strip_prefix("3.0.").unwrap_or_default();
    !patch.is_empty() && patch.chars().all(|c| c.is_ascii_digit())
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

pub(super) fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    for info in tree.of(Kind::Info) {
        if let Some(version) = info.text("version") {
            let problem = if !version.is_ascii() {
                "has characters outside ASCII"
            } else if semver::Version::parse(version).is_err() {
                "is not a semantic version"
            } else {
                continue;
            };
            let message =
                format!("the version `{version}` {problem}; write three numbers, such as `1.0.0`");
            findings.add(VERSION, info.at(&["version"]), message);
        }
        let title = info.text("title");
        if title.is_some_and(|title| title.trim().is_empty()) {
            let message = "`title` is empty; write the name of the service";
            findings.add(MISSING_KEY, info.at(&["title"]), message);
        }
    }
    let servers = tree.of(Kind::Server);
    for (server, url) in servers.filter_map(|s| Some((s, s.text("url")?))) {
        let at = server.at(&["url"]);
        if url == METADATA_SERVICE {
            // Plaintext between a machine and its host.
        } else if let Some(rest) = url.strip_prefix("http://") {
            let message = format!("`{url}` is plaintext; write `https://{rest}`");
            findings.add(SERVER_URL, at.clone(), message);
        } else if !url.starts_with("https://") {
            let message = format!("`{url}` is not a URL that starts with `https://`; write one");
            findings.add(SERVER_URL, at.clone(), message);
        }
        if !balanced(url) {
            let message =
                format!("`{url}` has a brace alone; write each placeholder as `{{name}}`");
            findings.add(SERVER_URL, at, message);
            continue;
        }
        let used = placeholders(url);
        let variables = || server.entries("variables").map(|(name, _)| name);
        for name in &used {
            if !variables().any(|key| key == name) {
                let unused = variables().filter(|key| !used.iter().any(|used| used == key));
                let hint = findings.hint(name, unused, "; add it to `variables` with a `default`");
                let message = format!("`{{{name}}}` is not declared{hint}");
                findings.add(SERVER_URL, at.clone(), message);
            }
        }
        for (name, variable) in server.entries("variables") {
            let at = server.at(&["variables", name]);
            // A placeholder with a slip in it has a finding.
            let meant = || {
                let undeclared = used.iter().map(String::as_str);
                let undeclared = undeclared.filter(|used| !variables().any(|key| key == *used));
                nearest(name, undeclared).is_some()
            };
            if !used.iter().any(|used| used == name) && !meant() {
                let message = format!("the URL has no `{{{name}}}`; remove the variable");
                findings.add(SERVER_URL, at.clone(), message);
            }
            let values = variable.get("enum").and_then(Value::as_array);
            if let (Some(values), Some(default)) = (values, variable.get("default"))
                && !values.contains(default)
            {
                let message = format!(
                    "the default {default} is not one of the variable's `enum`; add it there"
                );
                findings.add(SERVER_URL, format!("{at}/default"), message);
            }
        }
    }
}

/// Whether braces come in pairs with a name in each.
pub(super) fn balanced(template: &str) -> bool {
    let mut open: Option<usize> = None;
    for c in template.chars() {
        open = match (c, open) {
            ('{', None) => Some(0),
            ('{', Some(_)) | ('}', None | Some(0)) | ('/', Some(_)) => return false,
            ('}', Some(_)) => None,
            (_, Some(length)) => Some(length + 1),
            (_, None) => None,
        };
    }
    open.is_none()
}

/// The names in braces.
pub(super) fn placeholders(template: &str) -> Vec<String> {
    let parts = template.split('{').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('}')?.0.to_owned()))
        .collect()
}

/// What the parser says, when no rule has said anything: no document goes on unread.
pub(super) fn check_openapi(findings: &mut Findings<'_>) {
    if let Err(error) = openapi(findings.document) {
        findings.add(NOT_OPENAPI, "", error.to_string());
    }
}
