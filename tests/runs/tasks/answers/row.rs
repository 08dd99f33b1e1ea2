//! A row in the tables of bad responses, and the helpers for writing rows.

use drs_tests::Act::{self, Answer};

pub(super) const JSON: &str = "200 OK\ncontent-type: application/json\nx-request-id: r1";
pub(super) const REFUSED: &str = "400 Bad Request\ncontent-type: application/json";

/// What the server does, in order; then what is said of each task, and the number of requests.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) acts: Vec<Act>,
    pub(super) expected: Vec<&'static str>,
    pub(super) requests: usize,
}

pub(super) fn row(
    name: &'static str,
    acts: impl Into<Vec<Act>>,
    expected: impl Into<Vec<&'static str>>,
    requests: usize,
) -> Row {
    Row {
        name,
        acts: acts.into(),
        expected: expected.into(),
        requests,
    }
}

pub(super) fn ok(body: impl Into<String>) -> Act {
    Answer(JSON, body.into())
}

pub(super) fn refused(body: impl Into<String>) -> Act {
    Answer(REFUSED, body.into())
}

pub(super) fn status(status: &'static str, body: &str) -> Act {
    Answer(status, body.to_owned())
}

/// Results of tasks, with their number.
pub(super) fn results(results: &[&str]) -> String {
    let (count, results) = (results.len(), results.join(","));
    format!(r#"{{"count":{count},"results":[{results}]}}"#)
}

pub(super) const RUNS: &str = r#"{"id":"t1","status":"INCRE_TRANSFER_STARTED"}"#;
pub(super) const FAILED: &str = r#"{"id":"t2","status":"INCRE_TRANSFER_FAILED"}"#;
pub(super) const CODE: &str = r#"{"error_code":"DRS.M05003","error_msg":"m"}"#;
pub(super) const PAGE: &str = "<html><body>Bad gateway</body></html>";
