//! Operations: from progenitor's method, builder struct and `send` back to one signature.

use quote::ToTokens;
use syn::{ImplItem, ImplItemFn, Item, ItemImpl, ReturnType, Signature};

use super::{
    model::{Kind, Line, Member},
    spelling::spelt,
};
use crate::passes::output::{first_argument, type_name};

/// The module with the operations' builders.
pub(super) const BUILDERS: &str = "builder";

/// The lines of the operations: arguments and result.
pub(super) fn lines(top: &[&Item], builders: &[&Item]) -> Vec<Line> {
    let of = |f: &ImplItemFn| {
        let builder = builder_of(&f.sig)?;
        let send = functions(builders, &builder).find(|f| f.sig.ident == "send")?;
        let ReturnType::Type(_, result) = &send.sig.output else {
            return None;
        };
        // `Result<ResponseValue<T>, Error>`
        let success = spelt(first_argument(first_argument(result)?)?);
        let mut members = arguments(builders, &builder)?;
        members.push(("->".to_owned(), format!("-> {success}")));
        let name = f.sig.ident.to_string();
        let head = format!("Client::{name}");
        Some(Line::of(Kind::Operation, &name, head, members))
    };
    functions(top, "Client").filter_map(of).flatten().collect()
}

/// The builder that a method of the client returns, if the method starts an operation.
pub(super) fn builder_of(signature: &Signature) -> Option<String> {
    let result = signature.output.to_token_stream().to_string();
    let builder = result.strip_prefix(&format!("-> {BUILDERS} :: "))?;
    builder.split(' ').next().map(str::to_owned)
}

/// The methods of the type of this name.
fn functions<'a>(items: &[&'a Item], name: &str) -> impl Iterator<Item = &'a ImplItemFn> {
    let of = move |item: &&'a Item| match item {
        Item::Impl(block) if block.trait_.is_none() => {
            (type_name(&block.self_ty)? == name).then(|| functions_of(block))
        }
        _ => None,
    };
    items.iter().filter_map(of).flatten()
}

pub(super) fn functions_of(block: &ItemImpl) -> impl Iterator<Item = &ImplItemFn> {
    block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}

/// The builder's fields: each is a `Result` of the argument.
fn arguments(builders: &[&Item], name: &str) -> Option<Vec<Member>> {
    let fields = builders.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == name => Some(&item.fields),
        _ => None,
    })?;
    let arguments = fields.iter().filter_map(|field| {
        let name = field.ident.as_ref().filter(|name| *name != "client")?;
        let ty = first_argument(&field.ty).unwrap_or(&field.ty);
        Some((name.to_string(), format!("{name}: {}", spelt(ty))))
    });
    Some(arguments.collect())
}
