//! Changing any number of passwords, and knowing of each what DRS holds afterwards.
//!
//! [`Client::change_passwords`](crate::Client::change_passwords) takes the whole plan, sends it in batches and gives a
//! [`Report`] with one [`Outcome`] for each end point asked for, in the order asked. An
//! outcome says what is known about that password, never more:
//!
//! | outcome | what is known | what to do |
//! |---|---|---|
//! | [`Changed`](OutcomeKind::Changed) | DRS answered that it holds the new password. | Nothing. |
//! | [`Rejected`](OutcomeKind::Rejected) | DRS refused each try of this run, which changed nothing. | Read code and message, fix the cause, run the plan again. |
//! | [`Unconfirmed`](OutcomeKind::Unconfirmed) | A request was sent, and its answer was lost, could not be read whole or leaves a doubt: DRS holds the old password or the new one. | Run the plan again; after a wrong password (DRS.KE0002) check that password in the database first. |
//! | [`NotSent`](OutcomeKind::NotSent) | Not a byte of it can have reached the service: there was no connection, or the run was stopped before its turn. DRS holds the old password. | Fix the cause, run the plan again. |
//!
//! A rejected end point holds the old password only if no earlier run left it unconfirmed: one
//! may have stored the new password although its answer was lost.
//!
//! Running the same plan again is always right: setting a password that DRS already holds
//! changes nothing. ([`Report::to_do`] lists what is worth running again.) This is an
//! assumption about the service; the vendor's page says neither yes nor no. Its one known
//! limit is a rotation that overtakes an earlier one: a first request that is still under
//! way in the service can overwrite what a later one has set. So let one run end before the
//! next begins.
//!
//! # What an answer decides
//!
//! A definite outcome needs an answer in a known shape that is wholly read.
//!
//! - **Changed**: HTTP 200, a result with this task and side, status `success` and no error
//!   code; and nothing in the same answer speaks against it, such as a `count` that doesn't
//!   fit, an error beside the results, or another result of the task that failed without a
//!   side, names an unknown side or can't be read.
//! - **Rejected**: a result that says `failed`; or a 4xx, for a single end point also a 2xx, with
//!   a code that is a code; or, without one, a status that by itself says that nothing was
//!   done (401, 404, 405, 407, 411, 413, 414, 415, 429, 431). Faults of the service
//!   (DRS.M01501, DRS.M00004) refuse nothing, nor do 408, 425 and 499. The answer must have
//!   arrived whole: one that only the end of the connection ends must be one JSON object or
//!   list. And it must not tell of results beside the refusal: a status of success, the id of
//!   a task that was asked, or JSON in a text that can't be read.
//! - **Unconfirmed**: whatever else was sent. [`Outcome::cause`] says why.
//!
//! Results without a side count for both sides of a task if all results of the task agree and
//! are as many as its sides; a single failure does if its code is about the task (DRS.M00304,
//! DRS.M00307, DRS.M00308, DRS.M05003, DRS.M05004). Texts that are not UTF-8 are read as far as
//! they can be; ids, sides and statuses count only as they are.
//!
//! Nothing that any try said is lost: an outcome shows code and message of the try that says
//! most, and [`Outcome::earlier`] the others.
//!
//! # What is sent, and when again
//!
//! - Nothing is sent before the whole plan has been checked.
//! - A batch holds both end points of a task where both are asked for, and stays below the
//!   gateway's limit of 12 MB ([`Options::batch_size`]).
//! - The first batch goes alone. Others follow, some at a time
//!   ([`Options::concurrency`]), once an answer shows that the credentials are accepted.
//! - **No connection**: tried again, up to [`Retry::max_tries`]. Connecting gets at most nine
//!   tenths of a request's time, so that what could not be connected in time was not sent.
//! - **429, 503, DRS.M01503, DRS.M01504**: tried again, after what `Retry-After` says or
//!   after a random part of a delay that doubles ("full jitter"). Fewer requests are sent at
//!   a time, and slowly more again. A single end point with one of these codes is asked
//!   again alone.
//! - **Sent, and the answer lost** (connection cut, time-out, 502, 504): once more at most.
//! - **Refused as a whole for what may be one task's fault** (such as DRS.M05003, task not
//!   found), or refused item by item without a word on some: each task of the batch that may
//!   have done nothing wrong is asked once alone, so that one bad task does not take others
//!   down.
//! - **Wrong password (DRS.KE0002)**: never again in this run, since databases lock accounts;
//!   wherever in an answer it stood, whoever it may be about.
//! - **An outage**: after three lost answers or 5xx (but 503) in a row one request is sent at a
//!   time, with pauses that grow. When five batches in a row
//!   ([`Retry::max_failed_batches`]) have ended so, the run stops; what was not sent is
//!   [`NotSent`](OutcomeKind::NotSent).
//! - **401, or 403 with DRS.M00100, with a token source**: the token is renewed, once for
//!   each token that is refused and however many requests were under way with it, and they are
//!   sent again at once; that is not counted as a try. See [`TokenSource`](crate::TokenSource).
//! - **Any other 401 and 403**: the run stops, since five refused signatures in a row lock an
//!   access key. What was not sent by then is [`NotSent`](OutcomeKind::NotSent).
//!   [`Report::stopped`] says what the cause is and what to do.
//! - **A redirect** is never followed.
//!
//! The outcome over several tries: `Changed` if any try was answered so; `NotSent` only
//! if no try can have been sent; `Rejected` only if every try that was sent was definitely
//! refused; `Unconfirmed` otherwise.

