//! What counts as an error code.

use super::case::*;

/// The value of `error_code`, and the outcome of one end point in a 200, a 400, and a 404.
const CODES: &[(&str, [&str; 3])] = &[
    (
        r#""success""#,
        [
            "unconfirmed success",
            "unconfirmed success",
            "unconfirmed success",
        ],
    ),
    (
        r#""SUCCESS""#,
        [
            "unconfirmed SUCCESS",
            "unconfirmed SUCCESS",
            "unconfirmed SUCCESS",
        ],
    ),
    (
        r#""OK""#,
        ["unconfirmed OK", "unconfirmed OK", "unconfirmed OK"],
    ),
    (
        r#""None""#,
        ["unconfirmed None", "unconfirmed None", "unconfirmed None"],
    ),
    (
        "200",
        ["unconfirmed 200", "unconfirmed 200", "unconfirmed 200"],
    ),
    ("0", ["unconfirmed 0", "unconfirmed 0", "unconfirmed 0"]),
    (
        r#""000""#,
        ["unconfirmed 000", "unconfirmed 000", "unconfirmed 000"],
    ),
    (
        r#""DRS.0000""#,
        [
            "unconfirmed DRS.0000",
            "unconfirmed DRS.0000",
            "unconfirmed DRS.0000",
        ],
    ),
    (
        r#""DRS.M00000""#,
        [
            "unconfirmed DRS.M00000",
            "unconfirmed DRS.M00000",
            "unconfirmed DRS.M00000",
        ],
    ),
    ("false", ["unconfirmed", "unconfirmed", "rejected"]),
    ("{}", ["unconfirmed", "unconfirmed", "rejected"]),
    ("[]", ["unconfirmed", "unconfirmed", "rejected"]),
    (r#""""#, ["unconfirmed", "unconfirmed", "rejected"]),
    ("null", ["unconfirmed", "unconfirmed", "rejected"]),
    (
        r#""failure""#,
        [
            "unconfirmed failure",
            "unconfirmed failure",
            "unconfirmed failure",
        ],
    ),
    ("17", ["unconfirmed 17", "rejected 17", "rejected 17"]),
    (
        r#""DRS""#,
        ["unconfirmed DRS", "unconfirmed DRS", "unconfirmed DRS"],
    ),
    (
        r#""DRS.M00304""#,
        [
            "rejected DRS.M00304",
            "rejected DRS.M00304",
            "rejected DRS.M00304",
        ],
    ),
    (
        r#""APIGW.0101""#,
        [
            "rejected APIGW.0101",
            "rejected APIGW.0101",
            "rejected APIGW.0101",
        ],
    ),
    (
        r#""DRS.10000001""#,
        [
            "rejected DRS.10000001",
            "rejected DRS.10000001",
            "rejected DRS.10000001",
        ],
    ),
];

/// The value of `error`, and the outcome of one end point in a 200, a 400, and a 404.
const NESTED: &[(&str, [&str; 3])] = &[
    (
        r#"{"code":401,"message":"m"}"#,
        ["unconfirmed 401", "rejected 401", "rejected 401"],
    ),
    (
        r#"{"code":"IAM.0101","message":"m"}"#,
        [
            "rejected IAM.0101",
            "rejected IAM.0101",
            "rejected IAM.0101",
        ],
    ),
    (
        r#"{"code":0}"#,
        ["unconfirmed 0", "unconfirmed 0", "unconfirmed 0"],
    ),
    (
        r#"{"code":200}"#,
        ["unconfirmed 200", "unconfirmed 200", "unconfirmed 200"],
    ),
    (
        r#"{"code":500}"#,
        ["unconfirmed 500", "rejected 500", "rejected 500"],
    ),
    (
        r#"{"message":"m"}"#,
        ["unconfirmed", "unconfirmed", "rejected"],
    ),
    (
        r#""invalid_request""#,
        ["unconfirmed", "unconfirmed", "rejected"],
    ),
];

const STATUSES: [&str; 3] = ["200 OK", "400 Bad Request", "404 Not Found"];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (property, table) in [("error_code", CODES), ("error", NESTED)] {
        for (value, expected) in table {
            let body = format!(r#"{{"{property}":{value}}}"#);
            for (status, expected) in STATUSES.into_iter().zip(expected) {
                let name = format!("{status}, {property} {value}");
                cases.push(case(name, ONE, [answer(status, &body)], [*expected]));
            }
        }
    }
    for (value, expected) in NESTED.iter().filter(|(value, _)| value.starts_with('{')) {
        for (status, expected) in STATUSES.into_iter().zip(expected) {
            let name = format!("{status}, without `error` around {value}");
            cases.push(case(name, ONE, [answer(status, value)], [*expected]));
        }
    }
    cases.push(case(
        "a code by IAM's name next to a result",
        ONE,
        [answer(
            "200 OK",
            &format!(
                r#"{{"code":"DRS.M05003","results":[{}]}}"#,
                success("t1", "so")
            ),
        )],
        ["unconfirmed"],
    ));
    cases.push(case(
        "a success with a code by IAM's name",
        ONE,
        [answer(
            "200 OK",
            r#"{"results":[{"id":"t1","end_point_type":"so","status":"success","code":"DRS.M05003"}]}"#,
        )],
        ["unconfirmed DRS.M05003"],
    ));
    cases.push(
        case(
            "a refusal with a code by another name",
            ONE,
            [answer(
                "400 Bad Request",
                r#"{"errCode":"DRS.M05003","errMsg":"m"}"#,
            )],
            ["rejected DRS.M05003"],
        )
        .requests(1),
    );
    for status in [
        "400 Bad Request",
        "402 Payment Required",
        "403 Forbidden",
        "406 Not Acceptable",
        "409 Conflict",
        "410 Gone",
        "412 Precondition Failed",
        "418 Teapot",
    ] {
        for (body, text) in [("HTML", HTML), ("nothing", "")] {
            let name = format!("{body} with a {status}");
            cases.push(case(name, ONE, [answer(status, text)], ["unconfirmed"]));
        }
        let name = format!("a code with a {status}");
        let acts = [answer(status, &flat("WAF.0101"))];
        cases.push(case(name, ONE, acts, ["rejected WAF.0101"]));
    }
    for status in [
        "407 Proxy Authentication Required",
        "411 Length Required",
        "414 URI Too Long",
        "415 Unsupported Media Type",
        "421 Misdirected Request",
        "426 Upgrade Required",
        "428 Precondition Required",
        "431 Request Header Fields Too Large",
        "451 Unavailable For Legal Reasons",
        "501 Not Implemented",
        "505 HTTP Version Not Supported",
    ] {
        for (body, text) in [("HTML", HTML), ("nothing", "")] {
            let name = format!("{body} with a {status}");
            cases.push(case(name, ONE, [answer(status, text)], ["rejected"]));
        }
        let name = format!("a code with a {status}");
        let acts = [answer(status, &flat("WAF.0101"))];
        cases.push(case(name, ONE, acts, ["rejected WAF.0101"]));
    }
    cases
}
