//! `drs change-passwords`: everything is checked, then the report file is begun, then the run;
//! whatever ends it, the report is written and the outcomes are printed.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use drs_api::{
    Client, Error,
    passwords::{Options, Retry},
    types::ModifyPwdEndPoint,
};

use crate::{
    args::{ChangePasswords, Source},
    files, input, output, plan,
    report_file::{self, ReportFile},
    run,
    status::{Failure, Status, tell},
};

pub(crate) fn execute(args: &ChangePasswords) -> Result<Status, Failure> {
    let sources = input::sources(args)?;
    let changes = changes(args)?;
    let client = client(args)?;
    let project_id = input::project_id(args)?;
    let options = options(args);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::other(format!("no event loop could be started: {e}")))?;
    let refused = |e| refusal(args, &e);

    let file = args.report.as_deref();
    let file = file.map(|path| ReportFile::at(path, &sources));
    let file = file.transpose().map_err(|e| unwritable(args, &e))?;
    if args.dry_run {
        let preview = client.preview_change_passwords(project_id, changes, options);
        let requests = runtime.block_on(preview).map_err(refused)?;
        return match output::requests(&requests, args.output) {
            Ok(()) => Ok(Status::Done),
            Err(e) => Err(Failure::other(format!("standard output: {e}"))),
        };
    }

    let end_points = changes.len();
    let run = client
        .change_passwords_with(project_id, changes, options)
        .map_err(refused)?;
    let keeper = file.map(|file| report_file::keep(file, run.handle()));
    let keeper = keeper.transpose().map_err(|e| unwritable(args, &e))?;
    let report = runtime
        .block_on(run::drive(run, end_points))
        .map_err(|e| Failure::other(format!("signals can't be caught: {e}")))?;
    // Without waiting for what a cancelled run has left, such as the look-up of a host.
    runtime.shutdown_background();

    let mut status = Status::of(&report);
    // The file first: writing to standard output can take for ever.
    if let Some(keeper) = keeper
        && let Err(e) = keeper.finish(&report)
    {
        tell(unwritable(args, &e).message);
        status = status.or_other();
    }
    if let Err(e) = output::report(&report, args.output) {
        tell(format_args!("standard output: {e}"));
        status = status.or_other();
    }
    Ok(status)
}

/// The plan, with all passwords.
fn changes(args: &ChangePasswords) -> Result<Vec<ModifyPwdEndPoint>, Failure> {
    let password = input::password(args)?;
    let care = input::care(args);
    let (folder, named_json) = match &args.file {
        Source::Stdin => (PathBuf::new(), false),
        Source::File(path) => (
            path.parent().unwrap_or(Path::new("")).to_owned(),
            path.extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("json")),
        ),
    };
    let context = plan::Context {
        folder,
        care,
        password,
    };
    files::text(&args.file, care, None)
        .and_then(|text| plan::read(&text, named_json, &context))
        .map_err(|problem| Failure::refused(format!("{}: {problem}", args.file)))
}

fn client(args: &ChangePasswords) -> Result<Client, Failure> {
    let timeout = Duration::from_secs(args.timeout.into());
    let builder = Client::builder()
        .credentials(input::credentials(args)?)
        .request_timeout(timeout)
        .read_timeout(timeout);
    let builder = if let Some(endpoint) = &args.endpoint {
        builder.endpoint(endpoint)
    } else if let Some(region) = input::region(args)? {
        builder.region(region)
    } else {
        return Err(Failure::refused(
            "region: none is given; pass --region, such as ap-southeast-1, or --endpoint",
        ));
    };
    builder.build().map_err(|e| refusal(args, &e))
}

fn options(args: &ChangePasswords) -> Options {
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let options = Options::default()
        .batch_size(size(args.batch_size))
        .concurrency(size(args.concurrency))
        .retry(Retry::default().max_tries(size(args.retries).saturating_add(1)));
    match args.language {
        Some(language) => options.language(language),
        None => options,
    }
}

/// The library's word on why it won't begin. What is wrong with an item is wrong in the plan.
fn refusal(args: &ChangePasswords, error: &Error) -> Failure {
    Failure::refused(match error {
        Error::InvalidInput { field, .. } if field.starts_with("jobs") => {
            format!("{}: {error}", args.file)
        }
        _ => error.to_string(),
    })
}

fn unwritable(args: &ChangePasswords, error: &std::io::Error) -> Failure {
    let path = args.report.as_deref().unwrap_or_else(|| "".as_ref());
    let path = path.display();
    Failure::refused(format!("{path}: the report can't be written: {error}"))
}
