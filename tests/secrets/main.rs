//! Where may a secret be seen, and how long is it in memory? Each question is a module.
//!
//! What is logged and what panics say is recorded for the whole process, so tests of other
//! questions belong elsewhere.

mod canary;
#[cfg(target_os = "linux")]
mod memory;
