//! `drs status`: whether the tasks of a plan or a report run, and what to do about those that
//! don't.

use std::time::{Duration, Instant};

use drs_api::tasks::{Phase, TaskState, TaskStates};
use serde_json::json;

use crate::{
    access::{Session, why},
    args::{Access, Format, Source},
    output,
    status::{Failure, Status, tell},
    text::{self, clean},
};

/// How long after a change a state says something about it.
const TOLD_AFTER: Duration = Duration::from_secs(60);

pub(crate) fn execute(
    file: &Source,
    wait: Option<Duration>,
    access: &Access,
) -> Result<Status, Failure> {
    let session = Session::open(file, access)?;
    let (begun, wait) = (Instant::now(), wait.unwrap_or_default());
    let mut pauses = [20, 40].into_iter();
    loop {
        let states = session.states(&session.ids)?;
        let elapsed = begun.elapsed();
        let age = session.age.map(|age| age + elapsed);
        let left = wait.saturating_sub(elapsed);
        if left.is_zero() || is_settled(&states, is_early(age)) {
            return print(&states, age, access.output, &session.name());
        }
        let pause = Duration::from_secs(pauses.next().unwrap_or(60));
        std::thread::sleep(pause.min(left));
    }
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

/// Prints the states and what to do next. `age`: how long ago a password was changed; `report`: the
/// report's name.
pub(crate) fn print(
    states: &TaskStates,
    age: Option<Duration>,
    format: Format,
    report: &str,
) -> Result<Status, Failure> {
    let early = is_early(age);
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
    printed.map_err(|e| Failure::other(format!("standard output: {e}")))?;
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
    table += &format!("\n{running} of {all} tasks run.\n");
    if running > 0 {
        table += "That a task runs is no proof that its new password works: databases let open \
                  sessions go on.\n";
    }
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
