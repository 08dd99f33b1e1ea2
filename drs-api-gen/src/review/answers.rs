//! The answers of an operation. What an answer more or less means hangs on whether it is a
//! success: an error is read in one way, whether it is documented or not.

use std::collections::BTreeMap;

use super::{
    change::{
        Direction,
        Felt::{CompileTime, RunTime, Service},
    },
    comparison::Comparison,
    effect::Effect,
    schemas::{Part, Root},
};
use crate::{
    meaning::{Meaning, Object, Operation, Relation, is_set},
    spec::pointer::child,
};

/// Compares the answers of two operations.
pub(super) fn compare<'a>(
    comparison: &mut Comparison<'a>,
    old: &Operation<'a>,
    new: &Operation<'a>,
) {
    let of = |meaning: Meaning<'a>, operation: &Operation<'a>| -> BTreeMap<String, String> {
        let entries = meaning.entries(&operation.pointer, "responses");
        let entries = entries.filter(|(code, _)| !code.starts_with("x-"));
        entries
            .map(|(code, pointer)| (code.to_uppercase(), pointer))
            .collect()
    };
    let (from, to) = (of(comparison.base, old), of(comparison.revision, new));
    let root = Root::new(
        Direction::Answer,
        (old, new),
        (Part::Answers, Part::Answers),
    );
    for (code, at) in &from {
        let Some(here) = to.get(code) else {
            comparison.values("answer removed", (at, ""), removed(code));
            continue;
        };
        let resolved = (
            comparison.base.resolved(at),
            comparison.revision.resolved(here),
        );
        if let (Some(old), Some(answer)) = resolved {
            let bodies = (has_body(old.1), has_body(answer.1));
            let (at, here) = (child(&old.0, "content"), child(&answer.0, "content"));
            match bodies {
                (false, true) | (true, false) if !code.starts_with('2') => {
                    let kind = match bodies.0 {
                        true => "body of an answer removed",
                        false => "body of an answer added",
                    };
                    let effect = Effect::compatible(&[RunTime], ERROR);
                    comparison.values(kind, (&at, &here), effect);
                }
                (false, true) => {
                    let why = "the result has another type";
                    let effect = Effect::rust(&[CompileTime, RunTime], why);
                    comparison.values("body of an answer added", (&at, &here), effect);
                }
                (true, false) => {
                    let why = "clients in use can't read an answer without a body";
                    let effect = Effect::wire(&[Service, CompileTime, RunTime], why);
                    comparison.values("body of an answer removed", (&at, &here), effect);
                }
                _ => comparison.content(&root, &old.0, &answer.0),
            }
            headers(comparison, &old.0, &answer.0);
        }
    }
    for (code, here) in to.iter().filter(|(code, _)| !from.contains_key(*code)) {
        comparison.values("answer added", ("", here), added(code));
    }
}

fn has_body(map: &Object) -> bool {
    let content = map.get("content").and_then(|content| content.as_object());
    content.is_some_and(|content| !content.is_empty())
}

/// Why an error means nothing to Rust callers, documented or not.
const ERROR: &str = "an error before and after; `Error::Answer` has what can be read of it";

fn added(code: &str) -> Effect {
    match code.starts_with('2') {
        true => Effect::wire(
            &[Service, RunTime],
            "clients in use take this success for an answer that no one documented, an error",
        ),
        false => Effect::compatible(&[RunTime], ERROR),
    }
}

fn removed(code: &str) -> Effect {
    match code.starts_with('2') {
        true => Effect::wire(
            &[Service, RunTime],
            "callers who wait for this success wait in vain; if it comes all the same, it is an \
             error",
        ),
        false => Effect::compatible(&[RunTime], ERROR),
    }
}

/// Compares the headers of an answer, whose names have no case.
fn headers(comparison: &mut Comparison<'_>, old: &str, new: &str) {
    let of = |meaning: Meaning<'_>, owner: &str| -> BTreeMap<String, String> {
        let entries = meaning.entries(owner, "headers");
        entries
            .map(|(name, pointer)| (name.to_lowercase(), pointer))
            .collect()
    };
    let (from, to) = (of(comparison.base, old), of(comparison.revision, new));
    for (name, at) in &from {
        match to.get(name) {
            None => {
                let why = "callers who read it from `headers()` find nothing";
                comparison.values(
                    "answer header removed",
                    (at, ""),
                    Effect::rust(&[RunTime], why),
                );
            }
            Some(here) if !same_header(comparison, at, here) => {
                let why =
                    "`headers()` gives it as it comes; callers read something else from there";
                comparison.values(
                    "answer header changed",
                    (at, here),
                    Effect::rust(&[RunTime], why),
                );
            }
            Some(_) => {}
        }
    }
    for (_, here) in to.iter().filter(|(name, _)| !from.contains_key(*name)) {
        let why = "it can be read from `headers()`";
        comparison.values(
            "answer header added",
            ("", here),
            Effect::compatible(&[RunTime], why),
        );
    }
}

fn same_header(comparison: &Comparison<'_>, old: &str, new: &str) -> bool {
    let (Some(old), Some(new)) = (
        comparison.base.resolved(old),
        comparison.revision.resolved(new),
    ) else {
        return comparison.base.get(old) == comparison.revision.get(new);
    };
    let plain = |map: &Object| {
        let mut map = map.clone();
        map.retain(|key, value| {
            let is_default = match key.as_str() {
                "required" | "explode" | "deprecated" => *value == false,
                "style" => *value == "simple",
                "schema" | "description" | "example" | "examples" => true,
                key => key.starts_with("x-"),
            };
            !is_default
        });
        map
    };
    let schemas = (child(&old.0, "schema"), child(&new.0, "schema"));
    let relation = crate::meaning::relation(
        comparison.base,
        comparison.revision,
        &[schemas.0].into(),
        &[schemas.1].into(),
    );
    is_set(old.1, "required") == is_set(new.1, "required")
        && plain(old.1) == plain(new.1)
        && relation == Relation::Same
}
