//! Each status with each kind of body, and each code of the service's error table.

use super::case::*;
use Act::AnswerCut;

const C: &str = "changed";
const R: &str = "rejected";
const R1: &str = "rejected C.1";
const R2: &str = "rejected C.2";
const U: &str = "unconfirmed";
const U1: &str = "unconfirmed C.1";
const U2: &str = "unconfirmed C.2";

/// For each status, the outcome of an end point for these bodies: an error (`C.1`), a failed result
/// (`C.2`), a successful result, HTML, nothing, an error cut short of its announced length, and one
/// that breaks off at that length.
const STATUSES: [(&str, [&str; 7]); 26] = [
    ("200 OK", [U1, R2, C, U, U, U, U]),
    ("201 Created", [U1, R2, U, U, U, U, U]),
    ("202 Accepted", [U1, R2, U, U, U, U, U]),
    ("204 No Content", [U, U, U, U, U, U, U]),
    ("206 Partial Content", [U1, R2, U, U, U, U, U]),
    ("207 Multi-Status", [U1, R2, U, U, U, U, U]),
    ("302 Found", [U1, U2, U, U, U, U, U]),
    ("304 Not Modified", [U, U, U, U, U, U, U]),
    ("307 Temporary Redirect", [U1, U2, U, U, U, U, U]),
    ("308 Permanent Redirect", [U1, U2, U, U, U, U, U]),
    ("400 Bad Request", [R1, R2, U, U, U, U, U]),
    ("401 Unauthorized", [R1, R2, U, R, R, U, U]),
    ("403 Forbidden", [R1, R2, U, U, U, U, U]),
    ("404 Not Found", [R1, R2, U, R, R, U, U]),
    ("405 Method Not Allowed", [R1, R2, U, R, R, U, U]),
    ("408 Request Timeout", [U1, U2, U, U, U, U, U]),
    ("413 Content Too Large", [R1, R2, U, R, R, U, U]),
    ("422 Unprocessable Content", [R1, R2, U, U, U, U, U]),
    ("425 Too Early", [U1, U2, U, U, U, U, U]),
    ("429 Too Many Requests", [R1, R2, U, R, R, U, U]),
    ("499 Client Closed Request", [U1, U2, U, U, U, U, U]),
    ("500 Internal Server Error", [U1, U2, U, U, U, U, U]),
    ("502 Bad Gateway", [U1, U2, U, U, U, U, U]),
    ("503 Service Unavailable", [U1, U2, U, U, U, U, U]),
    ("504 Gateway Timeout", [U1, U2, U, U, U, U, U]),
    ("999 Odd", [U1, U2, U, U, U, U, U]),
];

pub(crate) fn statuses() -> Vec<Case> {
    let mut cases = Vec::new();
    for (status, expected) in STATUSES {
        let head: &str = match status.starts_with('3') {
            true => format!("{status}\nlocation: /elsewhere").leak(),
            false => status,
        };
        let begun = || r#"{"error_code":"C"#.to_owned();
        let bodies = [
            ("an error", answer(head, &flat("C.1"))),
            (
                "a failure",
                answer(head, &results(&[failed("t1", "so", "C.2")])),
            ),
            ("a success", answer(head, &results(&[success("t1", "so")]))),
            ("HTML", answer(head, HTML)),
            ("empty", answer(head, "")),
            ("cut", AnswerCut(head, begun())),
            ("broken off", Answer(head, begun())),
        ];
        for ((body, act), expected) in bodies.into_iter().zip(expected) {
            let mut case = case(format!("{status}, {body}"), ONE, [act], [expected]);
            if body == "HTML" && !matches!(&status[..3], "204" | "304") {
                case = case.says("<html>");
            }
            cases.push(case);
        }
    }
    cases
}

/// Each code with its status: the outcome of one end point, of two of different tasks, and the
/// number of requests (0: as many as the time allows).
const CODES: &[(&str, &str, &str, &str, usize)] = &[
    ("400", "DRS.M00007", R, R, 1),
    ("400", "DRS.M00105", R, R, 1),
    ("400", "DRS.M00200", R, R, 3),
    ("400", "DRS.M00201", R, R, 3),
    ("400", "DRS.M00202", R, R, 3),
    ("400", "DRS.M00299", R, R, 3),
    ("400", "DRS.M00300", R, R, 1),
    ("400", "DRS.M00301", R, R, 3),
    ("400", "DRS.M00304", R, R, 3),
    ("400", "DRS.M00305", R, R, 1),
    ("400", "DRS.M00307", R, R, 3),
    ("400", "DRS.M00308", R, R, 3),
    ("400", "DRS.M01503", R, R, 3),
    ("400", "DRS.M05003", R, R, 3),
    ("400", "DRS.M05004", R, R, 3),
    ("400", "DRS.KE0002", R, R, 1),
    ("401", "DRS.M00103", R, R, 1),
    ("403", "DRS.M00100", R, R, 1),
    ("403", "DRS.M00102", R, R, 1),
    ("403", "DRS.M00261", R, R, 1),
    ("404", "DRS.M00101", R, R, 1),
    ("422", "DRS.M00002", R, R, 1),
    ("422", "DRS.M01501", U, U, 1),
    ("422", "DRS.M00004", U, U, 1),
    ("500", "DRS.M00004", U, U, 1),
    ("202", "DRS.M01504", R, U, 3),
    ("200", "DRS.M05066", R, U, 1),
    ("401", "APIGW.0301", R, R, 1),
    ("403", "APIGW.0302", R, R, 1),
    ("404", "APIGW.0101", R, R, 1),
    ("400", "APIGW.0201", R, R, 1),
    ("413", "APIGW.0201", R, R, 1),
    ("429", "APIGW.0308", R, R, 0),
    ("502", "APIGW.0201", U, U, 2),
    ("504", "APIGW.0201", U, U, 2),
    ("503", "APIGW.0201", U, U, 3),
];

pub(crate) fn codes() -> Vec<Case> {
    let mut cases = Vec::new();
    for &(status, code, one, two, requests) in CODES {
        let expected = |kind: &str| format!("{kind} {code}");
        let act = || [answer(status, &flat(code))];
        let name = format!("{status} {code}");
        cases.push(case(&name, ONE, act(), [expected(one)]));
        let both = [expected(two), expected(two)];
        let mut two = case(format!("{name} for two tasks"), TWO_TASKS, act(), both);
        two.requests = Some(requests).filter(|requests| *requests > 0);
        cases.push(two);
    }
    let iam = r#"{"error":{"code":401,"message":"m","title":"Unauthorized"}}"#;
    let iam = answer("401 Unauthorized", iam);
    cases.push(case("401 in IAM's shape", ONE, [iam], ["rejected 401"]));
    cases
}
