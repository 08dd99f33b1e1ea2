//! The Rust names that progenitor derives from the names in the document.
//!
//! Two crates make them: typify those of types, fields and variants, progenitor those of
//! operations and arguments. A pass that looks for a name made here fails where it doesn't
//! find it, so a difference from their rules can't go unseen.

use std::collections::BTreeSet;

use heck::{ToPascalCase, ToSnakeCase};
use unicode_ident::{is_xid_continue, is_xid_start};

/// The variant of an open enum for values that the document doesn't list.
pub(crate) const UNKNOWN: &str = "Unknown";

/// Type or variant name: `KerberosVO` becomes `KerberosVo`, `zh-cn` becomes `ZhCn`.
pub fn pascal(name: &str) -> String {
    identifier(&words(name).to_pascal_case(), "X")
}

/// Field name: `errorCode` becomes `error_code`.
pub(crate) fn field(name: &str) -> String {
    identifier(&words(name).to_snake_case(), "x")
}

/// Method or argument name: `BatchResetPassword` becomes `batch_reset_password`.
pub fn snake(name: &str) -> String {
    identifier(&words(name).to_snake_case(), "_")
}

fn words(name: &str) -> String {
    match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => name
            .replace('\'', "")
            .replace(|c: char| !is_xid_continue(c), "-"),
    }
}

fn identifier(name: &str, prefix: &str) -> String {
    let name = match name.chars().next() {
        None if prefix == "X" => "X".to_owned(),
        None => "x".to_owned(),
        Some(first) if is_xid_start(first) => name.to_owned(),
        Some(_) => format!("{prefix}{name}"),
    };
    // `gen` is a keyword since edition 2024; `union` and the like are none everywhere.
    if syn::parse_str::<syn::Ident>(&name).is_ok() && name != "gen" {
        name
    } else {
        format!("{name}_")
    }
}

/// The variants that an enum's values give, and for values that give none of their own
/// their index and why.
pub(crate) fn variants<'v>(
    values: impl IntoIterator<Item = &'v str>,
    open: bool,
) -> (Vec<String>, Vec<(usize, String)>) {
    // `Self::Err` is the error of `FromStr`.
    let mut taken = BTreeSet::from(["Err".to_owned()]);
    if open {
        taken.insert(UNKNOWN.to_owned());
    }
    let mut names = Vec::new();
    let mut problems = Vec::new();
    for (index, value) in values.into_iter().enumerate() {
        let name = pascal(value);
        // typify turns `+1` into `plus1`, which can't name a variant.
        if matches!(value, "+1" | "-1") || !value.chars().any(char::is_alphanumeric) {
            problems.push((index, format!("the value `{value}` has no Rust name")));
        } else if !taken.insert(name.clone()) {
            problems.push((
                index,
                format!("the value `{value}` has no Rust name of its own (`{name}` is taken)"),
            ));
        } else {
            names.push(name);
        }
    }
    (names, problems)
}
