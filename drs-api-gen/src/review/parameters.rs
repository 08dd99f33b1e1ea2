//! Parameters: told by place and name, headers in any case, and in a path by position.

use std::collections::BTreeSet;

use super::{
    change::{
        Direction,
        Felt::{CompileTime, RunTime, Service},
    },
    comparison::{Comparison, Row},
    effect::Effect,
    schemas::{Part, Root},
    show,
};
use crate::{
    meaning::{Operation, Parameter, is_set},
    names,
    spec::{keys::PROJECT, pointer::child},
};

/// Compares the parameters of two operations.
pub(super) fn compare<'a>(
    comparison: &mut Comparison<'a>,
    old: &Operation<'a>,
    new: &Operation<'a>,
) {
    let mut left = old.parameters(comparison.base);
    let mut added = new.parameters(comparison.revision);
    let same_name = |a: &Parameter<'_>, b: &Parameter<'_>| a.identity() == b.identity();
    let same_position = |a: &Parameter<'_>, b: &Parameter<'_>| {
        let position = position(old.path, a);
        position.is_some() && position == self::position(new.path, b)
    };
    // One that is in another place, or has another name and says the same.
    let moved = |a: &Parameter<'_>, b: &Parameter<'_>| a.name() == b.name();
    let renamed = |a: &Parameter<'_>, b: &Parameter<'_>| {
        a.location() != "path" && a.location() == b.location() && content(a) == content(b)
    };
    type Same<'s> = &'s dyn Fn(&Parameter<'_>, &Parameter<'_>) -> bool;
    for same in [&same_name as Same<'_>, &same_position, &moved, &renamed] {
        left.retain(|from| match added.iter().position(|to| same(from, to)) {
            Some(index) => {
                let to = added.remove(index);
                pair(comparison, (from, &to), (old, new));
                false
            }
            None => true,
        });
    }
    for from in left {
        let why = "the method that sets it is gone, and the service reads it no longer";
        let row = Row {
            kind: "parameter removed",
            old: &from.pointer,
            new: "",
            from: Some(shown(&from)),
            to: None,
        };
        comparison.add(
            row,
            Effect::rust(&[Service, CompileTime], why),
            BTreeSet::new(),
        );
    }
    for to in added {
        let (kind, effect) = match to.is_required() {
            true => ("required parameter added", required()),
            false => (
                "optional parameter added",
                Effect::compatible(
                    &[Service],
                    "callers who don't set it send what they sent before",
                ),
            ),
        };
        let row = Row {
            kind,
            old: "",
            new: &to.pointer,
            from: None,
            to: Some(shown(&to)),
        };
        comparison.add(row, effect, BTreeSet::new());
    }
}

fn required() -> Effect {
    Effect::wire(
        &[Service, RunTime],
        "a request without it is refused; callers who don't set it get an error before sending",
    )
}

fn pair<'a>(
    comparison: &mut Comparison<'a>,
    (from, to): (&Parameter<'a>, &Parameter<'a>),
    (old, new): (&Operation<'a>, &Operation<'a>),
) {
    let (at, here) = (from.pointer.as_str(), to.pointer.as_str());
    let text = |text: &str| Some(text.to_owned());
    let mut add = |kind: &'static str, key: &str, (from, to), effect: Effect| {
        let (old, new) = (child(at, key), child(here, key));
        comparison.add(
            Row {
                kind,
                old: &old,
                new: &new,
                from,
                to,
            },
            effect,
            BTreeSet::new(),
        );
    };
    if from.name() != to.name() {
        let snake = names::snake(from.name()) == names::snake(to.name());
        let same = from.location() == to.location()
            && (to.location() == "path" || from.identity() == to.identity());
        let effect = match (snake, same, to.location()) {
            (true, true, _) => {
                Effect::docs("the same on the wire, and the method that sets it keeps its name")
            }
            (_, true, "path") => Effect::rust(
                &[CompileTime],
                "the method that sets it has another name; a path holds the value only",
            ),
            _ => Effect::wire(
                &[Service, CompileTime],
                "the service reads the old name no longer, and the method that sets it has \
                 another name",
            ),
        };
        add(
            "parameter renamed",
            "name",
            (text(from.name()), text(to.name())),
            effect,
        );
    }
    if from.location() != to.location() {
        let why = "the service no longer looks where it was sent";
        let values = (text(from.location()), text(to.location()));
        add(
            "parameter moved",
            "in",
            values,
            Effect::wire(&[Service], why),
        );
    } else if from.writing() != to.writing() {
        let why = "the same value is written otherwise";
        let shown = |parameter: &Parameter<'_>| {
            let (style, explode, reserved, empty) = parameter.writing();
            let flags = [
                ("explode", explode),
                ("allowReserved", reserved),
                ("allowEmptyValue", empty),
            ];
            let set = flags
                .iter()
                .filter(|(_, set)| *set)
                .map(|(flag, _)| format!(", {flag}"));
            Some(format!("{style}{}", set.collect::<String>()))
        };
        let key = ["style", "explode", "allowReserved", "allowEmptyValue"];
        let key = key
            .into_iter()
            .find(|key| from.map.get(*key) != to.map.get(*key));
        let values = (shown(from), shown(to));
        add(
            "serialization changed",
            key.unwrap_or("style"),
            values,
            Effect::wire(&[Service], why),
        );
    }
    let word = |required: bool| text(if required { "required" } else { "optional" });
    let values = (word(from.is_required()), word(to.is_required()));
    match (from.is_required(), to.is_required()) {
        (false, true) => add("parameter made required", "required", values, required()),
        (true, false) => {
            let why = "it may be left out; the method that sets it stays";
            add(
                "parameter made optional",
                "required",
                values,
                Effect::compatible(&[Service], why),
            );
        }
        _ => {}
    }
    let (was, is) = (is_set(from.map, PROJECT), is_set(to.map, PROJECT));
    if was != is {
        let effect = match is {
            true => Effect::compatible(
                &[RunTime],
                "signed requests name their project in a header, too",
            ),
            false => Effect::rust(
                &[Service, RunTime],
                "signed requests no longer name their project in a header",
            ),
        };
        let word = |marked: bool| text(if marked { "marked" } else { "not marked" });
        add(
            "mark of the project changed",
            PROJECT,
            (word(was), word(is)),
            effect,
        );
    }
    let parts = (Part::Parameter(from.name()), Part::Parameter(to.name()));
    let root = Root::new(Direction::Request, (old, new), parts);
    comparison.content(&root, at, here);
    comparison.schema(&root, &child(at, "schema"), &child(here, "schema"));
}

/// What a parameter says, but for its name.
fn content(parameter: &Parameter<'_>) -> serde_json::Value {
    let mut map = parameter.map.clone();
    map.retain(|key, _| !matches!(key.as_str(), "name" | "description"));
    map.into()
}

/// Which placeholder of the path it fills.
fn position(path: &str, parameter: &Parameter<'_>) -> Option<usize> {
    let names = path
        .split('{')
        .skip(1)
        .filter_map(|part| Some(part.split_once('}')?.0));
    let mut names = names.enumerate().filter(|_| parameter.location() == "path");
    let (index, _) = names.find(|(_, name)| *name == parameter.name())?;
    Some(index)
}

fn shown(parameter: &Parameter<'_>) -> String {
    let schema = parameter.map.get("schema").map(show::schema_or_value);
    let schema = schema
        .map(|schema| format!(", {schema}"))
        .unwrap_or_default();
    format!("{} in {}{schema}", parameter.name(), parameter.location())
}
