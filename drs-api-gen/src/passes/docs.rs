//! Documentation: what the document says of a thing is said of each item made from it.
//!
//! progenitor documents types and fields and leaves out `$ref` properties, enum values,
//! builders and deprecation; its example in each method can't run.

use std::collections::BTreeMap;

use serde_json::Value;
use syn::{
    Attribute, Expr, ExprLit, Fields, File, Item, ItemEnum, ItemStruct, Lit, Meta, Type, Variant,
    parse_quote, visit_mut::VisitMut,
};

use super::output::{
    failed, first_argument, functions, inherent_impls, module, renamed, type_name,
};
use crate::{
    Document, Error, names,
    spec::{dialect::Kind, keys::ENUM_DESCRIPTIONS, node::Operation, tree::Tree},
};

const PASS: &str = "docs";

const DEPRECATED: &str = "\
<div class=\"warning\">

The service marks this operation as deprecated. It carries no `#[deprecated]`, since there \
is nothing to use instead.

</div>";

pub(crate) fn run(file: &mut File, document: &Document) -> Result<(), Error> {
    let tree = Tree::new(document);
    let operations: Vec<(&str, Operation<'_, '_>)> = (tree.operations().into_iter())
        .filter_map(|operation| Some((operation.node.text("operationId")?, operation)))
        .collect();
    methods(file, &operations)?;
    let types = module(PASS, &mut file.items, &["types"])?;
    document_enums(types, &tree);
    let fields = document_fields(types);
    document_type_builders(types, &fields)?;
    operation_builders(file, &tree, &operations)?;
    Lines.visit_file_mut(file);
    Ok(())
}

/// The client's methods: without the example, with the deprecation.
fn methods(file: &mut File, operations: &[(&str, Operation<'_, '_>)]) -> Result<(), Error> {
    for (name, operation) in operations {
        let rust_name = names::snake(name);
        let method = inherent_impls(&mut file.items)
            .filter(|(name, _)| name == "Client")
            .flat_map(|(_, block)| functions(&mut block.items))
            .find(|f| f.sig.ident == rust_name)
            .ok_or_else(|| failed(PASS, format!("expected a method `Client::{rust_name}`")))?;
        let docs = text(&method.attrs).unwrap_or_default();
        let Some((before, _example)) = docs.split_once("```ignore") else {
            return Err(failed(
                PASS,
                format!("expected an ignored example in the docs of `Client::{rust_name}`"),
            ));
        };
        let mut docs = before.trim_end().to_owned();
        if operation.node.is_set("deprecated") {
            docs.push_str("\n\n");
            docs.push_str(DEPRECATED);
        }
        set(&mut method.attrs, &docs);
    }
    Ok(())
}

/// Variants: their wire value, and its `x-enum-descriptions` where the schema has them.
fn document_enums(types: &mut [Item], tree: &Tree<'_>) {
    let descriptions = tree.of(Kind::Schema).filter_map(|schema| {
        let texts = |key| schema.list(key).iter().filter_map(Value::as_str);
        let of_values = texts("enum").zip(texts(ENUM_DESCRIPTIONS)).collect();
        Some((names::pascal(&schema.component()?), of_values))
    });
    let descriptions: BTreeMap<String, BTreeMap<&str, &str>> = descriptions.collect();
    for item in types {
        let Item::Enum(item) = item else { continue };
        let descriptions = descriptions.get(&item.ident.to_string());
        for variant in &mut item.variants {
            // What holds another type is a choice of `oneOf`, not a value.
            if text(&variant.attrs).is_some() || !variant.fields.is_empty() {
                continue;
            }
            // A value that is a name of Rust's style needs no other.
            let value = renamed(&variant.attrs).unwrap_or_else(|| variant.ident.to_string());
            let description = descriptions.and_then(|d| d.get(value.as_str()));
            let rest = description.map_or(String::new(), |text| format!(": {text}"));
            set(&mut variant.attrs, &format!("`{value}`{rest}"));
        }
    }
}

/// Fields that refer to another type, and variants made of one, say what that type is. Returns the
/// docs of all fields.
fn document_fields(types: &mut [Item]) -> BTreeMap<(String, String), String> {
    let of_types: BTreeMap<String, String> = types
        .iter()
        .filter_map(|item| match item {
            Item::Struct(ItemStruct { ident, attrs, .. })
            | Item::Enum(ItemEnum { ident, attrs, .. }) => Some((ident.to_string(), text(attrs)?)),
            _ => None,
        })
        .collect();
    let document = |attrs: &mut Vec<Attribute>, ty: &Type| {
        if text(attrs).is_none() {
            let docs = innermost(ty).and_then(|name| of_types.get(&name));
            set(attrs, docs.map_or("A value of this type.", String::as_str));
        }
    };
    let mut of_fields = BTreeMap::new();
    for item in types {
        if let Item::Enum(item) = item {
            for Variant { attrs, fields, .. } in &mut item.variants {
                fields.iter().for_each(|field| document(attrs, &field.ty));
            }
        }
        let Item::Struct(item) = item else { continue };
        let Fields::Named(fields) = &mut item.fields else {
            continue;
        };
        for field in &mut fields.named {
            document(&mut field.attrs, &field.ty);
            if let (Some(ident), Some(docs)) = (&field.ident, text(&field.attrs)) {
                of_fields.insert((item.ident.to_string(), ident.to_string()), docs);
            }
        }
    }
    of_fields
}

