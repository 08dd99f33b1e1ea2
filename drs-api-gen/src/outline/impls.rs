//! What is implemented, by the name of the type.

use std::collections::BTreeMap;

use syn::{Attribute, ImplItem, Item, Signature};

use super::{
    items::is_public,
    model::{Entry, Kind},
    operations, spelling,
};
use crate::passes::output::type_name;

#[derive(Default)]
pub(super) struct Impls {
    traits: BTreeMap<String, Vec<String>>,
    methods: BTreeMap<String, Vec<(String, String)>>,
}

impl Impls {
    pub(super) fn of(items: &[&Item]) -> Self {
        let mut impls = Self::default();
        for item in items {
            let Item::Impl(block) = item else { continue };
            let Some(name) = type_name(&block.self_ty) else {
                continue;
            };
            if let Some((path, _)) = &block.trait_ {
                impls
                    .traits
                    .entry(name)
                    .or_default()
                    .push(spelling::of_trait(path));
                continue;
            }
            // Those that start an operation have their own lines.
            let methods = block.items.iter().filter_map(|item| match item {
                ImplItem::Fn(f)
                    if is_public(&f.vis) && operations::builder_of(&f.sig).is_none() =>
                {
                    Some(method(&f.sig))
                }
                _ => None,
            });
            impls.methods.entry(name).or_default().extend(methods);
        }
        impls
    }

    /// `: Clone, Debug`, derived or not.
    pub(super) fn traits(&self, ident: &syn::Ident, attrs: &[Attribute]) -> String {
        let mut all = self
            .traits
            .get(&ident.to_string())
            .cloned()
            .unwrap_or_default();
        for attr in attrs.iter().filter(|a| a.path().is_ident("derive")) {
            // A derive that is no list of paths does not compile.
            let _ = attr.parse_nested_meta(|meta| {
                all.push(spelling::of_trait(&meta.path));
                Ok(())
            });
        }
        all.sort();
        let grows = attrs.iter().any(|a| a.path().is_ident("non_exhaustive"));
        let mark = if grows { " (non-exhaustive)" } else { "" };
        match all.is_empty() {
            true => mark.to_owned(),
            false => format!("{mark}: {}", all.join(", ")),
        }
    }

    /// The methods of types that are declared in another file.
    pub(super) fn of_types_elsewhere(&self, items: &[&Item]) -> Vec<Entry> {
        let declares = |item: &&Item, name: &str| match item {
            Item::Struct(item) => item.ident == name,
            Item::Enum(item) => item.ident == name,
            _ => false,
        };
        let elsewhere = self.methods.iter().filter(|(name, methods)| {
            !methods.is_empty() && !items.iter().any(|item| declares(item, name))
        });
        let entry = |(name, methods): (&String, &Vec<(String, String)>)| {
            Entry::new(Kind::Other, name, format!("impl {name}"), methods.clone())
        };
        elsewhere.map(entry).collect()
    }

    /// The public methods.
    pub(super) fn methods(&self, ident: &syn::Ident) -> Vec<(String, String)> {
        self.methods
            .get(&ident.to_string())
            .cloned()
            .unwrap_or_default()
    }
}

pub(super) fn method(signature: &Signature) -> (String, String) {
    (
        signature.ident.to_string(),
        spelling::of_signature(signature),
    )
}
