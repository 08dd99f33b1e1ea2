//! The defaults: a project, credentials, and tasks (the page's example, one for every state, and a
//! dual-active parent).

use crate::task::Task;
use crate::task_state::TaskState;

/// The project of the vendor's example, which is the default.
pub const EXAMPLE_PROJECT: &str = "054ba152d480d55b2f5dc0069e7ddef0";

/// The default region of the project.
pub const EXAMPLE_REGION: &str = "ap-southeast-1";

/// The task of the vendor's example; it is in `INCRE_TRANSFER_STARTED`.
pub const EXAMPLE_TASK: &str = "25df459d-a37c-41b9-bc2b-8c00ba32jb52";

/// The dual-active parent of the default set; its state alone would allow a change.
pub const PARENT_TASK: &str = "00000099-5a7e-4000-8000-0000000000jb";

/// A test value: the default token.
pub const EXAMPLE_TOKEN: &str = "token-of-the-drs-simulator";

/// A test value: the default access key.
pub const EXAMPLE_ACCESS_KEY: &str = "access-key-of-the-drs-simulator";

/// A test value: the secret key of [`EXAMPLE_ACCESS_KEY`].
pub const EXAMPLE_SECRET_KEY: &str = "secret-key-of-the-drs-simulator";

/// A test value: the default temporary access key.
pub const EXAMPLE_TEMPORARY_KEY: &str = "temporary-key-of-the-drs-simulator";

/// A test value: the secret key of [`EXAMPLE_TEMPORARY_KEY`].
pub const EXAMPLE_TEMPORARY_SECRET_KEY: &str = "temporary-secret-key-of-the-drs-simulator";

/// A test value: the security token of [`EXAMPLE_TEMPORARY_KEY`].
pub const EXAMPLE_SECURITY_TOKEN: &str = "security-token-of-the-drs-simulator";

/// A test value: the default user of IAM.
pub const EXAMPLE_USER: &str = "user-of-the-drs-simulator";

/// A test value: the password of [`EXAMPLE_USER`].
pub const EXAMPLE_USER_PASSWORD: &str = "password-of-the-drs-simulator";

/// A test value: the domain (account) of [`EXAMPLE_USER`].
pub const EXAMPLE_DOMAIN: &str = "domain-of-the-drs-simulator";

/// The id of the task in this state. Like the service's own ids, it looks like a UUID but isn't
/// one.
#[must_use]
pub fn task_in(state: TaskState) -> String {
    let place = TaskState::ALL.iter().position(|s| *s == state);
    let number = place.map_or(0, |place| place + 1);
    format!("{number:08}-5a7e-4000-8000-0000000000jb")
}

/// The default set of tasks.
#[must_use]
pub fn default_tasks() -> Vec<Task> {
    let example = Task::new(EXAMPLE_TASK, TaskState::IncreTransferStarted);
    let parent = Task::new(PARENT_TASK, TaskState::IncreTransferStarted).dual_active_parent(true);
    let one_for_each = TaskState::ALL
        .iter()
        .map(|state| Task::new(task_in(*state), *state));
    [example, parent].into_iter().chain(one_for_each).collect()
}
