//! `drs change-passwords`: everything is checked, then the report file is begun, then the run;
//! whatever ends it, the report is written and the outcomes are printed.

use std::{
    cell::Cell,
    collections::HashSet,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use drs_api::{
    Client,
    passwords::{Event, Options, Outcome, OutcomeKind, Report, Retry, Run, StopReason},
    types::ModifyPwdEndPoint,
};
use futures_util::{FutureExt as _, StreamExt as _};

use crate::{
    access,
    args::{ChangePasswords, Source},
    document::{Document, Frame},
    files,
    input::{self, Line},
    output, plan,
    progress::{self, Progress},
    report_file::{Keeper, ReportFile},
    signals::{self, Asked, Signals},
    status::{Failure, Status, tell},
    task_status::Session,
    text,
    todo::{self, Earlier},
};

/// Placeholders for an endpoint, a project, and a token if nothing is sent.
const OFFLINE: [&str; 3] = ["https://drs.offline.invalid", "offline", "offline"];

pub(crate) fn execute(args: &ChangePasswords) -> Result<Status, Failure> {
    if args.verbose > 1 {
        progress::show_library_events();
    }
    let access = &args.access;
    let others = args.password_file.iter().chain(args.earlier());
    input::check_sources(access, others.chain([&args.file]).collect())?;
    let (changes, missing) = changes(args)?;
    let runtime = signals::runtime()?;
    // From now on signals can be caught.
    let entered = runtime.enter();
    signals::spare_writers()?;
    let refused = |e| access::refusal(access, &args.file, &e);
    let (client, project_id) = if args.is_offline() {
        let [endpoint, project_id, token] = OFFLINE;
        let project_id = access.project_id.as_deref().unwrap_or(project_id);
        let builder = access::builder(access, Some(endpoint))?.token(token);
        (builder.build().map_err(refused)?, project_id.to_owned())
    } else {
        access::connect(access, &args.file, &runtime, args.verbose > 0)?
    };
    let options = options(args);
    let report: String = args.report.iter().map(Source::to_string).collect();
    let unsaved = |e: io::Error| {
        let problem = format!("--report {report}: the report can't be written: {e}");
        Failure::refused(problem)
    };
    let file = args.report.as_ref().and_then(Source::path);
    let file = file.filter(|_| !args.is_offline()).map(ReportFile::find);
    let file = file.transpose().map_err(unsaved)?;
    // Before the report is read that is to be replaced.
    let lock = file.as_ref().filter(|_| args.dry_run.is_none());
    let lock = lock.map(|file| file.lock(!args.printing.quiet));
    let _lock = lock.transpose().map_err(unsaved)?;
    let there = file.as_ref().map(ReportFile::there).transpose();
    let there = there.map_err(unsaved)?.flatten();

    // The whole plan has to be right, whatever of it is still to be done.
    let whole = client.change_passwords_with(&project_id, changes.clone(), options.clone());
    drop(whole.map_err(refused)?);
    let mut frame = Frame::new(&client, &project_id, args);
    let changes = only_some(args, &mut frame, changes, there)?;
    if args.dry_run.is_some() {
        let tasks: HashSet<_> = changes.iter().map(|change| &change.job_id).collect();
        let counts = [changes.len(), tasks.len()];
        let preview = || client.preview_change_passwords(project_id, changes, options);
        let requests = (counts[0] > 0).then(|| runtime.block_on(preview()));
        let requests = requests.transpose().map_err(refused)?.unwrap_or_default();
        output::requests(requests, counts, missing, &args.printing)?;
        return Ok(Status::Done);
    }
    let Some(first) = changes.first().cloned() else {
        let document = frame.document(Report::default(), true);
        let saved = file.map_or(Ok(()), |file| file.write(&document));
        return finish(args, (client, project_id), document, saved.map_err(unsaved));
    };
    // Without credentials no run begins.
    let preview = client.preview_change_passwords(&project_id, [first], options.clone());
    let preview = runtime.block_on(preview);
    preview.map_err(|error| error.to_string())?;
    let end_points = changes.len();
    let run = client.change_passwords_with(project_id.clone(), changes, options);
    let run = run.map_err(refused)?;
    // Before a report says that this run has begun.
    let signals = Signals::catch()?;
    let frame = Arc::new(frame);
    let keeper = file.map(|file| Keeper::start(file, Arc::clone(&frame), run.handle()));
    let keeper = keeper.transpose().map_err(unsaved)?;
    let progress = Progress::start(end_points, args);
    let doubt = || keeper.iter().for_each(Keeper::wake);
    let report = runtime.block_on(drive(run, signals, progress, doubt));
    drop(entered);
    // Without waiting for what a cancelled run has left, such as the look-up of a host.
    runtime.shutdown_background();
    let document = frame.document(report, true);
    let saved = keeper.map_or(Ok(()), |keeper| keeper.finish(&document));
    finish(args, (client, project_id), document, saved.map_err(unsaved))
}

/// Prints what became of it all, and with `--status` whether the tasks run that were changed. The
/// report is on the disk by now: writing to standard output can take for ever.
fn finish(
    args: &ChangePasswords,
    to: (Client, String),
    mut document: Document,
    saved: Result<(), Failure>,
) -> Result<Status, Failure> {
    // No run can go on from a report that wasn't written.
    let report = args.report.as_ref().filter(|_| saved.is_ok());
    let status = Status::of(&document.report).with(saved);
    let status = status.with(output::document(&document, &args.printing, report, ""));
    let is_cancelled = document.report.stop_reason() == Some(StopReason::Cancelled);
    let outcomes = &mut document.report.outcomes;
    let changed = outcomes.iter().filter(|of| of.kind == OutcomeKind::Changed);
    let changed: HashSet<_> = changed.map(|of| of.job_id.clone()).collect();
    let Some(wait) = args.status.filter(|_| !is_cancelled && !changed.is_empty()) else {
        return Ok(status);
    };
    // With the other side of such a task, whatever became of that.
    outcomes.retain(|of| changed.contains(&of.job_id));
    let session = Session::new(to, &document.report, report);
    let running = session.and_then(|session| session.watch(wait, &args.printing));
    // What became of the passwords weighs more.
    Ok(match (running, status) {
        (Ok(running), Status::Done) => running,
        (running, status) => status.with(running.map(drop)),
    })
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
        let fits = document.check(frame, args.same_passwords);
        fits.map_err(refused)?;
        let split = Earlier::of(document.report, changes, args.only_refused.is_some());
        let (earlier, rest) = split.map_err(refused)?;
        let (before, told) = earlier.left_out();
        for line in told.iter().filter(|_| !args.printing.quiet) {
            tell(format_args!("{source}: {line}"));
        }
        (frame.header.before, frame.earlier) = (Some(before), Some(earlier));
        changes = rest;
    }
    let Some(there) = there.filter(|_| !args.replace_report) else {
        return Ok(changes);
    };
    let report: String = args.report.iter().map(Source::to_string).collect();
    let refused = |problem: String| Failure::refused(format!("--report {report}: {problem}"));
    let lost = todo::lost(&there.report, plan, frame.earlier.as_ref());
    if let Some((lost, first)) = todo::named(lost) {
        let lost = text::counted(lost, "end point");
        return Err(refused(format!(
            "it has {lost} still to be changed that this plan does not have, such as {first}; \
             name another file, or pass --replace-report, which forgets them"
        )));
    }
    if there.is_other(frame) || args.only_refused.is_some() {
        return Ok(changes);
    }
    let sent: HashSet<_> = changes.iter().map(todo::id).collect();
    let again = todo::refused(&there.report).map(|of| of.end_point());
    let again = again.filter(|id| sent.contains(id));
    if let Some((again, first)) = todo::named(again) {
        let again = text::counted(again, "password");
        return Err(refused(format!(
            "its run met DRS.KE0002 (wrong user name or password), and this one would send \
             {again} again, such as that of {first}; databases lock accounts over it. Correct the \
             plan and pass --only-refused {report}, which sends these alone; --only-todo {report} \
             sends the others. If all passwords are new, pass --replace-report"
        )));
    }
    if frame.earlier.is_some() {
        return Ok(changes);
    }
    // What an earlier run left unconfirmed stays so until it is changed. As old as this run, since
    // nothing is left out by it.
    let open = |of: &Outcome| of.kind == OutcomeKind::Unconfirmed && sent.contains(&of.end_point());
    let open = there.report.outcomes.into_iter().filter(open).collect();
    let (earlier, changes) = Earlier::of(open, changes, false).map_err(refused)?;
    frame.earlier = Some(earlier);
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
    let password = input::password(args).map(|line| context.found(line, Line::in_plan));
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
    args.language.into_iter().fold(options, Options::language)
}

/// Awaits the run. `doubt` is called when an answer was not all good.
async fn drive(mut run: Run, mut signals: Signals, progress: Progress, doubt: impl Fn()) -> Report {
    let handle = run.handle();
    let mut events = run.events();
    let mut clock = tokio::time::interval(Duration::from_secs(1));
    let report = loop {
        tokio::select! {
            // A signal that is there already comes before the first request.
            biased;
            asked = signals.next() => match asked {
                Asked::End => break run.cancel(),
                Asked::Stop => {
                    handle.stop();
                    progress.tell(
                        "stopping: nothing more is sent, and responses under way are awaited; \
                         press Ctrl-C again to end at once",
                    );
                }
                Asked::Nothing => {}
            },
            Some(event) = events.next() => {
                if let Event::RequestEnded { status: Some(_), results, .. } = &event
                    && results.iter().any(|(_, kind)| *kind != OutcomeKind::Changed)
                {
                    doubt();
                }
                progress.note(&event);
            }
            _ = clock.tick() => progress.tick(&handle),
            report = &mut run => break report,
        }
    };
    // What happened last.
    while let Some(event) = events.next().now_or_never().flatten() {
        progress.note(&event);
    }
    progress.end();
    report
}
