//! The plan: the API's request body as JSON or YAML, with fields of this tool beside the API's.

mod item;
mod json;
mod node;
mod plain;
mod problem;
mod shape;
#[cfg(test)]
pub(crate) mod tests;
mod yaml;

use drs_api::types::ModifyPwdEndPoint;

pub(crate) use item::Context;
use node::Node;
use problem::Problem;
use shape::JOBS;

/// Reads a plan. It is JSON if its name or its first character says so, and nothing else is
/// then tried.
pub(crate) fn read(
    text: &str,
    named_json: bool,
    context: &Context,
) -> Result<Vec<ModifyPwdEndPoint>, String> {
    // As some editors write it before a text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let json = named_json || text.trim_start().starts_with(['{', '[']);
    let mut items = Vec::new();
    let mut each = |node| {
        items.push(context.read(node)?);
        Ok(())
    };
    let root = match json {
        true => json::read(text, &mut each),
        false => yaml::read(text, &mut each),
    };
    root.and_then(check_root)
        .map_err(|problem| problem.to_string())?;
    Ok(items)
}

fn check_root(root: Node) -> Result<(), Problem> {
    let fields = match &root {
        Node::Map(fields) => fields,
        Node::Null => return Err(Problem::new("it is empty; a plan is an object with `jobs`")),
        root => return Err(root.unfit("an object")),
    };
    match fields.iter().find(|(name, _)| *name == JOBS) {
        None => Err(Problem::new(format!("`{JOBS}` is missing"))),
        Some((_, Node::List)) => Ok(()),
        Some((_, node)) => Err(node.unfit("a list").within(JOBS)),
    }
}
