//! Operations: from progenitor's method, builder struct and `send` back to one signature.

use quote::ToTokens;
use syn::{
    Expr, ExprMatch, Fields, GenericArgument, ImplItem, ImplItemFn, Item, PathArguments,
    ReturnType, Signature, Type, TypePath,
    visit::{self, Visit},
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
        let (success, error) = results(send);
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
        let results = [("->", &success), ("-> error", &error)];
        let results = results.map(|(n, ty)| (n.to_owned(), format!("{n} {ty}")));
        let mut entry = Entry::new(Kind::Operation, name, head, members.chain(results));
        entry.request = Some(format!(
            "{} -> {}",
            request(send),
            answers(send, &success, &error)
        ));
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

/// The types of a success and of an error: `Result<ResponseValue<T>, Error<E>>`.
fn results(send: &ImplItemFn) -> (String, String) {
    let of_result = match &send.sig.output {
        ReturnType::Type(_, ty) => type_arguments(ty),
        ReturnType::Default => Vec::new(),
    };
    let body = |index: usize| {
        let inner = type_arguments(of_result.get(index)?);
        Some(spelling::of_type(inner.first()?))
    };
    (body(0).unwrap_or_default(), body(1).unwrap_or_default())
}

/// The documented answers with their types.
fn answers(send: &ImplItemFn, success: &str, error: &str) -> String {
    let mut statuses = Statuses::default();
    statuses.visit_block(&send.block);
    let answers = statuses.found.into_iter().map(|(status, is_error)| {
        match if is_error { error } else { success } {
            "()" => status,
            body => format!("{status} {body}"),
        }
    });
    answers.collect::<Vec<_>>().join(" | ")
}

/// The arms of `match response.status().as_u16()`, and whether each is an error.
#[derive(Default)]
struct Statuses {
    found: Vec<(String, bool)>,
}

impl Visit<'_> for Statuses {
    fn visit_expr_match(&mut self, expr: &ExprMatch) {
        let is_status = matches!(&*expr.expr, Expr::MethodCall(call) if call.method == "as_u16");
        if !is_status {
            return visit::visit_expr_match(self, expr);
        }
        for arm in &expr.arms {
            let status = arm.pat.to_token_stream().to_string();
            let body = arm.body.to_token_stream().to_string();
            if !body.contains("UnexpectedResponse") {
                let status = status.replace("u16", "").replace(' ', "");
                self.found.push((status, body.contains("ErrorResponse")));
            }
        }
    }
}
