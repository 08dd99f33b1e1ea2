//! What a run found out.

use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap as _};

use super::{Reply, StopReason};
use crate::types::EndPointType;

/// How many remarks are kept, of an answer and of a run.
pub(super) const MAX_NOTES: usize = 1000;

/// What is known about one password after a run. There will be no fifth: match all four.
// Of two tries the one whose verdict comes later here decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// Nothing was sent: DRS has the password that it had before the run.
    NotSent,
    /// DRS refused each attempt of this run, which changed nothing. It has the password from before
    /// the run: the old one, unless an earlier run changed it or left it unconfirmed.
    Rejected,
    /// DRS may hold the old password or the new one.
    Unconfirmed,
    /// DRS confirmed the new password.
    Changed,
}

/// The name in reports: `changed`, `rejected`, `unconfirmed`, `not_sent`.
impl std::fmt::Display for OutcomeKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// What is known about one end point, and from what.
///
/// As JSON it leaves out what is not known. In tests of your own build one with
/// [`Outcome::new`] and set the fields you need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outcome {
    /// The task.
    pub job_id: String,
    /// Its side.
    pub end_point_type: EndPointType,
    /// What is known; as JSON, `outcome`.
    #[serde(rename = "outcome")]
    pub kind: OutcomeKind,
    /// What was said by the reply that says most. Its cause also says why the outcome is what
    /// it is, where code and message don't. Of a changed password status and request id are left
    /// out.
    #[serde(flatten)]
    pub reply: Reply,
    /// How many requests with this end point were begun; 0 if the report does not say.
    #[serde(default)]
    pub tries: u32,
    /// What the other tries said, the newest last: of many, the newest 16.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Reply>,
}

impl Outcome {
    /// An outcome of which nothing else is known.
    pub fn new(job_id: impl Into<String>, end_point_type: EndPointType, kind: OutcomeKind) -> Self {
        Self {
            job_id: job_id.into(),
            end_point_type,
            kind,
            reply: Reply::default(),
            tries: 1,
            earlier: Vec::new(),
        }
    }
}

/// What became of a plan: one outcome for each change, in the order asked.
///
/// As JSON: which run it was, the numbers of the four outcomes, `outcomes`, and, if there is
/// something to say, `remarks`, `stopped` and `stop_reason`. It contains no secrets: what a
/// response echoes of the request is redacted.
///
/// What is read back from that JSON is the same report. One can be built, too:
/// [`Report::default`] is an empty one, and one is collected from outcomes.
///
/// ```
/// use drs_api::{passwords::{Outcome, OutcomeKind, Report}, types::EndPointType};
///
/// let mut outcome = Outcome::new("task-1", EndPointType::So, OutcomeKind::Rejected);
/// outcome.reply.error_code = Some("DRS.M00304".into());
/// let report: Report = [outcome].into_iter().collect();
/// assert_eq!(report.to_do().count(), 1);
/// ```
/// A report that nobody looks at is a failure that nobody knows of, so it must be used:
///
/// ```compile_fail
/// # #![deny(unused_must_use)]
/// # use drs_api::{Client, Error};
/// # async fn rotate(client: Client) -> Result<(), Error> {
/// client.change_passwords("project", [])?.await;
/// # Ok(())
/// # }
/// ```
///
/// ```
/// # #![deny(unused_must_use)]
/// # use drs_api::{Client, Error};
/// # async fn rotate(client: Client) -> Result<bool, Error> {
/// let report = client.change_passwords("project", [])?.await;
/// # Ok(
/// report.all_changed()
/// # )
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[must_use = "it says which passwords were not changed"]
#[non_exhaustive]
pub struct Report {
    /// The endpoint that was asked.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The project of the tasks.
    #[serde(default)]
    pub project_id: Option<String>,
    /// When the first request was begun, as RFC 3339 has it, in UTC.
    #[serde(default)]
    pub started: Option<String>,
    /// When the run ended; nothing while it goes on.
    #[serde(default)]
    pub ended: Option<String>,
    /// One for each change, in the order asked.
    pub outcomes: Vec<Outcome>,
    /// What is odd about the answers, such as a result of an end point that was not asked for.
    /// The first 1,000 are kept.
    #[serde(default)]
    pub remarks: Vec<String>,
    /// Why the run ended before its plan did: a sentence, with what to do.
    #[serde(default)]
    pub stopped: Option<String>,
    #[serde(default)]
    pub(super) stop_reason: StopReason,
}

impl Report {
    /// Whether every password was changed.
    #[must_use]
    pub fn all_changed(&self) -> bool {
        self.count(OutcomeKind::Changed) == self.outcomes.len()
    }

