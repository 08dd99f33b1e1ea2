//! `drs`, the tool for people with a terminal and for cron: what the library does, from a
//! command line. This file protects the process's memory, carries out a command or hands it to
//! the file that does, and turns the result into an exit code.

mod access;
mod args;
mod change_passwords;
mod command;
mod document;
mod files;
#[cfg(test)]
mod hostile;
mod input;
mod manual;
mod next_steps;
mod output;
mod plan;
mod progress;
mod report_file;
mod signals;
mod status;
mod task_retry;
mod task_status;
mod text;
mod todo;

use std::{alloc::System, process::ExitCode};

use zeroizing_alloc::ZeroAlloc;

use args::{Args, Command, Format, Printing, Source};
use document::Document;
use files::Care;
use status::{Failure, Status};

/// What is freed is wiped: plans, texts and buffers of requests hold passwords.
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    prevent_core_dumps();
    let status = match Args::read().command {
        Command::ChangePasswords(mut args) => {
            let is_json = args.report.take_if(|report| *report == Source::Stdin);
            if is_json.is_some() {
                args.printing.output = Format::Json;
            }
            match is_json.and(args.status) {
                Some(_) => Err(Failure::refused("--report -: name a file with --status")),
                None => change_passwords::execute(&args),
            }
        }
        Command::Status {
            file,
            wait,
            printing,
            access,
        } => access::open(&file, &access)
            .and_then(|(session, _)| session.watch(wait.unwrap_or_default(), &printing)),
        Command::Retry(args) => task_retry::execute(&args),
        Command::Show { report, printing } => show(&report, &printing),
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
fn show(report: &Source, printing: &Printing) -> Result<Status, Failure> {
    let refused = |problem| Failure::refused(format!("{report}: {problem}"));
    files::regular(report).map_err(refused)?;
    let is_safe = Document::read(report, Care::Public).is_ok();
    let mut document = Document::read(report, Care::Waived).map_err(refused)?;
    document.header.command.retain(|_| is_safe);
    let status = Status::of(&document.report);
    let printed = output::document(&document, printing, Some(report), &document.title());
    Ok(status.with(printed))
}

/// Keeps the kernel from writing a core file, and on Linux other processes of the user from reading
/// this one's memory: it has passwords. Where that is refused, the run goes on without it.
fn prevent_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        let (current, maximum) = (Some(0), Some(0));
        let _ = setrlimit(Resource::Core, Rlimit { current, maximum });
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};

        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
