//! Changing any number of passwords, and knowing of each what DRS holds afterwards.
//!
//! [`Client::change_passwords`](crate::Client::change_passwords) takes the whole plan, sends it in batches and gives a
//! [`Report`] with one [`Outcome`] for each end point asked for, in the order asked. An
//! outcome says what is known about that password, never more:
//!
//! | outcome | what is known | what to do |
//! |---|---|---|
//! | [`Changed`](OutcomeKind::Changed) | DRS answered that it holds the new password. | Nothing. |
//! | [`Rejected`](OutcomeKind::Rejected) | DRS refused each try, and holds the old password. | Read code and message, fix the cause, run the plan again. |
//! | [`Unconfirmed`](OutcomeKind::Unconfirmed) | A request was sent and its answer was lost, unreadable or contradictory: DRS holds the old password or the new one. | Run the plan again. |
//! | [`NotSent`](OutcomeKind::NotSent) | Not a byte of it can have reached the service: there was no connection, or the run was stopped before its turn. DRS holds the old password. | Fix the cause, run the plan again. |
//!
//! Running the same plan again is always right: setting a password that DRS already holds
//! changes nothing. ([`Report::to_do`] lists what is worth running again.) This is an
//! assumption about the service; the vendor's page says neither yes nor no. Its one known
//! limit is a rotation that overtakes an earlier one: a first request that is still under
//! way in the service can overwrite what a later one has set. So let one run end before the
//! next begins.
//!
//! # What is sent, and when again
//!
//! - Nothing is sent before the whole plan has been checked.
//! - A batch holds both end points of a task where both are asked for, and stays below the
//!   gateway's limit of 12 MB ([`Options::batch_size`]).
//! - The first batch goes alone. Others follow, some at a time
//!   ([`Options::concurrency`]), once an answer shows that the credentials are accepted.
//! - **No connection**: tried again, up to [`Retry::max_tries`].
//! - **429, 503, DRS.M01503, DRS.M01504**: tried again, after what `Retry-After` says or
//!   after a random part of a delay that doubles ("full jitter"). Fewer requests are sent at
//!   a time, and slowly more again. A single end point with one of these codes is asked
//!   again alone.
//! - **Sent, and the answer lost** (connection cut, time-out, 502, 504): once more at most.
//! - **Refused as a whole for what may be one task's fault** (such as DRS.M05003, task not
//!   found), or refused item by item without a word on some: each task of the batch that may
//!   have done nothing wrong is asked once alone, so that one bad task does not take others
//!   down.
//! - **Wrong password (DRS.KE0002)**: never again, since databases lock accounts.
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
mod verdict;

pub use advice::Advice;
pub use events::{Event, Events};
pub use options::{Options, Retry};
pub use preview::RequestPreview;
pub use report::{Outcome, OutcomeKind, Report, UnmatchedResult};
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
