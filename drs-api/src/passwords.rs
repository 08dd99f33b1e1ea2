//! Changes any number of passwords, and reports which password DRS has for each.
//!
//! [`Client::change_passwords`](crate::Client::change_passwords) checks the whole plan, sends it in
//! batches, and returns a [`Report`] with one [`Outcome`] for each end point, in the order of the
//! plan. An [`OutcomeKind`] states what is known about the password, never more. Re-running a plan
//! is safe, except for passwords that `DRS.KE0002` refused: failed logins lock accounts. Let one
//! run end before the next begins.
//!
//! A [`Run`] can be watched by its [`Events`], and stopped by its [`RunHandle`]. [`Options`] sets
//! the size of batches, how many go at a time, and the limits on [`Retry`].
//!
//! The chapter [`guide::outcomes`](crate::guide::outcomes) says which answers decide what, and
//! what is sent again and when.

mod advice;
mod again;
mod board;
mod decide;
mod drive;
mod events;
#[cfg(test)]
mod growth;
mod history;
#[cfg(test)]
mod mutated;
mod next_step;
mod options;
mod pace;
#[cfg(test)]
mod patience;
mod plan;
mod preview;
mod reply;
mod report;
mod run;
mod service;
#[cfg(test)]
mod speed;
mod stop;

pub use crate::codes::{Advice, AdviceKind, Code};
pub use again::Rest;
pub use events::{EndPointId, Event, Events, RetryReason};
pub use options::{Options, Retry};
pub use preview::RequestPreview;
pub use reply::Reply;
pub use report::{Outcome, OutcomeKind, Report};
pub use run::{Run, RunHandle};
pub use stop::StopReason;

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
        preview::preview(self, &plan).await
    }
}
