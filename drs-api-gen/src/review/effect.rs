//! The class of a difference: from the direction in which the values go, from what the new
//! ones are to the old ones, and from what the generated code makes of them.
//!
//! "Clients in use" are programs that were built from the base.

use std::collections::BTreeSet;

use super::{
    change::{Direction, Felt, Verdict},
    code::Rust,
};
use crate::meaning::{Facet, Inner, Relation};

/// What a difference means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Effect {
    pub(super) class: Verdict,
    pub(super) felt: BTreeSet<Felt>,
    pub(super) why: String,
}

impl Effect {
    pub(super) fn new(class: Verdict, felt: &[Felt], why: &str) -> Self {
        let felt = felt.iter().copied().collect();
        Self {
            class,
            felt,
            why: why.to_owned(),
        }
    }

    pub(super) fn docs(why: &str) -> Self {
        Self::new(Verdict::DocsOnly, &[], why)
    }

    pub(super) fn wire(felt: &[Felt], why: &str) -> Self {
        Self::new(Verdict::BreakingWire, felt, why)
    }

    pub(super) fn rust(felt: &[Felt], why: &str) -> Self {
        Self::new(Verdict::BreakingRust, felt, why)
    }

    pub(super) fn compatible(felt: &[Felt], why: &str) -> Self {
        Self::new(Verdict::Compatible, felt, why)
    }

    /// Both at once.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.class = self.class.max(other.class);
        self.felt.extend(other.felt);
        if !self.why.contains(&other.why) {
            self.why = format!("{}; {}", self.why, other.why);
        }
        self
    }
}

/// How a schema is used: which way, and whether what it allows counts turned round or, among
/// alternatives that exclude each other, can't be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    pub(super) direction: Direction,
    pub(super) turned: bool,
    pub(super) exclusive: bool,
}

/// What the generated code says of a place.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub(super) rust: Rust,
    /// Whether clients in use read what is new in answers, whatever the code says.
    pub(super) readable: bool,
}

const OTHER_TYPE: &str = "the Rust type is another";

/// The effect of a difference of two schemas that are used this way.
pub(super) fn effect(inner: &Inner, way: Way, seen: Seen) -> Effect {
    let mut effect = match way.direction {
        Direction::Request => in_request(inner, way, seen),
        Direction::Answer => in_answer(inner, way, seen),
    };
    if seen.rust == Rust::Type {
        effect = effect.and(Effect::rust(&[Felt::CompileTime], OTHER_TYPE));
    }
    if inner.kind == "secret exposed: `format: password` dropped" {
        let why =
            "a `Secret` becomes a plain `String`: `Debug` and logs show it, and nothing wipes it";
        effect = effect.and(Effect::rust(&[Felt::CompileTime, Felt::RunTime], why));
    }
    effect
}

fn relation(inner: &Inner, way: Way) -> Relation {
    match (inner.relation, way.turned) {
        (Relation::Same, _) => Relation::Same,
        _ if way.exclusive && way.direction == Direction::Request => Relation::Other,
        (relation, true) => relation.turned(),
        (relation, false) => relation,
    }
}

fn in_request(inner: &Inner, way: Way, seen: Seen) -> Effect {
    use Felt::{CompileTime, RunTime, Service};
    let plain = !way.turned && !way.exclusive;
    match inner.facet {
        Facet::Unknown => Effect::wire(
            &[Service, CompileTime],
            "no rule is about this, so it counts as the worst",
        ),
        Facet::Default => Effect::wire(
            &[Service, RunTime],
            "a request that leaves it out means something else",
        ),
        Facet::ReadOnly => Effect::wire(
            &[Service],
            "whether a request may hold it is another matter now",
        ),
        Facet::WriteOnly => Effect::docs("requests stay as they are"),
        Facet::PropertyAdded { required: true, .. } => Effect::wire(
            &[Service, RunTime],
            "a request without it is refused; a builder that isn't given it gives an error",
        ),
        Facet::PropertyAdded { .. } if plain => Effect::compatible(
            &[Service],
            "callers who don't set it send what they sent before",
        ),
        Facet::PropertyRemoved { closed: false, .. } if plain => {
            Effect::compatible(&[Service], "the service no longer reads it")
        }
        Facet::EnumValue { open: false } if relation(inner, way) == Relation::Wider => {
            Effect::rust(
                &[CompileTime],
                "the enum is closed: a `match` over its values no longer covers all",
            )
        }
        Facet::Choice {
            read: Relation::Wider,
        } if plain && seen.rust != Rust::Same => Effect::rust(
            &[Service, CompileTime],
            "the alternatives are an enum: a `match` over them no longer covers all",
        ),
        _ => match relation(inner, way) {
            Relation::Narrower | Relation::Other if is_checked(inner, seen) => {
                Effect::wire(&[Service, RunTime], "values that were right are refused")
            }
            Relation::Narrower | Relation::Other => {
                Effect::wire(&[Service], "values that were right are refused")
            }
            Relation::Wider if seen.rust == Rust::Type => {
                Effect::rust(&[CompileTime], "values that were right still are")
            }
            Relation::Wider => Effect::compatible(&[Service], "values that were right still are"),
            Relation::Same => unchanged(inner, seen),
        },
    }
}