/// `Foo` of `Option<Vec<types::Foo>>`.
fn innermost(ty: &Type) -> Option<String> {
    match first_argument(ty) {
        Some(inner) => innermost(inner),
        None => type_name(ty),
    }
}

/// The builders of the types.
fn document_type_builders(
    types: &mut Vec<Item>,
    fields: &BTreeMap<(String, String), String>,
) -> Result<(), Error> {
    for (name, block) in inherent_impls(types) {
        for function in functions(&mut block.items).filter(|f| f.sig.ident == "builder") {
            set(
                &mut function.attrs,
                &format!("Builds a `{name}`; finish with `try_into()`."),
            );
        }
    }
    let builders = module(PASS, types, &["builder"])?;
    for item in builders.iter_mut() {
        if let Item::Struct(item) = item {
            let docs = format!("Builder of [`{0}`](super::{0}).", item.ident);
            set(&mut item.attrs, &docs);
        }
    }
    for (name, block) in inherent_impls(builders) {
        for function in functions(&mut block.items) {
            let field = function.sig.ident.to_string();
            let docs = fields
                .get(&(name.clone(), field.clone()))
                .cloned()
                .unwrap_or_else(|| format!("Sets `{field}`."));
            set(&mut function.attrs, &docs);
        }
    }
    Ok(())
}

/// The builders of the operations' requests.
fn operation_builders(
    file: &mut File,
    tree: &Tree<'_>,
    operations: &[(&str, Operation<'_, '_>)],
) -> Result<(), Error> {
    let builders = module(PASS, &mut file.items, &["builder"])?;
    for (name, operation) in operations {
        let rust_name = names::pascal(name);
        let (_, block) = inherent_impls(builders)
            .find(|(name, _)| *name == rust_name)
            .ok_or_else(|| failed(PASS, format!("expected a `builder::{rust_name}`")))?;
        let parameters: BTreeMap<String, &str> = (tree.parameters(operation).into_iter())
            .filter_map(|p| Some((names::snake(p.text("name")?), p.text("description")?)))
            .collect();
        let body = tree.below_key(operation.node, &["requestBody"]);
        let body = body.and_then(|body| body.text("description"));
        for function in functions(&mut block.items) {
            let setter = function.sig.ident.to_string();
            let docs = match (setter.as_str(), parameters.get(&setter)) {
                ("call" | "send" | "new", _) => continue,
                (_, Some(docs)) => (*docs).to_owned(),
                ("body", None) => body.unwrap_or("The request body.").to_owned(),
                ("body_map", None) => "Changes the request body given so far.".to_owned(),
                (_, None) => format!("Sets `{setter}`."),
            };
            set(&mut function.attrs, &docs);
        }
    }
    Ok(())
}

/// The text of an item's documentation.
fn text(attrs: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = attrs.iter().filter_map(doc_line).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn doc_line(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn set(attrs: &mut Vec<Attribute>, docs: &str) {
    attrs.retain(|attr| doc_line(attr).is_none());
    attrs.insert(0, parse_quote!(#[doc = #docs]));
}

/// Makes one `/// line` of each line of documentation.
struct Lines;

impl Lines {
    fn split(attrs: &mut Vec<Attribute>) {
        let Some(docs) = text(attrs) else { return };
        attrs.retain(|attr| doc_line(attr).is_none());
        // progenitor's own lines come from `///` and begin with a space; those from the
        // document don't, and may be indented.
        let spaced = docs.lines().all(|l| l.is_empty() || l.starts_with(' '));
        let mut fence = None;
        let lines = docs.lines().map(|line| {
            let line = not_rust(line, &mut fence);
            let line = match line.trim_end() {
                line if line.is_empty() || spaced => line.to_owned(),
                line => format!(" {line}"),
            };
            parse_quote!(#[doc = #line])
        });
        attrs.splice(0..0, lines);
    }
}

/// A line of documentation; one that opens a block, which rustdoc might compile, says that it is
/// text. `fence` is what closes the block that the line is in.
fn not_rust(line: &str, fence: &mut Option<String>) -> String {
    let text = line.trim();
    let marks = text.chars().take_while(|c| matches!(c, '`' | '~')).count();
    let (marks, info) = text.split_at_checked(marks).unwrap_or_default();
    if let Some(closing) = fence {
        if info.is_empty() && marks.starts_with(closing.as_str()) {
            *fence = None;
        }
    } else if marks.len() >= 3 && !info.contains('`') {
        *fence = Some(marks.to_owned());
        return line.replacen(text, &format!("{marks}text"), 1);
    }
    line.to_owned()
}

impl VisitMut for Lines {
    fn visit_attributes_mut(&mut self, attrs: &mut Vec<Attribute>) {
        Self::split(attrs);
    }
}

/// A blank line after each item: prettyplease writes none.
pub(crate) fn spaced_out(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + source.len() / 50);
    let mut lines = source.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let indentation = line.len() - line.trim_start().len();
        let ends_item = line.trim() == "}" && indentation <= 8;
        let next_starts = lines
            .peek()
            .is_some_and(|next| !next.trim().starts_with('}'));
        if ends_item && next_starts {
            out.push('\n');
        }
    }
    out
}
