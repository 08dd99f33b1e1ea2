//! `drs retry`: retries the failed tasks of a report, after it has shown which and what that may
//! do.

use std::{
    collections::{HashMap, HashSet},
    io::{self, IsTerminal as _},
    time::{Duration, Instant},
};

use drs_api::tasks::{Phase, RetryKind, TaskRetry, TaskState};

use crate::{
    access,
    args::{Format, Retry},
    document::check_age,
    files,
    output::{self, Row, Shown, Table},
    report_file::ReportFile,
    signals::Signals,
    status::{Failure, Status, tell},
    task_status::{A_MINUTE, Session, code, why},
    text::clean,
};

/// What a retry may do.
const LOGS_IN: &str =
    "a retry logs in to both databases, and pending changes of the task's parameters take effect";
const LOADS_AGAIN: &str = "the initial load continues; tables without a primary key may be \
                           emptied and loaded again, or get rows twice";
const CUTOVER: &str = "a task that was paused for a cutover writes over its destination again";

/// The states in which tasks were found that may be retried.
type States<'a> = HashMap<&'a str, Option<&'a str>>;

pub(crate) fn execute(args: &Retry) -> Result<Status, Failure> {
    let refused = |problem: &str| Failure::refused(format!("{}: {problem}", args.file));
    // Before it is read: whoever retried it meanwhile has changed the states.
    let path = files::regular(&args.file).map_err(|problem| refused(&problem))?;
    let lock = ReportFile::find(path).and_then(|file| file.lock(true));
    let _lock =
        lock.map_err(|e| refused(&format!("it can't be locked against a second retry: {e}")))?;
    let (mut session, report) = access::open(&args.file, &args.access)?;
    let Some(report) = report else {
        return Err(refused("it is not a report; only reports say what changed"));
    };
    // What it calls unconfirmed may be changed meanwhile, or refused.
    if report.ended.is_none() {
        return Err(refused(
            "its run had not ended when it was written; end that, or send what is left with \
             --only-todo, and retry with its report",
        ));
    }
    if !args.old_report {
        check_age(&report).map_err(|problem| {
            refused(&format!("{problem}; --old-report takes it all the same"))
        })?;
    }
    session.retries = Some(Vec::new());
    let seen = session.runtime.block_on(session.read(&session.ids))?;
    if seen.states.tasks.iter().all(|task| task.state.is_none()) {
        return session.print(&seen, &args.printing);
    }
    let paused: HashSet<&String> = args.paused.iter().collect();
    let is_chosen = |task: &&TaskState| match task.state.as_deref() {
        _ if session.holds_back(task) => false,
        Some("INCRE_TRANSFER_FAILED") => true,
        Some("FULL_TRANSFER_FAILED") => args.full,
        Some("PAUSING" | "PAUSEING") => paused.contains(&task.id),
        _ => false,
    };
    let (chosen, others): (Vec<_>, Vec<_>) = seen.states.tasks.iter().partition(is_chosen);
    let leave = |task: &TaskState, why: &str| tell(format_args!("{}: {why}", clean(&task.id)));
    let is_failed = |task: &&TaskState| matches!(task.phase(), Phase::Failed | Phase::Paused);
    for task in others.into_iter().filter(is_failed) {
        let why = session.next_step(task, false);
        leave(task, &format!("left out; {why}"));
    }
    let then = chosen.iter().map(|task| (&*task.id, task.state.as_deref()));
    let then: States = then.collect();
    if let Some(id) = args.paused.iter().find(|id| !then.contains_key(&***id)) {
        let problem = format!("--paused {}: no paused task that was changed", clean(id));
        return Err(refused(&problem));
    }
    if chosen.is_empty() {
        tell("nothing to retry");
        return session.print(&seen, &args.printing);
    }
    confirm(args, &chosen)?;
    let ids: Vec<String> = chosen.iter().map(|task| task.id.clone()).collect();
    // Somebody may have thought about it for long.
    let now = session.runtime.block_on(session.read(&ids))?.states.tasks;
    let is_alike = |now: &TaskState| then.get(&*now.id) == Some(&now.state.as_deref());
    let (now, others): (Vec<_>, Vec<_>) = now.into_iter().partition(is_alike);
    for task in &others {
        let state = clean(task.state.as_deref().unwrap_or("unknown"));
        leave(task, &format!("not retried: its state is {state} by now"));
    }
    let now = now.into_iter().map(|task| task.id);
    let (retries, is_ended) = session.runtime.block_on(retry(&session, now.collect()))?;
    let printed = print(args, &retries, &then);
    session.retries = Some(retries);
    (session.ids, session.tells_from) = (ids, Some(Instant::now() + A_MINUTE));
    let wait = if is_ended { Duration::ZERO } else { args.wait };
    let status = session.watch(wait, &args.printing)?;
    Ok(status.with(printed))
}

/// Shows what is to be retried and what that may do, and asks.
fn confirm(args: &Retry, chosen: &[&TaskState]) -> Result<(), Failure> {
    for task in chosen {
        let state = clean(task.state.as_deref().unwrap_or_default());
        let (id, code, why) = (clean(&task.id), code(task), why(task));
        tell(format_args!("to retry: {id} {state} {code} {why}"));
    }
    let mut told = vec![LOGS_IN];
    told.extend(args.full.then_some(LOADS_AGAIN));
    told.extend((!args.paused.is_empty()).then_some(CUTOVER));
    told.into_iter().for_each(tell);
    if args.yes {
        return Ok(());
    }
    let mut answer = String::new();
    let mut way = "unattended, pass --yes";
    if io::stdin().is_terminal() {
        tell(format_args!("type yes to retry {}:", chosen.len()));
        // Anything unreadable means no.
        let _ = io::stdin().read_line(&mut answer);
        way = "only the whole word yes retries";
    }
    match answer.trim() {
        "yes" => Ok(()),
        _ => Err(Failure::refused(format!("not retried; {way}"))),
    }
}

/// Retries each once, until a signal comes; what is known of each, and whether one came.
async fn retry(session: &Session, ids: Vec<String>) -> Result<(Vec<TaskRetry>, bool), Failure> {
    let mut retries = session.client.retry_tasks(&session.project_id, ids)?;
    let mut signals = Signals::catch()?;
    let all = async { while retries.next().await.is_some() {} };
    let is_ended = signals.before(all).await;
    Ok((retries.outcomes().to_vec(), is_ended))
}

/// Prints what became of each retry, before the states are waited for. JSON has both.
fn print(args: &Retry, retries: &[TaskRetry], then: &States) -> Result<(), Failure> {
    let accepted = retries.iter().filter(|of| of.kind == RetryKind::Accepted);
    let (accepted, all, wait) = (accepted.count(), retries.len(), args.wait.as_secs());
    if args.printing.quiet && accepted == all {
        return Ok(());
    }
    tell(format_args!(
        "{accepted} of {all} retries accepted; their states follow, in {wait} s at most"
    ));
    if args.printing.output == Format::Json {
        return Ok(());
    }
    let row = |retry: &TaskRetry| {
        let state = then.get(&*retry.id).copied().flatten().unwrap_or_default();
        let cells = [&retry.id, state, &retry.kind.to_string()].map(clean);
        Row::new(None, cells, Some(&retry.reply), None)
    };
    let heads = ["TASK", "STATE BEFORE", "RETRY", "CODE", "MESSAGE"];
    let mut table = Table::new(heads, &args.printing);
    table.add("", Shown::All, retries, row);
    output::print(&table.text())
}
