//! The outline of a public API: what a reviewer reads to see what a change of the document
//! does to those who call the client.
//!
//! Made from source, so that two documents can be compared without a build. What all
//! operations and types have in common (builders, conversions, derives) is left out.

mod model;
mod operations;
mod spelling;

use std::collections::BTreeMap;

use syn::{Fields, File, Item, TraitItem, Visibility};

use crate::{
    Error,
    passes::output::{failed, renamed, type_name},
};
use model::Member;
pub(crate) use model::{Kind, Line, Outline};
use operations::functions_of;
use spelling::spelt;

/// The module with the document's types.
const TYPES: &str = "types";

/// The public API of the Rust files with these texts, a line for each operation, field and
/// variant.
///
/// The files are a generated one, handwritten ones, or both. Whatever is `pub` counts as
/// public; in handwritten files the lint `unreachable_pub` ensures that it is.
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
    let not_rust = |e| failed("outline", format!("a source is not Rust: {e}"));
    let files = sources
        .iter()
        .map(|source| syn::parse_file(source).map_err(not_rust));
    Ok(outline_of(&files.collect::<Result<Vec<File>, _>>()?).text())
}

/// The public API of these files.
pub(crate) fn outline_of<'a>(files: impl IntoIterator<Item = &'a File>) -> Outline {
    let top: Vec<&Item> = files.into_iter().flat_map(|file| &file.items).collect();
    let mut lines = operations::lines(&top, &module(&top, operations::BUILDERS));
    // Types of the document have all the same traits, and no methods.
    for item in module(&top, TYPES) {
        lines.extend(of_item(item, None).unwrap_or_default());
    }
    let mut by_hand = by_hand(&top);
    for item in top {
        lines.extend(of_item(item, Some(&mut by_hand)).unwrap_or_default());
    }
    // What is left are methods of types in other files.
    for (name, of) in by_hand {
        if !of.methods.is_empty() {
            let head = format!("impl {name}");
            lines.extend(Line::of(Kind::Other, &name, head, of.methods));
        }
    }
    Outline::of(lines)
}

/// The items of the inline module of this name.
fn module<'a>(items: &[&'a Item], name: &str) -> Vec<&'a Item> {
    let of = |item: &&'a Item| match item {
        Item::Mod(module) if module.ident == name => Some(&module.content.as_ref()?.1),
        _ => None,
    };
    items.iter().filter_map(of).flatten().collect()
}

/// What a hand has written for a type: marks, traits, and the public methods.
#[derive(Default)]
struct ByHand {
    mark: &'static str,
    traits: Vec<String>,
    methods: Vec<Member>,
}

