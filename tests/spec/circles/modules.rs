//! The modules of a crate, and the meaning of each name in them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
};

use syn::{Attribute, Expr, Item, ItemMod, Lit, Meta, UseTree, ext::IdentExt as _};

/// The names from the crate's root to a module.
pub(crate) type ModulePath = Vec<String>;

/// A module, in its own file or inside another's.
pub(crate) struct Module {
    pub(crate) path: ModulePath,
    pub(crate) file: PathBuf,
    pub(crate) items: Vec<Item>,
    names: BTreeMap<String, Vec<Meaning>>,
    /// Paths of `use` lines that end in `*`.
    globs: Vec<Vec<String>>,
}

/// The meaning of a name in a module.
enum Meaning {
    Module,
    Item,
    /// The target of this path, as in a `use` line.
    Import(Vec<String>),
}

/// The target of a path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    Module(ModulePath),
    /// An item in this file.
    Item(PathBuf),
}

/// All modules of a crate.
pub(crate) struct Crate {
    pub(crate) modules: Vec<Module>,
    by_path: HashMap<ModulePath, usize>,
}

/// Returns the text of a file, if it exists.
pub(crate) type Source<'a> = &'a dyn Fn(&Path) -> Option<String>;

impl Crate {
    pub(crate) fn read(root: &Path, source: Source<'_>) -> Self {
        let mut reader = Reader {
            source,
            modules: Vec::new(),
        };
        let children = root.parent().unwrap().to_owned();
        reader.read_file(root, Vec::new(), &children);
        let modules = reader.modules;
        // If two modules have one path, the first counts; the other is for a feature.
        let paths = modules.iter().map(|module| module.path.clone());
        let by_path: Vec<_> = paths.zip(0..).collect();
        Self {
            by_path: by_path.into_iter().rev().collect(),
            modules,
        }
    }

    fn module(&self, path: &[String]) -> Option<&Module> {
        self.modules.get(*self.by_path.get(path)?)
    }

    /// The target of a path in a module; `None` outside this crate.
    pub(crate) fn resolve(&self, from: &ModulePath, path: &[String]) -> Vec<Target> {
        self.resolve_once(from, path, &mut BTreeSet::new())
    }

    /// `seen` stops `use` lines that lead to each other.
    fn resolve_once(
        &self,
        from: &ModulePath,
        path: &[String],
        seen: &mut BTreeSet<(ModulePath, String)>,
    ) -> Vec<Target> {
        let mut at = from.clone();
        let mut rest = path;
        while let [first, others @ ..] = rest {
            match first.as_str() {
                "crate" => at.clear(),
                "self" => {}
                "super" => drop(at.pop()),
                _ => break,
            }
            rest = others;
        }
        let relative = rest.len() == path.len();
        let Some(module) = self.module(&at) else {
            return Vec::new();
        };
        let [name, others @ ..] = rest else {
            return vec![Target::Module(at)];
        };
        let mut found = Vec::new();
        for meaning in module.names.get(name).into_iter().flatten() {
            match meaning {
                Meaning::Item => found.push(Target::Item(module.file.clone())),
                Meaning::Module => {
                    let child = [at.as_slice(), std::slice::from_ref(name)].concat();
                    found.extend(match others {
                        [] => vec![Target::Module(child)],
                        _ => self.resolve_once(&child, &within(others), seen),
                    });
                }
                Meaning::Import(import) => {
                    if !seen.insert((at.clone(), name.clone())) {
                        continue;
                    }
                    let imported = self.resolve_once(&at, import, seen);
                    found.extend(imported.into_iter().flat_map(|target| match target {
                        Target::Module(path) if !others.is_empty() => {
                            self.resolve_once(&path, &within(others), seen)
                        }
                        target => vec![target],
                    }));
                    seen.remove(&(at.clone(), name.clone()));
                }
            }
        }
        if found.is_empty() {
            found = self.resolve_by_globs(module, rest, seen);
        }
        let calls_macro = |item: &Item| matches!(item, Item::Macro(call) if call.ident.is_none());
        if found.is_empty() && !relative && module.items.iter().any(calls_macro) {
            // What a macro expands to belongs where the macro is used.
            found.push(Target::Item(module.file.clone()));
        }
        found
    }

    fn resolve_by_globs(
        &self,
        module: &Module,
        path: &[String],
        seen: &mut BTreeSet<(ModulePath, String)>,
    ) -> Vec<Target> {
        let mut found = Vec::new();
        for glob in &module.globs {
            let mark = (module.path.clone(), format!("{}::*", glob.join("::")));
            if !seen.insert(mark.clone()) {
                continue;
            }
            for target in self.resolve_once(&module.path, glob, seen) {
                if let Target::Module(target) = target
                    && target != module.path
                {
                    // Without `self`, a missing module is not taken for one that exists.
                    found.extend(self.resolve_once(&target, path, seen));
                }
            }
            seen.remove(&mark);
        }
        found
    }
}

