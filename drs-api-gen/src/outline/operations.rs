//! Operations: from progenitor's method, builder struct and `send` back to one signature.

use quote::ToTokens;
use syn::{
    Fields, GenericArgument, ImplItem, ImplItemFn, Item, PathArguments, ReturnType, Signature,
    Stmt, Type, TypePath,
};

use super::{
    items::{BUILDERS, docs, is_public},
    model::{Entry, Kind},
    spelling,
};

/// The operations, each with its arguments and results.
pub(super) fn entries(top: &[&Item], builders: &[&Item]) -> Vec<Entry> {
    let public = functions(top, "Client").filter(|f| is_public(&f.vis));
    let entry = |f: &ImplItemFn| {
        let name = f.sig.ident.to_string();
        let builder = builder_of(&f.sig)?;
        let arguments = arguments(builders, &builder)?;
        let send = functions(builders, &builder).find(|f| f.sig.ident == "send")?;
        let success = success(send);
        let shown: Vec<String> = arguments
            .iter()
            .map(|(name, ty)| format!("{name}: {ty}"))
            .collect();
        let head = format!("Client::{name}({})", shown.join(", "));
        // A setter takes a value whether or not it has to be set.
        let plain = |ty: &str| match ty
            .strip_prefix("Option<")
            .and_then(|ty| ty.strip_suffix('>'))
        {
            Some(inner) => inner.to_owned(),
            None => ty.to_owned(),
        };
        let members = arguments
            .iter()
            .map(|(n, ty)| (n.clone(), format!("{n}: {}", plain(ty))));
        let result = ("->".to_owned(), format!("-> {success}"));
        let mut entry = Entry::new(Kind::Operation, name, head, members.chain([result]));
        entry.request = Some(format!("{} -> {}", request(send), answers(send, &success)));
        Some(entry)
    };
    public.filter_map(entry).collect()
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
fn arguments(builders: &[&Item], name: &str) -> Option<Vec<(String, String)>> {
    let fields = builders.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == name => match &item.fields {
            Fields::Named(fields) => Some(&fields.named),
            _ => None,
        },
        _ => None,
    })?;
    let named = fields
        .iter()
        .filter_map(|field| Some((field.ident.as_ref()?, &field.ty)));
    let arguments = named
        .filter(|(name, _)| *name != "client")
        .map(|(name, ty)| {
            let ty = type_arguments(ty).first().copied().unwrap_or(ty);
            (name.to_string(), spelling::of_type(ty))
        });
    Some(arguments.collect())
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

/// The type of a success: `Result<ResponseValue<T>, Error>`.
fn success(send: &ImplItemFn) -> String {
    let result = match &send.sig.output {
        ReturnType::Type(_, ty) => type_arguments(ty).into_iter().next(),
        ReturnType::Default => None,
    };
    let body = result.and_then(|value| type_arguments(value).first().copied());
    body.map(spelling::of_type).unwrap_or_default()
}

/// The statuses of a success, which `send` has as a constant, and its type.
fn answers(send: &ImplItemFn, success: &str) -> String {
    let constant = send
        .block
        .stmts
        .iter()
        .find_map(|statement| match statement {
            Stmt::Item(Item::Const(item)) => Some(item.expr.to_token_stream().to_string()),
            _ => None,
        });
    let statuses = constant.unwrap_or_default().replace("u16", "");
    let statuses: Vec<&str> = statuses
        .split(|c: char| !c.is_ascii_digit())
        .filter(|status| !status.is_empty())
        .collect();
    match success {
        "" | "()" => statuses.join(" | "),
        body => format!("{} {body}", statuses.join(" | ")),
    }
}
