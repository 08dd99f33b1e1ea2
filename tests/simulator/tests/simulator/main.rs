//! What does the simulator return, store, and print? Each question is a module.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests, which clippy takes for production code"
)]

mod answers;
// A symbolic link, which becomes a file in a package.
#[allow(unreachable_pub, reason = "as of another crate")]
mod child;
mod cuts;
mod faults;
mod iam;
mod metadata;
mod operations;
mod program;
mod refusals;
mod shared;
mod states;
mod tasks;
mod throttle;
