//! What does a run of many changes do, and is its report true? Each question is a module.

mod access_key_source;
mod credentials;
mod faults;
#[cfg(target_os = "linux")]
mod hostile;
mod outcomes;
mod run;
mod tasks;
