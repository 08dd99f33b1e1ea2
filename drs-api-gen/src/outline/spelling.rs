//! Types and signatures as a reader would write them: `Option<Secret>` for
//! `::std::option::Option<crate::Secret>`.

use quote::ToTokens;
use syn::{
    FnArg, Pat, Path, ReceiverKind, ReturnType, Signature, Type,
    visit_mut::{self, VisitMut},
};

/// Where a path that starts here leads is clear from its last name.
const OWN: [&str; 8] = [
    "std", "core", "alloc", "crate", "self", "super", "types", "builder",
];
/// But not with these names, which half of the standard library has.
const AMBIGUOUS: [&str; 2] = ["Error", "Result"];

pub(super) fn of_type(ty: &Type) -> String {
    let mut ty = ty.clone();
    Short.visit_type_mut(&mut ty);
    spaced(&ty)
}

/// The name of a trait, with its arguments but for lifetimes.
pub(super) fn of_trait(path: &Path) -> String {
    let mut path = path.clone();
    Short.visit_path_mut(&mut path);
    path.segments = path.segments.into_iter().next_back().into_iter().collect();
    let name = spaced(&path);
    match name.split_once("<'") {
        Some((name, _)) => name.to_owned(),
        None => name,
    }
}

/// `fn name(self, argument: Type) -> Type`, without `mut` and without the body.
pub(super) fn of_signature(signature: &Signature) -> String {
    let arguments: Vec<String> = signature
        .inputs
        .iter()
        .map(|input| match input {
            FnArg::Receiver(receiver) => match &receiver.kind {
                ReceiverKind::Reference(_, _, None) => "&self".to_owned(),
                ReceiverKind::Reference(_, _, Some(_)) => "&mut self".to_owned(),
                ReceiverKind::Typed(_, ty) => format!("self: {}", of_type(ty)),
                _ => "self".to_owned(),
            },
            FnArg::Typed(argument) => {
                let name = match argument.pat.as_ref() {
                    Pat::Ident(pattern) => pattern.ident.to_string(),
                    other => spaced(other),
                };
                format!("{name}: {}", of_type(&argument.ty))
            }
        })
        .collect();
    let result = match &signature.output {
        ReturnType::Default => String::new(),
        ReturnType::Type(_, ty) => format!(" -> {}", of_type(ty)),
    };
    let bounds = match &signature.generics.where_clause {
        Some(bounds) => format!(" {}", spaced(bounds).trim_end_matches(',')),
        None => String::new(),
    };
    format!(
        "{}fn {}{}({}){result}{bounds}",
        if signature.asyncness.is_some() {
            "async "
        } else {
            ""
        },
        signature.ident,
        spaced(&signature.generics),
        arguments.join(", "),
    )
}

/// Cuts paths to their last name where that says enough.
struct Short;

impl VisitMut for Short {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        path.leading_colon = None;
        let count = path.segments.len();
        let Some(first) = path.segments.first().map(|s| s.ident.to_string()) else {
            return;
        };
        let Some(last) = path.segments.last().map(|s| s.ident.to_string()) else {
            return;
        };
        let kept = match OWN.contains(&first.as_str()) {
            true if AMBIGUOUS.contains(&last.as_str()) => 2.min(count),
            true => 1,
            false => count,
        };
        path.segments = path.segments.iter().skip(count - kept).cloned().collect();
    }
}

/// Tokens with the spaces of ordinary formatting.
pub(super) fn spaced(node: &impl ToTokens) -> String {
    const RULES: [(&str, &str); 14] = [
        (" :: ", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        (",>", ">"),
        (" ;", ";"),
        (" :", ":"),
        ("& ", "&"),
        ("* ", "*"),
        ("Fn (", "Fn("),
        ("FnOnce (", "FnOnce("),
        ("FnMut (", "FnMut("),
        (" !", "!"),
    ];
    let text = node.to_token_stream().to_string();
    RULES
        .iter()
        .fold(text, |text, (from, to)| text.replace(from, to))
}
