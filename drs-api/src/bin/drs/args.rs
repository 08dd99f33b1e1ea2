//! The command line: what can be said, and what `--help` says about it.

use std::{
    ffi::OsString,
    fmt,
    num::{NonZeroU32, NonZeroUsize},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{
    CommandFactory as _, Parser, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser as _},
    error::{ContextKind, ContextValue, ErrorKind},
};
use drs_api::{Client, login::Place, types::Language};
use jiff::SignedDuration;

use crate::text::{self, clean};

/// Tell Huawei Cloud DRS the new database passwords of replication tasks
#[derive(Debug, Parser)]
#[command(name = "drs", version = version(), disable_help_subcommand = true, after_help = "\
Example:
  drs change-passwords --region ap-southeast-1 --report report.json plan.yaml")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// Reads the command line; ends the process where it can't be read.
    pub(crate) fn read() -> Self {
        Self::try_parse().unwrap_or_else(|error| match may_be_shown(&error) {
            true => error.exit(),
            false => Self::command()
                .error(ErrorKind::UnknownArgument, STRAY)
                .exit(),
        })
    }
}

/// What is said instead of an error that must not be shown.
const STRAY: &str = "there is an extra argument, or one with characters that can't be shown; it may \
                     be a secret";

/// Whether an error quotes neither what steers a terminal nor a value that belongs to no option.
fn may_be_shown(error: &clap::Error) -> bool {
    let is_odd = |value: &_| matches!(value, ContextValue::String(text) if clean(text) != *text);
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.as_str(),
        _ => "-",
    };
    let is_stray = match error.kind() {
        ErrorKind::UnknownArgument => !argument.starts_with('-'),
        ErrorKind::InvalidValue => argument.starts_with("--dry-run"),
        kind => kind == ErrorKind::TooManyValues,
    };
    !is_stray && !error.context().any(|(_, value)| is_odd(value))
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(after_help = CHANGE_PASSWORDS)]
    ChangePasswords(Box<ChangePasswords>),
    /// Say whether the tasks of a plan or a report run
    Status {
        /// The report of a run, or a plan; `-` is standard input
        file: Source,
        /// Read until all states are settled, at most this long, such as 15m
        #[arg(long, value_name = "TIME", value_parser = duration)]
        wait: Option<Duration>,
        #[command(flatten)]
        printing: Printing,
        #[command(flatten)]
        access: Box<Access>,
    },
    Retry(Box<Retry>),
    /// Print a report as its run did, with its exit code
    Show {
        /// A file that --report has kept
        report: Source,
        #[command(flatten)]
        printing: Printing,
    },
    /// Explain a topic or a command
    Help {
        /// outcomes, plan, report, status, retry, credentials, unattended, exit-codes, or a command
        topic: Option<String>,
    },
    /// Print a page of the manual
    Man {
        /// A command, instead of drs itself
        command: Option<String>,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// How outcomes and states are printed.
#[derive(Debug, clap::Args)]
pub(crate) struct Printing {
    /// How the result is printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(crate) output: Format,

    /// Show every row or request, also on a terminal
    #[arg(long)]
    pub(crate) all: bool,

    /// Print what is left, and nothing if nothing is
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Change the passwords that a plan lists, and report on each
#[derive(Debug, clap::Args)]
pub(crate) struct ChangePasswords {
    /// The plan, as JSON or YAML; `-` is standard input
    pub(crate) file: Source,

    #[command(flatten)]
    pub(crate) access: Access,

    /// Variable with the password of all items that name none
    #[arg(long, value_name = "NAME", conflicts_with = "password_file")]
    pub(crate) password_env: Option<String>,

    /// File with that password, on one line
    #[arg(long, value_name = "FILE|-")]
    pub(crate) password_file: Option<Source>,

    /// Check everything and send nothing; =offline needs no network or credentials
    #[arg(long, value_parser = ["online", "offline"], value_name = "offline", num_args = 0..=1,
          require_equals = true, default_missing_value = "online", hide_possible_values = true)]
    pub(crate) dry_run: Option<String>,

    /// End points in one request
    #[arg(long, value_name = "N", default_value = "10")]
    pub(crate) batch_size: NonZeroUsize,

    /// Requests under way at a time
    #[arg(long, value_name = "N", default_value = "4")]
    pub(crate) concurrency: NonZeroUsize,

    /// Safe retries after the first try
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) retries: u32,

    /// Longest time to retry one batch
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    pub(crate) retry_for: Duration,

    /// Language of the service's messages
    #[arg(long, value_parser = language())]
    pub(crate) language: Option<Language>,

    #[command(flatten)]
    pub(crate) printing: Printing,

    /// Keep a JSON report here; `-` is --output json
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<Source>,

    /// Replace the report, and forget what it has left to do
    #[arg(long)]
    pub(crate) replace_report: bool,

    /// Send only what this report does not call changed
    #[arg(long, value_name = "REPORT")]
    pub(crate) only_todo: Option<Source>,

    /// Then see if the tasks are running, 15m at most
    #[arg(long, value_name = "TIME", num_args = 0..=1, require_equals = true,
          default_missing_value = "15m", value_parser = duration, conflicts_with = "output")]
    pub(crate) status: Option<Duration>,

    /// Send only what got a DRS.KE0002, with passwords corrected
    #[arg(long, value_name = "REPORT", conflicts_with = "only_todo")]
    pub(crate) only_refused: Option<Source>,

    /// Name of this set of passwords, such as 2026-11
    #[arg(long, value_name = "LABEL", value_parser = text::label)]
    pub(crate) rotation: Option<String>,

    /// Accept a report over a day old: its passwords are the plan's
    #[arg(long)]
    pub(crate) same_passwords: bool,

    /// Show each request; -vv also the library's events
    #[arg(short, long, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub(crate) verbose: u8,
}

