//! The spec with `BatchResetPassword` alone, at its first version: what a test says of this text
//! remains true when the spec grows.

const SPEC: &str = include_str!("../../openapi/drs-v3.yaml");
const OPERATION: &str = "operationId: BatchResetPassword\n";

/// The parts of a text that begin with a line of this indentation.
fn blocks(text: &str, indentation: usize) -> Vec<String> {
    let mut blocks = Vec::new();
    for line in text.lines() {
        let indented = line.len() - line.trim_start().len();
        if indented == indentation {
            blocks.push(String::new());
        }
        let block: &mut String = blocks.last_mut().unwrap();
        block.push_str(line);
        block.push('\n');
    }
    blocks
}

/// The name that a block begins with.
fn name(block: &str) -> &str {
    block.trim_start().split(':').next().unwrap()
}

/// That spec. Of the components, it has those that the operation needs.
pub fn one_operation() -> String {
    let (info, rest) = SPEC.split_once("\npaths:\n").unwrap();
    let (before, after) = info.split_once("\n  version: ").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    let (paths, components) = rest.split_once("\ncomponents:\n").unwrap();
    let mut paths = blocks(paths, 2).into_iter();
    let path = paths.find(|path| path.contains(OPERATION)).unwrap();
    let mut spec = format!("{before}\n  version: 1.0.0\n{after}\npaths:\n{path}components:\n");
    let sections: Vec<_> = blocks(components, 2)
        .iter()
        .map(|section| {
            let (_, items) = section.split_once('\n').unwrap();
            (name(section).to_owned(), blocks(items, 4))
        })
        .collect();
    // What is needed may need more.
    let mut needed = path;
    let mut length = 0;
    while length < needed.len() {
        length = needed.len();
        for (section, items) in &sections {
            for item in items {
                let pointer = format!("'#/components/{section}/{}'", name(item));
                if needed.contains(&pointer) && !needed.contains(item.as_str()) {
                    needed += item;
                }
            }
        }
    }
    for (section, items) in &sections {
        let is_needed = |item: &&String| section == "securitySchemes" || needed.contains(&***item);
        let items: String = items.iter().filter(is_needed).map(String::as_str).collect();
        if !items.is_empty() {
            spec += &format!("  {section}:\n{items}");
        }
    }
    spec
}