/// The lines of a public item: of a type its properties, values and methods.
fn of_item(item: &Item, by_hand: Option<&mut BTreeMap<String, ByHand>>) -> Option<Vec<Line>> {
    let (visibility, ident, word, rest, mut members) = match item {
        Item::Struct(s) => (&s.vis, &s.ident, "struct", spelt(&s.generics), fields(s)),
        Item::Enum(e) => (&e.vis, &e.ident, "enum", spelt(&e.generics), variants(e)),
        Item::Trait(t) => (&t.vis, &t.ident, "trait", String::new(), methods(t)),
        Item::Type(t) => (&t.vis, &t.ident, "type", typed(" =", &t.ty), vec![]),
        Item::Const(c) => (&c.vis, &c.ident, "const", typed(":", &c.ty), vec![]),
        Item::Fn(f) => (&f.vis, &f.sig.ident, "fn", arguments(&f.sig), vec![]),
        _ => return None,
    };
    let is_open = |e: &syn::ItemEnum| members.len() < e.variants.len();
    let (mark, kind) = match (item, by_hand) {
        (_, Some(by_hand)) => {
            let mut own = by_hand.remove(&ident.to_string()).unwrap_or_default();
            own.traits.sort();
            let colon = if own.traits.is_empty() { "" } else { ": " };
            members.append(&mut own.methods);
            let mark = format!("{}{colon}{}", own.mark, own.traits.join(", "));
            (mark, Kind::Other)
        }
        (Item::Struct(s), _) if matches!(s.fields, Fields::Named(_)) => {
            (" (builder)".to_owned(), Kind::Type)
        }
        (Item::Enum(e), _) if is_open(e) => (" (open)".to_owned(), Kind::Type),
        (Item::Enum(_), _) => (String::new(), Kind::ClosedEnum),
        _ => (String::new(), Kind::Type),
    };
    let head = format!("{word} {ident}{rest}{mark}");
    is_public(visibility).then(|| Line::of(kind, &ident.to_string(), head, members))
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn typed(sign: &str, ty: &syn::Type) -> String {
    format!("{sign} {}", spelt(ty))
}

/// What follows the name in a signature.
fn arguments(signature: &syn::Signature) -> String {
    let (text, name) = (spelt(signature), signature.ident.to_string());
    text.split_once(&name)
        .map_or(String::new(), |(_, rest)| rest.to_owned())
}

/// The variants for values that are listed, each with its value where that is not its name.
fn variants(item: &syn::ItemEnum) -> Vec<Member> {
    let line = |variant: &syn::Variant| {
        let mut shown = variant.clone();
        shown.attrs.clear();
        for field in &mut shown.fields {
            field.attrs.clear();
        }
        let line = spelt(&shown).replace(", }", " }");
        let value = renamed(&variant.attrs).map(|value| format!(" = {value:?}"));
        (variant.ident.to_string(), line + &value.unwrap_or_default())
    };
    let is_untagged = |attr: &syn::Attribute| spelt(attr).contains("untagged");
    let all = item.variants.iter();
    let listed = all.filter(|v| !v.attrs.iter().any(is_untagged));
    listed.map(line).collect()
}

/// The public fields.
fn fields(item: &syn::ItemStruct) -> Vec<Member> {
    let member = |(index, field): (usize, &syn::Field)| {
        let name = field.ident.as_ref().map(ToString::to_string);
        let name = name.unwrap_or_else(|| index.to_string());
        let line = format!("{name}: {}", spelt(&field.ty));
        is_public(&field.vis).then_some((name, line))
    };
    item.fields.iter().enumerate().filter_map(member).collect()
}

fn methods(item: &syn::ItemTrait) -> Vec<Member> {
    let of = |item: &TraitItem| match item {
        TraitItem::Fn(f) => Some(method(&f.sig)),
        _ => None,
    };
    item.items.iter().filter_map(of).collect()
}

/// What is written for each type, by its name.
fn by_hand(items: &[&Item]) -> BTreeMap<String, ByHand> {
    let mut all: BTreeMap<String, ByHand> = BTreeMap::new();
    for item in items {
        match item {
            Item::Struct(syn::ItemStruct { ident, attrs, .. })
            | Item::Enum(syn::ItemEnum { ident, attrs, .. }) => {
                let of = all.entry(ident.to_string()).or_default();
                for attr in attrs {
                    if attr.path().is_ident("non_exhaustive") {
                        of.mark = " (non-exhaustive)";
                    } else if attr.path().is_ident("derive") {
                        // A derive that is no list of paths does not compile.
                        let _ = attr.parse_nested_meta(|meta| {
                            of.traits.push(trait_name(&meta.path));
                            Ok(())
                        });
                    }
                }
            }
            Item::Impl(block) => {
                let Some(name) = type_name(&block.self_ty) else {
                    continue;
                };
                let of = all.entry(name).or_default();
                if let Some((path, _)) = &block.trait_ {
                    of.traits.push(trait_name(path));
                    continue;
                }
                // Those that start an operation have lines of their own.
                let public = functions_of(block).filter(|f| is_public(&f.vis));
                let others = public.filter(|f| operations::builder_of(&f.sig).is_none());
                of.methods.extend(others.map(|f| method(&f.sig)));
            }
            _ => {}
        }
    }
    all
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
