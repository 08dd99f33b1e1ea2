//! The class of a fact that came, went or changed: from what it is about, from the way that
//! the values go, and from which side allows more.
//!
//! "Existing clients" are programs that were built from the base.

use super::{
    change::{Both, Verdict},
    place::singular,
    relation::{Relation::*, level, relation},
    rust::Rust,
};
use crate::facts::{Fact, Facts};
use Verdict::{BreakingRust, BreakingWire as Wire, Compatible as Fine, DocsOnly as Docs};

/// What leads to another component than before, both of them known.
pub(super) const REFERENCE: &str = "reference to a component";

/// A fact that came, went or changed, with what has to be known of it beyond itself.
#[derive(Clone, Copy)]
pub(super) struct Case<'c> {
    pub(super) what: &'static str,
    pub(super) name: &'c str,
    pub(super) old: Option<&'c Fact>,
    pub(super) new: Option<&'c Fact>,
    /// The facts of the base about the same thing.
    pub(super) before: &'c Facts,
    /// Where that thing is, in both documents.
    pub(super) home: &'c Both,
    pub(super) rust: &'c Rust<'c>,
}

/// The way that values go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    /// Nothing, if no operation leads there.
    pub(super) in_answer: Option<bool>,
    /// The class of whatever differs there.
    pub(super) class: Option<Verdict>,
}

impl Way {
    /// What the document itself says is a matter of requests.
    pub(super) const REQUEST: Self = Self {
        in_answer: Some(false),
        class: None,
    };

    /// The way of what is in something.
    pub(super) fn into(self, what: &str) -> Self {
        let class = match what {
            // The client hands them over as they come.
            "headers" => Some(BreakingRust),
            "anyOf" | "oneOf" | "not" => Some(Wire),
            _ => None,
        };
        Self {
            in_answer: self.in_answer.map(|is_so| is_so || what == "responses"),
            class: class.max(self.class),
        }
    }
}

impl Case<'_> {
    /// Where it is, in both documents; empty, where it isn't.
    pub(super) fn places(&self) -> Both {
        let place = |fact: Option<&Fact>| fact.map_or("", |fact| &fact.at).to_owned();
        (place(self.old), place(self.new))
    }

    /// The way of the difference, in something whose values go this way.
    pub(super) fn way(&self, mut around: Way) -> Way {
        around.in_answer = around.into(self.what).in_answer;
        around
    }

    /// Whether existing clients can read what is new in answers.
    fn is_read(&self) -> bool {
        let at = self.old.map_or("", |fact| &fact.at);
        let has_default = || self.rust.base.get(&format!("{at}/default")).is_some();
        match self.what {
            "properties" => self.rust.is_optional(at) || has_default(),
            "nullable" => self.rust.is_optional(&self.home.0),
            "enum" | "enum value" => self.before.has("x-open-enum"),
            "type" | "format" | "maximum" | "minimum" | "maxItems" | "minItems" | "uniqueItems"
            | "multipleOf" | "maxProperties" | "minProperties" | "maxLength" | "minLength"
            | "pattern" => self.rust.is_same(self.home),
            _ => false,
        }
    }

    /// Whether only people read it.
    pub(super) fn is_text(&self) -> bool {
        self.any(|fact| fact.is_text)
    }

    fn any(&self, is_so: impl Fn(&Fact) -> bool) -> bool {
        [self.old, self.new].into_iter().flatten().any(is_so)
    }
}

