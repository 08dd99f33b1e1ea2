//! What becomes of each end point for each answer and each fault?
//!
//! The table below is the law: what the server does, in order, and what the report then has
//! to say of each end point. The snapshot is the same table for reading.

use std::time::Duration;

use Act::{Answer, AnswerCut, AnswerHang, AnswerHuge, Close, CutAfter, CutBefore, CutWithin, Hang};
use drs_api::{
    Client,
    passwords::{Options, OutcomeKind, Report, Retry},
    types::{EndPointType, ModifyPwdEndPoint},
};
use drs_tests::{Act, Scripted};

type Ask = &'static [(&'static str, &'static str)];

const ONE: Ask = &[("t1", "so")];
const PAIR: Ask = &[("t1", "so"), ("t1", "ta")];
const TWO_TASKS: Ask = &[("t1", "so"), ("t2", "so")];

const JSON: &str = "200 OK\ncontent-type: application/json\nx-request-id: r1";
const HTML: &str = "<html><body>Bad gateway</body></html>";

struct Case {
    name: String,
    ask: Ask,
    acts: Vec<Act>,
    /// For each end point the outcome and, if there is one, the code.
    expected: Vec<&'static str>,
    requests: Option<usize>,
}

fn case(
    name: impl Into<String>,
    ask: Ask,
    acts: impl Into<Vec<Act>>,
    expected: impl Into<Vec<&'static str>>,
) -> Case {
    Case {
        name: name.into(),
        ask,
        acts: acts.into(),
        expected: expected.into(),
        requests: None,
    }
}

impl Case {
    fn requests(mut self, requests: usize) -> Self {
        self.requests = Some(requests);
        self
    }
}

fn ok(body: &str) -> Act {
    Answer(JSON, body.to_owned())
}

fn answer(status: &'static str, body: &str) -> Act {
    Answer(status, body.to_owned())
}

