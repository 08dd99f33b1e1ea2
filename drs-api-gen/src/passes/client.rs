//! Makes the client a value that the crate makes and that carries what sends requests: progenitor's
//! constructors follow redirects and unwrap, and a client built with them would have neither
//! credentials nor time-outs. What is left of progenitor's own crate goes too, and so does
//! `prelude`, which only renames what the crate re-exports.

use quote::ToTokens;
use syn::{Fields, File, Item, parse_quote, visit::Visit};

use super::{
    output::{failed, inherent_impls, module, path},
    texts::{Names, item_name},
};
use crate::{Document, Error, Settings};

const PASS: &str = "client";

/// What the output must not name in the end: it would need progenitor's crate, or give away what
/// the crate keeps to itself.
const FOREIGN: [&str; 4] = [
    "progenitor_client",
    "Response",
    "RequestBuilder",
    "ByteStream",
];

pub(crate) fn run(file: &mut File, document: &Document, settings: &Settings) -> Result<(), Error> {
    let inner = path(PASS, &settings.inner)?;
    let version = document.value()["info"]["version"].as_str();
    let version = version.unwrap_or_default();
    let mut constructors = 0;
    for (_, block) in inherent_impls(&mut file.items).filter(|(name, _)| name == "Client") {
        let is_constructor = |item: &syn::ImplItem| {
            matches!(item, syn::ImplItem::Fn(f)
                if f.sig.ident == "new" || f.sig.ident == "new_with_client")
        };
        let before = block.items.len();
        block.items.retain(|item| !is_constructor(item));
        if before == block.items.len() {
            continue;
        }
        constructors += before - block.items.len();
        block.items = vec![
            parse_quote! {
                /// The version of the document.
                pub(crate) const VERSION: &'static str = #version;
            },
            parse_quote! {
                pub(crate) fn new(inner: #inner) -> Self {
                    Self { inner }
                }
            },
        ];
    }
    if constructors != 2 {
        let message = format!(
            "expected one `Client::new` and one `Client::new_with_client`, found {constructors}"
        );
        return Err(failed(PASS, message));
    }
    let client = file.items.iter_mut().find_map(|item| match item {
        Item::Struct(item) if item.ident == "Client" => Some(item),
        _ => None,
    });
    let client = client.ok_or_else(|| failed(PASS, "expected a struct `Client`"))?;
    client.fields = Fields::Named(parse_quote!({ pub(crate) inner: #inner }));
    let before = file.items.len();
    file.items
        .retain(|item| !matches!(item, Item::Mod(module) if module.ident == "prelude"));
    if file.items.len() + 1 != before {
        return Err(failed(PASS, "expected a module `prelude`"));
    }
    file.items.retain(|item| match item {
        Item::Use(_) => !item
            .to_token_stream()
            .to_string()
            .contains("progenitor_client"),
        Item::Impl(block) => !block.trait_.as_ref().is_some_and(|(path, _)| {
            let name = path.segments.last().map(|s| s.ident.to_string());
            matches!(name.as_deref(), Some("ClientInfo" | "ClientHooks"))
        }),
        _ => true,
    });
    Ok(())
}

/// Refuses output that still names something foreign to the crate that is not a type of the
/// document.
pub(crate) fn check(file: &mut File) -> Result<(), Error> {
    let mut names = Names::default();
    names.visit_file(file);
    let types = module(PASS, &mut file.items, &["types"])?.iter();
    let own: Vec<_> = types.filter_map(item_name).collect();
    let mut foreign = FOREIGN.iter().filter(|name| names.0.contains(**name));
    match foreign.find(|name| !own.iter().any(|own| own == *name)) {
        Some(name) => Err(failed(PASS, format!("the output still names `{name}`"))),
        None => Ok(()),
    }
}
