//! The outline of a public API: what a reviewer reads to see what a change of the document
//! does to those who call the client.
//!
//! Made from source, so that two documents can be compared without a build. What every
//! operation and type has alike (builders, conversions, derives) is left out.

mod items;
mod operations;
mod spelling;

use std::collections::BTreeMap;

use syn::{Attribute, Fields, File, ImplItem, Item, ItemImpl, Meta, UseTree, Variant};

use self::items::{BUILDERS, is_public};
use crate::{Error, passes::output::type_name};

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
/// struct Client: Clone
/// "#
/// );
/// # Ok::<(), drs_api_gen::Error>(())
/// ```
///
/// # Errors
/// [`Error::Pass`] if a text is not Rust.
pub fn outline(sources: &[&str]) -> Result<String, Error> {
    let files = sources
        .iter()
        .map(|source| syn::parse_file(source))
        .collect::<Result<Vec<File>, _>>()
        .map_err(|e| Error::Pass {
            pass: "outline",
            message: format!("a source is not Rust: {e}"),
        })?;
    Ok(outline_of(&files))
}

/// The public API of these files.
pub(crate) fn outline_of<'a>(files: impl IntoIterator<Item = &'a File>) -> String {
    let top: Vec<&Item> = files.into_iter().flat_map(|file| &file.items).collect();
    let impls = Impls::of(&top);

    let mut entries: Vec<(Kind, String, Vec<String>)> = Vec::new();
    let builders = module(&top, BUILDERS);
    for (name, lines) in operations::lines(&top, &builders) {
        entries.push((Kind::Operation, name, lines));
    }
    for item in module(&top, TYPES) {
        if let Some((name, lines)) = document_type(item) {
            entries.push((Kind::DocumentType, name, lines));
        }
    }
    for item in &top {
        for (name, lines) in handwritten(item, &impls) {
            entries.push((Kind::Other, name, lines));
        }
    }
    for (name, lines) in impls.of_types_elsewhere(&top) {
        entries.push((Kind::Other, name, lines));
    }
    entries.sort();
    let lines = entries.into_iter().flat_map(|(_, _, lines)| lines);
    lines.map(|line| line + "\n").collect()
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Operation,
    DocumentType,
    Other,
}

/// The items of the inline module of this name.
fn module<'a>(items: &[&'a Item], name: &str) -> Vec<&'a Item> {
    items
        .iter()
        .filter_map(|item| match item {
            Item::Mod(module) if module.ident == name => Some(&module.content.as_ref()?.1),
            _ => None,
        })
        .flatten()
        .collect()
}

