//! The table: what each kind of change means, in requests and in answers, and why. A file
//! for each part of a document.
//!
//! What the rows say of Rust follows from what this generator makes: structs that may grow
//! and are made with builders, closed enums for requests and open ones for answers, and
//! `Secret` for `format: password`.

pub(super) mod document;
pub(super) mod operations;
pub(super) mod schemas;
pub(super) mod values;

use std::collections::BTreeSet;

use super::change::{Direction, Felt, Use, Verdict};

/// What a kind of change means in one direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    pub(super) class: Verdict,
    pub(super) felt_by: &'static [Felt],
    pub(super) why: &'static str,
}

/// A kind of change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) kind: &'static str,
    pub(super) meaning: Meaning,
}

impl Row {
    /// Class, who feels it and why, at a place that these operations reach.
    pub(super) fn at(&self, used_in: &BTreeSet<Use>) -> (Verdict, BTreeSet<Felt>, String) {
        let of = |effect: &Effect| {
            let felt_by = effect.felt_by.iter().copied().collect();
            (effect.class, felt_by, effect.why.to_owned())
        };
        let (request, answer) = match &self.meaning {
            Meaning::Everywhere(effect) => return of(effect),
            Meaning::ByDirection { request, answer } => (request, answer),
        };
        let goes = |direction| used_in.iter().any(|used| used.direction == direction);
        match (goes(Direction::Request), goes(Direction::Answer)) {
            (true, false) => of(request),
            (false, true) => of(answer),
            (true, true) => {
                let (class, mut felt_by, why) = of(request);
                let other = of(answer);
                felt_by.extend(other.1);
                let why = match why == other.2 {
                    true => why,
                    false => format!("in requests, {why}; in answers, {}", other.2),
                };
                (class.max(other.0), felt_by, why)
            }
            (false, false) => {
                let compiled = |effect: &Effect| effect.felt_by.contains(&Felt::CompileTime);
                let why = "no operation uses it";
                let breaks = |e: &Effect| e.class >= Verdict::BreakingRust && compiled(e);
                if breaks(request) || breaks(answer) {
                    let why = format!("{why}, but there is a Rust type for it");
                    let felt_by = [Felt::CompileTime].into();
                    (Verdict::BreakingRust, felt_by, why)
                } else {
                    (Verdict::DocsOnly, BTreeSet::new(), why.to_owned())
                }
            }
        }
    }
}

/// What a kind of change means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    /// The same wherever it happens.
    Everywhere(Effect),
    /// It depends on who writes and who reads.
    ByDirection { request: Effect, answer: Effect },
}

const SERVICE: &[Felt] = &[Felt::Service];
const COMPILE: &[Felt] = &[Felt::CompileTime];
const RUN: &[Felt] = &[Felt::RunTime];
const RUST: &[Felt] = &[Felt::CompileTime, Felt::RunTime];
const SERVICE_COMPILE: &[Felt] = &[Felt::Service, Felt::CompileTime];
const SERVICE_RUN: &[Felt] = &[Felt::Service, Felt::RunTime];
const ALL: &[Felt] = &[Felt::Service, Felt::CompileTime, Felt::RunTime];

const fn everywhere(kind: &'static str, effect: Effect) -> Row {
    let meaning = Meaning::Everywhere(effect);
    Row { kind, meaning }
}

const fn by_direction(kind: &'static str, request: Effect, answer: Effect) -> Row {
    let meaning = Meaning::ByDirection { request, answer };
    Row { kind, meaning }
}

const fn docs(why: &'static str) -> Effect {
    effect(Verdict::DocsOnly, &[], why)
}

const fn compatible(felt_by: &'static [Felt], why: &'static str) -> Effect {
    effect(Verdict::Compatible, felt_by, why)
}

const fn rust(felt_by: &'static [Felt], why: &'static str) -> Effect {
    effect(Verdict::BreakingRust, felt_by, why)
}

const fn wire(felt_by: &'static [Felt], why: &'static str) -> Effect {
    effect(Verdict::BreakingWire, felt_by, why)
}

const fn effect(class: Verdict, felt_by: &'static [Felt], why: &'static str) -> Effect {
    Effect {
        class,
        felt_by,
        why,
    }
}
