//! Responses to a list of states.

use drs_tests::Act::{self, AnswerCut, CutAfter, Raw};

use super::row::*;

/// The request asks for `t1` and `t2`.
pub(super) fn rows() -> Vec<Row> {
    let unknown = ["unknown", "unknown"];
    let alone = |first: Act, second: Act| vec![refused(CODE), first, second];
    vec![
        row(
            "a good answer",
            [ok(results(&[RUNS, FAILED]))],
            ["running", "failed"],
            1,
        ),
        row(
            "in another order",
            [ok(results(&[FAILED, RUNS]))],
            ["running", "failed"],
            1,
        ),
        row(
            "one is left out",
            [ok(results(&[FAILED]))],
            ["unknown", "failed"],
            1,
        ),
        row("no results", [ok("{}")], unknown, 1),
        row(
            "null results",
            [ok(r#"{"results":null,"count":0}"#)],
            unknown,
            1,
        ),
        row(
            "another task's state",
            [ok(results(&[RUNS, r#"{"id":"t3","status":"PAUSING"}"#]))],
            ["running", "unknown"],
            1,
        ),
        row(
            "an id in capitals",
            [ok(results(&[r#"{"id":"T1","status":"PAUSING"}"#]))],
            unknown,
            1,
        ),
        row(
            "a state without an id",
            [ok(results(&[r#"{"status":"PAUSING"}"#, FAILED]))],
            ["unknown", "failed"],
            1,
        ),
        row(
            "a result without a state",
            [ok(results(&[
                r#"{"id":"t1","error_code":"DRS.M05004"}"#,
                FAILED,
            ]))],
            ["unknown DRS.M05004", "failed"],
            1,
        ),
        row(
            "an empty state",
            [ok(results(&[r#"{"id":"t1","status":""}"#, FAILED]))],
            ["unknown", "failed"],
            1,
        ),
        row(
            "a new state",
            [ok(results(&[r#"{"id":"t1","status":"RESTING"}"#, FAILED]))],
            ["unknown", "failed"],
            1,
        ),
        row(
            "an error next to a running state",
            [ok(results(&[
                r#"{"id":"t1","status":"INCRE_TRANSFER_STARTED","error_code":"DRS.KE0002"}"#,
                FAILED,
            ]))],
            ["failed DRS.KE0002", "failed"],
            1,
        ),
        row(
            "an empty code next to a running state",
            [ok(results(&[
                r#"{"id":"t1","status":"INCRE_TRANSFER_STARTED","error_code":""}"#,
                FAILED,
            ]))],
            ["running", "failed"],
            1,
        ),
        row(
            "the same state twice",
            [ok(results(&[RUNS, RUNS, FAILED]))],
            ["unknown", "failed"],
            1,
        ),
        row(
            "two states that differ, and one of them again",
            [ok(results(&[
                RUNS,
                r#"{"id":"t1","status":"PAUSING"}"#,
                RUNS,
                FAILED,
            ]))],
            ["unknown", "failed"],
            1,
        ),
        row(
            "states next to an error",
            [ok(format!(
                r#"{{"error_code":"DRS.M05066","results":[{RUNS},{FAILED}]}}"#
            ))],
            ["unknown DRS.M05066"; 2],
            1,
        ),
        row(
            "an error in a 200",
            [ok(r#"{"error_code":"DRS.M05066"}"#)],
            ["unknown DRS.M05066"; 2],
            1,
        ),
        row(
            "properties that nobody knows",
            [ok(format!(
                r#"{{"results":[{RUNS},{FAILED}],"trace":{{"a":[1]}}}}"#
            ))],
            ["running", "failed"],
            1,
        ),
        row(
            "a state of another type",
            [
                ok(results(&[r#"{"id":"t1","status":7}"#, FAILED])),
                ok(results(&[RUNS])),
                ok(results(&[FAILED])),
            ],
            ["running", "failed"],
            3,
        ),
        row(
            "a property twice",
            [ok(results(&[
                r#"{"id":"t1","status":"PAUSING","status":"INCRE_TRANSFER_STARTED"}"#,
            ]))],
            unknown,
            3,
        ),
        row(
            "a null result",
            [ok(results(&["null", FAILED]))],
            unknown,
            3,
        ),
        row("a page", [ok(PAGE)], unknown, 3),
        row("an empty body", [ok("")], unknown, 3),
        row(
            "half of the JSON",
            [ok(&results(&[RUNS, FAILED])[..40])],
            unknown,
            3,
        ),
        row(
            "states with a 202",
            [status("202 Accepted", &results(&[RUNS, FAILED]))],
            unknown,
            1,
        ),
        row(
            "states with a 500",
            [status("500 Error", &results(&[RUNS, FAILED]))],
            unknown,
            1,
        ),
        row(
            "a redirect",
            [status(
                "302 Found\nlocation: /elsewhere",
                &results(&[RUNS, FAILED]),
            )],
            unknown,
            1,
        ),
        row(
            "a refusal of the list",
            alone(ok(results(&[RUNS])), ok(results(&[FAILED]))),
            ["running", "failed"],
            3,
        ),
        row(
            "a refusal of one alone",
            alone(ok(results(&[RUNS])), refused(CODE)),
            ["running", "unknown DRS.M05003"],
            3,
        ),
        row(
            "a refusal task by task",
            alone(
                refused(results(&[r#"{"id":"t1","error_code":"DRS.M05004"}"#])),
                ok(results(&[FAILED])),
            ),
            ["unknown DRS.M05004", "failed"],
            3,
        ),
        row(
            "a state in a refusal",
            [refused(results(&[RUNS, FAILED]))],
            unknown,
            3,
        ),
        row(
            "the other task's state where one is asked",
            alone(ok(results(&[FAILED])), ok(results(&[RUNS]))),
            unknown,
            3,
        ),
        row(
            "no permission",
            [status("403 Forbidden", r#"{"error_code":"DRS.M00102"}"#)],
            ["unknown DRS.M00102"; 2],
            1,
        ),
        row(
            "no permission for one alone",
            alone(
                status("403 Forbidden", r#"{"error_code":"DRS.M00102"}"#),
                ok("{}"),
            ),
            ["unknown DRS.M00102"; 2],
            2,
        ),
        row(
            "too many requests",
            [status("429 Slow", r#"{"error_code":"APIGW.0308"}"#)],
            ["unknown APIGW.0308"; 2],
            1,
        ),
        row(
            "cut within the answer",
            [AnswerCut(JSON, results(&[RUNS, FAILED]))],
            unknown,
            1,
        ),
        row("cut after the request", [CutAfter], unknown, 1),
        row(
            "a length that is too short",
            [Raw(format!(
                "HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\n{}",
                results(&[RUNS, FAILED])
            )
            .into())],
            unknown,
            3,
        ),
        row(
            "no end but that of the connection, in the middle",
            [Raw(format!(
                "HTTP/1.1 200 OK\r\n\r\n{}",
                &results(&[RUNS, FAILED])[..70]
            )
            .into())],
            unknown,
            3,
        ),
    ]
}
