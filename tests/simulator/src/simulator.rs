//! A running simulator, and what a test can ask it.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::account::Account;
use crate::change::Item;
use crate::fault::{Fault, Times};
use crate::front::Front;
use crate::received::Request;
use crate::store::{Counts, Store};
use crate::task::{Side, Task};
use crate::task_state::TaskState;
use crate::throttle::Throttle;
use crate::tokens::Tokens;

/// A DRS on loopback. Dropping it stops it.
///
/// Methods with an `end_point_type` accept `so` and `ta`.
pub struct Simulator {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    pub(crate) front: Arc<Front>,
    /// Dropping it stops the simulator.
    pub(crate) stop: Option<oneshot::Sender<()>>,
    /// The task that serves the connections, if no thread waits for it.
    pub(crate) server: Option<tokio::task::JoinHandle<()>>,
    pub(crate) thread: Option<std::thread::JoinHandle<()>>,
}

impl Simulator {
    fn store(&self) -> MutexGuard<'_, Store> {
        self.front.service.store()
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.front.service.access.tokens()
    }

    /// Its address, as `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The project.
    #[must_use]
    pub fn project_id(&self) -> &str {
        &self.front.service.project_id
    }

    /// The first accepted token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Also accepts this token.
    pub fn accept_token(&self, token: impl Into<String>) {
        self.tokens().insert(token.into());
    }

    /// Stops accepting this token.
    pub fn revoke_token(&self, token: &str) {
        self.tokens().remove(token);
    }

    /// Accepts this token for this many more requests.
    pub fn end_token_after(&self, token: &str, requests: u64) {
        self.tokens().end_after(token, requests);
    }

    /// How many tokens IAM has issued.
    #[must_use]
    pub fn tokens_issued(&self) -> u64 {
        self.tokens().issued()
    }

    /// How many temporary access keys the [machine](crate::Machine) has issued.
    #[must_use]
    pub fn keys_issued(&self) -> u64 {
        let metadata = self.front.service.metadata.as_ref();
        metadata.map_or(0, |metadata| metadata.keys_issued())
    }

    /// Whether an access key is locked. Five failures in a row lock it for five minutes.
    #[must_use]
    pub fn is_locked(&self, access_key: &str) -> bool {
        self.front.service.access.is_locked(access_key)
    }

    /// Moves the clock forward. It decides when tokens expire, when access keys are unlocked, and
    /// the dates of signatures and responses.
    pub fn advance_clock(&self, by: Duration) {
        self.front.service.access.clock.advance(by);
    }

    /// Moves the clock back.
    pub fn turn_clock_back(&self, by: Duration) {
        self.front.service.access.clock.turn_back(by);
    }

    /// Adds a task, or replaces the one with this id.
    pub fn add_task(&self, task: Task) {
        self.store().add(task);
    }

    /// Adds any number of tasks at once.
    pub fn add_tasks(&self, tasks: impl IntoIterator<Item = Task>) {
        let mut store = self.store();
        tasks.into_iter().for_each(|task| store.add(task));
    }

    /// The number of tasks.
    #[must_use]
    pub fn task_count(&self) -> usize {
        self.store().len()
    }

    /// Puts a task into another state; returns `false` if it doesn't exist.
    pub fn set_state(&self, job_id: &str, state: TaskState) -> bool {
        self.store().set_state(job_id, state)
    }

    /// The state of a task.
    #[must_use]
    pub fn state(&self, job_id: &str) -> Option<TaskState> {
        self.store().task(job_id).map(|task| task.state)
    }

    /// How often a task was retried. Each retry logs in to both databases.
    #[must_use]
    pub fn retries(&self, job_id: &str) -> u64 {
        self.store().task(job_id).map_or(0, |task| task.retries)
    }

    /// Sets the password of a database account, and unlocks it. Tasks with this
    /// [account](Task::source_account) log in with their stored password on a retry, and with a new
    /// one before it is stored. If the database refuses it, the code is `DRS.KE0002`. The fifth
    /// failure in a row locks the account.
    pub fn set_account(&self, name: impl Into<String>, password: &str) {
        self.store().set_account(name.into(), password);
    }

    /// How many logins to an account failed.
    #[must_use]
    pub fn failed_logins(&self, account: &str) -> u32 {
        self.store().account(account).map_or(0, Account::failed)
    }

    /// Whether an account is locked and refuses every password.
    #[must_use]
    pub fn is_account_locked(&self, account: &str) -> bool {
        self.store()
            .account(account)
            .is_some_and(Account::is_locked)
    }

    /// The stored password of an end point. HTTP never returns it.
    #[must_use]
    pub fn password(&self, job_id: &str, end_point_type: &str) -> Option<String> {
        let side = Side::parse(end_point_type)?;
        let store = self.store();
        let task = store.task(job_id)?;
        Some(task.password(side).to_owned())
    }

    /// The stored password of every end point, by task id and side (`so` or `ta`).
    #[must_use]
    pub fn passwords(&self) -> HashMap<(String, &'static str), String> {
        let store = self.store();
        let of_task = |task: &Task| {
            Side::BOTH.map(|side| {
                let end_point = (task.id.clone(), side.as_str());
                (end_point, task.password(side).to_owned())
            })
        };
        store.tasks().flat_map(of_task).collect()
    }

    /// The stored keytab of an end point, if there is one.
    #[must_use]
    pub fn key_tab_file(&self, job_id: &str, end_point_type: &str) -> Option<String> {
        let side = Side::parse(end_point_type)?;
        let store = self.store();
        let key_tab = store.task(job_id)?.key_tabs[side.index()].as_ref();
        key_tab.map(|key_tab| key_tab.expose().to_owned())
    }

    /// How often an end point was requested and changed. The task need not exist.
    #[must_use]
    pub fn counts(&self, job_id: &str, end_point_type: &str) -> Counts {
        let side = Side::parse(end_point_type);
        side.map_or_else(Counts::default, |side| self.store().counts(job_id, side))
    }

    /// The remembered requests, in order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.front.received.requests()
    }

    /// How many requests arrived, remembered or not.
    #[must_use]
    pub fn request_count(&self) -> u64 {
        self.front.received.count()
    }

    /// Forgets the remembered requests; the counts stay.
    pub fn forget_requests(&self) {
        self.front.received.forget();
    }

    /// How many connections were accepted.
    #[must_use]
    pub fn connection_count(&self) -> u64 {
        self.front.connections.load(Ordering::Relaxed)
    }

    /// Makes the next requests fail, every nth one, or all.
    pub fn fault(&self, fault: Fault, times: Times) {
        self.front.plan.add(fault, times);
    }

    /// Lets a function choose the faults. It receives the request's number (1 for the first) and
    /// the end points it names, for each request without another fault. Because the request has to
    /// be read first, a fault at an early [`Stage`](crate::Stage) acts after that, and the end
    /// points count as received.
    pub fn script(&self, choose: impl Fn(u64, &[Item]) -> Option<Fault> + Send + Sync + 'static) {
        self.front.plan.set_script(Arc::new(choose));
    }

    /// Removes the script and all faults that have not acted.
    pub fn clear_faults(&self) {
        self.front.plan.clear();
    }

    /// Limits the rate of requests, or lifts the limit.
    pub fn throttle(&self, throttle: Option<Throttle>) {
        self.front.bucket.set(throttle);
    }

    /// Stops, and returns once the port is closed. Dropping also stops, but may return earlier.
    pub async fn stop(mut self) {
        self.stop = None;
        if let Some(server) = self.server.take() {
            // Its only error is a panic of the task, which also closes the port.
            let _ = server.await;
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator")
            .field("endpoint", &self.endpoint())
            .field("project_id", &self.project_id())
            .finish_non_exhaustive()
    }
}
