//! The states of tasks after a change: read, until all is settled, and printed with what to do about
//! those that don't run. `drs status` does it for a file, and a run with `--status` for what it
//! changed.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use anstyle::Style;
use drs_api::{
    Client,
    passwords::Report,
    tasks::{Phase, TaskState, TaskStates},
};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::{
    args::{Format, Source},
    command, output,
    signals::Signals,
    status::{Failure, Status, tell},
    table::{self, Row},
    text::{self, clean},
};

/// How long after a change a state says something about it.
pub(crate) const TELLS_AFTER: Duration = Duration::from_secs(60);

/// Tasks, and what calls about them are made with.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) project_id: String,
    pub(crate) runtime: Runtime,
    pub(crate) ids: Vec<String>,
    /// The report that names them, and where it is, if it is a report.
    pub(crate) report: Option<Report>,
    pub(crate) file: Option<Source>,
    /// Of which the report does not call each password changed.
    pub(crate) unchanged: HashSet<String>,
    /// Whether they have just been retried.
    pub(crate) retried: bool,
    /// Until then a state says nothing about the last change, if there was one.
    pub(crate) tells_from: Option<Instant>,
}

/// States, and whether they were read so early after a change that "running" says nothing.
pub(crate) struct Seen {
    pub(crate) states: TaskStates,
    early: bool,
}

impl Session {
    /// The states of these tasks now.
    pub(crate) async fn read(&self, ids: &[String]) -> Result<Seen, Failure> {
        let early = self.tells_from.is_some_and(|then| Instant::now() < then);
        let states = self.client.task_states(&self.project_id, ids).await?;
        Ok(Seen { states, early })
    }

    /// Reads the states until all is settled, the time is over or a signal comes, and prints them.
    pub(crate) fn watch(&self, wait: Duration, format: Format) -> Result<Status, Failure> {
        let seen = self.runtime.block_on(async {
            let mut signals = Signals::catch()?;
            let end = Instant::now() + wait;
            let mut pauses = [20, 40].into_iter();
            loop {
                let seen = self.read(&self.ids).await?;
                let left = end.saturating_duration_since(Instant::now());
                let pause = Duration::from_secs(pauses.next().unwrap_or(60));
                let pause = tokio::time::sleep(pause.min(left));
                if left.is_zero() || seen.is_settled() || signals.before(pause).await {
                    break Ok::<_, Failure>(seen);
                }
            }
        })?;
        self.print(&seen, format)
    }

    /// Prints states and what to do next.
    pub(crate) fn print(&self, seen: &Seen, format: Format) -> Result<Status, Failure> {
        let tasks = &seen.states.tasks;
        let refused = seen.may_not_be_read();
        if let Some(task) = refused {
            let code = task.reply.error_code.as_deref();
            let problem = match task.reply.status {
                Some(401) => "the service rejected these credentials",
                _ => {
                    "the states can't be read with these credentials; they need the permission \
                     drs:migrationJob:get"
                }
            };
            let code = code.map_or_else(|| why(task), text::code);
            tell(format_args!("{problem} ({code})"));
        }
        let row = |task: &TaskState| {
            let mut row = json!(task);
            row["phase"] = json!(task.phase());
            row["next_step"] = self.next_step(task, seen.early).into();
            row
        };
        if format == Format::Json {
            let rows: Vec<_> = tasks.iter().map(row).collect();
            let page = json!({"early": seen.early, "tasks": rows, "remarks": seen.states.remarks});
            output::print(&output::json(&page)?)?;
        } else if refused.is_none() {
            output::print(&self.table(seen))?;
        }
        let all_run = seen.running() == tasks.len() && !seen.early;
        Ok(match all_run && self.unchanged.is_empty() {
            true => Status::Done,
            false => Status::NotAllRun,
        })
    }

    fn table(&self, seen: &Seen) -> String {
        let row = |task: &TaskState| {
            let phase = match task.phase() {
                Phase::Running if seen.early => "too early".to_owned(),
                phase => phase.to_string(),
            };
            let state = clean(task.state.as_deref().unwrap_or_default());
            Row {
                style: Style::new(),
                cells: [clean(&task.id), phase, state, code(task)],
                message: self.next_step(task, seen.early),
            }
        };
        let rows: Vec<_> = seen.states.tasks.iter().map(row).collect();
        let lines = table::lines(["TASK", "PHASE", "STATE", "CODE"], "NEXT STEP", &rows);
        let remarks = seen.states.remarks.iter().map(|remark| clean(remark));
        let (running, all) = (seen.running(), rows.len());
        let sum = match (running, seen.early) {
            (0, _) => "No task is known to run.".to_owned(),
            (_, true) => format!("For {running} of {all} tasks it is too early to say."),
            (_, false) => format!(
                "{running} of {all} tasks run. That is no proof that their new passwords work: \
                 databases let open sessions go on."
            ),
        };
        format!("{}\n{}{sum}\n", lines.concat(), table::remarks(remarks))
    }

    fn next_step(&self, task: &TaskState, early: bool) -> String {
        let drs = |words: &[&str]| {
            let report = self.file.as_ref().and_then(|file| file.path()?.to_str());
            let words = ["drs"].iter().chain(words).copied();
            command::joined(words.chain([report.unwrap_or("REPORT")])).unwrap_or_default()
        };
        let retry = |options: &[&str]| drs(&[&["retry"], options].concat());
        if self.unchanged.contains(&task.id) {
            let show = drs(&["show"]);
            return format!("DRS may not have its new password: send that first, see `{show}`");
        }
        let wrong_password = task.reply.says_wrong_password();
        let step = match (task.phase(), task.state.as_deref()) {
            (Phase::Running, _) if early => "read it again a minute after the change",
            (Phase::Running, _) => "",
            (Phase::Changing, _) => "wait, and read it again",
            (Phase::Paused, _) => {
                let retry = retry(&["--paused", &task.id]);
                return format!("find out who paused it, and why; {retry}");
            }
            (Phase::Failed, _) if wrong_password && self.retried => {
                "a password is wrong: check both in the database, and retry no more"
            }
            (Phase::Failed, Some("INCRE_TRANSFER_FAILED")) if wrong_password => {
                return format!("{}, once: each one is a login", retry(&[]));
            }
            (Phase::Failed, Some("INCRE_TRANSFER_FAILED")) => return retry(&[]),
            (Phase::Failed, Some("FULL_TRANSFER_FAILED")) => {
                return format!("{}, which may change data", retry(&["--full"]));
            }
            (Phase::Ended, _) => "it has ended",
            (Phase::Unknown, None) => return why(task),
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
    fn may_not_be_read(&self) -> Option<&TaskState> {
        let first = self.states.tasks.first();
        first.filter(|task| matches!(task.reply.status, Some(401 | 403)))
    }

    fn running(&self) -> usize {
        let tasks = self.states.tasks.iter();
        tasks.filter(|task| task.phase() == Phase::Running).count()
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