fn flat(code: &str) -> String {
    format!(r#"{{"error_code":"{code}","error_msg":"m"}}"#)
}

/// A result; an empty part is left out.
fn item(id: &str, side: &str, status: &str, code: &str) -> String {
    let parts = [
        ("id", id),
        ("end_point_type", side),
        ("status", status),
        ("error_code", code),
    ];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!(r#""{name}":"{value}""#))
        .collect();
    format!("{{{}}}", parts.join(","))
}

fn results(items: &[String]) -> String {
    format!(
        r#"{{"results":[{}],"count":{}}}"#,
        items.join(","),
        items.len()
    )
}

fn success(id: &str, side: &str) -> String {
    item(id, side, "success", "")
}

fn both() -> String {
    results(&[success("t1", "so"), success("t1", "ta")])
}

fn regular_answers() -> Vec<Case> {
    vec![
        case("both changed", PAIR, [ok(&both())], ["changed", "changed"]).requests(1),
        case(
            "in another order",
            PAIR,
            [ok(&results(&[success("t1", "ta"), success("t1", "so")]))],
            ["changed", "changed"],
        ),
        case(
            "one failed",
            PAIR,
            [ok(&results(&[
                success("t1", "so"),
                item("t1", "ta", "failed", "DRS.M00304"),
            ]))],
            ["changed", "rejected DRS.M00304"],
        )
        .requests(1),
        case(
            "failed without a code",
            ONE,
            [ok(&results(&[item("t1", "so", "failed", "")]))],
            ["rejected"],
        ),
        case(
            "a wrong password is not tried again",
            ONE,
            [ok(&results(&[item("t1", "so", "failed", "DRS.KE0002")]))],
            ["rejected DRS.KE0002"],
        )
        .requests(1),
        case(
            "the page's foreign ids",
            PAIR,
            [ok(&results(&[success("t9", "so"), success("t9", "ta")]))],
            ["unconfirmed", "unconfirmed"],
        )
        .requests(1),
        case(
            "one result left out",
            PAIR,
            [ok(&results(&[success("t1", "so")]))],
            ["changed", "unconfirmed"],
        ),
        case(
            "one result too many",
            ONE,
            [ok(&results(&[success("t1", "so"), success("t9", "so")]))],
            ["changed"],
        ),
        case(
            "no results at all",
            PAIR,
            [ok(&results(&[]))],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "an id alone, one end point asked",
            ONE,
            [ok(&results(&[success("t1", "")]))],
            ["changed"],
        ),
        case(
            "an id alone, two end points asked",
            PAIR,
            [ok(&results(&[success("t1", "")]))],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "a side alone",
            ONE,
            [ok(&results(&[success("", "so")]))],
            ["unconfirmed"],
        ),
        case(
            "the other side",
            ONE,
            [ok(&results(&[success("t1", "ta")]))],
            ["unconfirmed"],
        ),
        case("an empty object", ONE, [ok("{}")], ["unconfirmed"]),
    ]
}

fn odd_answers() -> Vec<Case> {
    let s = || success("t1", "so");
    vec![
        case(
            "results: null",
            PAIR,
            [ok(r#"{"results":null,"count":0}"#)],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "count: \"2\"",
            PAIR,
            [ok(&both().replace(":2}", r#":"2"}"#))],
            ["changed", "changed"],
        ),
        case(
            "count: null",
            PAIR,
            [ok(&both().replace(":2}", ":null}"))],
            ["changed", "changed"],
        ),
        case(
            "no count",
            PAIR,
            [ok(&both().replace(r#","count":2"#, ""))],
            ["changed", "changed"],
        ),
        case(
            "a count that doesn't fit",
            PAIR,
            [ok(&both().replace(":2}", ":3}"))],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "extra fields",
            ONE,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":"success","new":{"a":[1]}}],"count":1,"trace":7}"#,
            )],
            ["changed"],
        ),
        case(
            "an unknown status",
            ONE,
            [ok(&results(&[item("t1", "so", "pending", "")]))],
            ["unconfirmed"],
        ),
        case(
            "another case",
            ONE,
            [ok(&results(&[item("t1", "so", "SUCCESS", "")]))],
            ["unconfirmed"],
        ),
        case(
            "no status",
            ONE,
            [ok(&results(&[item("t1", "so", "", "")]))],
            ["unconfirmed"],
        ),
        case(
            "no status but a code",
            ONE,
            [ok(&results(&[item("t1", "so", "", "DRS.M00304")]))],
            ["unconfirmed DRS.M00304"],
        ),
        case(
            "status: null",
            ONE,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":null}]}"#,
            )],
            ["unconfirmed"],
        ),
        case(
            "status: true",
            ONE,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":true}]}"#,
            )],
            ["unconfirmed"],
        ),
        case(
            "an unknown side",
            ONE,
            [ok(&results(&[success("t1", "both")]))],
            ["unconfirmed"],
        ),
        case(
            "success with an error code",
            ONE,
            [ok(&results(&[item("t1", "so", "success", "DRS.M00304")]))],
            ["unconfirmed DRS.M00304"],
        ),
        case(
            "success with an empty error code",
            ONE,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":"success","error_code":"","error_msg":null}]}"#,
            )],
            ["changed"],
        ),
        case(
            "a numeric error code",
            ONE,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":"failed","error_code":17}]}"#,
            )],
            ["rejected 17"],
        ),
        case(
            "two results that agree",
            ONE,
            [ok(&results(&[s(), s()]))],
            ["changed"],
        ),
        case(
            "two results that disagree",
            ONE,
            [ok(&results(&[
                s(),
                item("t1", "so", "failed", "DRS.M00304"),
            ]))],
            ["unconfirmed DRS.M00304"],
        ),
        case(
            "two results that disagree, reversed",
            ONE,
            [ok(&results(&[
                item("t1", "so", "failed", "DRS.M00304"),
                s(),
            ]))],
            ["unconfirmed DRS.M00304"],
        ),
        case(
            "success, failed, success",
            ONE,
            [ok(&results(&[s(), item("t1", "so", "failed", "X"), s()]))],
            ["unconfirmed X"],
        ),
        case(
            "one status twice in an item",
            ONE,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":"failed","status":"success"}]}"#,
            )],
            ["unconfirmed"],
        ),
        case(
            "results twice in the answer",
            ONE,
            [ok(&format!(r#"{{"results":[],"results":[{}]}}"#, s()))],
            ["unconfirmed"],
        ),
        case(
            "an item that is null",
            PAIR,
            [ok(&results(&[s(), "null".into()]))],
            ["changed", "unconfirmed"],
        ),
        case(
            "an item that is a string",
            PAIR,
            [ok(&results(&["\"success\"".into(), s()]))],
            ["changed", "unconfirmed"],
        ),
        case(
            "an item that is an array",
            ONE,
            [ok(r#"{"results":[["so",null,null,"t1","success"]]}"#)],
            ["unconfirmed"],
        ),
        case(
            "an item with an odd message",
            PAIR,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":"failed","error_code":"X","error_msg":{"a":1}},{"id":"t1","end_point_type":"ta","status":"success"}],"count":2}"#,
            )],
            ["rejected X", "changed"],
        ),
        case(
            "results is an object",
            ONE,
            [ok(
                r#"{"results":{"id":"t1","end_point_type":"so","status":"success"}}"#,
            )],
            ["unconfirmed"],
        ),
        case(
            "an error beside the results",
            ONE,
            [ok(&format!(
                r#"{{"results":[{}],"error_code":"DRS.M01501"}}"#,
                s()
            ))],
            ["unconfirmed"],
        ),
        case(
            "an array",
            ONE,
            [ok(&format!("[{}]", s()))],
            ["unconfirmed"],
        ),
        case("a bare item", ONE, [ok(&s())], ["unconfirmed"]),
        case(
            "a byte order mark",
            ONE,
            [ok(&format!("\u{feff}{}", results(&[s()])))],
            ["unconfirmed"],
        ),
        case(
            "something after the JSON",
            ONE,
            [ok(&format!("{}x", results(&[s()])))],
            ["unconfirmed"],
        ),
        case(
            "compressed without being asked",
            ONE,
            [Answer(
                "200 OK\ncontent-encoding: gzip",
                "\u{1f}\u{8b}...".into(),
            )],
            ["unconfirmed"],
        ),
        case(
            "JSON with another content type",
            ONE,
            [answer("200 OK\ncontent-type: text/html", &results(&[s()]))],
            ["changed"],
        ),
        case(
            "50 MB",
            ONE,
            [AnswerHuge(JSON, 50_000_000)],
            ["unconfirmed"],
        )
        .requests(1),
        case(
            "50 MB of refusal",
            ONE,
            [AnswerHuge("400 Bad Request", 50_000_000)],
            ["unconfirmed"],
        )
        .requests(1),
    ]
}

/// Each status with JSON, HTML, nothing, and half of its JSON.
fn statuses() -> Vec<Case> {
    let mut cases = Vec::new();
    for (status, json, html, empty, cut) in [
        (
            "200 OK",
            "rejected C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
        (
            "201 Created",
            "rejected C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
        (
            "202 Accepted",
            "rejected C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
        (
            "302 Found\nlocation: /",
            "unconfirmed C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
        (
            "307 Temporary Redirect\nlocation: /",
            "unconfirmed C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
        (
            "308 Permanent Redirect\nlocation: /",
            "unconfirmed C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
        (
            "400 Bad Request",
            "rejected C.1",
            "rejected",
            "rejected",
            "unconfirmed",
        ),
        (
            "401 Unauthorized",
            "rejected C.1",
            "rejected",
            "rejected",
            "unconfirmed",
        ),
        (
            "403 Forbidden",
            "rejected C.1",
            "rejected",
            "rejected",
            "unconfirmed",
        ),
        (
            "404 Not Found",
            "rejected C.1",
            "rejected",
            "rejected",
            "unconfirmed",
        ),
        (
            "405 Method Not Allowed",
            "rejected C.1",
            "rejected",
            "rejected",
            "unconfirmed",
        ),
        (
            "408 Request Timeout",
            "unconfirmed C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
        (
            "413 Content Too Large",
            "rejected C.1",
            "rejected",
            "rejected",
            "unconfirmed",
        ),
        (
            "422 Unprocessable Content",
            "rejected C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
        (
            "425 Too Early",
            "unconfirmed C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
        (
            "429 Too Many Requests",
            "rejected C.1",
            "rejected",
            "rejected",
            "unconfirmed",
        ),
        (
            "499 Client Closed Request",
            "unconfirmed C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
        (
            "500 Internal Server Error",
            "unconfirmed C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
        (
            "502 Bad Gateway",
            "unconfirmed C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
        (
            "503 Service Unavailable",
            "unconfirmed C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
        (
            "504 Gateway Timeout",
            "unconfirmed C.1",
            "unconfirmed",
            "unconfirmed",
            "unconfirmed",
        ),
    ] {
        let name = status.lines().next().unwrap_or_default();
        cases.extend([
            case(
                format!("{name}, JSON"),
                ONE,
                [answer(status, &flat("C.1"))],
                [json],
            ),
            case(format!("{name}, HTML"), ONE, [answer(status, HTML)], [html]),
            case(format!("{name}, empty"), ONE, [answer(status, "")], [empty]),
            case(
                format!("{name}, cut"),
                ONE,
                [AnswerCut(status, r#"{"error_code":"C"#.into())],
                [cut],
            ),
        ]);
    }
    cases.push(case(
        "204 No Content",
        PAIR,
        [answer("204 No Content", "")],
        ["unconfirmed", "unconfirmed"],
    ));
    cases
}

/// Each code of the service's error table, for one end point of one task.
fn codes() -> Vec<Case> {
    [
        ("400 Bad Request", "DRS.M00007", "rejected DRS.M00007"),
        ("400 Bad Request", "DRS.M00105", "rejected DRS.M00105"),
        ("400 Bad Request", "DRS.M00200", "rejected DRS.M00200"),
        ("400 Bad Request", "DRS.M00201", "rejected DRS.M00201"),
        ("400 Bad Request", "DRS.M00202", "rejected DRS.M00202"),
        ("400 Bad Request", "DRS.M00299", "rejected DRS.M00299"),
        ("400 Bad Request", "DRS.M00300", "rejected DRS.M00300"),
        ("400 Bad Request", "DRS.M00301", "rejected DRS.M00301"),
        ("400 Bad Request", "DRS.M00304", "rejected DRS.M00304"),
        ("400 Bad Request", "DRS.M00305", "rejected DRS.M00305"),
        ("400 Bad Request", "DRS.M00307", "rejected DRS.M00307"),
        ("400 Bad Request", "DRS.M00308", "rejected DRS.M00308"),
        ("400 Bad Request", "DRS.M01503", "rejected DRS.M01503"),
        ("400 Bad Request", "DRS.M05003", "rejected DRS.M05003"),
        ("400 Bad Request", "DRS.M05004", "rejected DRS.M05004"),
        ("400 Bad Request", "DRS.KE0002", "rejected DRS.KE0002"),
        ("401 Unauthorized", "DRS.M00103", "rejected DRS.M00103"),
        ("403 Forbidden", "DRS.M00100", "rejected DRS.M00100"),
        ("403 Forbidden", "DRS.M00102", "rejected DRS.M00102"),
        ("403 Forbidden", "DRS.M00261", "rejected DRS.M00261"),
        ("404 Not Found", "DRS.M00101", "rejected DRS.M00101"),
        (
            "422 Unprocessable Content",
            "DRS.M00002",
            "rejected DRS.M00002",
        ),
        (
            "422 Unprocessable Content",
            "DRS.M01501",
            "unconfirmed DRS.M01501",
        ),
        (
            "422 Unprocessable Content",
            "DRS.M00004",
            "unconfirmed DRS.M00004",
        ),
        (
            "500 Internal Server Error",
            "DRS.M00004",
            "unconfirmed DRS.M00004",
        ),
        ("202 Accepted", "DRS.M01504", "rejected DRS.M01504"),
        ("200 OK", "DRS.M05066", "rejected DRS.M05066"),
        ("401 Unauthorized", "APIGW.0301", "rejected APIGW.0301"),
        ("403 Forbidden", "APIGW.0302", "rejected APIGW.0302"),
        ("404 Not Found", "APIGW.0101", "rejected APIGW.0101"),
        ("413 Content Too Large", "APIGW.0201", "rejected APIGW.0201"),
        ("429 Too Many Requests", "APIGW.0308", "rejected APIGW.0308"),
        ("502 Bad Gateway", "APIGW.0201", "unconfirmed APIGW.0201"),
        (
            "504 Gateway Timeout",
            "APIGW.0201",
            "unconfirmed APIGW.0201",
        ),
    ]
    .into_iter()
    .map(|(status, code, expected)| {
        case(
            format!("{status} {code}"),
            ONE,
            [answer(status, &flat(code))],
            [expected],
        )
    })
    .chain([case(
        "401 in IAM's shape",
        ONE,
        [answer(
            "401 Unauthorized",
            r#"{"error":{"code":401,"message":"m","title":"Unauthorized"}}"#,
        )],
        ["rejected 401"],
    )])
    .collect()
}

fn errors_for_several() -> Vec<Case> {
    let refused = |code| answer("400 Bad Request", &flat(code));
    let batch = |items: &[String]| answer("400 Bad Request", &results(items));
    let failed = |id, side, code| item(id, side, "failed", code);
    vec![
        case(
            "an error inside a 200 for two",
            PAIR,
            [ok(&flat("DRS.M05066"))],
            ["unconfirmed DRS.M05066", "unconfirmed DRS.M05066"],
        ),
        case(
            "an error inside a 202 for two",
            PAIR,
            [answer("202 Accepted", &flat("DRS.M01504"))],
            ["unconfirmed DRS.M01504", "unconfirmed DRS.M01504"],
        ),
        case(
            "results inside a 202",
            PAIR,
            [answer("202 Accepted", &both())],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "a batch-shaped 400",
            PAIR,
            [batch(&[
                failed("t1", "so", "DRS.M05003"),
                failed("t1", "ta", "DRS.M05004"),
            ])],
            ["rejected DRS.M05003", "rejected DRS.M05004"],
        ),
        case(
            "a batch-shaped 400 by id",
            TWO_TASKS,
            [batch(&[
                failed("t1", "", "DRS.M05003"),
                failed("t2", "", "DRS.M05004"),
            ])],
            ["rejected DRS.M05003", "rejected DRS.M05004"],
        ),
        case(
            "a batch-shaped 400 that leaves one out",
            PAIR,
            [batch(&[failed("t1", "so", "DRS.M05003")])],
            ["rejected DRS.M05003", "unconfirmed"],
        ),
        case(
            "a batch-shaped 400 with a success",
            PAIR,
            [batch(&[success("t1", "so"), failed("t1", "ta", "X")])],
            ["unconfirmed", "rejected X"],
        ),
        case(
            "a batch-shaped 400 that can't be read",
            PAIR,
            [answer("400 Bad Request", r#"{"results":[{"id":"t1""#)],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "a batch-shaped 500",
            PAIR,
            [answer(
                "500 Internal Server Error",
                &results(&[failed("t1", "so", "X"), failed("t1", "ta", "X")]),
            )],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "a batch-shaped 302",
            PAIR,
            [answer(
                "302 Found\nlocation: /",
                &results(&[failed("t1", "so", "X"), failed("t1", "ta", "X")]),
            )],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "one bad task takes no other down",
            TWO_TASKS,
            [
                refused("DRS.M05003"),
                refused("DRS.M05003"),
                ok(&results(&[success("t2", "so")])),
            ],
            ["rejected DRS.M05003", "changed"],
        )
        .requests(3),
        case(
            "the other is asked alone, and its answer lost",
            TWO_TASKS,
            [
                refused("DRS.M00304"),
                ok(&results(&[success("t1", "so")])),
                CutAfter,
            ],
            ["changed", "unconfirmed"],
        )
        .requests(4),
        case(
            "a task is not split",
            PAIR,
            [refused("DRS.M05003")],
            ["rejected DRS.M05003", "rejected DRS.M05003"],
        )
        .requests(1),
        case(
            "a wrong password is not asked alone",
            TWO_TASKS,
            [refused("DRS.KE0002")],
            ["rejected DRS.KE0002", "rejected DRS.KE0002"],
        )
        .requests(1),
        case(
            "an invalid request is not asked alone",
            TWO_TASKS,
            [refused("DRS.M00300")],
            ["rejected DRS.M00300", "rejected DRS.M00300"],
        )
        .requests(1),
    ]
}

fn tries() -> Vec<Case> {
    let changed = || ok(&results(&[success("t1", "so")]));
    let refused = |code| answer("400 Bad Request", &flat(code));
    vec![
        case(
            "throttled, then changed",
            ONE,
            [
                answer("429 Too Many Requests\nretry-after: 0", ""),
                changed(),
            ],
            ["changed"],
        )
        .requests(2),
        case(
            "throttled for longer than the deadline",
            ONE,
            [
                answer("429 Too Many Requests\nretry-after: 9999", ""),
                changed(),
            ],
            ["rejected"],
        )
        .requests(1),
        case(
            "throttled until a date past the deadline",
            ONE,
            [
                answer(
                    "429 Too Many Requests\nretry-after: Fri, 31 Dec 2100 23:59:59 GMT",
                    "",
                ),
                changed(),
            ],
            ["rejected"],
        )
        .requests(1),
        case(
            "unavailable, then changed",
            ONE,
            [answer("503 Service Unavailable", HTML), changed()],
            ["changed"],
        )
        .requests(2),
        case(
            "unavailable, then refused",
            ONE,
            [
                answer("503 Service Unavailable", HTML),
                refused("DRS.M00304"),
            ],
            ["unconfirmed"],
        )
        .requests(2),
        case(
            "called too often, then changed",
            ONE,
            [refused("DRS.M01503"), changed()],
            ["changed"],
        )
        .requests(2),
        case(
            "busy, then changed",
            ONE,
            [answer("202 Accepted", &flat("DRS.M01504")), changed()],
            ["changed"],
        )
        .requests(2),
        case(
            "one of two busy, then changed",
            PAIR,
            [
                ok(&results(&[
                    success("t1", "so"),
                    item("t1", "ta", "failed", "DRS.M01504"),
                ])),
                ok(&results(&[success("t1", "ta")])),
            ],
            ["changed", "changed"],
        )
        .requests(2),
        case(
            "busy to the end",
            ONE,
            [refused("DRS.M01503")],
            ["rejected DRS.M01503"],
        )
        .requests(3),
        case(
            "cut before anything was read, then changed",
            ONE,
            [CutBefore, changed()],
            ["changed"],
        ),
        case(
            "cut within the body, then changed",
            ONE,
            [CutWithin, changed()],
            ["changed"],
        ),
        case(
            "cut before the answer, then changed",
            ONE,
            [CutAfter, changed()],
            ["changed"],
        )
        .requests(2),
        case("cut before the answer", ONE, [CutAfter], ["unconfirmed"]).requests(2),
        case(
            "cut before the answer, then refused",
            ONE,
            [CutAfter, refused("DRS.M00304")],
            ["unconfirmed"],
        )
        .requests(2),
        case(
            "refused as busy, then cut",
            ONE,
            [refused("DRS.M01503"), CutAfter],
            ["unconfirmed"],
        ),
        case(
            "cut before the answer, then no connection",
            ONE,
            [CutAfter, Close],
            ["unconfirmed"],
        )
        .requests(1),
        case(
            "refused as busy, then no connection",
            ONE,
            [refused("DRS.M01503"), Close],
            ["rejected DRS.M01503"],
        )
        .requests(1),
        case("no connection", ONE, [Close], ["not_sent"]).requests(0),
        case(
            "cut within the head of the answer",
            ONE,
            [AnswerCut("200 OK", String::new())],
            ["unconfirmed"],
        ),
        case(
            "cut within the answer",
            ONE,
            [AnswerCut(JSON, results(&[success("t1", "so")]))],
            ["unconfirmed"],
        ),
        case(
            "cut within the answer, then changed",
            ONE,
            [AnswerCut(JSON, "{".into()), changed()],
            ["changed"],
        ),
        case(
            "a bad gateway is asked once more",
            ONE,
            [answer("502 Bad Gateway", HTML)],
            ["unconfirmed"],
        )
        .requests(2),
        case(
            "a gateway time-out is asked once more",
            ONE,
            [answer("504 Gateway Timeout", HTML), changed()],
            ["changed"],
        )
        .requests(2),
        case(
            "a failing service is not asked again",
            ONE,
            [answer("500 Internal Server Error", HTML)],
            ["unconfirmed"],
        )
        .requests(1),
        case("never answered", ONE, [Hang], ["unconfirmed"]),
        case(
            "never answered, then changed",
            ONE,
            [Hang, changed()],
            ["changed"],
        ),
        case(
            "never answered to the end",
            ONE,
            [AnswerHang(JSON)],
            ["unconfirmed"],
        ),
        case("not HTTP", ONE, [answer("abc", "")], ["unconfirmed"]),
        case(
            "a refused token stops",
            TWO_TASKS,
            [answer("401 Unauthorized", &flat("APIGW.0301"))],
            ["rejected APIGW.0301", "rejected APIGW.0301"],
        )
        .requests(1),
        case(
            "a redirect is not followed",
            ONE,
            [
                answer("307 Temporary Redirect\nlocation: /elsewhere", ""),
                changed(),
            ],
            ["unconfirmed"],
        )
        .requests(1),
    ]
}

fn end_point((job_id, side): (&str, &str)) -> ModifyPwdEndPoint {
    let end_point = ModifyPwdEndPoint::builder()
        .job_id(job_id)
        .end_point_type(side.parse::<EndPointType>().unwrap())
        .db_password("test-Passw0rd");
    end_point.try_into().unwrap()
}

async fn run(case: &Case) -> (Report, usize) {
    let server = Scripted::start(case.acts.clone()).await.unwrap();
    if let Some(Close) = case.acts.first() {
        // Nobody listens any more once the task has ended.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let client = Client::builder()
        .endpoint(&server.endpoint)
        .token("test-token")
        .request_timeout(Duration::from_millis(400))
        .build()
        .unwrap();
    let retry = Retry::default()
        .max_tries(3)
        .first_delay(Duration::from_millis(2));
    let changes = case.ask.iter().map(|key| end_point(*key));
    let run = client
        .change_passwords_with("p1", changes, Options::default().retry(retry))
        .unwrap();
    (run.await, server.requests().len())
}

fn found(report: &Report) -> Vec<String> {
    report
        .outcomes
        .iter()
        .map(|outcome| match &outcome.error_code {
            Some(code) => format!("{} {code}", outcome.kind),
            None => outcome.kind.to_string(),
        })
        .collect()
}

fn all_cases() -> Vec<Case> {
    [
        regular_answers(),
        odd_answers(),
        statuses(),
        codes(),
        errors_for_several(),
        tries(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_and_each_fault_has_the_outcome_of_the_table() {
    let cases = all_cases();
    assert!(cases.len() >= 60);
    let mut wrong = String::new();
    for case in &cases {
        let (report, requests) = run(case).await;
        let found = found(&report);
        if found != case.expected {
            wrong += &format!(
                "{}: expected {:?}, found {found:?}\n{report:#?}\n",
                case.name, case.expected
            );
        }
        if case.requests.is_some_and(|expected| expected != requests) {
            wrong += &format!(
                "{}: expected {:?} requests, found {requests}\n",
                case.name, case.requests
            );
        }
        for (outcome, asked) in report.outcomes.iter().zip(case.ask) {
            let key = (outcome.job_id.as_str(), outcome.end_point_type.to_string());
            assert_eq!(key, (asked.0, asked.1.to_owned()), "{}", case.name);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_table_for_reading() {
    let mut table = String::new();
    for case in all_cases() {
        table += &format!("{:<48} {}\n", case.name, case.expected.join(", "));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn an_outcome_is_known_by_its_name() {
    let names = [
        OutcomeKind::Changed,
        OutcomeKind::Rejected,
        OutcomeKind::Unconfirmed,
        OutcomeKind::NotSent,
    ]
    .map(OutcomeKind::as_str);
    assert_eq!(names, ["changed", "rejected", "unconfirmed", "not_sent"]);
}
