//! `drs change-passwords`: everything is checked, then the report file is begun, then the run;
//! whatever ends it, the report is written and the outcomes are printed.

use std::{
    cell::Cell,
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use drs_api::{
    Client,
    passwords::{Options, OutcomeKind, Report, Retry},
    types::ModifyPwdEndPoint,
};

use crate::{
    access,
    args::{ChangePasswords, Source},
    document::{Document, Frame},
    files, input,
    keeper::{self, Keeper},
    library_events, output, plan,
    progress::Progress,
    report_file::ReportFile,
    rotation, run,
    signals::{self, Signals},
    status::{Failure, Status, tell},
    task_status::{self, Session},
    text,
    todo::{self, Earlier},
};

/// Placeholders for an endpoint, a project, and a token if nothing is sent.
const OFFLINE: [&str; 3] = ["https://drs.offline.invalid", "offline", "offline"];

pub(crate) fn execute(args: &ChangePasswords) -> Result<Status, Failure> {
    if args.verbose > 1 {
        library_events::show();
    }
    let access = &args.access;
    let others = args.password_file.iter().chain(args.earlier());
    input::check_sources(access, others.chain([&args.file]))?;
    let (changes, missing) = changes(args)?;
    let runtime = run::runtime()?;
    // From now on signals can be caught.
    let entered = runtime.enter();
    signals::spare_writers()?;
    let refused = |e| access::refusal(access, &args.file, &e);
    let (client, project_id) = if args.is_offline() {
        let [endpoint, project_id, token] = OFFLINE;
        let project_id = access.project_id.as_deref().unwrap_or(project_id);
        let client = access::builder(access, Some(endpoint))?
            .token(token)
            .build();
        (client.map_err(refused)?, project_id.to_owned())
    } else {
        access::connect(access, &args.file, &runtime, args.verbose > 0)?
    };
    let options = options(args);

    let unwritable = |e| unwritable(args, &e);
    let file = args.report.as_ref().and_then(Source::path);
    let file = file.filter(|_| !args.is_offline()).map(ReportFile::find);
    let file = file.transpose().map_err(unwritable)?;
    // Before the report is read that is to be replaced.
    let lock = file.as_ref().filter(|_| args.dry_run.is_none());
    let lock = lock.map(|file| file.lock(!args.printing.quiet));
    let _lock = lock.transpose().map_err(unwritable)?;
    let there = file.as_ref().map(ReportFile::there).transpose();
    let there = there.map_err(unwritable)?.flatten();

    // The whole plan has to be right, whatever of it is still to be done.
    let whole = client.change_passwords_with(&project_id, changes.clone(), options.clone());
    drop(whole.map_err(refused)?);
    let mut frame = Frame::new(&client, &project_id, args);
    let changes = only_some(args, &mut frame, changes, there)?;
    if args.dry_run.is_some() {
        let tasks: HashSet<_> = changes.iter().map(|change| &change.job_id).collect();
        let counts = [changes.len(), tasks.len()];
        let mut requests = Vec::new();
        if !changes.is_empty() {
            let preview = client.preview_change_passwords(project_id, changes, options);
            requests = runtime.block_on(preview).map_err(refused)?;
        }
        output::requests(requests, counts, missing, &args.printing)?;
        return Ok(Status::Done);
    }
    let Some(first) = changes.first() else {
        let document = frame.document(Report::default(), true);
        let written = file.map_or(Ok(()), |file| keeper::write(&file, &document));
        let status = finish(args, &document, written);
        return watch(args, client, project_id, &document, status);
    };

    // Without credentials no run begins.
    let preview = client.preview_change_passwords(&project_id, [first.clone()], options.clone());
    let preview = runtime.block_on(preview);
    preview.map_err(|error| error.to_string())?;
    let end_points = changes.len();
    let run = client.change_passwords_with(project_id.clone(), changes, options);
    let run = run.map_err(refused)?;
    // Before a report says that this run has begun.
    let signals = Signals::catch()?;
    let frame = Arc::new(frame);
    let keeper = file.map(|file| Keeper::start(file, Arc::clone(&frame), run.handle()));
    let keeper = keeper.transpose().map_err(unwritable)?;
    let doubt = || keeper.iter().for_each(Keeper::wake);
    let progress = Progress::start(end_points, args);
    let report = runtime.block_on(run::drive(run, signals, progress, doubt));
    drop(entered);
    // Without waiting for what a cancelled run has left, such as the look-up of a host.
    runtime.shutdown_background();
    let document = frame.document(report, true);
    let written = keeper.map_or(Ok(()), |keeper| keeper.finish(&document));
    let status = finish(args, &document, written);
    watch(args, client, project_id, &document, status)
}

/// With `--status`, whether the tasks run that have their new password.
fn watch(
    args: &ChangePasswords,
    client: Client,
    project_id: String,
    document: &Document,
    status: Status,
) -> Result<Status, Failure> {
    let Some(wait) = args.status else {
        return Ok(status);
    };
    let outcomes = document.report.outcomes.iter();
    let changed = outcomes.filter(|outcome| outcome.kind == OutcomeKind::Changed);
    let session = Session {
        client,
        project_id,
        runtime: run::runtime()?,
        ids: changed.map(|outcome| outcome.job_id.clone()).collect(),
        report: None,
        file: args.report.clone(),
        unchanged: HashSet::new(),
        retried: false,
        tells_from: Some(Instant::now() + task_status::TELLS_AFTER),
    };
    let running = session.watch(wait, args.printing.output)?;
    // What became of the passwords weighs more.
    Ok(match status {
        Status::Done => running,
        status => status,
    })
}

/// Tells what became of it all. The report is on the disk by now: writing to standard output
/// can take for ever.
fn finish(args: &ChangePasswords, document: &Document, written: std::io::Result<()>) -> Status {
    let status = Status::of(&document.report);
    let status = status.with(written.map_err(|e| unwritable(args, &e)));
    status.with(output::document(
        document,
        &args.printing,
        args.report.as_ref(),
    ))
}

/// What is sent, with `--only-todo` and `--only-refused` less than the plan. Nothing is lost of
/// the report that is `there` and will be replaced.
fn only_some(
    args: &ChangePasswords,
    frame: &mut Frame,
    mut changes: Vec<ModifyPwdEndPoint>,
    there: Option<Document>,
) -> Result<Vec<ModifyPwdEndPoint>, Failure> {
    let plan: Vec<_> = changes.iter().map(todo::id).collect();
    if let Some(source) = args.earlier() {
        let refused = |problem: String| Failure::refused(format!("{source}: {problem}"));
        let document = Document::read(source, input::care(&args.access)).map_err(refused)?;
        rotation::check(&document, frame, args.same_passwords).map_err(refused)?;
        let split = Earlier::of(document.report, changes, args.only_refused.is_some());
        let (earlier, rest) = split.map_err(refused)?;
        let (before, told) = earlier.left_out();
        for line in told.iter().filter(|_| !args.printing.quiet) {
            tell(format_args!("{source}: {line}"));
        }
        (frame.header.before, frame.earlier) = (Some(before), Some(earlier));
        changes = rest;
    }
    if let Some(there) = there.filter(|_| !args.replace_report) {
        let lost = todo::lost(&there.report, plan, frame.earlier.as_ref());
        if let Some(first) = lost.first() {
            let (lost, first) = (
                text::counted(lost.len(), "end point"),
                todo::name(&first.end_point()),
            );
            let problem = format!(
                "it has {lost} still to be changed that this plan does not have, such as \
                 {first}; name another file, or pass --replace-report"
            );
            return Err(unwritable(args, &std::io::Error::other(problem)));
        }
    }
    Ok(changes)
}

/// The plan with all passwords, and how many of them are missing, if that is allowed.
fn changes(args: &ChangePasswords) -> Result<(Vec<ModifyPwdEndPoint>, Option<usize>), Failure> {
    let care = input::care(&args.access);
    let folder = args.file.path().and_then(Path::parent);
    let mut context = plan::Context {
        folder: folder.map_or(PathBuf::new(), Path::to_owned),
        care,
        password: None,
        missing: args.is_offline().then(Cell::default),
    };
    let password = input::password(args).map(|line| context.found(line));
    context.password = password.transpose()?;
    let text = files::text(&args.file, care, files::MOST_OF_A_PLAN);
    let plan = text.and_then(|text| plan::read(&text, &context));
    let plan = plan.map_err(|problem| format!("{}: {problem}", args.file))?;
    Ok((plan, context.missing.map(Cell::into_inner)))
}

fn options(args: &ChangePasswords) -> Options {
    let tries = (args.retries as usize).saturating_add(1);
    let retry = Retry::default().max_tries(tries).deadline(args.retry_for);
    let options = Options::default()
        .batch_size(args.batch_size.get())
        .concurrency(args.concurrency.get())
        .retry(retry);
    match args.language {
        Some(language) => options.language(language),
        None => options,
    }
}

fn unwritable(args: &ChangePasswords, error: &std::io::Error) -> Failure {
    let report: String = args.report.iter().map(Source::to_string).collect();
    Failure::refused(format!(
        "--report {report}: the report can't be written: {error}"
    ))
}