/// What a difference means.
pub(super) fn class(case: &Case<'_>, way: Way) -> Verdict {
    let came = case.old.is_none();
    if case.is_text() {
        return Docs;
    } else if matches!(case.what, "unknown key" | "callbacks") {
        return Wire;
    }
    let Some(in_answer) = way.in_answer else {
        // A type of this name may be built by callers all the same.
        let is_needed = case.what == "properties" && came && need(case.new) == Some(true);
        return if is_needed { BreakingRust } else { Docs };
    };
    if let Some(class) = way.class {
        return class;
    }
    let if_came = |one: Verdict, other: Verdict| if came { one } else { other };
    let of_values = || match (relation(case.what, case.old, case.new), in_answer) {
        (Same, _) => Docs,
        (Narrower | Other, false) => Wire,
        (Wider | Other, true) if !case.is_read() => Wire,
        _ => Fine,
    };
    match case.what {
        "operationId" | "title" => Docs,
        "operation" | "content" => if_came(Fine, Wire),
        "headers" => if_came(Fine, BreakingRust),
        "responses" if case.name.starts_with('2') => Wire,
        // An error is read in one way, whether it is documented or not.
        "responses" => Fine,
        "parameters" | "requestBody" | "properties" => of_need(case, in_answer),
        "x-open-enum" | "common path" => BreakingRust,
        "x-project" => if_came(Fine, BreakingRust),
        "default" if in_answer => BreakingRust,
        "readOnly" if in_answer => Docs,
        "writeOnly" if !in_answer => Docs,
        // They sort otherwise.
        "order of values" => Fine,
        "format" if is_exposed(case) => of_values().max(BreakingRust),
        "further properties" if in_answer && level(case.what, case.new) == Some(0) => BreakingRust,
        "type" | "format" | "enum" | "enum value" | "nullable" | "items" | "further properties"
        | "maximum" | "minimum" | "maxLength" | "minLength" | "maxItems" | "minItems"
        | "maxProperties" | "minProperties" | "pattern" | "multipleOf" | "uniqueItems"
        | "server address" | "security" => of_values(),
        // What is not understood.
        _ => Wire,
    }
}

/// Whether something has to be there, if there is such a thing.
fn need(fact: Option<&Fact>) -> Option<bool> {
    fact.map(|fact| fact.value == "required")
}

fn of_need(case: &Case<'_>, in_answer: bool) -> Verdict {
    match (in_answer, need(case.old), need(case.new)) {
        // What went was sent or read.
        (_, _, None) | (false, _, Some(true)) => Wire,
        // It could be sent before, with values of another type.
        (false, None, _) if case.before.has("additionalProperties") => Wire,
        (false, ..) => Fine,
        (true, None, Some(false)) if case.before.has("further properties") => Wire,
        (true, None, Some(false)) => Fine,
        (true, _, Some(true)) => BreakingRust,
        (true, Some(true), _) if !case.is_read() => Wire,
        (true, ..) => Fine,
    }
}

fn is_exposed(case: &Case<'_>) -> bool {
    case.what == "format" && case.old.is_some_and(|fact| fact.value == "password")
}

/// Why it has its class.
pub(super) fn why(case: &Case<'_>, way: Way, class: Verdict) -> &'static str {
    let in_answer = way.in_answer == Some(true);
    match (case.what, class, in_answer) {
        _ if case.is_text() => "nobody acts on it",
        _ if way.in_answer.is_none() && class != Wire => "it counts only where it is used",
        ("format", BreakingRust, _) if is_exposed(case) => {
            "a `Secret` becomes a plain value: `Debug` and logs show it, and nothing wipes it"
        }
        ("operation", Fine, _) => "the service has one more operation",
        ("common path", ..) => {
            "generated paths start otherwise, so an endpoint that callers set has to end otherwise"
        }
        (_, Wire, _) if way.class.is_some() => {
            "one of several alternatives differs, which counts as the worst"
        }
        (_, Verdict::Nothing | Docs, _) => "it means the same on the wire",
        (_, Fine, false) => "requests that were right still are",
        (_, Fine, true) => "existing clients can read what is new",
        (_, BreakingRust, false) => {
            "requests that were right still are, but not what callers do or see"
        }
        (_, BreakingRust, true) => "callers find something else, or can't read what lacks it",
        (_, Wire, false) => "requests that were right are refused, or mean something else",
        (_, Wire, true) => "existing clients can't read what is new, or no rule covers it",
    }
}

/// What happened to what.
pub(super) fn kind(case: &Case<'_>) -> String {
    let Case { what, old, new, .. } = *case;
    if is_exposed(case) {
        return "secret exposed: `format: password` dropped".to_owned();
    }
    let noun = match what {
        REFERENCE => return format!("{what} changed"),
        "extension" => format!("`{}`", case.name),
        _ if what.contains(' ') => what.to_owned(),
        _ if case.any(|fact| fact.inside.is_some()) => singular(what),
        _ => format!("`{what}`"),
    };
    match (need(old), need(new), relation(what, old, new)) {
        (None, Some(true), _) => format!("required {noun} added"),
        (None, ..) => format!("{noun} added"),
        (_, None, _) => format!("{noun} removed"),
        (_, Some(true), _) => format!("{noun} made required"),
        (Some(true), ..) => format!("{noun} made optional"),
        (.., Wider) => format!("{noun} loosened"),
        (.., Narrower) => format!("{noun} tightened"),
        (.., Same) => format!("{noun} written otherwise"),
        (.., Other) => format!("{noun} changed"),
    }
}
