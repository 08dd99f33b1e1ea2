//! What the generator makes of each place of a document: the types and the code of what was
//! generated, to see whether Rust callers notice a change there.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Field, Fields, File, ImplItem, Item, Meta, visit_mut::VisitMut};

use super::spot::Spot;
use crate::outline::outline_of;

/// How the Rust of a place differs, each more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rust {
    /// It is the same, but for its docs.
    Same,
    /// Something is new there.
    Grew,
    /// The types are the same, and something behind them is not.
    Code,
    /// A type, a field or a variant is another, or gone.
    Type,
}

/// The generated code of one document.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) outline: String,
    types: BTreeMap<String, Type>,
    operations: BTreeMap<String, Operation>,
}

/// A type of the document: what callers see of it, and all of its code.
#[derive(Default, PartialEq, Eq)]
struct Type {
    head: String,
    lines: BTreeSet<String>,
    code: String,
    fields: BTreeMap<String, Line>,
    /// The types that it is made of.
    mentions: BTreeSet<String>,
}

/// A field: its type, its attributes and the types in it.
#[derive(Clone, Default, PartialEq, Eq)]
struct Line {
    ty: String,
    attributes: String,
    mentions: BTreeSet<String>,
}

#[derive(Default, PartialEq, Eq)]
struct Operation {
    fields: BTreeMap<String, Line>,
    result: Line,
    send: String,
}

impl Code {
    pub(super) fn of(files: &[File]) -> Self {
        let mut code = Self {
            outline: outline_of(files),
            ..Self::default()
        };
        let mut files: Vec<File> = files.to_vec();
        files
            .iter_mut()
            .for_each(|file| NoDocs.visit_file_mut(file));
        let top: Vec<&Item> = files.iter().flat_map(|file| &file.items).collect();
        for item in inside(&top, "types") {
            code.add_type(item);
        }
        for item in inside(&top, "builder") {
            code.add_operation(item);
        }
        code
    }

    fn add_type(&mut self, item: &Item) {
        let tokens = item.to_token_stream();
        let (name, attributes) = match item {
            Item::Struct(item) => (item.ident.to_string(), &item.attrs),
            Item::Enum(item) => (item.ident.to_string(), &item.attrs),
            Item::Type(item) => (item.ident.to_string(), &item.attrs),
            Item::Impl(block) => {
                let Some(name) = crate::passes::output::type_name(&block.self_ty) else {
                    return;
                };
                let entry = self.types.entry(name).or_default();
                entry.code += &tokens.to_string();
                return;
            }
            _ => return,
        };
        let entry = self.types.entry(name).or_default();
        entry.head = attributes
            .iter()
            .filter(|a| !a.path().is_ident("derive"))
            .map(code_of)
            .collect();
        entry.mentions = idents(tokens.clone());
        entry.code += &tokens.to_string();
        match item {
            Item::Struct(item) => {
                entry.head += match item.fields {
                    Fields::Named(_) => "fields",
                    _ => "newtype",
                };
                for field in &item.fields {
                    let line = line(field);
                    match &field.ident {
                        Some(_) if line.attributes.contains("flatten") => {
                            entry.lines.insert(line.ty);
                        }
                        Some(ident) => {
                            entry.fields.insert(ident.to_string(), line);
                        }
                        None => entry.lines.extend([line.ty]),
                    }
                }
            }
            Item::Enum(item) => {
                entry.head += "enum";
                entry.lines = item.variants.iter().map(code_of).collect();
            }
            other => entry.lines = [other.to_token_stream().to_string()].into(),
        }
    }