impl ChangePasswords {
    /// The report to go on from.
    pub(crate) fn earlier(&self) -> Option<&Source> {
        self.only_todo.as_ref().or(self.only_refused.as_ref())
    }

    pub(crate) fn is_offline(&self) -> bool {
        self.dry_run.as_deref() == Some("offline")
    }
}

/// Retry the failed tasks of a report, once each; shows them and asks first
#[derive(Debug, clap::Args)]
pub(crate) struct Retry {
    /// The report of a run
    pub(crate) file: Source,
    /// Also tasks that failed in the full load, which may change data
    #[arg(long)]
    pub(crate) full: bool,
    /// Resume this paused task; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) paused: Vec<String>,
    /// Don't ask
    #[arg(long)]
    pub(crate) yes: bool,
    /// Take a report that is older than a day
    #[arg(long)]
    pub(crate) old_report: bool,
    /// Read until all states are settled, at most this long
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    pub(crate) wait: Duration,
    #[command(flatten)]
    pub(crate) printing: Printing,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// How the service is reached.
#[derive(Debug, clap::Args)]
pub(crate) struct Access {
    /// Project; or from the environment or the region
    #[arg(long, value_name = "ID")]
    pub(crate) project_id: Option<String>,
    /// Region, such as ap-southeast-1; or from the environment
    #[arg(long, conflicts_with = "endpoint")]
    pub(crate) region: Option<String>,
    /// The service's URL, instead of a region
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// File with a token from IAM
    #[arg(long, value_name = "FILE|-", conflicts_with = "credentials")]
    pub(crate) token_file: Option<Source>,
    /// env, user, profile or agency; or the first found
    #[arg(long, value_parser = place(), value_name = "SOURCE", hide_possible_values = true)]
    pub(crate) credentials: Option<Place>,
    /// Accept files that others can read
    #[arg(long)]
    pub(crate) allow_readable_files: bool,
    /// Trust this PEM file's authorities too
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_bundle: Option<Source>,
    /// Longest time for one request
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub(crate) timeout: NonZeroU32,
}

const CHANGE_PASSWORDS: &str = "\
Exit codes: 0 all changed; 2 bad input, nothing sent; 3 some rejected or not
sent; 4 some unconfirmed; 5 all changed, not all tasks running; 1 anything else.
Environment: HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE.
More: drs help outcomes, plan, report, unattended, exit-codes";

/// In which form something is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    // Plain comments: these would make `--help` a page longer than `-h`.
    // A table for people.
    #[default]
    Table,
    // One JSON document, and nothing else on standard output.
    Json,
}

/// Where something is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Stdin,
    File(PathBuf),
}

impl Source {
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdin => None,
            Self::File(path) => Some(path),
        }
    }
}

impl From<OsString> for Source {
    fn from(name: OsString) -> Self {
        match name == "-" {
            true => Self::Stdin,
            false => Self::File(name.into()),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("standard input"),
            Self::File(path) => f.write_str(&clean(&path.to_string_lossy())),
        }
    }
}

fn version() -> String {
    let tool = env!("CARGO_PKG_VERSION");
    format!("{tool} (API document {})", Client::spec_version())
}

/// A number of seconds, or a time with units.
fn duration(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().map(Duration::from_secs).ok();
    let with_units = || Duration::try_from(text.parse::<SignedDuration>().ok()?).ok();
    let problem = "give a number of seconds, or a time such as 90s, 10m or 2h";
    seconds.or_else(with_units).ok_or(problem)
}

fn language() -> impl clap::builder::TypedValueParser<Value = Language> {
    let names = [Language::EnUs, Language::ZhCn].map(|language| language.to_string());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Language>())
}

fn place() -> impl clap::builder::TypedValueParser<Value = Place> {
    PossibleValuesParser::new(["env", "user", "profile", "agency"]).map(|name| match &*name {
        "env" => Place::Environment,
        "user" => Place::User,
        "profile" => Place::Profile,
        _ => Place::Agency,
    })
}
