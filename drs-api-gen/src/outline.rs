//! The outline of a public API: what a reviewer reads to see what a change of the document
//! does to those who call the client.
//!
//! Made from source, so that two documents can be compared without a build. What every
//! operation and type has alike (builders, conversions, derives) is left out.

mod impls;
mod items;
mod model;
mod operations;
mod spelling;

use syn::{Attribute, Fields, File, Item, Meta, UseTree, Variant};

use self::{
    impls::Impls,
    items::{BUILDERS, is_public},
};
use crate::Error;
pub(crate) use model::{Entry, Kind, Line, Outline};

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
///     r#"Client::change_key(key_id: String, body: Key)
///   PUT /keys/{key_id} -> 200 Change
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
    let impls = Impls::of(&top);
    let mut outline = Outline(operations::entries(&top, &module(&top, BUILDERS)));
    outline
        .0
        .extend(module(&top, TYPES).into_iter().filter_map(document_type));
    outline
        .0
        .extend(top.iter().flat_map(|item| handwritten(item, &impls)));
    outline.0.extend(impls.of_types_elsewhere(&top));
    outline.sort();
    outline
}

/// The items of the inline module of this name.
fn module<'a>(items: &[&'a Item], name: &str) -> Vec<&'a Item> {
    let of = |item: &&'a Item| match item {
        Item::Mod(module) if module.ident == name => Some(&module.content.as_ref()?.1),
        _ => None,
    };
    items.iter().filter_map(of).flatten().collect()
}

/// A type of the document: its properties or values.
fn document_type(item: &Item) -> Option<Entry> {
    match item {
        Item::Struct(item) if is_public(&item.vis) => {
            let has_builder = matches!(item.fields, Fields::Named(_));
            let mark = if has_builder { " (builder)" } else { "" };
            let head = format!("struct {}{mark}", item.ident);
            Some(Entry::new(
                Kind::Type,
                &item.ident,
                head,
                fields(&item.fields),
            ))
        }
        Item::Enum(item) if is_public(&item.vis) => {
            let (kind, mark) = match item.variants.iter().any(is_open) {
                true => (Kind::Type, " (open)"),
                false => (Kind::ClosedEnum, ""),
            };
            let listed = item.variants.iter().filter(|v| !is_open(v));
            let members = listed.map(|v| variant(v, wire_value(v)));
            Some(Entry::new(
                kind,
                &item.ident,
                format!("enum {}{mark}", item.ident),
                members,
            ))
        }
        Item::Type(item) if is_public(&item.vis) => {
            let head = format!("type {} = {}", item.ident, spelling::of_type(&item.ty));
            Some(Entry::new(Kind::Type, &item.ident, head, []))
        }
        _ => None,
    }
}

/// The variant for values that the document does not list.
fn is_open(variant: &Variant) -> bool {
    serde_attributes(&variant.attrs).any(|text| text == "untagged")
}

/// The value on the wire, where it is not the variant's name.
fn wire_value(variant: &Variant) -> Option<String> {
    serde_attributes(&variant.attrs)
        .find_map(|text| Some(text.strip_prefix("rename = ")?.to_owned()))
}

fn serde_attributes(attrs: &[Attribute]) -> impl Iterator<Item = String> {
    attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident("serde") => Some(list.tokens.to_string()),
        _ => None,
    })
}

fn variant(variant: &Variant, value: Option<String>) -> (String, String) {
    let each = variant.fields.iter().map(|field| {
        let name = field.ident.as_ref().map(|name| format!("{name}: "));
        name.unwrap_or_default() + &spelling::of_type(&field.ty)
    });
    let each = each.collect::<Vec<_>>().join(", ");
    let fields = match &variant.fields {
        Fields::Named(_) => format!(" {{ {each} }}"),
        Fields::Unnamed(_) => format!("({each})"),
        Fields::Unit => String::new(),
    };
    let value = value.map(|v| format!(" = {v}")).unwrap_or_default();
    let name = variant.ident.to_string();
    let line = format!("{name}{fields}{value}");
    (name, line)
}

/// The public fields.
fn fields(fields: &Fields) -> impl Iterator<Item = (String, String)> {
    let public = fields.iter().enumerate().filter(|(_, f)| is_public(&f.vis));
    public.map(|(index, field)| {
        let name = field
            .ident
            .as_ref()
            .map_or_else(|| index.to_string(), ToString::to_string);
        let line = format!("{name}: {}", spelling::of_type(&field.ty));
        (name, line)
    })
}

/// A top-level item: with its traits and methods if it is a type.
fn handwritten(item: &Item, impls: &Impls) -> Vec<Entry> {
    let of_type = |word: &str, ident: &syn::Ident, generics, attrs: &[Attribute], members| {
        let (generics, traits) = (spelling::spaced(generics), impls.traits(ident, attrs));
        let members: Vec<(String, String)> = members;
        let members = members.into_iter().chain(impls.methods(ident));
        Entry::new(
            Kind::Other,
            ident,
            format!("{word} {ident}{generics}{traits}"),
            members,
        )
    };
    let of =
        |name: &syn::Ident, head, members: Vec<_>| Entry::new(Kind::Other, name, head, members);
    vec![match item {
        Item::Struct(item) if is_public(&item.vis) => {
            let members = fields(&item.fields).collect();
            of_type("struct", &item.ident, &item.generics, &item.attrs, members)
        }
        Item::Enum(item) if is_public(&item.vis) => {
            let members = item.variants.iter().map(|v| variant(v, None)).collect();
            of_type("enum", &item.ident, &item.generics, &item.attrs, members)
        }
        Item::Trait(item) if is_public(&item.vis) => {
            let methods = item.items.iter().filter_map(|item| match item {
                syn::TraitItem::Fn(f) => Some(impls::method(&f.sig)),
                _ => None,
            });
            of(
                &item.ident,
                format!("trait {}", item.ident),
                methods.collect(),
            )
        }
        Item::Fn(item) if is_public(&item.vis) => {
            of(&item.sig.ident, spelling::of_signature(&item.sig), vec![])
        }
        Item::Const(item) if is_public(&item.vis) => {
            let ty = spelling::of_type(&item.ty);
            of(&item.ident, format!("const {}: {ty}", item.ident), vec![])
        }
        Item::Type(item) if is_public(&item.vis) => {
            let (generics, ty) = (
                spelling::spaced(&item.generics),
                spelling::of_type(&item.ty),
            );
            of(
                &item.ident,
                format!("type {}{generics} = {ty}", item.ident),
                vec![],
            )
        }
        // A re-export shows only where it has another name.
        Item::Use(item) if is_public(&item.vis) => return renames(&item.tree, String::new()),
        _ => return Vec::new(),
    }]
}

fn renames(tree: &UseTree, path: String) -> Vec<Entry> {
    match tree {
        UseTree::Path(step) => renames(&step.tree, format!("{path}{}::", step.ident)),
        UseTree::Group(group) => {
            let each = group.items.iter();
            each.flat_map(|tree| renames(tree, path.clone())).collect()
        }
        UseTree::Rename(rename) => {
            let head = format!("use {path}{} as {}", rename.ident, rename.rename);
            vec![Entry::new(Kind::Other, &rename.rename, head, [])]
        }
        UseTree::Name(_) | UseTree::Glob(_) => Vec::new(),
    }
}