    fn add_operation(&mut self, item: &Item) {
        match item {
            Item::Struct(item) => {
                let entry = self.operations.entry(item.ident.to_string()).or_default();
                if let Fields::Named(fields) = &item.fields {
                    let named = fields.named.iter();
                    entry.fields = named
                        .filter_map(|field| Some((field.ident.as_ref()?.to_string(), line(field))))
                        .collect();
                }
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let Some(name) = crate::passes::output::type_name(&block.self_ty) else {
                    return;
                };
                let entry = self.operations.entry(name).or_default();
                for item in &block.items {
                    if let ImplItem::Fn(function) = item
                        && function.sig.ident == "call"
                    {
                        entry.send += &function.block.to_token_stream().to_string();
                    } else if let ImplItem::Fn(function) = item
                        && function.sig.ident == "send"
                    {
                        let tokens = function.sig.output.to_token_stream();
                        entry.result.ty = tokens.to_string();
                        entry.result.mentions = idents(tokens);
                        entry.send += &function.block.to_token_stream().to_string();
                    }
                }
            }
            _ => {}
        }
    }

    /// All of the code in lower case: the names of headers have none.
    fn all(&self) -> BTreeSet<String> {
        let types = self.types.values().map(|entry| entry.code.to_lowercase());
        let sends = self
            .operations
            .values()
            .map(|operation| operation.send.to_lowercase());
        types.chain(sends).collect()
    }

    /// A type with those that were only made for it: what callers see, and its code.
    fn whole(
        &self,
        mentions: &BTreeSet<String>,
        own: &BTreeSet<String>,
    ) -> (BTreeSet<String>, String) {
        let (mut lines, mut code) = (BTreeSet::new(), String::new());
        let mut waiting: Vec<&String> = mentions.iter().rev().collect();
        let mut seen = BTreeSet::new();
        while let Some(name) = waiting.pop() {
            let Some(entry) = self.types.get(name).filter(|_| !own.contains(name)) else {
                continue;
            };
            if !seen.insert(name) {
                continue;
            }
            lines.insert(format!("{name} {}", entry.head));
            lines.extend(entry.lines.iter().map(|line| format!("{name} {line}")));
            let fields = entry.fields.iter();
            lines.extend(fields.map(|(field, line)| format!("{name} {field} {}", line.ty)));
            code += &entry.code;
            waiting.extend(entry.mentions.iter().rev());
        }
        (lines, code)
    }
}

/// The generated code of both documents, and the types that are components of either.
pub(super) struct Codes {
    pub(super) old: Code,
    pub(super) new: Code,
    pub(super) components: BTreeSet<String>,
}

impl Codes {
    /// How the code differs from one place to the other.
    pub(super) fn compare(&self, old: &Spot, new: &Spot) -> Rust {
        match (old, new) {
            (
                Spot::Schema { name, property, .. },
                Spot::Schema {
                    name: new_name,
                    property: new_property,
                    ..
                },
            ) => self.schema(
                (name, property.as_deref()),
                (new_name, new_property.as_deref()),
            ),
            (
                Spot::Argument { operation, name },
                Spot::Argument {
                    operation: other,
                    name: new_name,
                },
            ) => self.argument((operation, name), (other, new_name)),
            (Spot::Answers { operation }, Spot::Answers { operation: other }) => {
                match (
                    self.old.operations.get(operation),
                    self.new.operations.get(other),
                ) {
                    (Some(old), Some(new)) => self.line(&old.result, &new.result),
                    _ => Rust::Type,
                }
            }
            _ => Rust::Type,
        }
    }

