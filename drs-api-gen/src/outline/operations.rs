//! Operations: from progenitor's method, builder struct and `send` back to one signature.

use quote::ToTokens;
use syn::{
    Fields, GenericArgument, ImplItem, ImplItemFn, Item, PathArguments, ReturnType, Signature,
    Stmt, Type, TypePath,
};

use super::{
    items::{BUILDERS, docs, is_public},
    spelling,
};

/// Each operation's name and lines.
pub(super) fn lines(top: &[&Item], builders: &[&Item]) -> Vec<(String, Vec<String>)> {
    functions(top, "Client")
        .filter(|f| is_public(&f.vis))
        .filter_map(|f| {
            let name = f.sig.ident.to_string();
            let builder = builder_of(&f.sig)?;
            let arguments = arguments(builders, &builder)?;
            let send = functions(builders, &builder).find(|f| f.sig.ident == "send")?;
            let lines = vec![
                format!("Client::{name}({})", arguments.join(", ")),
                format!("  {} -> {}", request(send), success(send)),
            ];
            Some((name, lines))
        })
        .collect()
}

/// The builder that a method of the client gives, if it is one that starts an operation.
pub(super) fn builder_of(signature: &Signature) -> Option<String> {
    let ReturnType::Type(_, ty) = &signature.output else {
        return None;
    };
    let Type::Path(TypePath { path, .. }) = ty.as_ref() else {
        return None;
    };
    let first = path.segments.first()?;
    let last = path.segments.last()?;
    (first.ident == BUILDERS && path.segments.len() == 2).then(|| last.ident.to_string())
}

/// The methods of the type of this name.
fn functions<'a>(items: &[&'a Item], name: &str) -> impl Iterator<Item = &'a ImplItemFn> {
    items
        .iter()
        .filter_map(move |item| match item {
            Item::Impl(block) if block.trait_.is_none() => match block.self_ty.as_ref() {
                Type::Path(ty) if ty.path.segments.last()?.ident == name => Some(&block.items),
                _ => None,
            },
            _ => None,
        })
        .flatten()
        .filter_map(|item| match item {
            ImplItem::Fn(function) => Some(function),
            _ => None,
        })
}

/// The builder's fields: each is a `Result` of the argument.
fn arguments(builders: &[&Item], name: &str) -> Option<Vec<String>> {
    let fields = builders.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == name => match &item.fields {
            Fields::Named(fields) => Some(&fields.named),
            _ => None,
        },
        _ => None,
    })?;
    Some(
        fields
            .iter()
            .filter_map(|field| Some((field.ident.as_ref()?, &field.ty)))
            .filter(|(name, _)| *name != "client")
            .map(|(name, ty)| {
                let ty = type_arguments(ty).first().copied().unwrap_or(ty);
                format!("{name}: {}", spelling::of_type(ty))
            })
            .collect(),
    )
}

fn type_arguments(ty: &Type) -> Vec<&Type> {
    let Type::Path(ty) = ty else {
        return Vec::new();
    };
    match ty.path.segments.last().map(|segment| &segment.arguments) {
        Some(PathArguments::AngleBracketed(arguments)) => arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Method and path, from the line of documentation that progenitor writes on each `send`.
fn request(send: &ImplItemFn) -> String {
    docs(&send.attrs)
        .find_map(|line| {
            let (method, path) = line
                .strip_prefix("Sends a `")?
                .split_once("` request to `")?;
            Some(format!("{method} {}", path.trim_end_matches('`')))
        })
        .unwrap_or_default()
}

/// The statuses of a success, and its type.
fn success(send: &ImplItemFn) -> String {
    // `Result<ResponseValue<T>, Error>`
    let result = match &send.sig.output {
        ReturnType::Type(_, ty) => type_arguments(ty).into_iter().next(),
        ReturnType::Default => None,
    };
    let body = result.and_then(|value| Some(spelling::of_type(type_arguments(value).first()?)));
    let statuses = send
        .block
        .stmts
        .iter()
        .find_map(|statement| match statement {
            Stmt::Item(Item::Const(item)) => Some(item.expr.to_token_stream().to_string()),
            _ => None,
        });
    let statuses = statuses.unwrap_or_default().replace("u16", "");
    let statuses: Vec<&str> = statuses
        .split(|c: char| !c.is_ascii_digit())
        .filter(|status| !status.is_empty())
        .collect();
    let statuses = statuses.join(" | ");
    match body.as_deref() {
        None | Some("()") => statuses,
        Some(body) => format!("{statuses} {body}"),
    }
}
