//! What an error code looks like, and what the vendor's codes mean: one row for each, which
//! deciding, the next step, the advice about credentials, and the documents' tables read.

use std::fmt;

/// What an outcome means, and what to do next: a kind to decide by, and two clauses for people,
/// each without a full stop.
///
/// `Display` writes both clauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Advice {
    /// What to do, as a value.
    pub kind: AdviceKind,
    /// What it means.
    pub meaning: &'static str,
    /// What to do.
    pub step: &'static str,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.meaning, self.step)
    }
}

/// What to do next, to decide by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AdviceKind {
    /// The password may be wrong: check it in the database before anything is sent again.
    CheckPassword,
    /// The plan names something that does not fit: correct it.
    CorrectPlan,
    /// The task is not ready: wait, or start it; then run again.
    PrepareTask,
    /// Run again. Nothing else is known to be wrong.
    RunAgain,
    /// The service is busy or fails: run again later.
    RunLater,
    /// The credentials were refused: renew or correct them.
    RenewCredentials,
    /// The credentials may not do this: grant them the permission.
    GrantPermission,
    /// The request went to a wrong project, region or endpoint: correct the setting.
    CorrectTarget,
    /// There was no connection, or the run stopped before:
    /// [`Report::stop_reason`](crate::passwords::Report::stop_reason) says which.
    CheckConnection,
    /// Only the service's message says what is wrong: have someone read it.
    ReadMessage,
}

/// What an error code means, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// `DRS.KE0002`: the database refused the user name or password.
    WrongPassword,
    /// `DRS.M00304`: the task's state does not allow the change.
    TaskState,
    /// `DRS.M00307`: it is the parent task of a dual-active scenario.
    ParentTask,
    /// `DRS.M00308`: it is a subtask where a parent task is wanted.
    Subtask,
    /// `DRS.M05003`, `DRS.M05004`: the task does not exist, or was deleted.
    NoSuchTask,
    /// `DRS.M00200` and others: the service does not accept a value.
    InvalidValue,
    /// `DRS.M00299`: the service accepts only one task per request.
    OneTaskOnly,
    /// `DRS.M01503` and others: the service, or the task, is busy.
    Busy,
    /// `DRS.M00100`, `APIGW.0301`: the credentials were refused.
    Unauthenticated,
    /// `DRS.M00102` and others: a permission is missing.
    Forbidden,
    /// `DRS.M00261`: the project does not belong to the credentials.
    ForeignProject,
    /// `APIGW.0101`: the gateway does not know the API.
    UnknownApi,
    /// `DRS.M01501`, `DRS.M00004`: the service failed.
    Fault,
}

impl Code {
    /// What an error code of the service or the gateway means, if that is known.
    #[must_use]
    pub fn of(error_code: &str) -> Option<Self> {
        of(error_code).map(|row| row.code)
    }
}

use AdviceKind::*;
/// Codes that mean the same.
pub(crate) struct Row {
    pub(crate) codes: &'static [&'static str],
    pub(crate) code: Code,
    pub(crate) advice: Advice,
}

pub(crate) const fn advice(kind: AdviceKind, meaning: &'static str, step: &'static str) -> Advice {
    Advice {
        kind,
        meaning,
        step,
    }
}

const fn row(
    codes: &'static [&'static str],
    code: Code,
    kind: AdviceKind,
    meaning: &'static str,
    step: &'static str,
) -> Row {
    let advice = advice(kind, meaning, step);
    Row {
        codes,
        code,
        advice,
    }
}

/// By this code a database has refused user name or password.
pub(crate) const WRONG_PASSWORD: &str = "DRS.KE0002";

