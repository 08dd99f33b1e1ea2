//! Refusals that tell of results, or might, in shapes of their own.

use super::case::*;

const C: &str = "400 Bad Request";
const N: &str = "404 Not Found";

/// Name, end points, status, body, and the outcomes.
type Row = (
    &'static str,
    Ask,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const SHAPES: &[Row] = &[
    (
        "a refusal with results by another name",
        ONE,
        C,
        r#"{"jobs":[{"id":"t1","end_point_type":"so","status":"success"}],"count":1}"#,
        &["unconfirmed"],
    ),
    (
        "a refusal with results in capitals",
        ONE,
        C,
        r#"{"Results":[{"id":"t1","end_point_type":"so","status":"success"}]}"#,
        &["unconfirmed"],
    ),
    (
        "a refusal with results in a text",
        ONE,
        C,
        r#"{"body":"{\"results\":[{\"id\":\"t1\",\"status\":\"success\"}]}"}"#,
        &["unconfirmed"],
    ),
    (
        "a refusal with results in a text next to a code",
        ONE,
        C,
        r#"{"error_code":"C.1","body":"{\"results\":[{\"id\":\"t1\",\"status\":\"success\"}]}"}"#,
        &["unconfirmed C.1"],
    ),
    (
        "a refusal that is a bare success",
        ONE,
        C,
        r#"{"id":"t1","end_point_type":"so","status":"success"}"#,
        &["unconfirmed"],
    ),
    (
        "a refusal that is a bare failure",
        ONE,
        C,
        r#"{"id":"t1","end_point_type":"so","status":"failed","error_code":"C.1"}"#,
        &["unconfirmed C.1"],
    ),
    (
        "results deeper in a refusal, next to a code",
        ONE,
        C,
        r#"{"error_code":"C.1","data":{"results":[{"id":"t1","status":"success"}]}}"#,
        &["unconfirmed C.1"],
    ),
    (
        "results deeper in a 200, next to a code",
        ONE,
        "200 OK",
        r#"{"error_code":"DRS.M05066","data":{"results":[{"id":"t1","status":"success"}]}}"#,
        &["unconfirmed DRS.M05066"],
    ),
    (
        "results deeper in a 202, next to a busy code",
        ONE,
        "202 Accepted",
        r#"{"error_code":"DRS.M05066","data":[{"status":"success"}]}"#,
        &["unconfirmed DRS.M05066"],
    ),
    (
        "a failure in a list by another name",
        ONE,
        C,
        r#"{"jobs":[{"id":"t1","end_point_type":"so","status":"failed","error_code":"DRS.M00304"}]}"#,
        &["unconfirmed"],
    ),
    (
        "a success and a failure in a list by another name",
        PAIR,
        C,
        r#"{"jobs":[{"id":"t1","end_point_type":"so","status":"success"},{"id":"t1","end_point_type":"ta","status":"failed","error_code":"DRS.M00304"}]}"#,
        &["unconfirmed", "unconfirmed"],
    ),
    (
        "a failure of another task in a list by another name",
        ONE,
        C,
        r#"{"jobs":[{"id":"t9","status":"failed","error_code":"DRS.M00304"}]}"#,
        &["unconfirmed"],
    ),
    (
        "failures by task",
        TWO_TASKS,
        C,
        r#"{"jobs":[{"job_id":"t1","errorCode":"C.1"},{"job_id":"t2","errorCode":"C.2"}]}"#,
        &["unconfirmed", "unconfirmed"],
    ),
    (
        "a refusal that is a list of failures",
        ONE,
        C,
        r#"[{"id":"t1","end_point_type":"so","status":"failed","error_code":"C.7"}]"#,
        &["unconfirmed"],
    ),
    (
        "a 404 with a list by another name",
        ONE,
        N,
        r#"{"jobs":[{"id":"t1","status":"success"}]}"#,
        &["unconfirmed"],
    ),
    (
        "a 404 that is a bare success",
        ONE,
        N,
        r#"{"status":"success"}"#,
        &["unconfirmed"],
    ),
    (
        "a 404 that is the word success",
        ONE,
        N,
        r#""success""#,
        &["unconfirmed"],
    ),
    (
        "a 404 that is another word",
        ONE,
        N,
        r#""not here""#,
        &["rejected"],
    ),
    ("a 404 that is an empty object", ONE, N, "{}", &["rejected"]),
    ("a 404 that is an empty list", ONE, N, "[]", &["rejected"]),
    (
        "a 404 without results",
        ONE,
        N,
        r#"{"results":null,"count":0}"#,
        &["rejected"],
    ),
    (
        "a 404 with a message",
        ONE,
        N,
        r#"{"message":"no such route"}"#,
        &["rejected"],
    ),
    (
        "a 404 with a result of another task",
        ONE,
        N,
        r#"{"results":[{"id":"t9","status":"success"}]}"#,
        &["unconfirmed"],
    ),
    (
        "a 404 with a code next to those that succeeded",
        ONE,
        N,
        r#"{"error_code":"DRS.M00101","succeeded":["t1"]}"#,
        &["unconfirmed DRS.M00101"],
    ),
    (
        "a 401 with a list by another name",
        ONE,
        "401 Unauthorized",
        r#"{"jobs":[{"id":"t1","status":"success"}]}"#,
        &["unconfirmed"],
    ),
    (
        "a 404 with something before its JSON",
        ONE,
        N,
        ")]}',\n{\"results\":[{\"id\":\"t1\",\"status\":\"success\"}]}",
        &["unconfirmed"],
    ),
    (
        "a 404 that calls a function",
        ONE,
        N,
        r#"callback({"jobs":[{"id":"t1","status":"success"}]})"#,
        &["unconfirmed"],
    ),
    (
        "a 404 with two objects",
        ONE,
        N,
        r#"{"error_code":"C.1"}{"results":[]}"#,
        &["unconfirmed"],
    ),
    (
        "a 404 that is text",
        ONE,
        N,
        "default backend - 404",
        &["rejected"],
    ),
    (
        "a 404 that tells of the task in words",
        ONE,
        N,
        "t1: success",
        &["unconfirmed"],
    ),
    (
        "a refused result next to a list by another name",
        ONE,
        C,
        r#"{"results":[{"id":"t1","end_point_type":"so","status":"failed","error_code":"C.1"}],"jobs":[{"id":"t1","status":"success"}]}"#,
        &["unconfirmed C.1"],
    ),
    (
        "a refused result next to a status of success",
        ONE,
        "200 OK",
        r#"{"results":[{"id":"t1","end_point_type":"so","status":"failed","error_code":"C.1"}],"status":"success"}"#,
        &["unconfirmed C.1"],
    ),
    (
        "a refused result next to an unknown property",
        ONE,
        C,
        r#"{"results":[{"id":"t1","end_point_type":"so","status":"failed","error_code":"C.1"}],"trace":"x"}"#,
        &["rejected C.1"],
    ),
];

/// Name, what accompanies `DRS.M05003` in a 400 for one end point, and the outcome.
const NEXT_TO: &[(&str, &str, &str)] = &[
    (
        "a status of success",
        r#""details":{"status":"success"}"#,
        "unconfirmed",
    ),
    (
        "a status of success in capitals",
        r#""state":"SUCCESS""#,
        "unconfirmed",
    ),
    ("success: true", r#""success":true"#, "unconfirmed"),
    ("success: false", r#""success":false"#, "rejected"),
    (
        "a number of successes",
        r#""success_count":1"#,
        "unconfirmed",
    ),
    (
        "no successes",
        r#""success_count":0,"succeeded":[]"#,
        "rejected",
    ),
    ("the task's id", r#""job_id":"t1""#, "rejected"),
    ("the task's id in a list", r#""jobs":["t1"]"#, "rejected"),
    ("the task's id as a name", r#""t1":{"a":1}"#, "unconfirmed"),
    ("another id", r#""job_id":"t9""#, "rejected"),
    (
        "JSON that breaks off in a text",
        r#""detail":"{\"results\":[""#,
        "unconfirmed",
    ),
    ("words", r#""detail":"see the manual""#, "rejected"),
    (
        "a bracket in words",
        r#""detail":"[redacted] is no password""#,
        "rejected",
    ),
    ("null", r#""data":null"#, "rejected"),
    (
        "empty results deeper",
        r#""data":{"results":[]}"#,
        "rejected",
    ),
    (
        "a list of numbers",
        r#""trace":7,"new":{"a":[1]}"#,
        "rejected",
    ),
    ("a failed status", r#""status":"failed""#, "rejected"),
    (
        "a time",
        r#""timestamp":"2026-01-01T00:00:00Z""#,
        "rejected",
    ),
    (
        "the words of IAM",
        r#""encoded_authorization_message":"abc==""#,
        "rejected",
    ),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, ask, status, body, expected) in SHAPES {
        cases.push(case(
            *name,
            ask,
            [answer(status, body)],
            expected.iter().copied(),
        ));
    }
    for (neighbour, property, expected) in NEXT_TO {
        let name = format!("a code next to {neighbour}");
        let body = format!(r#"{{"error_code":"DRS.M05003","error_msg":"m",{property}}}"#);
        let expected = format!("{expected} DRS.M05003");
        cases.push(case(name, ONE, [answer(C, &body)], [expected]));
    }
    let quoted = r#"{"error_code":"C.1","error_msg":"{\"results\":[{\"status\":\"success\"}]}"}"#;
    cases.push(case(
        "a code with results in its message",
        ONE,
        [answer(C, quoted)],
        ["unconfirmed C.1"],
    ));
    let echoed = r#"{"error_code":"C.1","error_msg":"{\"jobs\":[{\"job_id\":\"t1\"}]}"}"#;
    cases.push(case(
        "a code with the request in its message",
        ONE,
        [answer(C, echoed)],
        ["rejected C.1"],
    ));
    let throttled = r#"{"jobs":[{"id":"t1","status":"success"}]}"#;
    cases.push(
        case(
            "throttled with a list by another name",
            ONE,
            [answer("429 Too Many Requests", throttled)],
            ["unconfirmed"],
        )
        .requests(3),
    );
    cases
}