    fn argument(&self, old: (&str, &str), new: (&str, &str)) -> Rust {
        let find = |code: &'_ Code, (operation, name): (&str, &str)| -> Option<Line> {
            code.operations.get(operation)?.fields.get(name).cloned()
        };
        match (find(&self.old, old), find(&self.new, new)) {
            (Some(old), Some(new)) => self.line(&old, &new),
            (None, Some(_)) => Rust::Grew,
            _ => Rust::Type,
        }
    }

    fn schema(&self, old: (&str, Option<&str>), new: (&str, Option<&str>)) -> Rust {
        let (Some(from), Some(to)) = (self.old.types.get(old.0), self.new.types.get(new.0)) else {
            return match self.old.types.contains_key(old.0) {
                true => Rust::Type,
                false => Rust::Grew,
            };
        };
        let field = |entry: &'_ Type, name: Option<&str>| {
            entry.fields.contains_key(name.unwrap_or_default())
        };
        if old.1.is_some() || new.1.is_some() {
            match (field(from, old.1), field(to, new.1)) {
                (true, true) => {
                    let (old, new) = (old.1.unwrap_or_default(), new.1.unwrap_or_default());
                    return self.line(&from.fields[old], &to.fields[new]);
                }
                (true, false) => return Rust::Type,
                (false, true) => return Rust::Grew,
                (false, false) => {}
            }
        }
        if from.head != to.head {
            let kind = |head: &str| ["fields", "newtype"].map(|kind| head.ends_with(kind));
            return match kind(&from.head) == kind(&to.head) && from.lines.is_subset(&to.lines) {
                true => Rust::Code,
                false => Rust::Type,
            };
        }
        let of = |code: &Code, entry: &Type, name: &str| {
            let mut own = self.components.clone();
            own.remove(name);
            let only: BTreeSet<String> = [name.to_owned()].into();
            match entry.fields.is_empty() {
                true => code.whole(&only, &own),
                false => (entry.lines.clone(), String::new()),
            }
        };
        let (old, new) = (of(&self.old, from, old.0), of(&self.new, to, new.0));
        decide(old, new)
    }

    fn line(&self, old: &Line, new: &Line) -> Rust {
        if old.ty != new.ty {
            return Rust::Type;
        }
        let from = self.old.whole(&old.mentions, &self.components);
        let to = self.new.whole(&new.mentions, &self.components);
        let with = |(lines, code): (BTreeSet<String>, String), attributes: &str| {
            (lines, code + attributes)
        };
        decide(with(from, &old.attributes), with(to, &new.attributes))
    }

    /// Whether clients in use read `null` there.
    pub(super) fn reads_null(&self, old: &Spot) -> bool {
        self.field(old)
            .is_some_and(|line| line.ty.contains(":: Option <"))
    }

    /// Whether clients in use read an answer without the property.
    pub(super) fn reads_nothing(&self, old: &Spot) -> bool {
        let absent =
            |line: &Line| line.ty.contains(":: Option <") || line.attributes.contains("default");
        self.field(old).is_some_and(absent)
    }

    fn field(&self, spot: &Spot) -> Option<&Line> {
        let Spot::Schema {
            name,
            property: Some(property),
            inside: false,
        } = spot
        else {
            return None;
        };
        self.old.types.get(name)?.fields.get(property)
    }

    /// Whether more than the docs and the case of names differs.
    pub(super) fn differ(&self) -> bool {
        self.old.all() != self.new.all()
    }
}

fn decide(old: (BTreeSet<String>, String), new: (BTreeSet<String>, String)) -> Rust {
    match (old.0.is_subset(&new.0), old.0 == new.0 && old.1 == new.1) {
        (_, true) => Rust::Same,
        (true, _) => Rust::Code,
        (false, _) => Rust::Type,
    }
}

fn line(field: &Field) -> Line {
    let ty = field.ty.to_token_stream();
    Line {
        mentions: idents(ty.clone()),
        ty: ty.to_string(),
        attributes: field.attrs.iter().map(code_of).collect(),
    }
}

fn inside<'a>(items: &[&'a Item], name: &str) -> Vec<&'a Item> {
    let modules = items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.ident == name => Some(&module.content.as_ref()?.1),
        _ => None,
    });
    modules.flatten().collect()
}

fn idents(tokens: TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![tokens];
    while let Some(tokens) = waiting.pop() {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    found.insert(ident.to_string());
                }
                TokenTree::Group(group) => waiting.push(group.stream()),
                _ => {}
            }
        }
    }
    found
}

fn code_of(node: &impl ToTokens) -> String {
    node.to_token_stream().to_string()
}

/// Takes documentation away.
struct NoDocs;

impl VisitMut for NoDocs {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| {
            !matches!(&attribute.meta, Meta::NameValue(pair) if pair.path.is_ident("doc"))
        });
    }
}
