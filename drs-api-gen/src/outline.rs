//! The outline of a public API: what a reviewer reads to see what a change of the document
//! does to those who call the client.
//!
//! Made from source, so that two documents can be compared without a build. What every
//! operation and type has alike (builders, conversions, derives) is left out.

mod model;
mod operations;
mod spelling;

use std::collections::BTreeMap;

use syn::{Attribute, Fields, File, Generics, Ident, ImplItem, Item, Meta, TraitItem, Visibility};

use crate::{Error, passes::output::type_name};
pub(crate) use model::{Entry, Kind, Line, Member, Outline};
use spelling::spelt;

/// The module with the document's types.
const TYPES: &str = "types";

/// The public API of the Rust files with these texts, a line for each operation, field and
/// variant.
///
/// The files are a generated one, handwritten ones, or both. Whatever is `pub` counts as
/// public: the lint `unreachable_pub` sees to that in handwritten files.
///
/// ```
/// # use drs_api_gen::{Document, Settings, generate, outline};
/// # let yaml = include_str!("../tests/fixtures/minimal.yaml");
/// let rust = generate(&Document::parse(yaml)?, &Settings::new("minimal.yaml"))?;
/// assert_eq!(
///     outline(&[&rust.in_one()])?,
///     r#"Client::change_key
///   key_id: String
///   body: Key
///   -> Change
/// struct Change (builder)
///   state: Option<State>
/// struct Key (builder)
///   value: Secret
/// enum State (open)
///   Done = "done"
///   Refused = "refused"
/// struct UnknownValue
/// struct Client: Clone, Debug
/// "#
/// );
/// # Ok::<(), drs_api_gen::Error>(())
/// ```
///
/// # Errors
/// [`Error::Pass`] if a text is not Rust.
pub fn outline(sources: &[&str]) -> Result<String, Error> {
    let files = sources.iter().map(|source| syn::parse_file(source));
    let files = files
        .collect::<Result<Vec<File>, _>>()
        .map_err(|e| Error::Pass {
            pass: "outline",
            message: format!("a source is not Rust: {e}"),
        })?;
    Ok(outline_of(&files).text())
}

/// The public API of these files.
pub(crate) fn outline_of<'a>(files: impl IntoIterator<Item = &'a File>) -> Outline {
    let top: Vec<&Item> = files.into_iter().flat_map(|file| &file.items).collect();
    let mut entries = operations::entries(&top, &module(&top, operations::BUILDERS));
    let types = module(&top, TYPES);
    entries.extend(
        types
            .into_iter()
            .filter_map(|item| entry(item, &mut Owner::Document)),
    );
    let mut owner = Owner::Hand(impls(&top));
    entries.extend(top.iter().filter_map(|item| entry(item, &mut owner)));
    // What is left are methods of types in other files.
    if let Owner::Hand(impls) = owner {
        let elsewhere = impls.into_iter().filter(|(_, of)| !of.methods.is_empty());
        entries.extend(elsewhere.map(|(name, of)| {
            let head = format!("impl {name}");
            Entry::new(Kind::Other, name, head, of.methods)
        }));
    }
    Outline::of(entries)
}

/// The items of the inline module of this name.
fn module<'a>(items: &[&'a Item], name: &str) -> Vec<&'a Item> {
    let of = |item: &&'a Item| match item {
        Item::Mod(module) if module.ident == name => Some(&module.content.as_ref()?.1),
        _ => None,
    };
    items.iter().filter_map(of).flatten().collect()
}

/// What an item is of.
enum Owner {
    /// The document: all such types have the same traits and no methods.
    Document,
    /// Someone's hand; what is implemented, by the name of the type.
    Hand(BTreeMap<String, Impls>),
}

/// What is implemented for a type: traits, and the public methods.
#[derive(Default)]
struct Impls {
    traits: Vec<String>,
    methods: Vec<Member>,
}

