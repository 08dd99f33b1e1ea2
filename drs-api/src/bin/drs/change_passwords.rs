//! `drs change-passwords`: everything is checked, then the report file is begun, then the run;
//! whatever ends it, the report is written and the outcomes are printed.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use drs_api::{
    Client, ClientBuilder, Error,
    passwords::{Options, Report, Retry},
    types::ModifyPwdEndPoint,
};

use crate::{
    args::{ChangePasswords, Source},
    document::{Document, Frame, Header},
    files, input,
    keeper::{self, Keeper},
    library_events,
    login::Login,
    next_steps, output, plan,
    progress::Progress,
    report_file::ReportFile,
    run,
    signals::{self, Signals},
    status::{Failure, Status, tell},
    text::clean,
    todo::Earlier,
};

pub(crate) fn execute(args: &ChangePasswords) -> Result<Status, Failure> {
    if args.verbose > 1 {
        library_events::show();
    }
    input::check_sources(args)?;
    let changes = changes(args)?;
    let builder = builder(args)?;
    let login = Login::find(args, &builder)?;
    let client = client(args, builder.clone().credentials(login.credentials.clone()))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::other(format!("no event loop could be started: {e}")))?;
    // From now on signals can be caught.
    let entered = runtime.enter();
    signals::spare_writers().map_err(uncaught)?;
    let project_id = login.project_id(args, &builder, &runtime)?;
    let options = options(args);
    let refused = |e| refusal(args, &e);

    let file = report_path(args).map(ReportFile::find);
    let file = file.transpose().map_err(|e| unwritable(args, &e))?;
    let lock = file.as_ref().filter(|_| !args.dry_run);
    let lock = lock.map(ReportFile::lock);
    // Before a report is read that is to be replaced.
    let _lock = lock.transpose().map_err(|e| unwritable(args, &e))?;

    // The whole plan has to be right, whatever of it is still to be done.
    drop(
        client
            .change_passwords_with(&project_id, changes.clone(), options.clone())
            .map_err(refused)?,
    );
    let header = Header::new(&client, &project_id);
    let (earlier, changes) = only_todo(args, &header, changes)?;
    let frame = Arc::new(Frame { header, earlier });
    if args.dry_run {
        let requests = match changes.is_empty() {
            true => Vec::new(),
            false => {
                let preview = client.preview_change_passwords(project_id, changes, options);
                runtime.block_on(preview).map_err(refused)?
            }
        };
        let printed = output::requests(requests, args.output);
        return match printed {
            Ok(()) => Ok(Status::Done),
            Err(e) => Err(Failure::other(format!("standard output: {e}"))),
        };
    }
    if changes.is_empty() {
        let document = frame.last(Report::default());
        let written = file.map_or(Ok(()), |file| keeper::write(&file, &document));
        return Ok(finish(args, &document, written));
    }

    if let Some(change) = changes.first() {
        login.check(&client, &project_id, change.clone(), &runtime)?;
    }
    let end_points = changes.len();
    let run = client
        .change_passwords_with(project_id, changes, options)
        .map_err(refused)?;
    // Before a report says that this run has begun.
    let signals = Signals::catch().map_err(uncaught)?;
    let keeper = file.zip(args.report.clone()).map(|(file, source)| {
        let frame = Arc::clone(&frame);
        Keeper::start(file, source, frame, run.handle())
    });
    let keeper = keeper.transpose().map_err(|e| unwritable(args, &e))?;
    let doubt = || keeper.iter().for_each(Keeper::wake);
    let progress = Progress::start(end_points, args.verbose > 0);
    let report = runtime.block_on(run::drive(run, signals, progress, doubt));
    drop(entered);
    // Without waiting for what a cancelled run has left, such as the look-up of a host.
    runtime.shutdown_background();
    let document = frame.last(report);
    let written = keeper.map_or(Ok(()), |keeper| keeper.finish(&document));
    Ok(finish(args, &document, written))
}

fn uncaught(error: std::io::Error) -> Failure {
    Failure::other(format!("signals can't be caught: {error}"))
}

/// Tells what became of it all. The report is on the disk by now: writing to standard output
/// can take for ever.
fn finish(args: &ChangePasswords, document: &Document, written: std::io::Result<()>) -> Status {
    let mut status = Status::of(&document.report);
    if let Err(e) = written {
        tell(unwritable(args, &e).message);
        status = status.or_other();
    }
    if let Err((place, e)) = output::document(document, args) {
        tell(format_args!("{place}: {e}"));
        status = status.or_other();
    }
    status
}

