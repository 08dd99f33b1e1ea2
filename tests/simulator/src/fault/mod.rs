//! Faults: what can be made to go wrong with a request. This file is the list of them.

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
