//! The program: parses flags, starts a simulator, prints how to reach it, and serves until Ctrl-C.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use drs_simulator::{
    EXAMPLE_ACCESS_KEY, EXAMPLE_DOMAIN, EXAMPLE_SECRET_KEY, EXAMPLE_SECURITY_TOKEN,
    EXAMPLE_TEMPORARY_KEY, EXAMPLE_TEMPORARY_SECRET_KEY, EXAMPLE_USER, EXAMPLE_USER_PASSWORD,
    Fault, InvalidToken, Machine, Refusal, RetryAfter, Simulator, TaskFile, Throttle, Times,
    parse_fault,
};

/// A simulated Data Replication Service on loopback
#[derive(Parser)]
struct Args {
    /// Tasks from this file, JSON or YAML, instead of the default set
    #[arg(long, value_name = "FILE")]
    tasks: Option<PathBuf>,
    /// Port to listen on; 0 picks a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Project id, instead of the task file's or the default
    #[arg(long, value_name = "ID")]
    project_id: Option<String>,
    /// Token to accept, instead of the task file's or the default; repeatable
    #[arg(long)]
    token: Vec<String>,
    /// Region that names the project in IAM, instead of the default
    #[arg(long)]
    region: Option<String>,
    /// Also simulate a machine's metadata service: agency, token (keys only for requests with
    /// a token), first-version (without tokens) or no-agency
    #[arg(long, value_name = "KIND", value_parser = machine)]
    machine: Option<Machine>,
    /// Lifetime of the machine's keys in seconds
    #[arg(long, value_name = "SECONDS", requires = "machine")]
    key_lifetime: Option<u64>,
    /// Response to a token that is not accepted
    #[arg(long, value_enum, default_value_t)]
    invalid_token: InvalidToken,
    /// Response to a refused item
    #[arg(long, value_enum, default_value_t)]
    refusal: Refusal,
    /// Fault, as WHEN:WHAT[,OPTION]…; repeatable. The README has the grammar
    #[arg(long, value_name = "SPEC", value_parser = parse_fault)]
    fault: Vec<(Fault, Times)>,
    /// Requests per second that the gateway accepts
    #[arg(long, value_name = "RATE", value_parser = rate)]
    throttle: Option<f64>,
    /// Requests that the gateway accepts at once after a pause
    #[arg(
        long,
        value_name = "REQUESTS",
        default_value_t = 1,
        requires = "throttle"
    )]
    burst: u32,
    /// How a throttled response says when to retry
    #[arg(long, value_enum, default_value_t, requires = "throttle")]
    retry_after: RetryAfter,
}

fn machine(kind: &str) -> Result<Machine, String> {
    let machine = Machine::default();
    match kind {
        "agency" => Ok(machine),
        "token" => Ok(machine.needs_token()),
        "first-version" => Ok(machine.first_version(404)),
        "no-agency" => Ok(machine.without_agency()),
        _ => Err("not agency, token, first-version or no-agency".to_owned()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if rate > 0.0 => Ok(rate),
        _ => Err("not a number over 0".to_owned()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("drs-simulator: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), String> {
    let mut builder = Simulator::builder()
        .port(args.port)
        // Nobody can read them over HTTP, and the program may run for days.
        .keep_requests(0)
        .refusal(args.refusal)
        .invalid_token(args.invalid_token);
    let file = args.tasks.as_deref().map(read).transpose()?;
    let mut tokens = args.token;
    if let Some(file) = &file {
        builder = builder.tasks(file.tasks());
        if tokens.is_empty() {
            tokens.extend(file.tokens().map(str::to_owned));
        }
    }
    let of_file = file.as_ref().and_then(|file| file.project_id.clone());
    if let Some(project_id) = args.project_id.or(of_file) {
        builder = builder.project_id(project_id);
    }
    if let Some(region) = args.region {
        builder = builder.region(region);
    }
    if let Some(machine) = args.machine {
        builder = builder.machine(match args.key_lifetime {
            Some(seconds) => machine.key_lifetime(Duration::from_secs(seconds)),
            None => machine,
        });
    }
    for token in tokens {
        builder = builder.token(token);
    }
    let simulator = builder
        .start()
        .await
        .map_err(|error| format!("can't start: {error}"))?;
    for (name, password) in file.iter().flat_map(TaskFile::accounts) {
        simulator.set_account(name, password);
    }
    for (fault, times) in args.fault {
        simulator.fault(fault, times);
    }
    simulator.throttle(args.throttle.map(|rate| {
        let throttle = Throttle::per_second(rate).burst(args.burst);
        throttle.retry_after(args.retry_after)
    }));
    if let Err(error) = announce(&simulator) {
        // The reader of the output may have read enough; the simulator still serves.
        eprintln!("drs-simulator: {error}");
    }
    tokio::signal::ctrl_c()
        .await
        .map_err(|error| format!("can't wait for Ctrl-C: {error}"))?;
    simulator.stop().await;
    Ok(())
}

fn announce(simulator: &Simulator) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "endpoint  {}", simulator.endpoint())?;
    writeln!(out, "project   {}", simulator.project_id())?;
    writeln!(out, "token     {}", simulator.token())?;
    writeln!(out, "tasks     {}", simulator.task_count())?;
    writeln!(out, "key       {EXAMPLE_ACCESS_KEY} {EXAMPLE_SECRET_KEY}")?;
    writeln!(
        out,
        "temporary {EXAMPLE_TEMPORARY_KEY} {EXAMPLE_TEMPORARY_SECRET_KEY} {EXAMPLE_SECURITY_TOKEN}"
    )?;
    writeln!(
        out,
        "user      {EXAMPLE_USER} {EXAMPLE_USER_PASSWORD} {EXAMPLE_DOMAIN}"
    )?;
    out.flush()
}

fn read(path: &Path) -> Result<TaskFile, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("can't read {}: {error}", path.display()))?;
    TaskFile::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
}