/// A public item: of a type its properties, values and methods.
fn entry(item: &Item, owner: &mut Owner) -> Option<Entry> {
    let (mut kind, none) = (Kind::Type, Generics::default());
    let (visibility, ident, word, generics) = match item {
        Item::Struct(item) => (&item.vis, &item.ident, "struct", &item.generics),
        Item::Enum(item) => (&item.vis, &item.ident, "enum", &item.generics),
        Item::Trait(item) => (&item.vis, &item.ident, "trait", &none),
        Item::Type(item) => (&item.vis, &item.ident, "type", &item.generics),
        Item::Const(item) => (&item.vis, &item.ident, "const", &none),
        Item::Fn(item) => (&item.vis, &item.sig.ident, "fn", &none),
        _ => return None,
    };
    let (rest, members) = match item {
        Item::Struct(item) => {
            let mark = match item.fields {
                Fields::Named(_) => " (builder)",
                _ => "",
            };
            let (marks, methods) = owner.marks(ident, &item.attrs, mark);
            (marks, [fields(&item.fields), methods].concat())
        }
        Item::Enum(item) => {
            let is_listed = |v: &&syn::Variant| serde(&v.attrs) != "untagged";
            let listed: Vec<_> = item.variants.iter().filter(is_listed).collect();
            let is_open = listed.len() < item.variants.len();
            if !is_open {
                kind = Kind::ClosedEnum;
            }
            let mark = if is_open { " (open)" } else { "" };
            let (marks, methods) = owner.marks(ident, &item.attrs, mark);
            let values = listed.into_iter().map(variant);
            (marks, values.chain(methods).collect())
        }
        Item::Trait(item) => {
            let methods = item.items.iter().filter_map(|item| match item {
                TraitItem::Fn(f) => Some(method(&f.sig)),
                _ => None,
            });
            (String::new(), methods.collect())
        }
        Item::Type(item) => (format!(" = {}", spelt(&item.ty)), vec![]),
        Item::Const(item) => (format!(": {}", spelt(&item.ty)), vec![]),
        Item::Fn(item) => {
            let signature = spelt(&item.sig);
            let (_, rest) = signature.split_once(&ident.to_string())?;
            (rest.to_owned(), vec![])
        }
        _ => return None,
    };
    if let Owner::Hand(_) = owner {
        kind = Kind::Other;
    }
    let head = format!("{word} {ident}{}{rest}", spelt(generics));
    is_public(visibility).then(|| Entry::new(kind, ident, head, members))
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

impl Owner {
    /// What follows the name of a type, and its methods.
    fn marks(&mut self, ident: &Ident, attrs: &[Attribute], mark: &str) -> (String, Vec<Member>) {
        let Self::Hand(impls) = self else {
            return (mark.to_owned(), Vec::new());
        };
        let Impls {
            mut traits,
            methods,
        } = impls.remove(&ident.to_string()).unwrap_or_default();
        for attr in attrs.iter().filter(|a| a.path().is_ident("derive")) {
            // A derive that is not a list of paths does not compile.
            let _ = attr.parse_nested_meta(|meta| {
                traits.push(trait_name(&meta.path));
                Ok(())
            });
        }
        traits.sort();
        let grows = attrs.iter().any(|a| a.path().is_ident("non_exhaustive"));
        let mark = if grows { " (non-exhaustive)" } else { "" };
        let colon = if traits.is_empty() { "" } else { ": " };
        (format!("{mark}{colon}{}", traits.join(", ")), methods)
    }
}

/// What an attribute of serde says; nothing, if there is none.
fn serde(attrs: &[Attribute]) -> String {
    let of = |attr: &Attribute| match &attr.meta {
        Meta::List(list) if list.path.is_ident("serde") => Some(list.tokens.to_string()),
        _ => None,
    };
    attrs.iter().find_map(of).unwrap_or_default()
}

/// A variant, with its value on the wire where that is not its name.
fn variant(variant: &syn::Variant) -> Member {
    let mut shown = variant.clone();
    shown.attrs.clear();
    shown
        .fields
        .iter_mut()
        .for_each(|field| field.attrs.clear());
    let line = spelt(&shown).replace(", }", " }");
    let said = serde(&variant.attrs);
    let value = said
        .strip_prefix("rename = ")
        .map(|value| format!(" = {value}"));
    (variant.ident.to_string(), line + &value.unwrap_or_default())
}

/// The public fields.
fn fields(fields: &Fields) -> Vec<Member> {
    let public = fields.iter().enumerate().filter(|(_, f)| is_public(&f.vis));
    let member = |(index, field): (usize, &syn::Field)| {
        let name = field.ident.as_ref().map(ToString::to_string);
        let name = name.unwrap_or_else(|| index.to_string());
        let line = format!("{name}: {}", spelt(&field.ty));
        (name, line)
    };
    public.map(member).collect()
}

/// What is implemented, by the name of the type.
fn impls(items: &[&Item]) -> BTreeMap<String, Impls> {
    let mut impls: BTreeMap<String, Impls> = BTreeMap::new();
    for item in items {
        let Item::Impl(block) = item else { continue };
        let Some(name) = type_name(&block.self_ty) else {
            continue;
        };
        let of = impls.entry(name).or_default();
        if let Some((path, _)) = &block.trait_ {
            of.traits.push(trait_name(path));
            continue;
        }
        for item in &block.items {
            // Those that start an operation have entries of their own.
            if let ImplItem::Fn(f) = item
                && is_public(&f.vis)
                && operations::builder_of(&f.sig).is_none()
            {
                of.methods.push(method(&f.sig));
            }
        }
    }
    impls
}

/// The name of a trait, with its arguments but for lifetimes.
fn trait_name(path: &syn::Path) -> String {
    let name = path.segments.last().map(spelt).unwrap_or_default();
    match name.split_once("<'") {
        Some((name, _)) => name.to_owned(),
        None => name,
    }
}

fn method(signature: &syn::Signature) -> Member {
    (signature.ident.to_string(), spelt(signature))
}
