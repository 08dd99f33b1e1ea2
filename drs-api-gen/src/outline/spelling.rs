//! Types and signatures as a reader would write them: `Option<Secret>` for
//! `::std::option::Option<crate::Secret>`.

use quote::ToTokens;

/// Where a path that starts here leads is clear from its last name.
const OWN: [&str; 8] = [
    "std", "core", "alloc", "crate", "self", "super", "types", "builder",
];
/// But not with these names, which half of the standard library has.
const AMBIGUOUS: [&str; 2] = ["Error", "Result"];

/// Source with the spaces of ordinary formatting, and with short paths.
pub(super) fn spelt(node: &impl ToTokens) -> String {
    let mut text = String::new();
    for word in node.to_token_stream().to_string().split(' ') {
        let is_called = word.starts_with('(')
            && text.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '>')
            && !text.ends_with("->");
        let touches = is_called
            || word.starts_with([',', ';', ':', '<', '>', '?', '.'])
            || text.ends_with(['<', '&', '*', '!'])
            || text.ends_with("::");
        if !touches && !text.is_empty() {
            text.push(' ');
        }
        text += word;
    }
    let text = text
        .replace(",)", ")")
        .replace(",>", ">")
        .replace("(mut ", "(");
    let mut short = String::new();
    for part in text.split_inclusive(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':'))) {
        short += shortened(part);
    }
    short
}

/// A path, and what follows, from its last name where that says enough.
fn shortened(path: &str) -> &str {
    let (start, last) = path.rsplit_once("::").unwrap_or(("", path));
    let first = start.trim_start_matches("::").split("::").next();
    let is_own = first.is_some_and(|first| OWN.contains(&first));
    let name = last.trim_end_matches(|c: char| !(c.is_alphanumeric() || c == '_'));
    match is_own {
        false => path,
        true if AMBIGUOUS.contains(&name) => {
            let above = start.rsplit("::").next().unwrap_or_default();
            path.get(path.len() - above.len() - last.len() - 2..)
                .unwrap_or(path)
        }
        true => last,
    }
}
