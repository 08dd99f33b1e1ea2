//! `drs retry`: retries the failed tasks of a report, after it has shown which and what that may
//! do.

use std::{
    collections::HashSet,
    io::{self, IsTerminal as _},
    time::{Duration, Instant},
};

use drs_api::tasks::TaskState;

use crate::{
    access,
    args::TaskRetry,
    report_file::ReportFile,
    rotation,
    signals::Signals,
    status::{Failure, Status, tell},
    task_status::{Session, TELLS_AFTER, code, why},
    text::clean,
};

pub(crate) fn execute(args: &TaskRetry) -> Result<Status, Failure> {
    let refused = |problem: &str| Failure::refused(format!("{}: {problem}", args.file));
    let mut session = access::open(&args.file, &args.access)?;
    let Some(report) = session.report.take() else {
        return Err(refused(
            "it is not a report, and only a report says what was changed",
        ));
    };
    // What it calls unconfirmed may be changed meanwhile, or refused.
    if report.ended.is_none() {
        return Err(refused(
            "its run had not ended when it was written; end that, or send what is left with \
             --only-todo, and retry with its report",
        ));
    }
    if !args.old_report {
        rotation::check_age(&report).map_err(|problem| {
            refused(&format!("{problem}; --old-report takes it all the same"))
        })?;
    }
    let unlocked =
        |e: io::Error| refused(&format!("it can't be locked against a second retry: {e}"));
    let path = args.file.path();
    let lock = path.map(|path| ReportFile::find(path)?.lock(true));
    let _lock = lock.transpose().map_err(unlocked)?;
    let seen = session.runtime.block_on(session.read(&session.ids))?;
    let refused_sides = report.outcomes.iter().filter(|of| !of.is_safe_to_repeat());
    let was_refused: HashSet<&str> = refused_sides.map(|of| &*of.job_id).collect();
    let is_changed = |task: &&TaskState| {
        !session.unchanged.contains(&task.id) && !was_refused.contains(&*task.id)
    };
    let wanted = seen.states.tasks.iter();
    let wanted = wanted.filter(|task| match task.state.as_deref() {
        Some("INCRE_TRANSFER_FAILED") => true,
        Some("FULL_TRANSFER_FAILED") => args.full,
        Some("PAUSING" | "PAUSEING") => args.paused.contains(&task.id),
        _ => false,
    });
    let (chosen, others): (Vec<_>, Vec<_>) = wanted.partition(is_changed);
    let leave = |task: &TaskState, why: &str| tell(format_args!("{}: {why}", clean(&task.id)));
    for task in others {
        leave(task, "left out: the report does not call all of it changed");
    }
    let is_chosen = |id: &&String| chosen.iter().any(|task| task.id == **id);
    if let Some(id) = args.paused.iter().find(|id| !is_chosen(id)) {
        let problem = format!("--paused {}: no paused task that was changed", clean(id));
        return Err(refused(&problem));
    }
    if chosen.is_empty() {
        tell("no task is known to be one that may be retried");
        return session.print(&seen, args.output);
    }
    confirm(args, &chosen)?;
    let ids: Vec<String> = chosen.iter().map(|task| task.id.clone()).collect();
    // Somebody may have thought about it for long.
    let now = session.runtime.block_on(session.read(&ids))?.states.tasks;
    let is_alike = |now: &TaskState| {
        let mut then = chosen.iter().filter(|then| then.id == now.id);
        then.any(|then| then.state == now.state)
    };
    let (now, others): (Vec<_>, Vec<_>) = now.into_iter().partition(is_alike);
    for task in &others {
        let state = clean(task.state.as_deref().unwrap_or("unknown"));
        leave(task, &format!("not retried: its state is {state} by now"));
    }
    let now = now.into_iter().map(|task| task.id);
    let is_ended = session.runtime.block_on(retry(&session, now.collect()))?;
    (session.ids, session.tells_from) = (ids, Some(Instant::now() + TELLS_AFTER));
    session.retried = true;
    let wait = if is_ended { Duration::ZERO } else { args.wait };
    session.watch(wait, args.output)
}

/// Shows what is to be retried and what that may do, and asks.
fn confirm(args: &TaskRetry, chosen: &[&TaskState]) -> Result<(), Failure> {
    for task in chosen {
        let state = clean(task.state.as_deref().unwrap_or_default());
        let (id, code, why) = (clean(&task.id), code(task), why(task));
        tell(format_args!("{id} {state} {code} {why}"));
    }
    tell(
        "a retry logs in to both databases, and pending changes of the task's parameters take effect",
    );
    if args.full {
        tell(
            "the initial load continues; tables without a primary key may be emptied and loaded \
             again, or get rows twice",
        );
    }
    if !args.paused.is_empty() {
        tell("a task that was paused for a cutover writes over its destination again");
    }
    if args.yes {
        return Ok(());
    }
    let mut answer = String::new();
    if io::stdin().is_terminal() {
        tell(format_args!("type yes to retry {}:", chosen.len()));
        // Anything unreadable means no.
        let _ = io::stdin().read_line(&mut answer);
    }
    match answer.trim() {
        "yes" => Ok(()),
        _ => Err(Failure::refused(
            "nothing was retried; unattended, pass --yes",
        )),
    }
}

/// Retries each once, and says what is known of each. Whether a signal ended it.
async fn retry(session: &Session, ids: Vec<String>) -> Result<bool, Failure> {
    let mut retries = session.client.retry_tasks(&session.project_id, ids)?;
    let mut signals = Signals::catch()?;
    let all = async { while retries.next().await.is_some() {} };
    let is_ended = signals.before(all).await;
    for retry in retries.outcomes() {
        let reply = &retry.reply;
        let texts = [&reply.error_code, &reply.error_msg, &reply.cause];
        let mut parts = vec![clean(&retry.id), retry.kind.to_string()];
        parts.extend(texts.into_iter().flatten().map(|text| clean(text)));
        tell(parts.join(" "));
    }
    Ok(is_ended)
}
