//! The service's state: tasks with their passwords and states, database accounts, and how often
//! each end point was requested and changed.

use std::collections::HashMap;
use std::sync::Arc;

use crate::account::Account;
use crate::change::Change;
use crate::problem::Code;
use crate::secret::Hidden;
use crate::task::{INITIAL_PASSWORD, Side, Task};
use crate::task_state::TaskState;

/// How often one end point was requested and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Times it was in a request whose whole body was read, whatever the response.
    pub received: u64,
    /// Times its password was stored.
    pub stored: u64,
}

struct Entry {
    state: TaskState,
    dual_active_parent: bool,
    error_code: Option<String>,
    passwords: [Hidden; 2],
    key_tabs: [Option<Hidden>; 2],
    accounts: [Option<String>; 2],
    retries: u64,
}

pub(crate) struct Store {
    tasks: HashMap<Arc<str>, Entry>,
    accounts: HashMap<String, Account>,
    // Separate from the tasks, because unknown ids count too.
    counts: HashMap<Arc<str>, [Counts; 2]>,
    counts_unknown: bool,
    initial: Hidden,
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
            initial: INITIAL_PASSWORD.into(),
        }
    }

    pub(crate) fn add(&mut self, task: Task) {
        let passwords = task
            .passwords
            .map(|password| password.unwrap_or_else(|| self.initial.clone()));
        let entry = Entry {
            state: task.state,
            dual_active_parent: task.dual_active_parent,
            error_code: task.error_code,
            passwords,
            key_tabs: [None, None],
            accounts: task.accounts,
            retries: 0,
        };
        self.tasks.insert(task.id.into(), entry);
    }

    pub(crate) fn len(&self) -> usize {
        self.tasks.len()
    }

    pub(crate) fn set_state(&mut self, job_id: &str, state: TaskState) -> bool {
        let entry = self.tasks.get_mut(job_id);
        entry.map(|entry| entry.state = state).is_some()
    }

    pub(crate) fn state(&self, job_id: &str) -> Option<TaskState> {
        self.tasks.get(job_id).map(|entry| entry.state)
    }

    pub(crate) fn error_code(&self, job_id: &str) -> Option<&str> {
        self.tasks.get(job_id)?.error_code.as_deref()
    }

    pub(crate) fn retries(&self, job_id: &str) -> u64 {
        self.tasks.get(job_id).map_or(0, |entry| entry.retries)
    }

    pub(crate) fn set_account(&mut self, name: String, password: &str) {
        self.accounts.insert(name, Account::new(password));
    }

    pub(crate) fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.get(name)
    }

    pub(crate) fn password(&self, job_id: &str, side: Side) -> Option<&str> {
        let entry = self.tasks.get(job_id)?;
        Some(entry.passwords[side.index()].expose())
    }

    pub(crate) fn key_tab(&self, job_id: &str, side: Side) -> Option<&str> {
        let entry = self.tasks.get(job_id)?;
        entry.key_tabs[side.index()].as_ref().map(Hidden::expose)
    }

    pub(crate) fn passwords(&self) -> impl Iterator<Item = (&str, Side, &str)> {
        self.tasks.iter().flat_map(|(id, entry)| {
            Side::BOTH.map(|side| (&**id, side, entry.passwords[side.index()].expose()))
        })
    }

    pub(crate) fn counts(&self, job_id: &str, side: Side) -> Counts {
        let counts = self.counts.get(job_id);
        counts.map_or_else(Counts::default, |counts| counts[side.index()])
    }

    /// Why the service would refuse to change this task's passwords, if it would.
    pub(crate) fn refusal(&self, job_id: &str) -> Option<Code> {
        let Some(entry) = self.tasks.get(job_id) else {
            return Some(Code::UnknownTask);
        };
        if entry.state == TaskState::Deleted {
            Some(Code::DeletedTask)
        } else if entry.dual_active_parent {
            Some(Code::ParentTask)
        } else if !entry.state.allows_change() {
            Some(Code::WrongState)
        } else {
            None
        }
    }

    /// Whether the database refuses a new password. With `logs_in`, a login decides.
    pub(crate) fn refuses_password(&mut self, change: &Change, logs_in: bool) -> bool {
        let entry = self.tasks.get(&*change.job_id);
        let name = entry.and_then(|entry| entry.accounts[change.side.index()].as_ref());
        let Some(account) = name.and_then(|name| self.accounts.get_mut(name)) else {
            return false;
        };
        match logs_in {
            true => !account.log_in(&change.password),
            false => !account.lets_in(&change.password),
        }
    }

    /// Why the service would refuse to retry this task, if it would.
    pub(crate) fn refuses_retry(&self, job_id: &str) -> Option<Code> {
        match self.tasks.get(job_id) {
            None => Some(Code::UnknownTask),
            Some(entry) if entry.state == TaskState::Deleted => Some(Code::DeletedTask),
            Some(entry) if entry.dual_active_parent => Some(Code::ParentTask),
            Some(entry) if entry.state.after_retry().is_none() => Some(Code::WrongState),
            Some(_) => None,
        }
    }

    /// Logs a task in to both databases. It then runs, or fails again.
    pub(crate) fn retry(&mut self, job_id: &str) {
        let Some(entry) = self.tasks.get_mut(job_id) else {
            return;
        };
        let Some((running, failed)) = entry.state.after_retry() else {
            return;
        };
        entry.retries += 1;
        let mut log_in = |side: Side| {
            let name = entry.accounts[side.index()].as_ref();
            let account = name.and_then(|name| self.accounts.get_mut(name));
            account.is_none_or(|account| account.log_in(&entry.passwords[side.index()]))
        };
        let are_in = Side::BOTH.map(&mut log_in);
        (entry.state, entry.error_code) = match are_in {
            [true, true] => (running, None),
            _ => (failed, Some(Code::WrongPassword.as_str().to_owned())),
        };
    }

    /// Stores the password, and the keytab if there is one; otherwise the old keytab stays.
    pub(crate) fn change(&mut self, change: &Change) {
        let Some(entry) = self.tasks.get_mut(&*change.job_id) else {
            return;
        };
        let place = change.side.index();
        entry.passwords[place] = change.password.clone();
        if let Some(key_tab) = &change.key_tab {
            entry.key_tabs[place] = Some(key_tab.clone());
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
