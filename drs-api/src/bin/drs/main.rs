//! `drs`, the tool for people with a terminal and for cron: what the library does, from a
//! command line. This file turns a command into an exit code.

mod access;
mod args;
mod change_passwords;
mod command;
mod core_dump;
mod document;
mod files;
#[cfg(test)]
mod hostile;
mod input;
mod keeper;
mod library_events;
mod login;
mod manual;
mod next_steps;
mod output;
mod plan;
mod progress;
mod report_file;
mod rotation;
mod run;
mod signals;
mod status;
mod suspect;
mod table;
mod task_retry;
mod task_status;
mod text;
mod todo;

use std::{alloc::System, process::ExitCode};

use zeroizing_alloc::ZeroAlloc;

use args::{Args, Command, Source};
use document::Document;
use files::Care;
use status::{Failure, Status};

/// What is freed is wiped: plans, texts and buffers of requests hold passwords.
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    core_dump::prevent();
    let status = match Args::read().command {
        Command::ChangePasswords(args) => change_passwords::execute(&args),
        Command::Status {
            file,
            wait,
            output,
            access,
        } => access::open(&file, &access)
            .and_then(|session| session.watch(wait.unwrap_or_default(), output)),
        Command::Retry(args) => task_retry::execute(&args),
        Command::Show { report, printing } => show(Source::File(report), &printing),
        Command::Help { topic } => manual::help(topic.as_deref()),
        Command::Man { command } => manual::page(command.as_deref()),
        Command::Completions { shell } => manual::completions(shell),
    };
    let status = status.unwrap_or_else(|failure| {
        failure.tell();
        failure.status
    });
    ExitCode::from(status as u8)
}

/// `drs show`. A report has no secret, so that anyone may read it; but a command that others can
/// have written is not printed.
fn show(report: Source, printing: &args::Printing) -> Result<Status, Failure> {
    let is_safe = Document::read(&report, Care::Public).is_ok();
    let document = Document::read(&report, Care::Waived);
    let mut document = document.map_err(|problem| format!("{report}: {problem}"))?;
    document.header.command.retain(|_| is_safe);
    let status = Status::of(&document.report);
    let printed = output::document(&document, printing, Some(&report));
    Ok(status.with(printed))
}
