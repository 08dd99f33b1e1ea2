//! The table: what each kind of change means, in requests and in answers, and why. A file
//! for each part of a document.
//!
//! What the rows say of Rust follows from what this generator makes: structs that may grow
//! and are made with builders, closed enums for requests and open ones for answers, and
//! `Secret` for `format: password`.

pub(super) mod document;
pub(super) mod operations;
pub(super) mod schemas;

use super::change::{Felt, Verdict};

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
