//! Runs the tool as an operator would: the real binary against a simulator. Its output is in
//! `transcripts/`; `SNAPSHOTS=overwrite` rewrites it.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "these are tests, though not all marked as such"
)]

// A symbolic link to tests/support/child.rs, which becomes a file in a package.
#[allow(unreachable_pub, reason = "as of another crate")]
mod child;
mod connection;
mod crash;
mod history;
mod identity;
mod inputs;
mod limits;
mod logins;
mod long_texts;
mod malformed;
mod manual;
mod meant;
mod next_command;
mod night;
mod only_todo;
mod options;
mod other_users;
mod outcomes;
mod profile;
mod quiet;
mod readme;
mod refusals;
mod rehearsal;
mod report_file;
mod report_place;
mod retries;
mod rotation;
mod scene;
mod secret_files;
mod secrets;
mod shown;
mod signals;
mod task_steps;
mod tasks;
mod terminal;
// A symbolic link to tests/support/tls.rs, which becomes a file in a package.
#[allow(dead_code, unreachable_pub, reason = "what other tests use of it")]
mod tls;
mod waiting;
mod warnings;
mod whole_night;
