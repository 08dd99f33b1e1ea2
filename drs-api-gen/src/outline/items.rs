//! What is asked of an item of Rust source, whatever it is.

use syn::{Attribute, Expr, ExprLit, Lit, Meta, Visibility};

/// The module with the operations' builders.
pub(super) const BUILDERS: &str = "builder";

pub(super) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The lines of an item's documentation.
pub(super) fn docs(attrs: &[Attribute]) -> impl Iterator<Item = String> {
    attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    })
}
