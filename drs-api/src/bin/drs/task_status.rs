//! The states of tasks after a change: read, until all is settled, and printed with what to do about
//! those that don't run. `drs status` does it for a file, and a run with `--status` for what it
//! changed.

use std::time::{Duration, Instant};

use drs_api::{
    Client,
    tasks::{Phase, TaskState, TaskStates},
};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::{
    args::{Format, Source},
    output,
    signals::Signals,
    status::{Failure, Status, tell},
    text::{self, clean},
};

/// How long after a change a state says something about it.
const TOLD_AFTER: Duration = Duration::from_secs(60);

/// Tasks, and what calls about them are made with.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) project_id: String,
    pub(crate) runtime: Runtime,
    pub(crate) ids: Vec<String>,
    /// The report that names them, if it is a report.
    pub(crate) report: Option<Source>,
    /// How long ago the last password may have been changed, if that is known.
    pub(crate) age: Option<Duration>,
}

impl Session {
    /// What everything is awaited in.
    pub(crate) fn runtime() -> Result<Runtime, Failure> {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build();
        runtime.map_err(|e| Failure::other(format!("no event loop could be started: {e}")))
    }

    /// The states of these tasks now.
    pub(crate) fn states(&self, ids: &[String]) -> Result<TaskStates, Failure> {
        let states = self.client.task_states(&self.project_id, ids);
        Ok(self.runtime.block_on(states)?)
    }

    /// Reads the states until all is settled or the time is over, and prints them.
    pub(crate) fn watch(&self, wait: Duration, format: Format) -> Result<Status, Failure> {
        let (states, age) = self.runtime.block_on(self.settled(wait))?;
        self.print(&states, age, format)
    }

    /// The last states, and how long after a change they were read. A signal ends it, too.
    async fn settled(&self, wait: Duration) -> Result<(TaskStates, Option<Duration>), Failure> {
        let mut signals = signals()?;
        let begun = Instant::now();
        let mut pauses = [20, 40].into_iter();
        loop {
            let states = self.client.task_states(&self.project_id, &self.ids);
            let states = states.await?;
            let elapsed = begun.elapsed();
            let age = self.age.map(|age| age + elapsed);
            let left = wait.saturating_sub(elapsed);
            if left.is_zero() || is_settled(&states, is_early(age)) {
                return Ok((states, age));
            }
            let pause = Duration::from_secs(pauses.next().unwrap_or(60));
            tokio::select! {
                _ = signals.next() => return Ok((states, age)),
                () = tokio::time::sleep(pause.min(left)) => {}
            }
        }
    }

    /// Prints states and what to do next. `age`: how long ago a password was changed.
    pub(crate) fn print(
        &self,
        states: &TaskStates,
        age: Option<Duration>,
        format: Format,
    ) -> Result<Status, Failure> {
        let report = self.report.as_ref();
        let report = report.map_or("REPORT".to_owned(), Source::to_string);
        print(states, is_early(age), format, &report)
    }
}

/// Has to be called within a runtime.
pub(crate) fn signals() -> Result<Signals, Failure> {
    Signals::catch().map_err(|e| Failure::other(format!("signals can't be caught: {e}")))
}

/// Whether that long after a change a running task says nothing.
fn is_early(age: Option<Duration>) -> bool {
    age.is_some_and(|age| age < TOLD_AFTER)
}

fn is_settled(states: &TaskStates, early: bool) -> bool {
    let open = |task: &TaskState| matches!(task.phase(), Phase::Changing | Phase::Unknown);
    may_not_read(states) || !(early || states.tasks.iter().any(open))
}

/// Whether the credentials may not read states.
fn may_not_read(states: &TaskStates) -> bool {
    let first = states.tasks.first();
    first.is_some_and(|task| matches!(task.reply.status, Some(401 | 403)))
}

fn print(
    states: &TaskStates,
    early: bool,
    format: Format,
    report: &str,
) -> Result<Status, Failure> {
    let row = |task: &TaskState| {
        let mut row = json!(task);
        row["phase"] = json!(task.phase());
        row["next_step"] = next_step(task, early, report).into();
        row
    };
    let may_read = !may_not_read(states);
    if let Some(task) = states.tasks.first().filter(|_| !may_read) {
        tell(format_args!(
            "the states can't be read with these credentials; they need the permission \
             drs:migrationJob:get ({})",
            task.reply
                .error_code
                .as_deref()
                .map_or_else(|| why(task), text::code)
        ));
    }
    let printed = match format {
        Format::Json => {
            let tasks: Vec<_> = states.tasks.iter().map(row).collect();
            let page = json!({"early": early, "tasks": tasks, "remarks": states.remarks});
            output::json(&page).and_then(|text| output::print(&text))
        }
        Format::Table if may_read => output::print(&table(states, early, report)),
        Format::Table => Ok(()),
    };
    printed?;
    Ok(match running(states) == states.tasks.len() && !early {
        true => Status::Done,
        false => Status::NotAllRun,
    })
}

fn running(states: &TaskStates) -> usize {
    let tasks = states.tasks.iter();
    tasks.filter(|task| task.phase() == Phase::Running).count()
}

fn table(states: &TaskStates, early: bool, report: &str) -> String {
    let line = |cells: [&str; 5]| {
        let [id, phase, state, code, step] = cells;
        let line = format!("{id:36}  {phase:11}  {state:24}  {code:10}  {step}");
        line.trim_end().to_owned() + "\n"
    };
    let mut table = line(["TASK", "PHASE", "STATE", "CODE", "NEXT STEP"]);
    for task in &states.tasks {
        let phase = match task.phase() {
            Phase::Running if early => "too early".to_owned(),
            phase => phase.to_string(),
        };
        let state = task.state.as_deref().map_or_else(String::new, clean);
        let code = task.reply.error_code.as_deref();
        let code = code.map_or_else(String::new, text::code);
        let step = next_step(task, early, report);
        table += &line([&clean(&task.id), &phase, &state, &code, &step]);
    }
    for remark in states.remarks.iter().take(10) {
        table += &format!("Remark: {}\n", clean(remark));
    }
    let (running, all) = (running(states), states.tasks.len());
    table += &match (running, early) {
        (0, _) => "\nNo task is known to run.\n".to_owned(),
        (_, true) => format!("\nFor {running} of {all} tasks it is too early to say.\n"),
        (_, false) => format!(
            "\n{running} of {all} tasks run. That is no proof that their new passwords work: \
             databases let open sessions go on.\n"
        ),
    };
    table
}

fn next_step(task: &TaskState, early: bool, report: &str) -> String {
    let step = match (task.phase(), task.state.as_deref()) {
        (Phase::Running, _) if early => "read it again a minute after the change",
        (Phase::Running, _) => "",
        (Phase::Changing, _) => "wait, and read it again",
        (Phase::Paused, _) => {
            let id = clean(&task.id);
            return format!("find out who paused it, and why; drs retry --paused {id} {report}");
        }
        (Phase::Failed, Some("INCRE_TRANSFER_FAILED")) => return format!("drs retry {report}"),
        (Phase::Failed, Some("FULL_TRANSFER_FAILED")) => {
            return format!("drs retry --full {report}, which may change data");
        }
        (Phase::Ended, _) => "it has ended",
        (Phase::Unknown, None) => return why(task),
        _ => "look at it in the DRS console",
    };
    step.to_owned()
}

/// Message of a task's failure, or why nothing is known of it.
pub(crate) fn why(task: &TaskState) -> String {
    let reply = &task.reply;
    let message = reply.error_msg.as_ref().or(reply.cause.as_ref());
    clean(message.map_or("", String::as_str))
}
