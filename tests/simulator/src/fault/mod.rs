//! Faults: what can go wrong with a request. This file lists them.

mod definition;
mod grammar;
mod items;
mod plan;
mod render;
mod wire;

pub use definition::{Fault, Stage};
pub use grammar::parse_fault;
pub use items::ItemFault;
pub use plan::Times;

pub(crate) use definition::Stores;
pub(crate) use plan::Plan;
pub(crate) use wire::{Step, run};