    /// Why the run ended before its plan did, to decide by; [`stopped`](Self::stopped) says it
    /// to people.
    #[must_use]
    pub fn stop_reason(&self) -> Option<StopReason> {
        self.stopped.as_ref().map(|_| self.stop_reason)
    }

    /// The same report of a run that was stopped.
    pub fn stopped_by(mut self, stop_reason: StopReason, sentence: impl Into<String>) -> Self {
        (self.stopped, self.stop_reason) = (Some(sentence.into()), stop_reason);
        self
    }

    /// Adds what is odd about answers, up to a limit.
    pub(super) fn note(&mut self, remarks: Vec<String>) {
        self.remarks.extend(remarks);
        self.remarks.truncate(MAX_NOTES);
    }

    /// How many end points have an outcome.
    #[must_use]
    pub fn count(&self, kind: OutcomeKind) -> usize {
        self.outcomes.iter().filter(|o| o.kind == kind).count()
    }

    /// What to run again: each end point that is not known to be changed. (A rejected one
    /// once its cause is fixed.)
    pub fn to_do(&self) -> impl Iterator<Item = &Outcome> {
        let outcomes = self.outcomes.iter();
        outcomes.filter(|outcome| outcome.kind != OutcomeKind::Changed)
    }
}

impl FromIterator<Outcome> for Report {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Self {
        Self {
            outcomes: outcomes.into_iter().collect(),
            ..Self::default()
        }
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let about = [
            ("endpoint", &self.endpoint),
            ("project_id", &self.project_id),
            ("started", &self.started),
            ("ended", &self.ended),
        ];
        for (name, text) in about.into_iter().filter(|(_, text)| text.is_some()) {
            map.serialize_entry(name, text)?;
        }
        use OutcomeKind::{Changed, NotSent, Rejected, Unconfirmed};
        for kind in [Changed, Rejected, Unconfirmed, NotSent] {
            map.serialize_entry(&kind, &self.count(kind))?;
        }
        map.serialize_entry("outcomes", &self.outcomes)?;
        if !self.remarks.is_empty() {
            map.serialize_entry("remarks", &self.remarks)?;
        }
        if let Some(stopped) = &self.stopped {
            map.serialize_entry("stopped", stopped)?;
            map.serialize_entry("stop_reason", &self.stop_reason)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_is_read_back_is_written_as_it_was() {
        let mut rejected = Outcome::new("a", EndPointType::So, OutcomeKind::Rejected);
        rejected.reply.status = Some(400);
        rejected.reply.error_code = Some("DRS.M00304".into());
        rejected.reply.error_msg = Some("no".into());
        rejected.reply.request_id = Some("r".into());
        rejected.tries = 3;
        let mut unsent = Outcome::new("b", EndPointType::Ta, OutcomeKind::NotSent);
        unsent.reply.cause = Some("no connection".into());
        let changed = Outcome::new("c", EndPointType::So, OutcomeKind::Changed);
        let mut report: Report = [rejected, unsent, changed].into_iter().collect();
        report.remarks.push("odd".into());
        report.outcomes[1].tries = 0;
        report.endpoint = Some("https://drs.example.com".into());
        report.project_id = Some("p".into());
        report.started = Some("2026-11-28T01:02:03Z".into());
        let report = report.stopped_by(StopReason::Outage, "because");
        let written = serde_json::to_string(&report).unwrap();
        let read: Report = serde_json::from_str(&written).unwrap();
        assert_eq!(read, report);
        assert_eq!(serde_json::to_string(&read).unwrap(), written);
    }

    #[test]
    fn why_a_run_stopped_is_other_where_a_report_does_not_say_it_or_says_something_new() {
        for (written, reason) in [
            (r#"{"outcomes":[]}"#, None),
            (r#"{"outcomes":[],"stopped":"x"}"#, Some(StopReason::Other)),
            (
                r#"{"outcomes":[],"stopped":"x","stop_reason":"moonlight"}"#,
                Some(StopReason::Other),
            ),
            (
                r#"{"outcomes":[],"stopped":"x","stop_reason":"credentials_refused"}"#,
                Some(StopReason::CredentialsRefused),
            ),
        ] {
            let report: Report = serde_json::from_str(written).unwrap();
            assert_eq!(report.stop_reason(), reason, "{written}");
        }
    }

    #[test]
    fn what_is_no_report_is_not_read_as_an_empty_one() {
        for text in [
            "{}",
            r#"{"outcomes":[{}]}"#,
            r#"{"outcomes":[{"job_id":"a","end_point_type":"so","outcome":"fine"}]}"#,
        ] {
            assert!(serde_json::from_str::<Report>(text).is_err(), "{text}");
        }
    }
}
