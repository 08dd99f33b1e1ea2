//! What the service holds: tasks with their passwords, and how often each end point was asked
//! for and changed.

use std::collections::HashMap;
use std::sync::Arc;

use crate::change::Change;
use crate::problem::Code;
use crate::secret::Hidden;
use crate::task::{INITIAL_PASSWORD, Side, Task};
use crate::task_state::TaskState;

/// How often one end point of a task was asked for and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Times it came in a request whose body was read to its end, whatever became of the request.
    pub received: u64,
    /// Times a password was stored for it.
    pub stored: u64,
}

struct Entry {
    state: TaskState,
    dual_active_parent: bool,
    passwords: [Hidden; 2],
    key_tabs: [Option<Hidden>; 2],
}

pub(crate) struct Store {
    tasks: HashMap<Arc<str>, Entry>,
    // Apart from the tasks, for ids that are no task are counted too.
    counts: HashMap<Arc<str>, [Counts; 2]>,
    counts_unknown: bool,
    initial: Hidden,
}

impl Store {
    /// An empty store. Ids that are no task's are counted only with `counts_unknown`: there is
    /// no end of them.
    pub(crate) fn new(counts_unknown: bool) -> Self {
        Self {
            tasks: HashMap::new(),
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
            passwords,
            key_tabs: [None, None],
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

    /// Why the service would not change this task's passwords, if it would not.
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

    /// Stores the password, and the keytab where one came; without one the old keytab stays.
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
        // The task's own copy of the id, where there is such a task.
        let id = self.tasks.get_key_value(job_id);
        let id = id.map_or_else(|| job_id.into(), |(id, _)| Arc::clone(id));
        self.counts.entry(id).or_default()
    }
}
