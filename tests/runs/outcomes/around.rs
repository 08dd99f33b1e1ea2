//! What a response says around its results.

use super::case::*;

/// Name, what a 200 has next to its one success, and the outcome.
const PROPERTIES: &[(&str, &str, &str)] = &[
    (
        "a failed status with the results",
        r#""status":"failed""#,
        "unconfirmed",
    ),
    (
        "no success with the results",
        r#""success":false"#,
        "unconfirmed",
    ),
    ("success with the results", r#""success":true"#, "changed"),
    (
        "a code by another name with the results",
        r#""errorCode":"C.7""#,
        "unconfirmed",
    ),
    (
        "errors with the results",
        r#""errors":["half"]"#,
        "unconfirmed",
    ),
    ("no errors with the results", r#""errors":[]"#, "changed"),
    (
        "failed tasks with the results",
        r#""failed_jobs":["t1"]"#,
        "unconfirmed",
    ),
    (
        "a password that failed with the results",
        r#""details":{"db_password":"failed"}"#,
        "unconfirmed",
    ),
    (
        "a failure in a message next to another with the results",
        r#""error_msg":"x","message":{"status":"failed"}"#,
        "unconfirmed",
    ),
    (
        "a number of failures with the results",
        r#""failed":1"#,
        "unconfirmed",
    ),
    ("no failures with the results", r#""failed":0"#, "changed"),
    (
        "an error that is a text with the results",
        r#""error":"half""#,
        "unconfirmed",
    ),
    (
        "a task's id with the results",
        r#""jobs":["t1"]"#,
        "changed",
    ),
    (
        "a failed result in a list of another name",
        r#""jobs":[{"id":"t1","status":"failed"}]"#,
        "unconfirmed",
    ),
];

pub(crate) fn cases() -> Vec<Case> {
    let result = success("t1", "so");
    let case = |(name, property, expected): &(&'static str, &str, &'static str)| {
        let body = format!(r#"{{"results":[{result}],{property}}}"#);
        case(*name, ONE, [ok(&body)], [*expected]).requests(1)
    };
    PROPERTIES.iter().map(case).collect()
}
