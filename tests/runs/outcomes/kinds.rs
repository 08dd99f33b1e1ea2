//! Kinds of responses that no list of words could cover: one small form each.

use super::case::*;

const S: &str = r#"{"id":"t1","end_point_type":"so","status":"success"}"#;
const C: &str = "400 Bad Request";
const OK: &str = "200 OK";

/// Name, end points, status, body, and the outcomes.
type Row = (
    &'static str,
    Ask,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const ROWS: &[Row] = &[
    (
        "a failure of the task without a side next to a success without an id",
        PAIR,
        OK,
        r#"{"results":[{"id":"t1","status":"failed","error_code":"DRS.M05003"},{"end_point_type":"ta","status":"success"}],"count":2}"#,
        &["unconfirmed DRS.M05003", "unconfirmed DRS.M05003"],
    ),
    (
        "a failure of the task with its side by another name",
        PAIR,
        OK,
        r#"{"results":[{"id":"t1","endPointType":"so","status":"failed","error_code":"DRS.M05003"}],"count":1}"#,
        &["unconfirmed DRS.M05003", "unconfirmed DRS.M05003"],
    ),
    (
        "a refusal with lists of sides",
        PAIR,
        C,
        r#"{"error_code":"DRS.M05003","error_msg":"m","changed":["so"],"failed":["ta"]}"#,
        &["unconfirmed DRS.M05003", "unconfirmed DRS.M05003"],
    ),
    (
        "a refusal with a list of failed tasks",
        TWO_TASKS,
        C,
        r#"{"error_code":"DRS.M00300","failed":["t1"]}"#,
        &["unconfirmed DRS.M00300", "unconfirmed DRS.M00300"],
    ),
    (
        "a refusal that is a result of one side",
        PAIR,
        C,
        r#"{"id":"t1","end_point_type":"so","status":"failed","error_code":"DRS.M00304"}"#,
        &["unconfirmed DRS.M00304", "unconfirmed DRS.M00304"],
    ),
    (
        "a refusal whose nested message is JSON of results that succeeded",
        ONE,
        C,
        r#"{"error_code":"DRS.M05003","cause":{"message":"{\"results\":[{\"id\":\"t1\",\"status\":\"success\"}]}"}}"#,
        &["unconfirmed DRS.M05003"],
    ),
    (
        "a failure with a code by another name",
        ONE,
        OK,
        r#"{"results":[{"id":"t1","end_point_type":"so","status":"failed","errorCode":"DRS.M00304"}]}"#,
        &["rejected DRS.M00304"],
    ),
    (
        "a code next to results in a message next to another",
        ONE,
        C,
        r#"{"errorCode":"DRS.M05003","error_msg":"x","message":{"results":[{"id":"t1","status":"success"}]}}"#,
        &["unconfirmed"],
    ),
    (
        "a code next to a number of results that are not there",
        ONE,
        C,
        r#"{"error_code":"DRS.M05003","results":[],"count":2}"#,
        &["unconfirmed DRS.M05003"],
    ),
    (
        "a code next to an echo of the request",
        PAIR,
        C,
        r#"{"error_code":"DRS.M05003","error_msg":"m","jobs":[{"job_id":"t1","end_point_type":"so","db_password":"x"},{"job_id":"t1","end_point_type":"ta"}]}"#,
        &["rejected DRS.M05003", "rejected DRS.M05003"],
    ),
    (
        "the same, and the password is a word of success",
        PAIR,
        C,
        r#"{"error_code":"DRS.M05003","error_msg":"m","jobs":[{"job_id":"t1","end_point_type":"so","db_password":"success"},{"job_id":"t1","end_point_type":"ta"}]}"#,
        &["rejected DRS.M05003", "rejected DRS.M05003"],
    ),
    (
        "the same, and the password is a code",
        PAIR,
        C,
        r#"{"error_code":"DRS.M05003","error_msg":"m","jobs":[{"job_id":"t1","end_point_type":"so","db_password":"DRS.M00304"},{"job_id":"t1","end_point_type":"ta"}]}"#,
        &["rejected DRS.M05003", "rejected DRS.M05003"],
    ),
    (
        "results that FAILED with a code",
        PAIR,
        OK,
        r#"{"results":[{"id":"t1","end_point_type":"so","status":"FAILED","error_code":"DRS.M00304"},{"id":"t1","end_point_type":"ta","status":"FAILED"}]}"#,
        &["rejected DRS.M00304", "unconfirmed"],
    ),
    (
        "the service's shape within an error",
        ONE,
        C,
        r#"{"error":{"error_code":"DRS.M05003","error_msg":"m"}}"#,
        &["rejected DRS.M05003"],
    ),
    (
        "a refusal with an errorCode",
        ONE,
        C,
        r#"{"errorCode":"DRS.M05003","errorMessage":"m"}"#,
        &["rejected DRS.M05003"],
    ),
    (
        "a refusal with a list of one error",
        ONE,
        C,
        r#"{"errors":[{"error_code":"DRS.M05003","error_msg":"m"}]}"#,
        &["rejected DRS.M05003"],
    ),
    (
        "a refusal with a list of two errors",
        ONE,
        C,
        r#"{"errors":[{"error_code":"DRS.M05003"},{"error_code":"DRS.M05004"}]}"#,
        &["unconfirmed"],
    ),
    (
        "a page with a script that contains results",
        ONE,
        "404 Not Found",
        r#"<html><script>var a = {"results": [{"a": 1}]};</script>not found</html>"#,
        &["rejected"],
    ),
];

/// What a success contains, and the outcome.
const BESIDE_SUCCESS: &[(&str, &str)] = &[
    (r#""success":"false""#, "unconfirmed"),
    (r#""result":false"#, "unconfirmed"),
    (r#""code":500"#, "unconfirmed"),
    (r#""state":"PARTIALLY_FAILED""#, "unconfirmed"),
    (r#""job_status":"INCRE_TRANSFER_FAILED""#, "changed"),
    (r#""error":{}"#, "changed"),
    (r#""failed":"false""#, "changed"),
    (r#""failed_num":"0""#, "changed"),
    (r#""code":200,"message":"ok""#, "changed"),
    (r#""retryable":false,"seconds":500"#, "changed"),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, ask, status, body, expected) in ROWS {
        let acts = [answer(status, body)];
        cases.push(case(*name, ask, acts, expected.iter().copied()).requests(1));
    }
    for (property, expected) in BESIDE_SUCCESS {
        let within = S.replace('}', &format!(",{property}}}"));
        for (place, body) in [
            ("in", format!(r#"{{"results":[{within}],"count":1}}"#)),
            ("next to", format!(r#"{{"results":[{S}],{property}}}"#)),
        ] {
            let name = format!("{property} {place} a success");
            cases.push(case(name, ONE, [ok(&body)], [*expected]).requests(1));
        }
    }
    for status in [
        "444 No Response",
        "449 Retry With",
        "460 Client Closed",
        "463 Too Many Addresses",
    ] {
        let acts = [answer(status, &flat("DRS.M05003"))];
        cases.push(case(
            format!("a code with a {status}"),
            ONE,
            acts,
            ["unconfirmed DRS.M05003"],
        ));
    }
    cases.push(
        case(
            "a failure with neither code nor message",
            ONE,
            [ok(r#"{"results":[{"id":"t1","end_point_type":"so","status":"failed","why":"it rained"}]}"#)],
            ["rejected"],
        )
        .keeps(0, "it rained"),
    );
    cases.push(
        case(
            "IAM's code next to the service's",
            ONE,
            [answer(
                C,
                r#"{"error_code":"DRS.M05003","error":{"code":"IAM.0101","message":"m"}}"#,
            )],
            ["rejected DRS.M05003"],
        )
        .keeps(0, "IAM.0101"),
    );
    for (encoding, page) in [
        ("GBK", &b"<html>\xc3\xdc\xc2\xeb</html>"[..]),
        ("Latin-1", b"<html>\xe9t\xe9</html>"),
    ] {
        for status in ["404 Not Found", "429 Too Many Requests"] {
            let name = format!("a page in {encoding} with a {status}");
            cases.push(case(name, ONE, [bytes(status, page)], ["rejected"]));
        }
    }
    cases.push(
        case(
            "a page without an end that can be told",
            ONE,
            [Act::Raw(
                format!("HTTP/1.1 404 Not Found\r\ntransfer-encoding: identity\r\n\r\n{HTML}")
                    .into(),
            )],
            ["unconfirmed"],
        )
        .requests(1),
    );
    let refusals =
        (10..40).map(|n| answer("429 Too Many Requests", &flat(&format!("APIGW.03{n}"))));
    cases.push(
        case(
            "lost, then refused thirty times with thirty codes",
            ONE,
            [Act::CutAfter]
                .into_iter()
                .chain(refusals)
                .chain([answer(C, &flat("DRS.M00304"))])
                .collect::<Vec<_>>(),
            ["unconfirmed DRS.M00304"],
        )
        .tries(31)
        .requests(32),
    );
    for password in [
        "error_code",
        "results",
        "id",
        "status",
        "success",
        "failed",
        "t1",
    ] {
        let acts = [answer(C, &results(&[failed("t1", "so", "DRS.M05003")]))];
        let name = format!("the password {password}, and a failure");
        cases.push(case(name, ONE, acts, ["rejected DRS.M05003"]).password(password));
        let name = format!("the password {password}, and a refusal");
        let acts = [answer(C, &flat("DRS.M05003"))];
        cases.push(case(name, ONE, acts, ["rejected DRS.M05003"]).password(password));
        let name = format!("the password {password}, and a success");
        cases.push(
            case(
                name,
                ONE,
                [ok(&results(&[success("t1", "so")]))],
                ["changed"],
            )
            .password(password),
        );
    }
    cases
}