/// All codes that mean more than a refusal, or of which more is known.
#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    row(&[WRONG_PASSWORD], Code::WrongPassword, CheckPassword,
        "the database refused the user name or password",
        "check the new password in the database, and that the account is not locked, before anything else, because failed logins lock accounts; then correct the plan"),
    row(&["DRS.M00304"], Code::TaskState, PrepareTask,
        "the task's state does not allow it", "see its state with `drs status`, then wait, start it, use the DRS console, or take it out of the plan if it has ended"),
    row(&["DRS.M00307"], Code::ParentTask, CorrectPlan,
        "it is the parent task of a dual-active scenario", "put its subtasks into the plan instead"),
    row(&["DRS.M00308"], Code::Subtask, CorrectPlan,
        "it is a subtask where a parent task is wanted", "put its parent task into the plan instead"),
    row(&["DRS.M05003", "DRS.M05004"], Code::NoSuchTask, CorrectPlan,
        "the task does not exist, or was deleted", "correct the id or take it out of the plan; check the project and the region"),
    row(&["DRS.M00200", "DRS.M00201", "DRS.M00202", "DRS.M00301"], Code::InvalidValue, CorrectPlan,
        "the service does not accept a value", "read the message and correct the plan"),
    row(&["DRS.M00299"], Code::OneTaskOnly, RunAgain,
        "the service accepts only one task per request", "run again; each task is then sent alone"),
    row(&["DRS.M01503", "DRS.M01504", "APIGW.0308"], Code::Busy, RunLater,
        "too many requests, or the task is busy, even after retries",
        "run again later, with fewer requests at a time"),
    row(&["DRS.M00100", "APIGW.0301"], Code::Unauthenticated, RenewCredentials,
        "the token or access key was refused, and the run stopped",
        "renew the token, or check the key and the clock; then run again"),
    row(&["DRS.M00102", "DRS.M00103", "APIGW.0302"], Code::Forbidden, GrantPermission,
        "a permission is missing", "grant the IAM user the permission to modify DRS tasks; then run again"),
    row(&["DRS.M00261"], Code::ForeignProject, CorrectTarget,
        "the project does not belong to these credentials",
        "check the project id: each region has its own; then run again"),
    row(&["APIGW.0101"], Code::UnknownApi, CorrectTarget,
        "the gateway does not know this API", "check the endpoint and the region"),
    row(&["DRS.M01501", "DRS.M00004"], Code::Fault, RunLater, "the service failed internally", "run again later"),
];

/// The row of a code.
pub(crate) fn of(code: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.codes.contains(&code))
}

impl Code {
    /// Whether it refuses a request for several tasks, perhaps because of one.
    pub(crate) fn may_be_about_one(self) -> bool {
        use Code::{InvalidValue, NoSuchTask, OneTaskOnly, ParentTask, Subtask, TaskState};
        matches!(
            self,
            TaskState | ParentTask | Subtask | NoSuchTask | InvalidValue | OneTaskOnly
        )
    }

    /// Whether the credentials are valid and may not do this.
    pub(crate) fn forbids(self) -> bool {
        matches!(self, Self::Forbidden | Self::ForeignProject)
    }
}

/// Whether a text has the form of the vendor's codes.
pub(crate) fn is_of_vendor(text: &str) -> bool {
    let prefixes = ["DRS.", "APIGW.", "IAM."].into_iter();
    let mut numbers = prefixes.filter_map(|prefix| text.strip_prefix(prefix));
    numbers.any(|number| (1..=8).contains(&number.len()) && number.bytes().all(is_of_number))
}

/// Whether a text is an error code and nothing else: the vendor's, or capitals, a dot, and
/// capitals or digits with two digits at least.
pub(crate) fn is_code(text: &str) -> bool {
    let is_any = |(prefix, number): (&str, &str)| {
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let is_prefix = !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_uppercase());
        is_prefix && digits >= 2 && text.len() <= 64 && number.bytes().all(is_of_number)
    };
    is_of_vendor(text) || text.split_once('.').is_some_and(is_any)
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_code_has_one_row() {
        let codes: Vec<_> = ROWS.iter().flat_map(|row| row.codes).collect();
        let different: HashSet<_> = codes.iter().collect();
        assert_eq!(codes.len(), different.len());
    }

    #[test]
    fn the_page_about_troubleshooting_names_each_code_in_one_row() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guide/troubleshooting.md");
        let page = std::fs::read_to_string(page).unwrap();
        for row in ROWS {
            let codes: Vec<_> = row.codes.iter().map(|code| format!("`{code}`")).collect();
            let Advice { meaning, step, .. } = row.advice;
            let line = format!("| {} | {meaning} | {step} |\n", codes.join(", "));
            let problem = "docs/guide/troubleshooting.md lacks this row";
            assert!(page.contains(&line), "{problem}: {line}");
        }
        let words = page.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
        let codes = words.filter(|word| word.starts_with("DRS.") || word.starts_with("APIGW."));
        for code in codes {
            assert!(of(code).is_some(), "codes.rs has no row for {code}");
        }
    }
}
