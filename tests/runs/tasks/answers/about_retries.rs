//! Responses to a retry.

use drs_tests::Act::{self, AnswerCut, Close, CutAfter, CutBefore};

use super::row::*;

const ACCEPTED: [&str; 2] = [
    r#"{"id":"t1","status":"success"}"#,
    r#"{"id":"t2","status":"success"}"#,
];

/// `t1` and `t2` are retried; the response to `t2` is good unless it is in the row.
pub(super) fn rows() -> Vec<Row> {
    let good = || ok(results(&[ACCEPTED[1]]));
    let first = |name, act: Act, expected: &'static str| {
        row(name, [act, good()], [expected, "accepted"], 2)
    };
    let last = |name, act: Act, expected: [&'static str; 2]| row(name, [act, good()], expected, 1);
    let one = |result: &str| ok(results(&[result]));
    vec![
        first("a good answer", one(ACCEPTED[0]), "accepted"),
        first(
            "without a count",
            ok(format!(r#"{{"results":[{}]}}"#, ACCEPTED[0])),
            "accepted",
        ),
        first(
            "another count",
            ok(format!(r#"{{"count":2,"results":[{}]}}"#, ACCEPTED[0])),
            "unconfirmed",
        ),
        first(
            "a failure",
            one(r#"{"id":"t1","status":"failed","error_code":"DRS.M00304"}"#),
            "refused DRS.M00304",
        ),
        first(
            "a success with a code",
            one(r#"{"id":"t1","status":"success","error_code":"DRS.M00304"}"#),
            "unconfirmed DRS.M00304",
        ),
        first(
            "a success next to an error",
            ok(format!(
                r#"{{"error_code":"DRS.M05066","results":[{}]}}"#,
                ACCEPTED[0]
            )),
            "unconfirmed DRS.M05066",
        ),
        first(
            "a failure without a code",
            one(r#"{"id":"t1","status":"failed"}"#),
            "unconfirmed",
        ),
        first(
            "a failure that is a fault",
            one(r#"{"id":"t1","status":"failed","error_code":"DRS.M01501"}"#),
            "unconfirmed DRS.M01501",
        ),
        first(
            "a refusal beside a success",
            refused(format!(
                r#"{{"error_code":"DRS.M00304","results":[{}]}}"#,
                ACCEPTED[0]
            )),
            "unconfirmed DRS.M00304",
        ),
        first(
            "a refusal with a code that nobody knows",
            refused(r#"{"error_code":"DRS.M05066"}"#),
            "unconfirmed DRS.M05066",
        ),
        first(
            "a refusal with a status of the network",
            status("408 Request Timeout", CODE),
            "unconfirmed DRS.M05003",
        ),
        first(
            "an unknown status",
            one(r#"{"id":"t1","status":"pending"}"#),
            "unconfirmed",
        ),
        first(
            "a status in capitals",
            one(r#"{"id":"t1","status":"SUCCESS"}"#),
            "unconfirmed",
        ),
        first("no status", one(r#"{"id":"t1"}"#), "unconfirmed"),
        first("another task's result", one(ACCEPTED[1]), "unconfirmed"),
        first("no id", one(r#"{"status":"success"}"#), "unconfirmed"),
        first("two results", ok(results(&ACCEPTED)), "unconfirmed"),
        first(
            "a result twice",
            ok(results(&[ACCEPTED[0]; 2])),
            "unconfirmed",
        ),
        first("no results", ok("{}"), "unconfirmed"),
        first(
            "an error in a 200",
            ok(r#"{"error_code":"DRS.M05066"}"#),
            "unconfirmed DRS.M05066",
        ),
        first("a null result", one("null"), "unconfirmed"),
        first("a page", ok(PAGE), "unconfirmed"),
        first("an empty body", ok(""), "unconfirmed"),
        first(
            "a success with a 202",
            status("202 Accepted", &results(&ACCEPTED[..1])),
            "unconfirmed",
        ),
        first(
            "a success with a 400",
            refused(results(&ACCEPTED[..1])),
            "unconfirmed",
        ),
        first("a refusal", refused(CODE), "refused DRS.M05003"),
        first(
            "a fault of the service with the status of a refusal",
            refused(r#"{"error_code":"DRS.M01501"}"#),
            "unconfirmed DRS.M01501",
        ),
        first(
            "a refusal that is busy",
            refused(r#"{"error_code":"DRS.M01504"}"#),
            "refused DRS.M01504",
        ),
        first(
            "one task in a request",
            refused(r#"{"error_code":"DRS.M00299"}"#),
            "refused DRS.M00299",
        ),
        first(
            "a wrong password",
            refused(r#"{"error_code":"DRS.KE0002"}"#),
            "refused DRS.KE0002",
        ),
        first(
            "a redirect",
            status("307 Temporary Redirect\nlocation: /again", ""),
            "unconfirmed",
        ),
        first(
            "a fault",
            status("500 Error", r#"{"error_code":"DRS.M01501"}"#),
            "unconfirmed DRS.M01501",
        ),
        first(
            "a bad gateway",
            status("502 Bad Gateway", PAGE),
            "unconfirmed",
        ),
        first(
            "a gateway's time-out",
            status("504 Gateway Timeout", ""),
            "unconfirmed",
        ),
        first(
            "a request's time-out",
            status("408 Request Timeout", ""),
            "unconfirmed",
        ),
        first("too early", status("425 Too Early", ""), "unconfirmed"),
        // The server counts what it has read.
        row(
            "cut before the request",
            [CutBefore, good()],
            ["unconfirmed", "accepted"],
            1,
        ),
        first("cut after the request", CutAfter, "unconfirmed"),
        first(
            "cut within the answer",
            AnswerCut(JSON, results(&ACCEPTED[..1])),
            "unconfirmed",
        ),
        last(
            "credentials refused",
            status("401 Unauthorized", r#"{"error_code":"APIGW.0301"}"#),
            ["refused APIGW.0301", "not_sent"],
        ),
        last(
            "no permission",
            status("403 Forbidden", r#"{"error_code":"DRS.M00102"}"#),
            ["refused DRS.M00102", "not_sent"],
        ),
        last(
            "too many requests",
            status("429 Slow\nretry-after: 0", r#"{"error_code":"APIGW.0308"}"#),
            ["refused APIGW.0308", "not_sent"],
        ),
        last(
            "unavailable",
            status("503 Busy\nretry-after: 0", ""),
            ["unconfirmed", "not_sent"],
        ),
        row("nobody there", [Close], ["not_sent", "not_sent"], 0),
    ]
}