/// Reads a crate, starting at its root.
struct Reader<'a> {
    source: Source<'a>,
    modules: Vec<Module>,
}

impl Reader<'_> {
    /// `children` is the folder of this file's modules.
    fn read_file(&mut self, file: &Path, path: ModulePath, children: &Path) {
        let text = (self.source)(file).unwrap_or_else(|| panic!("no file {}", file.display()));
        let items = syn::parse_file(&text).unwrap().items;
        self.add(file, path, children, items);
    }

    fn add(&mut self, file: &Path, path: ModulePath, children: &Path, items: Vec<Item>) {
        for item in &items {
            if let Item::Mod(module) = item {
                self.add_child(file, &path, children, module);
            }
        }
        let mut module = Module {
            path,
            file: file.to_owned(),
            items,
            names: BTreeMap::new(),
            globs: Vec::new(),
        };
        module.note_names();
        self.modules.push(module);
    }

    fn add_child(&mut self, file: &Path, parent: &ModulePath, children: &Path, module: &ItemMod) {
        let name = module.ident.unraw().to_string();
        let path = [parent.as_slice(), std::slice::from_ref(&name)].concat();
        let folder = children.join(&name);
        if let Some((_, items)) = &module.content {
            return self.add(file, path, &folder, items.clone());
        }
        if let Some(given) = path_attribute(&module.attrs) {
            let child = file.parent().unwrap().join(given);
            let children = child.parent().unwrap().to_owned();
            return self.read_file(&child, path, &children);
        }
        let adjacent = children.join(format!("{name}.rs"));
        let within = folder.join("mod.rs");
        match (self.source)(&adjacent).is_some() {
            true => self.read_file(&adjacent, path, &folder),
            false => self.read_file(&within, path, &folder),
        }
    }
}

/// A path that is resolved only in its own module.
fn within(path: &[String]) -> Vec<String> {
    [&["self".to_owned()], path].concat()
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes
        .iter()
        .find_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(text) => Some(text.value()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        })
}

impl Module {
    fn note_names(&mut self) {
        let items = std::mem::take(&mut self.items);
        for item in &items {
            let ident = match item {
                Item::Const(item) => &item.ident,
                Item::Enum(item) => &item.ident,
                Item::Fn(item) => &item.sig.ident,
                Item::Macro(item) => match &item.ident {
                    Some(ident) => ident,
                    None => continue,
                },
                Item::Static(item) => &item.ident,
                Item::Struct(item) => &item.ident,
                Item::Trait(item) => &item.ident,
                Item::Type(item) => &item.ident,
                Item::Union(item) => &item.ident,
                Item::Mod(item) => {
                    self.note(&item.ident.unraw().to_string(), Meaning::Module);
                    continue;
                }
                Item::Use(item) => {
                    for (path, name) in imports(&item.tree) {
                        match name {
                            Some(name) => self.note(&name, Meaning::Import(path)),
                            None => self.globs.push(path),
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            self.note(&ident.unraw().to_string(), Meaning::Item);
        }
        self.items = items;
    }

    fn note(&mut self, name: &str, meaning: Meaning) {
        self.names.entry(name.to_owned()).or_default().push(meaning);
    }
}

/// The paths of a `use` line, each with its name; `*` has none.
pub(crate) fn imports(tree: &UseTree) -> Vec<(Vec<String>, Option<String>)> {
    fn walk(tree: &UseTree, before: &[String], found: &mut Vec<(Vec<String>, Option<String>)>) {
        let and = |name: &syn::Ident| [before, &[name.unraw().to_string()]].concat();
        match tree {
            UseTree::Path(path) => walk(&path.tree, &and(&path.ident), found),
            UseTree::Name(name) if name.ident == "self" => {
                found.push((before.to_vec(), before.last().cloned()));
            }
            UseTree::Name(name) => {
                found.push((and(&name.ident), Some(name.ident.unraw().to_string())))
            }
            UseTree::Rename(name) if name.ident == "self" => {
                found.push((before.to_vec(), Some(name.rename.unraw().to_string())));
            }
            UseTree::Rename(name) => {
                found.push((and(&name.ident), Some(name.rename.unraw().to_string())));
            }
            UseTree::Glob(_) => found.push((before.to_vec(), None)),
            UseTree::Group(group) => group
                .items
                .iter()
                .for_each(|tree| walk(tree, before, found)),
        }
    }
    let mut found = Vec::new();
    walk(tree, &[], &mut found);
    found
}
