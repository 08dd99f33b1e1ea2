//! The items that a module names, in `use` lines, paths, and macros.

use std::path::PathBuf;

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Item, ItemMod, ItemUse, Macro, Path, Visibility,
    ext::IdentExt as _,
    visit::{self, Visit},
};

use super::modules::{Crate, Module, Target, imports};

/// What a module names: each item, with the file that defines it.
pub(crate) fn of(all: &Crate, module: &Module) -> Vec<(String, PathBuf)> {
    let mut paths = Paths::default();
    for item in &module.items {
        paths.visit_item(item);
    }
    let mut found = Vec::new();
    for path in paths.0 {
        for target in all.resolve(&module.path, &path) {
            // A module's name alone names nothing inside it.
            if let Target::Item(file) = target {
                found.push((path.last().cloned().unwrap_or_default(), file));
            }
        }
    }
    found
}

/// The paths in a module, except those in nested modules.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast Item) {
        // It is read as its own module.
        if !matches!(item, Item::Mod(_)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, _: &'ast ItemMod) {}

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.0
            .extend(imports(&item.tree).into_iter().map(|(path, _)| path));
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let names = path.segments.iter().map(|s| s.ident.unraw().to_string());
        self.0.push(names.collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.visit_path(&called.path);
        self.visit_tokens(called.tokens.clone());
    }

    // `pub(super)`, documentation, and `derive` name no items.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

impl Paths {
    /// Collects what looks like a path; a single name only where it is called or constructed.
    fn visit_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end(&mut path, false);
                    }
                    path.push(ident.unraw().to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                }
                TokenTree::Group(group) => {
                    self.end(&mut path, true);
                    self.visit_tokens(group.stream());
                    colons = 0;
                }
                token => {
                    let is_call = token.to_string() == "!";
                    self.end(&mut path, is_call);
                    colons = 0;
                }
            }
        }
        self.end(&mut path, false);
    }

    fn end(&mut self, path: &mut Vec<String>, is_call: bool) {
        let path = std::mem::take(path);
        if path.len() > 1 || (is_call && !path.is_empty()) {
            self.0.push(path);
        }
    }
}
