//! `drs retry`: retries the failed tasks of a report, after it has shown which and what that may
//! do.

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use drs_api::{passwords::OutcomeKind, tasks::TaskState};
use jiff::{SignedDuration, Timestamp};

use crate::{
    access,
    args::TaskRetry,
    status::{Failure, Status, tell},
    task_status::{Session, signals, why},
    text::{self, clean},
};

const DAY: SignedDuration = SignedDuration::from_hours(24);

pub(crate) fn execute(args: &TaskRetry) -> Result<Status, Failure> {
    let refused = |problem: &str| Failure::refused(format!("{}: {problem}", args.file));
    let (session, document) = access::open(&args.file, &args.access)?;
    let Some(document) = document else {
        return Err(refused(
            "it is not a report, and only a report says what was changed",
        ));
    };
    let started = document.report.started.as_ref();
    let started = started.and_then(|started| started.parse::<Timestamp>().ok());
    let is_old = |started| Timestamp::now().duration_since(started) > DAY;
    if started.is_none_or(is_old) && !args.old_report {
        return Err(refused(
            "it is older than a day; --old-report takes it all the same",
        ));
    }
    let states = session.states(&session.ids)?;
    let is_changed = |id: &str| {
        let mut outcomes = document
            .report
            .outcomes
            .iter()
            .filter(|known| known.job_id == id);
        outcomes.all(|known| known.kind == OutcomeKind::Changed && known.is_safe_to_repeat())
    };
    let wanted = states
        .tasks
        .iter()
        .filter(|task| match task.state.as_deref() {
            Some("INCRE_TRANSFER_FAILED") => true,
            Some("FULL_TRANSFER_FAILED") => args.full,
            Some("PAUSING" | "PAUSEING") => args.paused.contains(&task.id),
            _ => false,
        });
    let (chosen, others): (Vec<_>, Vec<_>) = wanted.partition(|task| is_changed(&task.id));
    for task in others {
        let id = clean(&task.id);
        tell(format_args!(
            "{id}: left out: the report does not call all of it changed"
        ));
    }
    let is_chosen = |id: &&String| chosen.iter().any(|task| task.id == **id);
    if let Some(id) = args.paused.iter().find(|id| !is_chosen(id)) {
        let id = clean(id);
        return Err(refused(&format!(
            "--paused {id}: no paused task that was changed"
        )));
    }
    if chosen.is_empty() {
        tell("there is no task to retry");
        return session.print(&states, session.age, args.access.output);
    }
    confirm(args, &chosen)?;
    let ids: Vec<String> = chosen.iter().map(|task| task.id.clone()).collect();
    // Somebody may have thought about it for long.
    let now = session.states(&ids)?.tasks.into_iter();
    let is_alike = |now: &TaskState| {
        chosen
            .iter()
            .any(|then| (&then.id, &then.state) == (&now.id, &now.state))
    };
    let ids: Vec<String> = now.filter(is_alike).map(|task| task.id).collect();
    let waited = session.runtime.block_on(retry(&session, &ids, args.wait))?;
    let states = session.states(&ids)?;
    session.print(&states, Some(waited), args.access.output)
}

/// Shows what is to be retried and what that may do, and asks.
fn confirm(args: &TaskRetry, chosen: &[&TaskState]) -> Result<(), Failure> {
    for task in chosen {
        let state = task.state.as_deref().map_or_else(String::new, clean);
        let code = task.reply.error_code.as_deref();
        let code = code.map_or_else(String::new, text::code);
        tell(format_args!(
            "{} {state} {code} {}",
            clean(&task.id),
            why(task)
        ));
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
    if !io::stdin().is_terminal() {
        return Err(Failure::refused(
            "nothing was retried; unattended, pass --yes",
        ));
    }
    tell(format_args!("type yes to retry {}:", chosen.len()));
    let mut answer = String::new();
    match io::stdin().read_line(&mut answer) {
        Ok(_) if answer.trim() == "yes" => Ok(()),
        _ => Err(Failure::refused("nothing was retried")),
    }
}

/// Retries each once, says what is known of each, and waits before states are read. Returns how long
/// it waited: a signal ends everything.
async fn retry(session: &Session, ids: &[String], wait: Duration) -> Result<Duration, Failure> {
    let mut retries = session.client.retry_tasks(&session.project_id, ids)?;
    let mut signals = signals()?;
    let is_ended = loop {
        tokio::select! {
            biased;
            _ = signals.next() => break true,
            retry = retries.next() => if retry.is_none() {
                break false;
            },
        }
    };
    for retry in retries.outcomes() {
        let reply = &retry.reply;
        let texts = [&reply.error_code, &reply.error_msg, &reply.cause];
        let mut parts = vec![clean(&retry.id), retry.kind.to_string()];
        parts.extend(texts.into_iter().flatten().map(|text| clean(text)));
        tell(parts.join(" "));
    }
    if is_ended {
        return Ok(Duration::ZERO);
    }
    Ok(tokio::select! {
        _ = signals.next() => Duration::ZERO,
        () = tokio::time::sleep(wait) => wait,
    })
}
