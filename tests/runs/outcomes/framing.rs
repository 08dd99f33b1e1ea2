//! Responses with unusual HTTP framing, or none.

use super::case::*;

fn raw(head: &str, body: &str) -> Act {
    Act::Raw(format!("{head}\r\n\r\n{body}").into())
}

pub(crate) fn cases() -> Vec<Case> {
    let changed = || results(&[success("t1", "so")]);
    let with_length = |body: &str, length: usize| {
        raw(
            &format!("HTTP/1.1 200 OK\r\ncontent-length: {length}"),
            body,
        )
    };
    let chunk = |body: &str| format!("{:x}\r\n{body}\r\n", body.len());
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked";
    let length = changed().len();
    let half = &changed()[..length / 2];
    vec![
        case(
            "interim answers before the answer",
            ONE,
            [Act::Raw(
                format!(
                    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n\
                     HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{}",
                    changed()
                )
                .into(),
            )],
            ["changed"],
        )
        .requests(1),
        case(
            "interim answers alone",
            ONE,
            [raw("HTTP/1.1 100 Continue", "")],
            ["unconfirmed"],
        ),
        case(
            "another protocol",
            ONE,
            [raw(
                "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade",
                &changed(),
            )],
            ["unconfirmed"],
        ),
        case(
            "in chunks, with trailers",
            ONE,
            [raw(
                chunked,
                &format!(
                    "{}0\r\nx-checksum: 1\r\n\r\n",
                    chunk(half) + &chunk(&changed()[length / 2..])
                ),
            )],
            ["changed"],
        )
        .requests(1),
        case(
            "in chunks, the last one missing",
            ONE,
            [raw(chunked, &chunk(&changed()))],
            ["unconfirmed"],
        ),
        case(
            "a refusal in chunks, the last one missing",
            ONE,
            [raw(
                "HTTP/1.1 400 Bad Request\r\ntransfer-encoding: chunked",
                &chunk(&flat("DRS.M05003")),
            )],
            ["unconfirmed"],
        )
        .says("DRS.M05003"),
        case(
            "without a length",
            ONE,
            [raw("HTTP/1.0 200 OK", &changed())],
            ["changed"],
        ),
        case(
            "without a length, broken off",
            ONE,
            [raw("HTTP/1.0 200 OK", half)],
            ["unconfirmed"],
        ),
        case(
            "a refusal without a length",
            ONE,
            [raw("HTTP/1.0 400 Bad Request", &flat("C.1"))],
            ["rejected C.1"],
        ),
        case(
            "a refusal without a length, broken off early",
            ONE,
            [raw("HTTP/1.0 400 Bad Request", r#"{"count":2,"res"#)],
            ["unconfirmed"],
        ),
        case(
            "a length too short",
            ONE,
            [with_length(&changed(), length - 2)],
            ["unconfirmed"],
        ),
        case(
            "a length too long",
            ONE,
            [with_length(&changed(), length + 2)],
            ["unconfirmed"],
        ),
        case(
            "a length that is none",
            ONE,
            [raw("HTTP/1.1 200 OK\r\ncontent-length: x", &changed())],
            ["unconfirmed"],
        ),
        case(
            "two lengths",
            ONE,
            [raw(
                "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 9",
                &changed(),
            )],
            ["unconfirmed"],
        ),
        case(
            "another answer behind the answer",
            ONE,
            [Act::Raw(
                format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{}HTTP/1.1 500 No\r\n\r\n",
                    changed()
                )
                .into(),
            )],
            ["changed"],
        )
        .requests(1),
        case(
            "cut within the status line",
            ONE,
            [Act::Raw(b"HTTP/1.1 20".into())],
            ["unconfirmed"],
        ),
        case(
            "cut within the headers",
            ONE,
            [Act::Raw(b"HTTP/1.1 400 Bad Request\r\ncontent-".into())],
            ["unconfirmed"],
        ),
        case(
            "an older protocol",
            ONE,
            [Act::Raw(changed().into())],
            ["unconfirmed"],
        ),
    ]
}

/// Whether a refusal without a length arrived completely.
pub(crate) fn ends() -> Vec<Case> {
    const OLD: &str = "HTTP/1.0 404 Not Found";
    const NEW: &str = "HTTP/1.1 404 Not Found";
    const CHUNKED: &str = "HTTP/1.1 404 Not Found\r\ntransfer-encoding: chunked";
    let rows: &[(&str, &str, &str, &str)] = &[
        ("HTTP/1.0, nothing", OLD, "", "unconfirmed"),
        ("HTTP/1.0, HTML", OLD, HTML, "unconfirmed"),
        ("HTTP/1.0, an object", OLD, "{}", "rejected"),
        (
            "HTTP/1.0, an object and a line break",
            OLD,
            "{\"a\":1}\r\n",
            "rejected",
        ),
        ("HTTP/1.0, half an object", OLD, "{\"a\":1", "unconfirmed"),
        (
            "HTTP/1.0, a number that may go on",
            OLD,
            "12",
            "unconfirmed",
        ),
        (
            "HTTP/1.0, a code",
            OLD,
            "{\"error_code\":\"C.1\"}",
            "rejected C.1",
        ),
        (
            "HTTP/1.0, half a code",
            OLD,
            "{\"error_code\":\"C",
            "unconfirmed",
        ),
        (
            "HTTP/1.0 with a length of 0",
            "HTTP/1.0 404 Not Found\r\ncontent-length: 0",
            "",
            "rejected",
        ),
        ("HTTP/1.1, closed at once", NEW, "", "unconfirmed"),
        ("HTTP/1.1, closed after HTML", NEW, HTML, "unconfirmed"),
        ("HTTP/1.1, closed after text", NEW, "gone", "unconfirmed"),
        (
            "HTTP/1.1, closed after a code",
            NEW,
            "{\"error_code\":\"C.1\"}",
            "rejected C.1",
        ),
        ("in chunks, nothing", CHUNKED, "0\r\n\r\n", "rejected"),
        (
            "in chunks, text",
            CHUNKED,
            "4\r\ngone\r\n0\r\n\r\n",
            "rejected",
        ),
        (
            "in chunks, text without an end",
            CHUNKED,
            "4\r\ngone\r\n",
            "unconfirmed",
        ),
        (
            "401, closed at once",
            "HTTP/1.1 401 Unauthorized",
            "",
            "unconfirmed",
        ),
        (
            "413, closed at once",
            "HTTP/1.1 413 Content Too Large",
            "",
            "unconfirmed",
        ),
        (
            "429, closed at once",
            "HTTP/1.1 429 Too Many Requests",
            "",
            "unconfirmed",
        ),
        (
            "400, closed at once",
            "HTTP/1.1 400 Bad Request",
            "",
            "unconfirmed",
        ),
        (
            "400, closed after its results",
            "HTTP/1.1 400 Bad Request",
            "{\"results\":[{\"id\":\"t1\",\"end_point_type\":\"so\",\"status\":\"failed\",\"error_code\":\"C.1\"}]}",
            "rejected C.1",
        ),
    ];
    rows.iter()
        .map(|(name, head, body, expected)| {
            let name = format!("where a refusal ends: {name}");
            case(name, ONE, [raw(head, body)], [*expected])
        })
        .collect()
}
