//! The command line: what can be said, and what `--help` says about it.

use std::{ffi::OsString, fmt, path::PathBuf};

use clap::{
    Parser, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser as _},
};
use drs_api::{Client, types::Language};

/// Tell Huawei Cloud DRS the new database passwords of replication tasks
#[derive(Debug, Parser)]
#[command(name = "drs", version = version(), after_help = "\
Example:
  drs change-passwords --region ap-southeast-1 --project-id 054ba152d480d55b2f5dc0069e7ddef0 plan.yaml")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(after_long_help = CHANGE_PASSWORDS)]
    ChangePasswords(Box<ChangePasswords>),
    /// Print a completion script for a shell
    #[command(after_help = "\
Example:
  drs completions bash > /etc/bash_completion.d/drs")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Change the passwords that a plan lists, and report on each
#[derive(Debug, clap::Args)]
pub(crate) struct ChangePasswords {
    /// The plan, `-` for standard input
    ///
    /// The API's own request body as JSON or YAML. Others must not be able to read the file.
    pub(crate) file: Source,

    /// Id of the project that the tasks belong to
    #[arg(
        long,
        value_name = "ID",
        env = "HUAWEICLOUD_SDK_PROJECT_ID",
        hide_env_values = true
    )]
    pub(crate) project_id: Option<String>,

    /// Region, such as ap-southeast-1
    #[arg(long, conflicts_with = "endpoint")]
    pub(crate) region: Option<String>,

    /// The service's URL, instead of a region
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// Read the token from this file, `-` for standard input
    ///
    /// Without it credentials are taken from the environment.
    #[arg(long, value_name = "FILE|-")]
    pub(crate) token_file: Option<Source>,

    /// Environment variable with the password of each item that has no `db_password`
    ///
    /// All these items get the same one. So a plan without secrets can be kept in version
    /// control.
    #[arg(long, value_name = "NAME", conflicts_with = "password_file")]
    pub(crate) password_env: Option<String>,

    /// File with the password of each item that has no `db_password`, `-` for standard input
    ///
    /// One line. All these items get the same password.
    #[arg(long, value_name = "FILE|-")]
    pub(crate) password_file: Option<Source>,

    /// Accept files that others than their owner can read
    #[arg(long)]
    pub(crate) allow_readable_files: bool,

    /// Check everything, print the requests without their secrets, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// End points in one request
    #[arg(long, value_name = "N", default_value = "10", value_parser = at_least_one())]
    pub(crate) batch_size: u32,

    /// Requests under way at a time
    #[arg(long, value_name = "N", default_value = "4", value_parser = at_least_one())]
    pub(crate) concurrency: u32,

    /// Longest time that one request may take
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = at_least_one())]
    pub(crate) timeout: u32,

    /// How often a request is tried again where that can do no harm; 0 is one try
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) retries: u32,

    /// Language of the service's messages
    #[arg(long, value_parser = language())]
    pub(crate) language: Option<Language>,

    /// How the outcomes are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) output: Format,

    /// Keep the outcomes in this file, as JSON
    ///
    /// The same document as with `--output json`, true at every moment: each end point is
    /// `unconfirmed` until more is known of it. Mode 0600; replaced as a whole, at most once a
    /// second.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
}

const CHANGE_PASSWORDS: &str = "\
Example:
  # plan.yaml, mode 0600
  jobs:
    - job_id: 25df459d-a37c-41b9-bc2b-8c00ba32jb52
      end_point_type: so        # so is the source database, ta the destination
      db_password: 'new-Passw0rd'

  HW_AUTH_TOKEN=... drs change-passwords --region ap-southeast-1 --project-id ID plan.yaml

Environment:
  HW_AUTH_TOKEN                 a token from IAM
  HUAWEICLOUD_SDK_PROJECT_ID    stands in for --project-id
  NO_COLOR                      no colours, whatever its value

A secret is never taken from the command line, where every user of the machine sees it.

Running the same plan again is always right: setting a password that DRS already holds
changes nothing. Ctrl-C (or SIGTERM) ends the run in an orderly way: nothing more is begun,
and what is under way is awaited. A second one ends it at once. The report is written in
either case.

Exit codes:
  0  every password was changed
  2  bad usage or input; nothing was sent
  3  some were rejected or not sent, none is unconfirmed
  4  some are unconfirmed: run the same plan again
  1  anything else";

/// How the outcomes are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for people
    #[default]
    Table,
    /// One JSON document, and nothing else on standard output
    Json,
}

/// Where something is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Stdin,
    File(PathBuf),
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
            Self::File(path) => path.display().fmt(f),
        }
    }
}

fn version() -> String {
    let tool = env!("CARGO_PKG_VERSION");
    format!("{tool} (API document {})", Client::spec_version())
}

fn at_least_one() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..)
}

fn language() -> impl clap::builder::TypedValueParser<Value = Language> {
    let names = [Language::EnUs, Language::ZhCn].map(|language| language.to_string());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Language>())
}
