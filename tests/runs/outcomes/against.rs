//! Results that something else in the same response contradicts.

use super::case::*;

const S: &str = r#"{"id":"t1","end_point_type":"so","status":"success"}"#;
const TA: &str = r#"{"id":"t1","end_point_type":"ta","status":"success"}"#;
const S2: &str = r#"{"id":"t2","end_point_type":"so","status":"success"}"#;
const FAILED: &str = r#"{"id":"t1","end_point_type":"so","status":"failed","error_code":"C.1"}"#;

/// Name, end points, the results of a 200, and the outcomes.
const RESULTS: &[(&str, Ask, &[&str], &[&str])] = &[
    (
        "success, and failed for the side in capitals",
        ONE,
        &[S, r#"{"id":"t1","end_point_type":"SO","status":"failed"}"#],
        &["unconfirmed"],
    ),
    (
        "failed for the side in capitals, and success",
        ONE,
        &[r#"{"id":"t1","end_point_type":"SO","status":"failed"}"#, S],
        &["unconfirmed"],
    ),
    (
        "success, and failed with a code for a side by another name",
        ONE,
        &[
            S,
            r#"{"id":"t1","end_point_type":"source","status":"failed","error_code":"C.2"}"#,
        ],
        &["unconfirmed C.2"],
    ),
    (
        "success, and success for an unknown side",
        ONE,
        &[
            S,
            r#"{"id":"t1","end_point_type":"both","status":"success"}"#,
        ],
        &["unconfirmed"],
    ),
    (
        "success, and an unknown side for one of two",
        PAIR,
        &[
            S,
            r#"{"id":"t1","end_point_type":"both","status":"success"}"#,
        ],
        &["unconfirmed", "unconfirmed"],
    ),
    (
        "success, and a side that is a number",
        ONE,
        &[S, r#"{"id":"t1","end_point_type":1,"status":"failed"}"#],
        &["unconfirmed"],
    ),
    (
        "success, and an unreadable result of the task",
        ONE,
        &[S, r#"{"id":"t1","status":"failed","status":"success"}"#],
        &["unconfirmed"],
    ),
    (
        "success, and an unreadable result of the task before it",
        ONE,
        &[r#"{"id":"t1","error_code":"C.3","error_code":"C.4"}"#, S],
        &["unconfirmed"],
    ),
    (
        "success, and a list that names the task",
        ONE,
        &[S, r#"["t1","so","failed"]"#],
        &["unconfirmed"],
    ),
    (
        "success, and a text that is the task's id",
        ONE,
        &[S, r#""t1""#],
        &["unconfirmed"],
    ),
    (
        "success twice, and an unreadable result of the task",
        PAIR,
        &[S, TA, r#"{"id":"t1","id":"t1","status":"failed"}"#],
        &["unconfirmed", "unconfirmed"],
    ),
    (
        "success twice, and a failure without a side",
        PAIR,
        &[S, TA, r#"{"id":"t1","status":"failed","error_code":"C.1"}"#],
        &["unconfirmed C.1", "unconfirmed C.1"],
    ),
    (
        "a failure without a side before success twice",
        PAIR,
        &[r#"{"id":"t1","status":"failed"}"#, S, TA],
        &["unconfirmed", "unconfirmed"],
    ),
    (
        "success twice, and an unknown status without a side",
        PAIR,
        &[S, TA, r#"{"id":"t1","status":"pending"}"#],
        &["unconfirmed", "unconfirmed"],
    ),
    (
        "success twice, and success without a side",
        PAIR,
        &[S, TA, r#"{"id":"t1","status":"success"}"#],
        &["unconfirmed", "unconfirmed"],
    ),
    (
        "success, and a failure without a side",
        PAIR,
        &[S, r#"{"id":"t1","status":"failed","error_code":"C.1"}"#],
        &["unconfirmed C.1", "unconfirmed C.1"],
    ),
    (
        "success, and an unknown status without a side",
        ONE,
        &[S, r#"{"id":"t1","status":"pending"}"#],
        &["unconfirmed"],
    ),
    (
        "success, and the other side pending",
        PAIR,
        &[S, r#"{"id":"t1","end_point_type":"ta","status":"pending"}"#],
        &["changed", "unconfirmed"],
    ),
    (
        "success, and a failure of the side that was not asked",
        ONE,
        &[
            S,
            r#"{"id":"t1","end_point_type":"ta","status":"failed","error_code":"C.1"}"#,
        ],
        &["changed"],
    ),
    (
        "success, and a failure of another task",
        ONE,
        &[S, r#"{"id":"t9","end_point_type":"so","status":"failed"}"#],
        &["changed"],
    ),
    (
        "success, and a result that is null",
        ONE,
        &[S, "null"],
        &["unconfirmed"],
    ),
    (
        "of two tasks one with an unknown side",
        TWO_TASKS,
        &[
            S,
            S2,
            r#"{"id":"t1","end_point_type":"SO","status":"failed"}"#,
        ],
        &["unconfirmed", "changed"],
    ),
    (
        "of two tasks one with an unreadable result",
        TWO_TASKS,
        &[S, S2, r#"{"id":"t2","status":[],"status":[]}"#],
        &["unconfirmed", "unconfirmed"],
    ),
    (
        "failed, and success for the side in capitals",
        ONE,
        &[
            FAILED,
            r#"{"id":"t1","end_point_type":"SO","status":"success"}"#,
        ],
        &["unconfirmed C.1"],
    ),
    (
        "failed, and failed for the side in capitals",
        ONE,
        &[
            FAILED,
            r#"{"id":"t1","end_point_type":"SO","status":"failed","error_code":"C.2"}"#,
        ],
        &["unconfirmed C.1"],
    ),
    (
        "failed, and success without a side",
        PAIR,
        &[FAILED, r#"{"id":"t1","status":"success"}"#],
        &["unconfirmed C.1", "unconfirmed"],
    ),
    (
        "failed, and an unreadable success of the task",
        ONE,
        &[
            FAILED,
            r#"{"id":"t1","status":"success","status":"success"}"#,
        ],
        &["unconfirmed C.1"],
    ),
    (
        "failed, and an unreadable result of the task",
        ONE,
        &[FAILED, r#"{"id":"t1","error_msg":"a","error_msg":"b"}"#],
        &["unconfirmed C.1"],
    ),
    (
        "a success with a code by another name",
        ONE,
        &[r#"{"id":"t1","end_point_type":"so","status":"success","errorCode":"C.5"}"#],
        &["unconfirmed"],
    ),
    (
        "a success with an error that is an object",
        ONE,
        &[r#"{"id":"t1","end_point_type":"so","status":"success","error":{"code":"C.6"}}"#],
        &["unconfirmed"],
    ),
    (
        "a success with an error that is a text",
        ONE,
        &[r#"{"id":"t1","end_point_type":"so","status":"success","error":"timed out"}"#],
        &["unconfirmed"],
    ),
    (
        "a success with a list of errors",
        ONE,
        &[r#"{"id":"t1","end_point_type":"so","status":"success","errors":["half"]}"#],
        &["unconfirmed"],
    ),
    (
        "a success that says failed",
        ONE,
        &[r#"{"id":"t1","end_point_type":"so","status":"success","failed":true}"#],
        &["unconfirmed"],
    ),
    (
        "a success with no error in many ways",
        ONE,
        &[
            r#"{"id":"t1","end_point_type":"so","status":"success","error":null,"errors":[],"errorCode":"","failed":false}"#,
        ],
        &["changed"],
    ),
    (
        "a success with a message by another name",
        ONE,
        &[r#"{"id":"t1","end_point_type":"so","status":"success","errorMsg":"as it was"}"#],
        &["changed"],
    ),
    (
        "a failure that says success",
        ONE,
        &[
            r#"{"id":"t1","end_point_type":"so","status":"failed","error_code":"C.1","success":true}"#,
        ],
        &["unconfirmed C.1"],
    ),
    (
        "a failure with unknown properties",
        ONE,
        &[
            r#"{"id":"t1","end_point_type":"so","status":"failed","error_code":"C.1","job_id":"t1","success":false}"#,
        ],
        &["rejected C.1"],
    ),
    (
        "a failed result with a fault of the service",
        PAIR,
        &[
            S,
            r#"{"id":"t1","end_point_type":"ta","status":"failed","error_code":"DRS.M01501"}"#,
        ],
        &["changed", "unconfirmed DRS.M01501"],
    ),
    (
        "a failed result with an abnormal service",
        ONE,
        &[r#"{"id":"t1","end_point_type":"so","status":"failed","error_code":"DRS.M00004"}"#],
        &["unconfirmed DRS.M00004"],
    ),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, ask, results, expected) in RESULTS {
        let body = format!(r#"{{"results":[{}]}}"#, results.join(","));
        cases.push(case(*name, ask, [ok(&body)], expected.iter().copied()).requests(1));
    }
    let with_fault = results(&[failed("t1", "so", "DRS.M01501")]);
    cases.push(case(
        "a failed result with a fault of the service in a 400",
        ONE,
        [answer("400 Bad Request", &with_fault)],
        ["unconfirmed DRS.M01501"],
    ));
    cases
}
