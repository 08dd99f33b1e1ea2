//! Finding things in progenitor's output, for all passes.

use syn::{
    Attribute, File, GenericArgument, ImplItem, ImplItemFn, Item, ItemImpl, ItemMod, Path,
    PathArguments, Type,
};

use crate::Error;

/// What a pass says where the output is not what it was written for.
pub(crate) fn failed(pass: &'static str, message: impl Into<String>) -> Error {
    Error::Pass {
        pass,
        message: message.into(),
    }
}

/// The items of the module at `path`, `["types", "builder"]`.
pub(super) fn module<'a>(
    pass: &'static str,
    items: &'a mut Vec<Item>,
    path: &[&str],
) -> Result<&'a mut Vec<Item>, Error> {
    let Some((name, rest)) = path.split_first() else {
        return Ok(items);
    };
    let found = items.iter_mut().find_map(|item| match item {
        Item::Mod(ItemMod {
            ident,
            content: Some((_, items)),
            ..
        }) if ident == name => Some(items),
        _ => None,
    });
    match found {
        Some(items) => module(pass, items, rest),
        None => Err(failed(pass, format!("expected a module `{name}`"))),
    }
}

/// The inherent `impl` blocks among `items` with the name of their type.
pub(super) fn inherent_impls(items: &mut [Item]) -> impl Iterator<Item = (String, &mut ItemImpl)> {
    items.iter_mut().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => {
            type_name(&block.self_ty).map(|name| (name, block))
        }
        _ => None,
    })
}

/// The last segment of a type's path.
pub(crate) fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
        _ => None,
    }
}

/// The structs with named fields of the module `types`.
pub(super) fn structs<'a>(
    pass: &'static str,
    file: &'a mut File,
) -> Result<Vec<&'a mut syn::ItemStruct>, Error> {
    Ok(module(pass, &mut file.items, &["types"])?
        .iter_mut()
        .filter_map(|item| match item {
            Item::Struct(item) if matches!(item.fields, syn::Fields::Named(_)) => Some(item),
            _ => None,
        })
        .collect())
}

/// The functions among the items of an `impl` block.
pub(super) fn functions(items: &mut [ImplItem]) -> impl Iterator<Item = &mut ImplItemFn> {
    items.iter_mut().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}

/// `T` of a type like `Result<T, E>`.
pub(crate) fn first_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(ty) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &ty.path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The name on the wire that an attribute sets for a field or a variant.
pub(crate) fn renamed(attrs: &[Attribute]) -> Option<String> {
    let mut renamed = None;
    for attr in attrs.iter().filter(|a| a.path().is_ident("serde")) {
        // A key this closure does not read ends the parse with an error; what was read
        // until then counts.
        let _ = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                renamed = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Lit>()?;
            }
            Ok(())
        });
    }
    renamed
}

/// A path of the crate that the settings name.
pub(super) fn path(pass: &'static str, setting: &str) -> Result<Path, Error> {
    let refused = |e| failed(pass, format!("the setting `{setting}` is not a path: {e}"));
    syn::parse_str(setting).map_err(refused)
}