/// A type of the document: its properties or values.
fn document_type(item: &Item) -> Option<(String, Vec<String>)> {
    match item {
        Item::Struct(item) if is_public(&item.vis) => {
            let has_builder = matches!(item.fields, Fields::Named(_));
            let mark = if has_builder { " (builder)" } else { "" };
            let mut lines = vec![format!("struct {}{mark}", item.ident)];
            lines.extend(fields(&item.fields));
            Some((item.ident.to_string(), lines))
        }
        Item::Enum(item) if is_public(&item.vis) => {
            let open = item.variants.iter().any(is_open);
            let mark = if open { " (open)" } else { "" };
            let mut lines = vec![format!("enum {}{mark}", item.ident)];
            let listed = item.variants.iter().filter(|v| !is_open(v));
            lines.extend(listed.map(|v| variant(v, wire_value(v))));
            Some((item.ident.to_string(), lines))
        }
        Item::Type(item) if is_public(&item.vis) => {
            let line = format!("type {} = {}", item.ident, spelling::of_type(&item.ty));
            Some((item.ident.to_string(), vec![line]))
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

fn variant(variant: &Variant, value: Option<String>) -> String {
    let fields: Vec<String> = match &variant.fields {
        Fields::Named(fields) => (fields.named.iter())
            .filter_map(|f| {
                Some(format!(
                    "{}: {}",
                    f.ident.as_ref()?,
                    spelling::of_type(&f.ty)
                ))
            })
            .collect(),
        Fields::Unnamed(fields) => (fields.unnamed.iter())
            .map(|f| spelling::of_type(&f.ty))
            .collect(),
        Fields::Unit => Vec::new(),
    };
    let fields = match &variant.fields {
        Fields::Named(_) => format!(" {{ {} }}", fields.join(", ")),
        Fields::Unnamed(_) => format!("({})", fields.join(", ")),
        Fields::Unit => String::new(),
    };
    let value = value.map(|v| format!(" = {v}")).unwrap_or_default();
    format!("  {}{fields}{value}", variant.ident)
}

/// The public fields.
fn fields(fields: &Fields) -> impl Iterator<Item = String> {
    let public = fields.iter().enumerate().filter(|(_, f)| is_public(&f.vis));
    public.map(|(index, field)| {
        let name = match &field.ident {
            Some(ident) => ident.to_string(),
            None => index.to_string(),
        };
        format!("  {name}: {}", spelling::of_type(&field.ty))
    })
}

/// A top-level item: with its traits and methods if it is a type.
fn handwritten(item: &Item, impls: &Impls) -> Vec<(String, Vec<String>)> {
    let one = |name: &syn::Ident, line: String| vec![(name.to_string(), vec![line])];
    match item {
        Item::Struct(item) if is_public(&item.vis) => {
            let (name, traits) = (&item.ident, impls.traits(&item.ident, &item.attrs));
            let generics = spelling::of_generics(&item.generics);
            let mut lines = vec![format!("struct {name}{generics}{traits}")];
            lines.extend(fields(&item.fields));
            lines.extend(impls.methods(name));
            vec![(name.to_string(), lines)]
        }
        Item::Enum(item) if is_public(&item.vis) => {
            let (name, traits) = (&item.ident, impls.traits(&item.ident, &item.attrs));
            let generics = spelling::of_generics(&item.generics);
            let mut lines = vec![format!("enum {name}{generics}{traits}")];
            lines.extend(item.variants.iter().map(|v| variant(v, None)));
            lines.extend(impls.methods(name));
            vec![(name.to_string(), lines)]
        }
        Item::Trait(item) if is_public(&item.vis) => {
            let mut lines = vec![format!("trait {}", item.ident)];
            lines.extend(item.items.iter().filter_map(|item| match item {
                syn::TraitItem::Fn(f) => Some(format!("  {}", spelling::of_signature(&f.sig))),
                _ => None,
            }));
            vec![(item.ident.to_string(), lines)]
        }
        Item::Fn(item) if is_public(&item.vis) => {
            one(&item.sig.ident, spelling::of_signature(&item.sig))
        }
        Item::Const(item) if is_public(&item.vis) => {
            let ty = spelling::of_type(&item.ty);
            one(&item.ident, format!("const {}: {ty}", item.ident))
        }
        Item::Type(item) if is_public(&item.vis) => {
            let ty = spelling::of_type(&item.ty);
            let generics = spelling::of_generics(&item.generics);
            one(&item.ident, format!("type {}{generics} = {ty}", item.ident))
        }
        // A re-export shows only where it gives another name.
        Item::Use(item) if is_public(&item.vis) => {
            let mut found = Vec::new();
            renames(&item.tree, String::new(), &mut found);
            found
        }
        _ => Vec::new(),
    }
}

fn renames(tree: &UseTree, path: String, found: &mut Vec<(String, Vec<String>)>) {
    match tree {
        UseTree::Path(step) => renames(&step.tree, format!("{path}{}::", step.ident), found),
        UseTree::Group(group) => {
            let each = group.items.iter();
            each.for_each(|tree| renames(tree, path.clone(), found));
        }
        UseTree::Rename(rename) => {
            let line = format!("use {path}{} as {}", rename.ident, rename.rename);
            found.push((rename.rename.to_string(), vec![line]));
        }
        UseTree::Name(_) | UseTree::Glob(_) => {}
    }
}

/// What is implemented, by the name of the type.
#[derive(Default)]
struct Impls {
    traits: BTreeMap<String, Vec<String>>,
    methods: BTreeMap<String, Vec<String>>,
}

impl Impls {
    fn of(items: &[&Item]) -> Self {
        let mut impls = Self::default();
        for item in items {
            let Item::Impl(block) = item else { continue };
            let Some(name) = type_name(&block.self_ty) else {
                continue;
            };
            match &block.trait_ {
                Some((path, _)) => {
                    let traits = impls.traits.entry(name).or_default();
                    traits.push(spelling::of_trait(path));
                }
                None => impls
                    .methods
                    .entry(name)
                    .or_default()
                    .extend(methods(block)),
            }
        }
        impls
    }

    /// `: Clone, Debug`, derived or not.
    fn traits(&self, ident: &syn::Ident, attrs: &[Attribute]) -> String {
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
    fn of_types_elsewhere(&self, items: &[&Item]) -> Vec<(String, Vec<String>)> {
        let declared = |name: &str| {
            items.iter().any(|item| match item {
                Item::Struct(item) => item.ident == name,
                Item::Enum(item) => item.ident == name,
                _ => false,
            })
        };
        let elsewhere = self
            .methods
            .iter()
            .filter(|(name, methods)| !methods.is_empty() && !declared(name));
        elsewhere
            .map(|(name, methods)| {
                let mut lines = vec![format!("impl {name}")];
                lines.extend(methods.iter().cloned());
                (name.clone(), lines)
            })
            .collect()
    }

    fn methods(&self, ident: &syn::Ident) -> impl Iterator<Item = String> {
        self.methods
            .get(&ident.to_string())
            .into_iter()
            .flatten()
            .cloned()
    }
}

/// The public methods, but for those that start an operation: these have their own lines.
fn methods(block: &ItemImpl) -> impl Iterator<Item = String> {
    block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(f) if is_public(&f.vis) && operations::builder_of(&f.sig).is_none() => {
            Some(format!("  {}", spelling::of_signature(&f.sig)))
        }
        _ => None,
    })
}
