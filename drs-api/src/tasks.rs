//! Whether replication tasks run after their passwords were changed, and a retry of those that
//! failed.
//!
//! DRS takes a new password for a task in any of eight states, and in some of these the task does
//! not replicate. So after a change, [read the states](crate::Client::task_states), and
//! [retry](crate::Client::retry_tasks) what failed:
//!
//! ```
//! use drs_api::{Client, tasks::Phase};
//! # use drs_simulator::{Simulator, Task, TaskState};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let failed = Task::new("task-1", TaskState::IncreTransferFailed);
//! # let drs = Simulator::builder().tasks([failed]).start().await?;
//! # let (endpoint, token, project_id) = (drs.endpoint(), drs.token(), drs.project_id());
//! let client = Client::builder().endpoint(endpoint).token(token).build()?;
//!
//! let states = client.task_states(project_id, ["task-1"]).await?;
//! let failed = |state: &Option<String>| state.as_deref() == Some("INCRE_TRANSFER_FAILED");
//! let failed = states.tasks.iter().filter(|task| failed(&task.state));
//! let ids: Vec<_> = failed.map(|task| task.id.clone()).collect();
//!
//! let mut retries = client.retry_tasks(project_id, ids)?;
//! while let Some(retry) = retries.next().await {
//!     println!("{}: {}", retry.id, retry.kind);
//! }
//! // Some time later:
//! let states = client.task_states(project_id, ["task-1"]).await?;
//! assert_eq!(states.tasks[0].phase(), Phase::Running);
//! # Ok(())
//! # }
//! ```
//!
//! **A running task doesn't prove that its new password works**: most databases let open sessions
//! continue after a password change. A failed task certainly doesn't replicate.
//!
//! **A retry is not idempotent.** Each one logs in to both databases, which lock accounts after
//! some failures. A retry of a full load may empty tables without a primary key and load them
//! again, or insert rows twice; and pending changes of a task's parameters take effect. A task
//! that somebody paused for a cutover overwrites its destination again. So retry what has failed in
//! `INCRE_TRANSFER_FAILED`, and think before you retry anything else.

mod phase;
mod reply;
mod retries;
mod states;

pub use phase::Phase;
pub use retries::{Retries, RetryKind, TaskRetry};
pub use states::{TaskState, TaskStates};

use std::collections::HashSet;

use crate::{Client, Error, generated::tasks, path::check_argument};

/// # States and retries of tasks
///
/// See the module [`tasks`](crate::tasks).
impl Client {
    /// Reads the state of each of these tasks, in their order and each once: one request for each
    /// hundred. Where one task may be the reason that a list is refused (by a 400) or that the
    /// answer can't be read, each is asked for alone.
    ///
    /// A task of which no answer names a state is in [`Phase::Unknown`], and its
    /// [`reply`](TaskState::reply) says why.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] for an empty id, or a project id that would change the path.
    /// Nothing is sent then.
    pub async fn task_states(
        &self,
        project_id: impl Into<String>,
        ids: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<TaskStates, Error> {
        let (project_id, ids) = checked(project_id, ids)?;
        let client = tasks::Client::new(self.inner.clone());
        Ok(states::read(&client, &project_id, ids).await)
    }

    /// Prepares a retry of each of these tasks, in their order and each once: a request of its own
    /// for each, which is never sent again, whatever the answer.
    ///
    /// Nothing is sent before [`Retries::next`] is awaited. A task that was paused is resumed.
    ///
    /// # Errors
    /// As [`task_states`](Self::task_states).
    pub fn retry_tasks(
        &self,
        project_id: impl Into<String>,
        ids: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Retries, Error> {
        let (project_id, ids) = checked(project_id, ids)?;
        let client = tasks::Client::new(self.inner.clone());
        Ok(Retries::new(client, project_id, ids))
    }
}

/// What can be sent, each id once.
fn checked(
    project_id: impl Into<String>,
    ids: impl IntoIterator<Item = impl Into<String>>,
) -> Result<(String, Vec<String>), Error> {
    let project_id = project_id.into();
    check_argument(&project_id).map_err(|problem| Error::invalid("project_id", problem))?;
    let mut known = HashSet::new();
    let mut ids: Vec<String> = ids.into_iter().map(Into::into).collect();
    ids.retain(|id| known.insert(id.clone()));
    match known.contains("") {
        true => Err(Error::invalid("jobs", "the id of a task is empty")),
        false => Ok((project_id, ids)),
    }
}
