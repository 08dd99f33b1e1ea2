//! Unexpected errors, and bodies that are not responses at all.

use super::case::*;
use Act::AnswerHuge;

pub(crate) fn cases() -> Vec<Case> {
    let s = || success("t1", "so");
    let next_to = |property: &str| format!(r#"{{"results":[{}],{property}}}"#, s());
    let bytes = |status: &str, body: &[u8]| {
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        Act::Raw([head.as_bytes(), body].concat())
    };
    let utf16 = || -> Vec<u8> {
        let text = format!("\u{feff}{}", results(&[s()]));
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    vec![
        case(
            "an error with the results",
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
            ["changed"],
        ),
        case(
            "something after the JSON",
            ONE,
            [ok(&format!("{}x", results(&[s()])))],
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
        case(
            "an error object with the results",
            ONE,
            [ok(&next_to(r#""error":{"code":"C.9","message":"m"}"#))],
            ["unconfirmed"],
        )
        .says("C.9"),
        case(
            "error: null with the results",
            ONE,
            [ok(&next_to(r#""error":null"#))],
            ["changed"],
        ),
        case(
            "a message with the results",
            ONE,
            [ok(&next_to(r#""error_msg":"half of it""#))],
            ["changed"],
        )
        .says("half of it"),
        case(
            "a message next to a success",
            ONE,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":"success","error_msg":"as it was"}]}"#,
            )],
            ["changed"],
        )
        .says("as it was"),
        case("an error of the code 0", ONE, [ok(&flat("0"))], ["unconfirmed 0"]),
        case(
            "an error without a code",
            ONE,
            [ok(r#"{"error_code":"","error_msg":"no code"}"#)],
            ["unconfirmed"],
        )
        .says("no code"),
        case(
            "a fault of the service in a 200",
            ONE,
            [ok(&flat("DRS.M01501"))],
            ["unconfirmed DRS.M01501"],
        ),
        case(
            "an error in IAM's shape in a 200",
            ONE,
            [ok(r#"{"error":{"code":"C.9","message":"m"}}"#)],
            ["unconfirmed C.9"],
        ),
        case(
            "results deeper in the answer",
            ONE,
            [ok(&format!(r#"{{"data":{}}}"#, results(&[s()])))],
            ["unconfirmed"],
        ),
        case(
            "results deeper in a refusal",
            ONE,
            [answer("400 Bad Request", &format!(r#"{{"data":{}}}"#, results(&[s()])))],
            ["unconfirmed"],
        ),
        case(
            "results by another name",
            ONE,
            [ok(&format!(r#"{{"jobs":[{}],"count":1}}"#, s()))],
            ["unconfirmed"],
        )
        .says("jobs"),
        case(
            "a refusal whose results are no list",
            ONE,
            [answer("400 Bad Request", &format!(r#"{{"results":{}}}"#, s()))],
            ["unconfirmed"],
        )
        .says("unreadable"),
        case(
            "a refusal that is a list",
            ONE,
            [answer("400 Bad Request", &format!("[{}]", s()))],
            ["unconfirmed"],
        ),
        case(
            "a refusal after a byte order mark",
            ONE,
            [answer("400 Bad Request", &format!("\u{feff}{}", flat("C.1")))],
            ["rejected C.1"],
        ),
        case(
            "a refusal with a code twice",
            ONE,
            [answer("400 Bad Request", r#"{"error_code":"C.1","error_code":"C.2"}"#)],
            ["unconfirmed"],
        )
        .says("C.2"),
        case(
            "a refusal that is text",
            ONE,
            [answer("400 Bad Request", "no such thing")],
            ["unconfirmed"],
        )
        .says("no such thing"),
        case("two answers in one", ONE, [ok(&results(&[s()]).repeat(2))], ["unconfirmed"]),
        case("a count that is NaN", ONE, [ok(&next_to(r#""count":NaN"#))], ["unconfirmed"]),
        case("a deep body", ONE, [ok(&"[".repeat(100_000))], ["unconfirmed"]),
        case(
            "a deep property with the results",
            ONE,
            [ok(&next_to(&format!(r#""a":{}{}"#, "[".repeat(5_000), "]".repeat(5_000))))],
            ["changed"],
        ),
        case("UTF-16", ONE, [bytes("200 OK", &utf16())], ["unconfirmed"]),
        case("a refusal in UTF-16", ONE, [bytes("400 Bad Request", &utf16())], ["unconfirmed"]),
        case(
            "compressed without being asked",
            ONE,
            [bytes("200 OK\r\ncontent-encoding: gzip", GZIP)],
            ["unconfirmed"],
        )
        .says("can't be read: in the content encoding gzip, which was not asked for"),
        case(
            "a refusal that is compressed",
            ONE,
            [bytes("400 Bad Request\r\ncontent-encoding: gzip", GZIP)],
            ["unconfirmed"],
        )
        .says("in the content encoding gzip, which was not asked for"),
        case(
            "said to be compressed, and not",
            ONE,
            [answer("200 OK\ncontent-encoding: gzip", &results(&[s()]))],
            ["changed"],
        ),
    ]
}

/// `{"results":[]}`, compressed.
pub(crate) const GZIP: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 171, 86, 42, 74, 45, 46, 205, 41, 41, 86, 178, 138, 142,
    173, 5, 0, 10, 39, 124, 158, 14, 0, 0, 0,
];