mod advice;
mod batch;
mod decide;
mod events;
#[cfg(test)]
mod growth;
mod history;
mod items;
mod kept;
mod matching;
#[cfg(test)]
mod mutated;
mod next_step;
mod options;
mod plan;
mod preview;
mod report;
mod run;
#[cfg(test)]
mod speed;
mod state;
mod task_results;
mod verdict;

pub use advice::Advice;
pub use events::{Event, Events};
pub use options::{Options, Retry};
pub use preview::RequestPreview;
pub use report::{EarlierTry, Outcome, OutcomeKind, Report, UnmatchedResult};
pub use run::{Run, RunHandle};

use crate::{Client, Error, types::ModifyPwdEndPoint};

/// # Changing many passwords
///
/// See the module [`passwords`](crate::passwords).
impl Client {
    /// Changes passwords, any number of them, and reports on each. The same as
    /// [`change_passwords_with`](Self::change_passwords_with) the default [`Options`].
    ///
    /// Nothing is sent before the returned [`Run`] is awaited.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] names the item that can't be sent: an empty plan, the same end
    /// point of a task twice, an empty password or task id, or a project id that would
    /// change the path. Nothing is sent then.
    pub fn change_passwords(
        &self,
        project_id: impl Into<String>,
        changes: impl IntoIterator<Item = ModifyPwdEndPoint>,
    ) -> Result<Run, Error> {
        self.change_passwords_with(project_id, changes, Options::default())
    }

    /// Changes passwords, any number of them, and reports on each.
    ///
    /// # Errors
    /// As [`change_passwords`](Self::change_passwords); also for options that can't be used.
    pub fn change_passwords_with(
        &self,
        project_id: impl Into<String>,
        changes: impl IntoIterator<Item = ModifyPwdEndPoint>,
        options: Options,
    ) -> Result<Run, Error> {
        let plan = plan::Plan::check(project_id.into(), changes.into_iter().collect(), &options)?;
        Ok(Run::new(self.clone(), plan, options))
    }

    /// The requests that [`change_passwords_with`](Self::change_passwords_with) would send if
    /// each were answered at once, without their secrets. Sends nothing.
    ///
    /// # Errors
    /// As [`change_passwords_with`](Self::change_passwords_with); also for credentials that
    /// are not available.
    pub async fn preview_change_passwords(
        &self,
        project_id: impl Into<String>,
        changes: impl IntoIterator<Item = ModifyPwdEndPoint>,
        options: Options,
    ) -> Result<Vec<RequestPreview>, Error> {
        let plan = plan::Plan::check(project_id.into(), changes.into_iter().collect(), &options)?;
        preview::preview(self, &plan, &options).await
    }
}
