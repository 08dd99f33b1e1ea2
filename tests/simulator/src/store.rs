//! The service's state: tasks with their passwords and states, database accounts, and how often
//! each end point was requested and changed.

use std::collections::HashMap;
use std::sync::Arc;

use crate::account::Account;
use crate::change::Change;
use crate::problem::Code;
use crate::task::{Side, Task};
use crate::task_state::TaskState;

/// How often one end point was requested and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Times it was in a request whose whole body was read, whatever the response.
    pub received: u64,
    /// Times its password was stored.
    pub stored: u64,
}

pub(crate) struct Store {
    tasks: HashMap<Arc<str>, Task>,
    accounts: HashMap<String, Account>,
    // Separate from the tasks, because unknown ids count too.
    counts: HashMap<Arc<str>, [Counts; 2]>,
    counts_unknown: bool,
}

impl Store {
    /// An empty store. Unknown ids are counted only with `counts_unknown`, because they are
    /// unlimited.
    pub(crate) fn new(counts_unknown: bool) -> Self {
        Self {
            tasks: HashMap::new(),
            accounts: HashMap::new(),
            counts: HashMap::new(),
            counts_unknown,
        }
    }

    pub(crate) fn add(&mut self, task: Task) {
        self.tasks.insert(task.id.as_str().into(), task);
    }

    pub(crate) fn len(&self) -> usize {
        self.tasks.len()
    }

    pub(crate) fn task(&self, job_id: &str) -> Option<&Task> {
        self.tasks.get(job_id)
    }

    pub(crate) fn set_state(&mut self, job_id: &str, state: TaskState) -> bool {
        let task = self.tasks.get_mut(job_id);
        task.map(|task| task.state = state).is_some()
    }

    pub(crate) fn set_account(&mut self, name: String, password: &str) {
        self.accounts.insert(name, Account::new(password));
    }

    pub(crate) fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.get(name)
    }

    pub(crate) fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values()
    }

    pub(crate) fn counts(&self, job_id: &str, side: Side) -> Counts {
        let counts = self.counts.get(job_id);
        counts.map_or_else(Counts::default, |counts| counts[side.index()])
    }

    /// Why the service would do nothing to this task, if it would not: it does it in some states.
    pub(crate) fn refusal(
        &self,
        job_id: &str,
        allows: impl FnOnce(TaskState) -> bool,
    ) -> Option<Code> {
        match self.tasks.get(job_id) {
            None => Some(Code::UnknownTask),
            Some(task) if task.state == TaskState::Deleted => Some(Code::DeletedTask),
            Some(task) if task.dual_active_parent => Some(Code::ParentTask),
            Some(task) if !allows(task.state) => Some(Code::WrongState),
            Some(_) => None,
        }
    }

    /// Whether the database refuses a new password. With `logs_in`, a login decides.
    pub(crate) fn refuses_password(&mut self, change: &Change, logs_in: bool) -> bool {
        let task = self.tasks.get(&*change.job_id);
        let name = task.and_then(|task| task.accounts[change.side.index()].as_ref());
        let Some(account) = name.and_then(|name| self.accounts.get_mut(name)) else {
            return false;
        };
        match logs_in {
            true => !account.log_in(change.password.expose()),
            false => !account.lets_in(change.password.expose()),
        }
    }

    /// Logs a task in to both databases. It then runs, or fails again.
    pub(crate) fn retry(&mut self, job_id: &str) {
        let Some(task) = self.tasks.get_mut(job_id) else {
            return;
        };
        let Some((running, failed)) = task.state.after_retry() else {
            return;
        };
        task.retries += 1;
        let are_in = Side::BOTH.map(|side| {
            let name = task.accounts[side.index()].as_ref();
            let account = name.and_then(|name| self.accounts.get_mut(name));
            account.is_none_or(|account| account.log_in(task.password(side)))
        });
        (task.state, task.error_code) = match are_in {
            [true, true] => (running, None),
            _ => (failed, Some(Code::WrongPassword.as_str().to_owned())),
        };
    }

    /// Stores the password, and the keytab if there is one; otherwise the old keytab stays.
    pub(crate) fn change(&mut self, change: &Change) {
        let Some(task) = self.tasks.get_mut(&*change.job_id) else {
            return;
        };
        let place = change.side.index();
        task.passwords[place] = Some(change.password.clone());
        if let Some(key_tab) = &change.key_tab {
            task.key_tabs[place] = Some(key_tab.clone());
        }
        self.counts_of(&change.job_id)[place].stored += 1;
    }

    pub(crate) fn count_received(&mut self, job_id: &str, side: Side) {
        if self.counts_unknown || self.tasks.contains_key(job_id) {
            self.counts_of(job_id)[side.index()].received += 1;
        }
    }

    fn counts_of(&mut self, job_id: &str) -> &mut [Counts; 2] {
        // The task's own copy of the id, if the task exists.
        let id = self.tasks.get_key_value(job_id);
        let id = id.map_or_else(|| job_id.into(), |(id, _)| Arc::clone(id));
        self.counts.entry(id).or_default()
    }
}
