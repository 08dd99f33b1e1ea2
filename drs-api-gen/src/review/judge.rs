//! The class of a fact that came, went or changed: from what it is about, from the way that
//! the values go, and from which side allows more.
//!
//! "Clients in use" are programs that were built from the base.

use super::{
    change::{Both, Verdict},
    place::singular,
    relation::{Relation, Relation::*, further, relation},
};
use crate::facts::{Difference, Fact};
use Verdict::{BreakingRust as Rust, BreakingWire as Wire, Compatible as Fine, DocsOnly as Docs};

/// A difference, with what has to be known of it beyond itself.
pub(super) struct Case {
    pub(super) difference: Difference,
    /// Whether the base refuses properties that it doesn't list.
    pub(super) is_closed: bool,
    /// Whether clients in use can read what is new in answers.
    pub(super) is_read: bool,
    /// Where the generator makes something of it.
    pub(super) of: Both,
}

/// The way that values go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    /// Nothing, if no operation leads there.
    pub(super) in_answer: Option<bool>,
    /// The class of whatever differs there.
    pub(super) class: Option<Verdict>,
}

/// What a difference is called, and what it means.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) kind: String,
    pub(super) class: Verdict,
    pub(super) why: String,
}

pub(super) fn judge(case: &Case, way: Way) -> Judged {
    let class = class(case, way);
    Judged {
        kind: kind(&case.difference),
        class,
        why: why(case, way, class).to_owned(),
    }
}

fn class(case: &Case, way: Way) -> Verdict {
    let difference = &case.difference;
    let (came, went) = (difference.old.is_none(), difference.new.is_none());
    let Some(in_answer) = way.in_answer else {
        // A type of this name may be built by callers all the same.
        let is_needed = came && need(&difference.new) == Some(true);
        return if is_needed { Rust } else { Docs };
    };
    if let Some(class) = way.class {
        return class;
    }
    let if_came = |one: Verdict, other: Verdict| if came { one } else { other };
    let of_values = || match (relation(difference), in_answer) {
        (Same, _) => Docs,
        (Narrower | Other, false) => Wire,
        (Wider | Other, true) if !case.is_read => Wire,
        _ => Fine,
    };
    match difference.what {
        "operationId" => Docs,
        "security scheme" if came || went => Docs,
        "operation" | "content" => if_came(Fine, Wire),
        "headers" => match (came, went) {
            (true, _) => Fine,
            _ => Rust,
        },
        "responses" if difference.name.starts_with('2') => Wire,
        // An error is read in one way, whether it is documented or not.
        "responses" => Fine,
        "parameters" | "requestBody" | "properties" => of_need(case, in_answer),
        "x-open-enum" => Rust,
        "x-project" => if_came(Fine, Rust),
        "default" if in_answer => Rust,
        "readOnly" if in_answer => Docs,
        "writeOnly" if !in_answer => Docs,
        // They sort otherwise.
        "order of values" => Fine,
        "format" if is_exposed(difference) => of_values().max(Rust),
        "further properties" if in_answer && further(&difference.new) == 0 => Rust,
        "type" | "format" | "enum" | "enum value" | "nullable" | "items" | "further properties"
        | "maximum" | "minimum" | "maxLength" | "minLength" | "maxItems" | "minItems"
        | "maxProperties" | "minProperties" | "pattern" | "multipleOf" | "uniqueItems"
        | "server address" | "security" => of_values(),
        // What is not understood.
        _ => Wire,
    }
}

/// Whether something has to be there, if there is such a thing.
fn need(fact: &Option<Fact>) -> Option<bool> {
    fact.as_ref().map(|fact| fact.value == "required")
}

fn of_need(case: &Case, in_answer: bool) -> Verdict {
    let difference = &case.difference;
    match (in_answer, need(&difference.old), need(&difference.new)) {
        // What went was sent or read.
        (_, _, None) | (false, _, Some(true)) => Wire,
        (false, ..) => Fine,
        (true, None, Some(false)) if case.is_closed => Wire,
        (true, None, Some(false)) => Fine,
        (true, _, Some(true)) => Rust,
        (true, Some(true), _) if !case.is_read => Wire,
        (true, ..) => Fine,
    }
}

fn is_secret(fact: &Option<Fact>) -> bool {
    fact.as_ref().is_some_and(|fact| fact.value == "password")
}

fn is_exposed(difference: &Difference) -> bool {
    difference.what == "format" && is_secret(&difference.old)
}

fn why(case: &Case, way: Way, class: Verdict) -> &'static str {
    let in_answer = way.in_answer == Some(true);
    match (case.difference.what, class, in_answer) {
        _ if way.in_answer.is_none() => "no operation uses it",
        ("format", Rust, _) if is_exposed(&case.difference) => {
            "a `Secret` becomes a plain value: `Debug` and logs show it, and nothing wipes it"
        }
        ("operation", Fine, _) => "the client has one more method",
        (_, Wire, _) if way.class.is_some() => {
            "one of several alternatives differs, which counts as the worst"
        }
        (_, Verdict::Nothing | Docs, _) => "it means the same on the wire",
        (_, Fine, false) => "requests that were right still are",
        (_, Fine, true) => "clients in use can read what is new",
        (_, Rust, false) => "requests that were right still are, but not what callers do or see",
        (_, Rust, true) => "callers find something else, or can't read what lacks it",
        (_, Wire, false) => "requests that were right are refused, or mean something else",
        (_, Wire, true) => "clients in use can't read what is new, or no rule is about it",
    }
}

/// What happened to what.
fn kind(difference: &Difference) -> String {
    let Difference { what, old, new, .. } = difference;
    if is_exposed(difference) {
        return "secret exposed: `format: password` dropped".to_owned();
    }
    let noun = match (difference.is_of_a_part(), what.contains(' ')) {
        (true, _) => singular(what),
        (_, true) => (*what).to_owned(),
        _ => format!("`{what}`"),
    };
    match (need(old), need(new), relation(difference)) {
        (None, Some(true), _) => format!("required {noun} added"),
        (None, ..) => format!("{noun} added"),
        (_, None, _) => format!("{noun} removed"),
        (_, Some(true), _) => format!("{noun} made required"),
        (Some(true), ..) => format!("{noun} made optional"),
        (.., Wider) => format!("{noun} loosened"),
        (.., Narrower) => format!("{noun} tightened"),
        (.., Relation::Same) => format!("{noun} written otherwise"),
        (.., Other) => format!("{noun} changed"),
    }
}
