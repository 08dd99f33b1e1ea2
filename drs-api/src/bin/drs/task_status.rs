//! The states of tasks after a change: read, until all is settled, and printed with what to do
//! about those that aren't running. `drs status` does it for a file, `drs retry` for what it
//! retried, and a run with `--status` for what it changed.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use drs_api::{
    Client,
    passwords::{Code, Report},
    tasks::{Phase, RetryKind, TaskRetry, TaskState, TaskStates},
};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::{
    args::{Format, Printing, Source},
    command::{self, Others},
    document,
    output::{self, Row, Shown, Table},
    signals::{self, Signals},
    status::{Failure, Status, tell},
    text::{self, clean},
};

/// How long after a change a state says something about it: a minute, and one second more, since a
/// report has its times to the second.
const TELLS_AFTER: Duration = Duration::from_secs(61);

/// The same after a retry, whose moment is known.
pub(crate) const A_MINUTE: Duration = Duration::from_secs(60);

/// How the states begin in which DRS accepts a new password.
const ACCEPTING: [&str; 4] = ["START", "FULL_TRANSFER_", "INCRE_TRANSFER_", "PAUS"];

/// Of tasks that are never retried here: each retry is a login.
const SEND_FIRST: &str =
    "DRS may lack the new password of a side: send that first, as `drs show` says";
const WAS_REFUSED: &str = "a password met DRS.KE0002 before: retry or resume it in the DRS console";

/// Before the command of a retry.
const ONCE: &str = "once, since it is a login: ";
const RISK: &str = "this may change data: ";
const PAUSED: &str = "find out who paused it, and why: ";

/// Of a task that one retry did not help.
const AFTER_A_RETRY: &str = "a password is wrong: check both in the database, and retry no more";

/// Tasks, and what calls about them are made with.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) project_id: String,
    pub(crate) runtime: Runtime,
    pub(crate) ids: Vec<String>,
    /// Of which the report does not call each password changed.
    unchanged: HashSet<String>,
    /// For which a password was refused, in whatever attempt.
    refused: HashSet<String>,
    /// What became of their retries, if this command retries.
    pub(crate) retries: Option<Vec<TaskRetry>>,
    /// Until then a state says nothing about the last change, if there was one.
    pub(crate) tells_from: Option<Instant>,
    others: Others,
}

/// States, and whether they were read so early after a change that "running" says nothing.
pub(crate) struct Seen {
    pub(crate) states: TaskStates,
    early: bool,
}

impl Session {
    /// For the tasks of a report, and the file that it is in.
    pub(crate) fn new(
        (client, project_id): (Client, String),
        report: &Report,
        file: Option<&Source>,
    ) -> Result<Self, Failure> {
        let outcomes = || report.outcomes.iter();
        let refused = outcomes().filter(|of| !of.is_safe_to_repeat());
        // A run that crashed may have made its last change at any moment until now.
        let ended = document::age(report.ended.as_ref()).and_then(|age| age.try_into().ok());
        let left = TELLS_AFTER.saturating_sub(ended.unwrap_or_default());
        Ok(Self {
            client,
            project_id,
            runtime: signals::runtime()?,
            ids: outcomes().map(|of| of.job_id.clone()).collect(),
            unchanged: report.to_do().map(|of| of.job_id.clone()).collect(),
            refused: refused.map(|of| of.job_id.clone()).collect(),
            retries: None,
            tells_from: Some(Instant::now() + left),
            others: Others::new(&command::words(), file),
        })
    }

    /// The states of these tasks now.
    pub(crate) async fn read(&self, ids: &[String]) -> Result<Seen, Failure> {
        let early = self.tells_from.is_some_and(|then| Instant::now() < then);
        let states = self.client.task_states(&self.project_id, ids).await?;
        Ok(Seen { states, early })
    }

    /// Reads the states until all is settled, the time is over or a signal comes, and prints them.
    pub(crate) fn watch(&self, wait: Duration, printing: &Printing) -> Result<Status, Failure> {
        let seen = self.runtime.block_on(async {
            let mut signals = Signals::catch()?;
            let begun = Instant::now();
            let mut pauses = [20, 40].into_iter();
            loop {
                let seen = self.read(&self.ids).await?;
                let left = wait.saturating_sub(begun.elapsed());
                let pause = Duration::from_secs(pauses.next().unwrap_or(60));
                let pause = tokio::time::sleep(pause.min(left));
                if left.is_zero() || seen.is_settled() || signals.before(pause).await {
                    break Ok::<_, Failure>(seen);
                }
            }
        })?;
        self.print(&seen, printing)
    }

