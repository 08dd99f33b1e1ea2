//! `drs`, the tool for people with a terminal and for cron: what the library does, from a
//! command line. This file turns a command into an exit code.

mod args;
mod change_passwords;
mod core_dump;
mod document;
mod files;
#[cfg(test)]
mod hostile;
mod input;
mod keeper;
mod library_events;
mod login;
mod next_steps;
mod output;
mod plan;
mod progress;
mod report_file;
mod run;
mod signals;
mod status;
mod suspect;
mod table;
mod text;
mod todo;

use std::{alloc::System, io::Write as _, process::ExitCode};

use clap::CommandFactory as _;
use zeroizing_alloc::ZeroAlloc;

use args::{Args, Command};
use status::{Failure, Status};

/// What is freed is wiped: plans, texts and buffers of requests hold passwords.
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    core_dump::prevent();
    let status = match Args::read().command {
        Command::ChangePasswords(args) => change_passwords::execute(&args),
        Command::Completions { shell } => completions(shell),
    };
    let status = status.unwrap_or_else(|failure| {
        failure.tell();
        failure.status
    });
    status.into()
}

fn completions(shell: clap_complete::Shell) -> Result<Status, Failure> {
    // Into memory first: the generator panics where it can't write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "drs", &mut script);
    std::io::stdout()
        .write_all(&script)
        .map_err(|e| Failure::other(format!("standard output: {e}")))?;
    Ok(Status::Done)
}
