//! Results without a side, counts in other forms, and texts in other encodings.

use super::case::*;

const NONE_OK: &str = r#"{"id":"t1","status":"success"}"#;
const SO_OK: &str = r#"{"id":"t1","end_point_type":"so","status":"success"}"#;
const NONE_1: &str = r#"{"id":"t1","status":"failed","error_code":"C.1"}"#;
const NONE_2: &str = r#"{"id":"t1","status":"failed","error_code":"C.2"}"#;
const SO_1: &str = r#"{"id":"t1","end_point_type":"so","status":"failed","error_code":"C.1"}"#;
const EMPTY_OK: &str = r#"{"id":"t1","end_point_type":"","status":"success"}"#;
const NULL_OK: &str = r#"{"id":"t1","end_point_type":null,"status":"success"}"#;

/// Name, the results of a 200 for both sides of a task, and the outcomes.
const RESULTS: &[(&str, &[&str], [&str; 2])] = &[
    (
        "two successes without sides",
        &[NONE_OK, NONE_OK],
        ["changed", "changed"],
    ),
    (
        "two successes with empty sides",
        &[EMPTY_OK, EMPTY_OK],
        ["changed", "changed"],
    ),
    (
        "two successes with sides that are null",
        &[NULL_OK, NULL_OK],
        ["changed", "changed"],
    ),
    (
        "a success with a side and one without",
        &[SO_OK, NONE_OK],
        ["unconfirmed", "unconfirmed"],
    ),
    (
        "a success without a side and one with",
        &[NONE_OK, SO_OK],
        ["unconfirmed", "unconfirmed"],
    ),
    (
        "three successes without sides",
        &[NONE_OK, NONE_OK, NONE_OK],
        ["unconfirmed", "unconfirmed"],
    ),
    (
        "a success and a failure without sides",
        &[NONE_OK, NONE_1],
        ["unconfirmed C.1", "unconfirmed C.1"],
    ),
    (
        "two failures without sides",
        &[NONE_1, NONE_1],
        ["rejected C.1", "rejected C.1"],
    ),
    (
        "two failures without sides, with two codes",
        &[NONE_1, NONE_2],
        ["rejected C.1", "rejected C.1"],
    ),
    (
        "a failure with a side and one without",
        &[SO_1, NONE_2],
        ["unconfirmed C.1", "unconfirmed C.2"],
    ),
    (
        "one failure without a side",
        &[NONE_1],
        ["unconfirmed C.1", "unconfirmed C.1"],
    ),
];

/// The value of `count` with two successes.
const COUNTS: &[(&str, &str)] = &[
    ("2.0", "changed"),
    (r#""2.0""#, "changed"),
    ("2e0", "changed"),
    (r#"" 2 ""#, "changed"),
    ("2.5", "unconfirmed"),
    ("-2", "unconfirmed"),
    ("1e400", "unconfirmed"),
    ("true", "unconfirmed"),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, results, expected) in RESULTS {
        let body = format!(r#"{{"results":[{}]}}"#, results.join(","));
        cases.push(case(*name, PAIR, [ok(&body)], *expected).requests(1));
    }
    for code in [
        "DRS.M00304",
        "DRS.M00307",
        "DRS.M00308",
        "DRS.M05003",
        "DRS.M05004",
    ] {
        let acts = || {
            [answer(
                "400 Bad Request",
                &results(&[failed("t1", "", code)]),
            )]
        };
        let unconfirmed = format!("unconfirmed {code}");
        let name = format!("{code} without a side for two");
        let both = [unconfirmed.clone(), unconfirmed];
        cases.push(case(name, PAIR, acts(), both).requests(1));
    }
    let by_task = answer(
        "400 Bad Request",
        &results(&[
            failed("t1", "", "DRS.M05003"),
            failed("t2", "", "DRS.M05003"),
        ]),
    );
    const TWO_PAIRS: Ask = &[("t1", "so"), ("t2", "so"), ("t1", "ta"), ("t2", "ta")];
    cases.push(case(
        "a failure without a side for two of each of two tasks",
        TWO_PAIRS,
        [by_task],
        ["unconfirmed DRS.M05003"; 4],
    ));
    let fault = results(&[failed("t1", "", "DRS.M01501")]);
    cases.push(case(
        "a fault of the service without a side for two",
        PAIR,
        [answer("400 Bad Request", &fault)],
        ["unconfirmed DRS.M01501"; 2],
    ));
    for (count, expected) in COUNTS {
        let body = both().replace(":2}", &format!(":{count}}}"));
        let name = format!("count: {count}");
        cases.push(case(name, PAIR, [ok(&body)], [*expected; 2]));
    }
    cases.extend(encodings());
    cases
}

fn encodings() -> Vec<Case> {
    let in_bytes = |status: &str, [before, text, after]: [&[u8]; 3]| {
        let body = [before, text, after].concat();
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n");
        Act::Raw([head.as_bytes(), &body].concat())
    };
    let refused: [&[u8]; 2] = [br#"{"error_code":"DRS.M05003","error_msg":""#, br#""}"#];
    let refusal = |text| in_bytes("400 Bad Request", [refused[0], text, refused[1]]);
    let result: [&[u8]; 2] = [
        br#"{"results":[{"id":"t1","end_point_type":"so","status":"success","error_msg":""#,
        br#""}],"count":1}"#,
    ];
    let changed = |text| in_bytes("200 OK", [result[0], text, result[1]]);
    let id: [&[u8]; 2] = [
        br#"{"results":[{"id":"t1"#,
        br#"","end_point_type":"so","status":"success"}],"count":1}"#,
    ];
    let gbk = b"\xc3\xdc\xc2\xeb\xb4\xed\xce\xf3";
    // The second byte of a character may be a backslash, which escapes the next quote.
    let backslash = b"\xc3\xdc\x81\x5c";
    vec![
        case(
            "a refusal in latin-1",
            ONE,
            [refusal(b"d\xe9j\xe0")],
            ["rejected DRS.M05003"],
        ),
        case(
            "a refusal in GBK",
            ONE,
            [refusal(gbk)],
            ["rejected DRS.M05003"],
        ),
        case(
            "a success in latin-1",
            ONE,
            [changed(b"d\xe9j\xe0")],
            ["changed"],
        ),
        case("a success in GBK", ONE, [changed(gbk)], ["changed"]),
        case(
            "a refusal in GBK that ends with a backslash",
            ONE,
            [refusal(backslash)],
            ["unconfirmed"],
        ),
        case(
            "a success in GBK that ends with a backslash",
            ONE,
            [changed(backslash)],
            ["unconfirmed"],
        ),
        case(
            "an id that is not UTF-8",
            ONE,
            [in_bytes("200 OK", [id[0], b"\xe9", id[1]])],
            ["unconfirmed"],
        ),
        case(
            "a result after a byte order mark, cut",
            ONE,
            [ok("\u{feff}{\"results\":[")],
            ["unconfirmed"],
        ),
        case(
            "more than a million commas in a message",
            ONE,
            [refusal(&b",".repeat(1_100_000))],
            ["rejected DRS.M05003"],
        ),
        case(
            "more than a million values",
            ONE,
            [answer(
                "400 Bad Request",
                &format!(
                    r#"{{"error_code":"C.1","a":[{}0]}}"#,
                    "0,".repeat(1_100_000)
                ),
            )],
            ["unconfirmed"],
        ),
    ]
}