    /// Prints states and what to do next.
    pub(crate) fn print(&self, seen: &Seen, printing: &Printing) -> Result<Status, Failure> {
        let tasks = &seen.states.tasks;
        let refused = seen.may_not_be_read();
        if let Some(task) = refused {
            let code = task.reply.error_code.as_deref();
            let is_unknown = code.and_then(Code::of) == Some(Code::Unauthenticated);
            let problem = match is_unknown || task.reply.status == Some(401) {
                true => "the service rejected these credentials",
                false => "these credentials need the permission drs:migrationJob:get",
            };
            let code = code.map_or_else(|| why(task), text::code);
            tell(format_args!("{problem} ({code})"));
        }
        let running = tasks
            .iter()
            .filter(|task| task.phase() == Phase::Running)
            .count();
        let lacks = |task: &TaskState| self.unchanged.contains(&task.id);
        let all_run = running == tasks.len() && !seen.early && !tasks.iter().any(lacks);
        let printed = if printing.output == Format::Json {
            let row = |task: &TaskState| {
                let mut row = json!(task);
                row["phase"] = json!(task.phase());
                row["next_step"] = self.next_step(task, seen.early).into();
                row
            };
            let rows: Vec<_> = tasks.iter().map(row).collect();
            let (early, remarks) = (seen.early, &seen.states.remarks);
            let page =
                json!({"early": early, "tasks": rows, "remarks": remarks, "retries": self.retries});
            output::json(&page).and_then(|page| output::print(&page))
        } else if refused.is_none() && !(printing.quiet && all_run) {
            output::print(&self.table(seen, running, printing))
        } else {
            Ok(())
        };
        let status = match all_run {
            true => Status::Done,
            false => Status::NotAllRun,
        };
        Ok(status.with(printed))
    }

    fn table(&self, seen: &Seen, running: usize, printing: &Printing) -> String {
        let row = |task: &TaskState| {
            let phase = match task.phase() {
                Phase::Running if seen.early => "too early".to_owned(),
                phase => phase.to_string(),
            };
            let state = clean(task.state.as_deref().unwrap_or_default());
            Row {
                colour: None,
                cells: [clean(&task.id), phase, state, code(task)],
                message: self.next_step(task, seen.early),
            }
        };
        let tasks = &seen.states.tasks;
        let runs = |task: &&TaskState| {
            task.phase() == Phase::Running && !seen.early && !self.unchanged.contains(&task.id)
        };
        let mut table = Table::new(["TASK", "PHASE", "STATE", "CODE", "NEXT STEP"], printing);
        table.add("running", Shown::Done, tasks.iter().filter(runs), row);
        let others = tasks.iter().filter(|task| !runs(task));
        table.add("", Shown::All, others, row);
        let remarks = output::remarks(&seen.states.remarks);
        let all = tasks.len();
        let sum = match (running, seen.early) {
            (0, _) => "No task is known to be running.".to_owned(),
            (_, true) => format!("For {running} of {all} tasks it is too early to say."),
            (_, false) => format!(
                "Tasks running: {running} of {all}. This does not prove that their new passwords \
                 work: databases keep open sessions."
            ),
        };
        format!("{}{remarks}{sum}\n", table.text())
    }

    /// Whether a task is not retried, whatever its state allows.
    pub(crate) fn holds_back(&self, task: &TaskState) -> bool {
        self.unchanged.contains(&task.id) || self.refused.contains(&task.id)
    }

    pub(crate) fn next_step(&self, task: &TaskState, early: bool) -> String {
        let drs = |before: &str, words: &[&str]| before.to_owned() + &self.others.command(words);
        let is_wrong = task.reply.says_wrong_password();
        let has_logged_in = [RetryKind::Accepted, RetryKind::Unconfirmed];
        let is_sent = |of: &TaskRetry| of.id == task.id && has_logged_in.contains(&of.kind);
        let is_retried = self.retries.iter().flatten().any(is_sent);
        let state = task.state.as_deref().unwrap_or_default();
        let accepts = ACCEPTING.iter().any(|of| state.starts_with(of));
        let step = match (task.phase(), state) {
            _ if accepts && self.unchanged.contains(&task.id) => SEND_FIRST,
            (Phase::Running, _) if early => return drs("", &["status", "--wait", "2m"]),
            (Phase::Running, _) => "",
            (Phase::Changing, _) => "wait, and read it again",
            (Phase::Failed | Phase::Paused, _) if accepts && self.holds_back(task) => WAS_REFUSED,
            (Phase::Paused, _) => return drs(PAUSED, &["retry", "--paused", &task.id]),
            (Phase::Failed, _) if is_wrong && is_retried => AFTER_A_RETRY,
            (Phase::Failed, "INCRE_TRANSFER_FAILED") if is_wrong => return drs(ONCE, &["retry"]),
            (Phase::Failed, "INCRE_TRANSFER_FAILED") => return drs("", &["retry"]),
            (Phase::Failed, "FULL_TRANSFER_FAILED") => return drs(RISK, &["retry", "--full"]),
            (Phase::Ended, _) => "it has ended; take it out of the plan",
            (Phase::Unknown, "") => return why(task),
            _ => "look at it in the DRS console",
        };
        step.to_owned()
    }
}

impl Seen {
    fn is_settled(&self) -> bool {
        let open = |task: &TaskState| matches!(task.phase(), Phase::Changing | Phase::Unknown);
        let is_open = self.early || self.states.tasks.iter().any(open);
        !is_open || self.may_not_be_read().is_some()
    }

    /// The first task, if the credentials may not read states.
    pub(crate) fn may_not_be_read(&self) -> Option<&TaskState> {
        let first = self.states.tasks.first();
        first.filter(|task| matches!(task.reply.status, Some(401 | 403)))
    }
}

/// The code of a task's failure.
pub(crate) fn code(task: &TaskState) -> String {
    text::code(task.reply.error_code.as_deref().unwrap_or_default())
}

/// Message of a task's failure, or why nothing is known of it.
pub(crate) fn why(task: &TaskState) -> String {
    let reply = &task.reply;
    let message = reply.error_msg.as_ref().or(reply.cause.as_ref());
    clean(message.map_or("", String::as_str))
}
