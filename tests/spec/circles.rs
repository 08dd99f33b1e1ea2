//! Do two source files of a crate import each other, directly or through others?
//!
//! A file imports the files of the items it names, in `use` lines, paths, and macros. Re-exports
//! are followed to the item. A `mod` line alone imports nothing.

mod modules;
mod references;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use modules::{Crate, Source};

/// For each file, the files it imports, and by which names.
type Reached = BTreeMap<PathBuf, BTreeMap<PathBuf, BTreeSet<String>>>;

/// The root files of all crates in the workspace, each with its package.
fn roots() -> Vec<(String, PathBuf)> {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let metadata = drs_tests::cargo(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .flat_map(|package| {
            let name = package["name"].as_str().unwrap();
            let targets = package["targets"].as_array().unwrap().iter();
            targets.map(|target| {
                let root = target["src_path"].as_str().unwrap();
                (name.to_owned(), PathBuf::from(root))
            })
        })
        .collect()
}

fn reached(root: &Path, source: Source<'_>) -> Reached {
    let all = Crate::read(root, source);
    let mut reached = Reached::new();
    for module in &all.modules {
        for (name, file) in references::of(&all, module) {
            if file != module.file {
                let from = reached.entry(module.file.clone()).or_default();
                from.entry(file).or_default().insert(name);
            }
        }
    }
    reached
}

/// All files that one reaches.
fn closure<'a>(reached: &'a Reached, from: &'a Path) -> BTreeSet<&'a Path> {
    let mut found = BTreeSet::new();
    let mut next = vec![from];
    while let Some(file) = next.pop() {
        for file in reached.get(file).into_iter().flat_map(BTreeMap::keys) {
            if found.insert(file.as_path()) {
                next.push(file);
            }
        }
    }
    found
}

/// Each loop: its files, and the names by which they import each other.
fn loops(reached: &Reached, base: &Path) -> Vec<String> {
    let mut loops = Vec::new();
    let mut seen = BTreeSet::new();
    for file in reached.keys() {
        if !closure(reached, file).contains(file.as_path()) || seen.contains(file) {
            continue;
        }
        let ways = closure(reached, file);
        let files: Vec<_> = reached
            .keys()
            .filter(|other| ways.contains(other.as_path()))
            .filter(|other| closure(reached, other).contains(file.as_path()))
            .collect();
        let show = |file: &Path| {
            file.strip_prefix(base)
                .unwrap_or(file)
                .display()
                .to_string()
        };
        let mut text = String::new();
        for from in &files {
            for (to, names) in reached[*from].iter().filter(|(to, _)| files.contains(to)) {
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                let [from, to] = [from.as_path(), to].map(show);
                text += &format!("{from} reaches {to} by {}\n", names.join(", "));
            }
        }
        seen.extend(files);
        loops.push(text);
    }
    loops
}

#[test]
fn no_two_files_of_a_crate_reach_each_other() {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut all = Vec::new();
    let mut read = 0;
    for (package, root) in roots() {
        let reached = reached(&root, &|file| std::fs::read_to_string(file).ok());
        read += reached.len();
        let loops = loops(&reached, base).into_iter();
        all.extend(loops.map(|text| format!("{package}:\n{text}")));
    }
    assert!(read > 50, "only {read} files were found to reach another");
    assert!(all.is_empty(), "files in loops:\n\n{}", all.join("\n"));
}

/// The loops of a crate with these files; the first is the root.
fn loops_of(files: &[(&str, &str)]) -> Vec<String> {
    let source = |file: &Path| {
        let found = files
            .iter()
            .find(|(name, _)| Path::new("/").join(name) == file);
        found.map(|(_, text)| (*text).to_owned())
    };
    let root = Path::new("/").join(files[0].0);
    loops(&reached(&root, &source), Path::new("/"))
}

#[test]
fn a_loop_is_found_in_whatever_way_its_files_name_each_other() {
    let root = "mod a; mod b; pub use b::Renamed as Other;";
    for (name, in_a) in [
        ("a use line", "use crate::b::Item; pub fn f() {}"),
        (
            "a nested use line",
            "use super::{b::{self, Item}}; pub fn f() {}",
        ),
        ("an expression", "pub fn f() { crate::b::g() }"),
        ("a type", "pub fn f() -> Option<super::b::Item> { None }"),
        (
            "a pattern",
            "pub fn f() { let crate::b::Item {} = todo!(); }",
        ),
        ("a macro", "pub fn f() { println!(\"{}\", crate::b::g()) }"),
        ("a macro's name", "pub fn f() { crate::b::m!() }"),
        ("a re-export", "use crate::Other; pub fn f() {}"),
        ("a module's name", "use crate::b; pub fn f() { b::g() }"),
        (
            "everything of a module",
            "use crate::b::*; pub fn f() { g() }",
        ),
        (
            "a module within",
            "pub fn f() {} mod tests { use crate::b::Item; }",
        ),
        (
            "the module itself",
            "use self::inner::Item; pub fn f() {} mod inner { pub use crate::b::Item; }",
        ),
    ] {
        let b = "use crate::a::f; pub struct Item; pub struct Renamed; pub fn g() { f() } \
                 macro_rules! m { () => {} } pub(crate) use m;";
        let found = loops_of(&[("lib.rs", root), ("a.rs", in_a), ("b.rs", b)]);
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        assert!(
            found[0].contains("a.rs reaches b.rs by"),
            "{name}: {found:?}"
        );
        assert!(
            found[0].contains("b.rs reaches a.rs by f"),
            "{name}: {found:?}"
        );
    }
}

#[test]
fn a_loop_between_a_module_and_its_parent_is_found() {
    let found = loops_of(&[
        ("lib.rs", "mod a;"),
        ("a.rs", "mod b; pub struct Item; pub fn f() { b::g() }"),
        ("a/b.rs", "use super::Item; pub fn g() {}"),
    ]);
    assert_eq!(
        found,
        ["a/b.rs reaches a.rs by Item\na.rs reaches a/b.rs by g\n"]
    );
}

#[test]
fn a_long_loop_is_found_once() {
    let found = loops_of(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use crate::b::B; pub struct A;"),
        ("b.rs", "use crate::c::C; pub struct B;"),
        ("c.rs", "use crate::a::A; pub struct C;"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].lines().count(), 3, "{found:?}");
}

#[test]
fn what_is_no_loop_is_none() {
    let found = loops_of(&[
        ("lib.rs", "mod a; mod b; pub use a::Item; pub use b::f;"),
        (
            "a.rs",
            "pub(super) mod inner; #[derive(Debug)] pub struct Item; pub(crate) fn b() {}",
        ),
        // Through re-exports in files that import it, it reaches only `a`.
        (
            "b.rs",
            "use super::Item; /// [`crate::b::f`]\n pub fn f() -> Item { let a = 1; Item }",
        ),
        (
            "a/inner.rs",
            "pub(in crate::a) struct Inner; pub fn g() { std::mem::drop(1) }",
        ),
    ]);
    assert_eq!(found, [""; 0]);
}