/// The file for the report, if there is to be one.
fn report_path(args: &ChangePasswords) -> Option<&Path> {
    match &args.report {
        Some(Source::File(path)) => Some(path),
        Some(Source::Stdin) | None => None,
    }
}

/// What an earlier report leaves to be done.
fn only_todo(
    args: &ChangePasswords,
    header: &Header,
    changes: Vec<ModifyPwdEndPoint>,
) -> Result<(Option<Earlier>, Vec<ModifyPwdEndPoint>), Failure> {
    let Some(source) = &args.only_todo else {
        return Ok((None, changes));
    };
    let refused = |problem: String| Failure::refused(format!("{source}: {problem}"));
    let text = files::text(source, input::care(args), files::MOST_OF_A_PLAN).map_err(refused)?;
    let document = Document::parse(&text).map_err(refused)?;
    let then = &document.header;
    for (what, then, now) in [
        ("project", &then.project_id, &header.project_id),
        ("endpoint", &then.endpoint, &header.endpoint),
    ] {
        if then != now {
            let (then, now) = (clean(then), clean(now));
            let problem = format!("it is about the {what} {then}, and this run about {now}");
            return Err(refused(problem));
        }
    }
    let started = then.started.clone();
    let (earlier, changes) = Earlier::of(document.report, changes).map_err(refused)?;
    output::left_out(source, &started, &earlier, changes.len());
    Ok((Some(earlier), changes))
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
    files::text(&args.file, care, files::MOST_OF_A_PLAN)
        .and_then(|text| plan::read(&text, named_json, &context))
        .map_err(|problem| Failure::refused(format!("{}: {problem}", args.file)))
}

/// All settings of the client but its credentials.
fn builder(args: &ChangePasswords) -> Result<ClientBuilder, Failure> {
    let timeout = Duration::from_secs(args.timeout.into());
    let builder = Client::builder()
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
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let builder = match &args.ca_bundle {
        Some(path) => {
            let care = input::care(args).of_public();
            let source = Source::File(path.clone());
            let bytes = files::bytes(&source, care, files::MOST_OF_CERTIFICATES);
            let bytes =
                bytes.map_err(|problem| Failure::refused(format!("{source}: {problem}")))?;
            builder.add_root_certificate(bytes.as_slice())
        }
        None => builder,
    };
    Ok(builder)
}

fn client(args: &ChangePasswords, builder: ClientBuilder) -> Result<Client, Failure> {
    builder.build().map_err(|e| match (&e, &args.ca_bundle) {
        (Error::InvalidInput { field, problem }, Some(path)) if field == "add_root_certificate" => {
            Failure::refused(format!("{}: {problem}", Source::File(path.clone())))
        }
        _ => refusal(args, &e),
    })
}

fn options(args: &ChangePasswords) -> Options {
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let options = Options::default()
        .batch_size(size(args.batch_size))
        .concurrency(size(args.concurrency))
        .retry(
            Retry::default()
                .max_tries(size(args.retries).saturating_add(1))
                .deadline(args.retry_for),
        );
    match args.language {
        Some(language) => options.language(language),
        None => options,
    }
}

/// The library's word on why it won't begin. What is wrong with an item is wrong in the plan.
fn refusal(args: &ChangePasswords, error: &Error) -> Failure {
    let told = match error {
        Error::InvalidInput { field, .. } if field.starts_with("jobs") => {
            format!("{}: {error}", args.file)
        }
        Error::InvalidInput { field, problem } if OPTIONS.contains(&field.as_str()) => {
            format!("--{}: {problem}", field.replace('_', "-"))
        }
        _ => error.to_string(),
    };
    Failure::refused(match next_steps::of_connection(&told, None) {
        Some(step) => format!("{told}; {step}"),
        None => told,
    })
}

/// What the library names as this tool's options do.
const OPTIONS: [&str; 3] = ["endpoint", "project_id", "region"];

fn unwritable(args: &ChangePasswords, error: &std::io::Error) -> Failure {
    let report = args
        .report
        .iter()
        .map(Source::to_string)
        .collect::<String>();
    Failure::refused(format!(
        "--report {report}: the report can't be written: {error}"
    ))
}
