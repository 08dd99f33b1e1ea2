//! Where can a secret be seen, and how long is it in memory? Each question is a module.
//!
//! Logs and panic messages are recorded for the whole process, so tests of other questions belong
//! elsewhere.

mod canary;
#[cfg(target_os = "linux")]
mod memory;
