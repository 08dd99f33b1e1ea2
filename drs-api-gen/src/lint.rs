//! The lint: what is wrong with a document, before anything is generated. All of it at once, but
//! for what follows from another mistake or can't be told before that is corrected.
//!
//! The rules are of two sorts. Some say what OpenAPI 3.0.3 wants, for progenitor silently
//! ignores what it doesn't know. The others name the traps between a correct document and
//! a client that is fit to carry passwords. A file for each group of rules.

mod components;
mod composition;
mod descriptions;
mod enums;
mod examples;
mod finding;
mod meta;
mod names;
mod operations;
mod parameters;
mod references;
mod responses;
mod rules;
mod schemas;
mod secrets;
mod security;
mod shape;
mod wording;

use crate::{
    error::Error,
    spec::{document::Document, tree::Tree},
    stack::on_large_stack,
};
pub use finding::Finding;
use finding::Findings;
pub use rules::{RULES, Rule};

/// What is wrong with a document, in the order of its text.
///
/// ```
/// use drs_api_gen::{Document, lint};
///
/// let yaml = include_str!("../tests/fixtures/minimal.yaml");
/// let document = Document::parse(&yaml.replace("format: password", "format: pasword"))?;
/// let findings = lint(&document);
/// assert_eq!(findings[0].rule, "format");
/// # Ok::<(), drs_api_gen::Error>(())
/// ```
///
/// It never panics, whatever the document is.
pub fn lint(document: &Document) -> Vec<Finding> {
    on_large_stack(|| all(document))
}

fn all(document: &Document) -> Vec<Finding> {
    let mut findings = Findings::new(document);
    meta::check_version(&mut findings);
    // A document of another version would get nothing but consequences of that.
    if findings.list.is_empty() {
        let tree = Tree::lenient(document);
        shape::check_indentation(&mut findings, &tree);
        if findings.list.is_empty() {
            check(&mut findings, &tree);
        }
        if findings.list.is_empty() {
            meta::check_openapi(&mut findings);
        }
    }
    let mut list = findings.list;
    if !findings.sound {
        list.retain(|finding| CONSEQUENCES.iter().all(|rule| rule.name != finding.rule));
    }
    if list.iter().any(|f| f.rule == rules::MISSING_KEY.name) {
        let consequences = [rules::PATH_PARAMETER, rules::UNUSED_COMPONENT];
        list.retain(|finding| consequences.iter().all(|rule| rule.name != finding.rule));
    }
    list.sort_by(|a, b| (a.position, a.rule).cmp(&(b.position, b.rule)));
    list.dedup();
    list
}

/// What is said of something missing, once nothing is in a wrong place.
const CONSEQUENCES: [Rule; 7] = [
    rules::EXAMPLE_MISMATCH,
    rules::MISSING_DESCRIPTION,
    rules::MISSING_KEY,
    rules::PATH_PARAMETER,
    rules::REQUIRED_PROPERTY,
    rules::SCHEMA_TYPE,
    rules::UNUSED_COMPONENT,
];

/// All rules that look at a document whose keys are spelt as they were meant.
fn check(findings: &mut Findings<'_>, tree: &Tree<'_>) {
    meta::check(findings, tree);
    shape::check(findings, tree);
    references::check(findings, tree);
    components::check(findings, tree);
    descriptions::check(findings, tree);
    security::check(findings, tree);
    operations::check(findings, tree);
    parameters::check(findings, tree);
    responses::check(findings, tree);
    schemas::check(findings, tree);
    composition::check(findings, tree);
    names::check(findings, tree);
    enums::check(findings, tree);
    secrets::check(findings, tree);
    examples::check(findings, tree);
}

/// What must hold before progenitor and its parser may see the document. A reference that leads
/// nowhere or in a circle would exhaust the stack, which no one can catch. The parser tries each
/// object in two ways, so that what it refuses deep within takes it for ever.
pub(crate) fn check_readable(tree: &Tree<'_>) -> Result<(), Error> {
    first(tree.document, |findings| {
        references::check(findings, tree);
        shape::check_parsable(findings, tree);
    })
}

fn first(document: &Document, check: impl Fn(&mut Findings<'_>)) -> Result<(), Error> {
    let mut findings = Findings::new(document);
    check(&mut findings);
    match findings.list.into_iter().next() {
        Some(finding) => Err(document.unsupported(&finding.pointer, finding.message)),
        None => Ok(()),
    }
}

/// Checks that this is OpenAPI 3.0, whatever mistakes are in it.
///
/// # Errors
/// [`Error::Unsupported`] if it says that it is something else.
pub fn check_version(document: &Document) -> Result<(), Error> {
    first(document, meta::check_version)
}