/// Whether a program that builds a request notices it when it runs.
fn is_checked(inner: &Inner, seen: Seen) -> bool {
    match seen.rust {
        Rust::Code => true,
        Rust::Type => {
            inner.facet == Facet::Required
                || inner.relation == Relation::Other
                || inner.kind == "limit added"
        }
        Rust::Same | Rust::Grew => false,
    }
}

fn in_answer(inner: &Inner, way: Way, seen: Seen) -> Effect {
    use Felt::{CompileTime, RunTime, Service};
    let plain = !way.turned && !way.exclusive;
    let relation = match inner.facet {
        Facet::Choice { read } if !way.turned => read,
        _ => relation(inner, way),
    };
    match inner.facet {
        Facet::Unknown => Effect::wire(
            &[Service, CompileTime],
            "no rule is about this, so it counts as the worst",
        ),
        Facet::Default => {
            let why = "an answer that leaves it out is read as something else";
            match seen.rust {
                Rust::Same => Effect::compatible(&[RunTime], why),
                _ => Effect::rust(&[RunTime], why),
            }
        }
        Facet::ReadOnly => Effect::docs("answers stay as they are"),
        Facet::WriteOnly => Effect::wire(
            &[RunTime],
            "whether an answer holds it is another matter now",
        ),
        Facet::PropertyAdded { required: true, .. } if plain => Effect::rust(
            &[CompileTime, RunTime],
            "an answer that leaves it out can't be read, and a builder that isn't given it gives \
             an error",
        ),
        Facet::PropertyAdded { closed: false, .. } if plain => {
            Effect::compatible(&[RunTime], "clients in use ignore it; structs may grow")
        }
        Facet::PropertyRemoved {
            required: false, ..
        } if plain => Effect::rust(
            &[CompileTime],
            "the field is gone; it was optional, so answers can be read without",
        ),
        _ => match relation {
            Relation::Wider | Relation::Other if seen.readable => Effect::compatible(
                &[RunTime],
                "clients in use can read the values that are new",
            ),
            Relation::Wider | Relation::Other if seen.rust == Rust::Same => {
                Effect::compatible(&[RunTime], "clients in use read it with the same code")
            }
            Relation::Wider | Relation::Other => Effect::wire(
                &[Service, RunTime],
                "clients in use can't read the values that are new",
            ),
            Relation::Narrower if inner.kind == "further properties forbidden" => Effect::rust(
                &[RunTime],
                "an answer with a property that isn't listed can't be read",
            ),
            Relation::Narrower => Effect::compatible(
                &[RunTime],
                "answers hold fewer values than before; all of them could be read",
            ),
            Relation::Same => unchanged(inner, seen),
        },
    }
}

/// The effect of what changes no value.
fn unchanged(inner: &Inner, seen: Seen) -> Effect {
    match seen.rust {
        _ if inner.kind == "enum opened" => Effect::rust(
            &[Felt::CompileTime],
            "the type is no longer `Copy`, and a `match` needs another arm",
        ),
        _ if inner.kind == "enum closed" => Effect::rust(
            &[Felt::CompileTime, Felt::RunTime],
            "`Unknown` is gone, and an answer with another value can't be read",
        ),
        Rust::Type => Effect::rust(&[Felt::CompileTime], OTHER_TYPE),
        Rust::Same => Effect::docs("the values and the Rust type stay"),
        _ => Effect::compatible(
            &[Felt::RunTime],
            "the values stay, the code behind them doesn't",
        ),
    }
}

/// The effect of a difference that no operation reaches.
pub(super) fn unused(inner: &Inner, rust: Rust) -> Effect {
    let compile = &[Felt::CompileTime];
    let grows = matches!(inner.facet, Facet::PropertyAdded { required: true, .. })
        || (inner.facet == Facet::EnumValue { open: false } && inner.relation == Relation::Wider);
    match rust {
        Rust::Type => Effect::rust(
            compile,
            "no operation uses it, but there is a Rust type for it",
        ),
        _ if grows => Effect::rust(
            compile,
            "no operation uses it, but there is a Rust type for it",
        ),
        Rust::Same => Effect::docs("no operation uses it"),
        _ => Effect::compatible(compile, "no operation uses it, but its Rust type grows"),
    }
}
