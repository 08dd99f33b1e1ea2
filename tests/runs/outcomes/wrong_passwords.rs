//! Wherever a wrong password is reported, nothing it may be about is resent, and everything else
//! is.

use super::{bodies::GZIP, case::*};

const BAD_GATEWAY: &str = "502 Bad Gateway";
const BUSY: &str = "503 Service Unavailable";
const GATEWAY_TIMEOUT: &str = "504 Gateway Timeout";
const THROTTLED: &str = "429 Too Many Requests";

pub(crate) fn cases() -> Vec<Case> {
    [anywhere(), in_results()].concat()
}

fn anywhere() -> Vec<Case> {
    let utf16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        flat("DRS.KE0002").encode_utf16().flat_map(bytes).collect()
    };
    let raw = |head: &str, body: &str| Act::Raw(format!("HTTP/1.1 {head}\r\n\r\n{body}").into());
    let empty = "content-length: 0";
    let rows = [
        (
            "by another name",
            answer(BUSY, r#"{"errorCode":"DRS.KE0002"}"#),
        ),
        (
            "as a reason",
            answer(BUSY, r#"{"reason":"login failed: DRS.KE0002"}"#),
        ),
        (
            "as what is wrong with a field",
            answer(BUSY, r#"{"errors":{"db_password":"DRS.KE0002"}}"#),
        ),
        (
            "in a message next to another",
            answer(BUSY, r#"{"error_msg":"busy","message":"DRS.KE0002"}"#),
        ),
        (
            "as the number of results",
            answer(BUSY, r#"{"count":"DRS.KE0002"}"#),
        ),
        (
            "behind half a character",
            answer(BUSY, r#"{"reason":"\ud800 DRS.KE0002"}"#),
        ),
        (
            "escaped, in a response that is cut",
            raw(
                &format!("{BUSY}\r\ncontent-length: 99"),
                r#"{"error_code":"DRS.KE\u0030002","a":"b"#,
            ),
        ),
        ("escaped", answer(BUSY, r#"{"reason":"DRS.KE\u0030002"}"#)),
        (
            "in JSON in a text",
            answer(BUSY, r#"{"a":"{\"b\":\"DRS.KE\\u0030002\"}"}"#),
        ),
        (
            "in small letters",
            answer(BUSY, r#"{"reason":"drs.ke0002"}"#),
        ),
        ("as a name", answer(BUSY, r#"{"DRS.KE0002":1}"#)),
        (
            "as the id of the request",
            answer(BUSY, r#"{"request_id":"DRS.KE0002"}"#),
        ),
        (
            "far behind",
            answer(
                BUSY,
                &format!(r#"{{"error_msg":"{} DRS.KE0002"}}"#, "x".repeat(5_000)),
            ),
        ),
        (
            "in a header",
            raw(&format!("{BUSY}\r\nx-error: DRS.KE0002\r\n{empty}"), ""),
        ),
        (
            "in a reason phrase",
            raw(&format!("503 DRS.KE0002\r\n{empty}"), ""),
        ),
        (
            "in a trailer",
            raw(
                &format!("{BUSY}\r\ntransfer-encoding: chunked"),
                "0\r\nx-error: DRS.KE0002\r\n\r\n",
            ),
        ),
        ("in UTF-16", bytes(BUSY, &utf16(u16::to_le_bytes))),
        (
            "in UTF-16, the other way round",
            bytes(BUSY, &utf16(u16::to_be_bytes)),
        ),
        (
            "perhaps, in gzip",
            bytes(&format!("{BUSY}\r\ncontent-encoding: gzip"), GZIP),
        ),
        (
            "perhaps, in gzip that is cut",
            packed(&format!(
                "{BUSY}\r\ncontent-encoding: gzip\r\ncontent-length: 999"
            )),
        ),
        (
            "perhaps, in gzip that ends with the connection",
            packed(&format!("{BUSY}\r\ncontent-encoding: gzip")),
        ),
        (
            "perhaps, in gzip that nothing names and that is cut",
            packed(&format!("{BUSY}\r\ncontent-length: 999")),
        ),
        (
            "perhaps, in UTF-16 without one",
            bytes(
                BUSY,
                &"{\"a\":1}"
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect::<Vec<_>>(),
            ),
        ),
        (
            "perhaps, in bytes that are no text",
            bytes(BUSY, &[0x28, 0xb5, 0x2f, 0xfd, 4, 0, 0x11]),
        ),
        (
            "in GBK",
            bytes(BUSY, b"{\"error_msg\":\"\xc3\xdc\xc2\xeb DRS.KE0002\"}"),
        ),
    ];
    let changed = || ok(&results(&[success("t1", "so")]));
    let mut cases: Vec<Case> = rows
        .into_iter()
        .map(|(place, act)| {
            case(
                format!("a wrong password {place}"),
                ONE,
                [act, changed()],
                ["unconfirmed"],
            )
            .requests(1)
            .keeps(0, "KE0002")
        })
        .collect();
    let harmless = [(
        "a page in GBK",
        bytes(BUSY, b"<html>\xc3\xdc\xc2\xeb</html>"),
    )];
    for (name, act) in harmless {
        let name = format!("{name}, then changed");
        cases.push(case(name, ONE, [act, changed()], ["changed"]).requests(2));
    }
    cases.push(
        case(
            "a wrong password deeper in a busy result",
            PAIR,
            [
                ok(r#"{"results":[{"id":"t1","end_point_type":"so","status":"failed","error_code":"DRS.M01504","detail":{"error_code":"DRS.KE0002"}},{"id":"t1","end_point_type":"ta","status":"failed","error_code":"DRS.M01504"}]}"#),
                ok(&results(&[success("t1", "ta")])),
            ],
            ["rejected DRS.M01504", "changed"],
        )
        .keeps(0, "DRS.KE0002")
        .requests(2),
    );
    cases
}

/// An end point whose password may be wrong is in only one request.
fn in_results() -> Vec<Case> {
    let so_wrong =
        |code: &str| results(&[failed("t1", "so", "DRS.KE0002"), failed("t1", "ta", code)]);
    let then_ta = || ok(&results(&[success("t1", "ta")]));
    let mut cases = vec![
        case(
            "a wrong password in a result of a 429",
            PAIR,
            [answer(THROTTLED, &so_wrong("DRS.M01504")), then_ta()],
            ["rejected DRS.KE0002", "changed"],
        )
        .requests(2),
        case(
            "a wrong password in the one result of a 429",
            ONE,
            [answer(
                THROTTLED,
                &results(&[failed("t1", "so", "DRS.KE0002")]),
            )],
            ["rejected DRS.KE0002"],
        )
        .requests(1),
        case(
            "a wrong password of an unknown side next to a busy one",
            PAIR,
            [ok(&results(&[
                failed("t1", "SO", "DRS.KE0002"),
                failed("t1", "ta", "DRS.M01504"),
            ]))],
            ["unconfirmed DRS.KE0002", "unconfirmed DRS.M01504"],
        )
        .keeps(1, "DRS.KE0002")
        .requests(1),
        case(
            "a wrong password of an unknown side next to another task that is busy",
            TWO_TASKS,
            [
                ok(&results(&[
                    failed("t1", "both", "DRS.KE0002"),
                    failed("t2", "so", "DRS.M01504"),
                ])),
                ok(&results(&[success("t2", "so")])),
            ],
            ["unconfirmed DRS.KE0002", "changed"],
        )
        .requests(2),
        case(
            "a wrong password without an id next to a busy task",
            TWO_TASKS,
            [ok(&results(&[
                failed("", "", "DRS.KE0002"),
                failed("t2", "so", "DRS.M01504"),
            ]))],
            ["unconfirmed", "rejected DRS.M01504"],
        )
        .keeps(0, "DRS.KE0002")
        .keeps(1, "DRS.KE0002")
        .requests(1),
        case(
            "a wrong password of a foreign id next to a busy task",
            TWO_TASKS,
            [ok(&results(&[
                failed("t9", "so", "DRS.KE0002"),
                failed("t2", "so", "DRS.M01504"),
            ]))],
            ["unconfirmed", "rejected DRS.M01504"],
        )
        .keeps(0, "DRS.KE0002")
        .requests(1),
        case(
            "a wrong password in an unreadable result next to a busy task",
            TWO_TASKS,
            [ok(
                r#"{"results":[{"id":"t1","error_code":"DRS.KE0002","error_code":"X"},{"id":"t2","end_point_type":"so","status":"failed","error_code":"DRS.M01504"}]}"#,
            ),
            ok(&results(&[success("t2", "so")]))],
            ["unconfirmed", "unconfirmed DRS.M01504"],
        )
        .requests(1),
        case(
            "a wrong password in a message",
            ONE,
            [answer(BUSY, r#"{"error_msg":"DRS.KE0002: denied"}"#)],
            ["unconfirmed"],
        )
        .keeps(0, "DRS.KE0002")
        .requests(1),
        case(
            "a wrong password, escaped",
            ONE,
            [answer(BUSY, r#"{"error_code":"DRS.KE\u0030002"}"#)],
            ["unconfirmed DRS.KE0002"],
        )
        .requests(1),
        case(
            "a wrong password in IAM's shape",
            ONE,
            [answer(
                THROTTLED,
                r#"{"error":{"code":"DRS.KE0002","message":"m"}}"#,
            )],
            ["rejected DRS.KE0002"],
        )
        .requests(1),
        case(
            "a wrong password in a shape of its own",
            ONE,
            [answer(
                BUSY,
                r#"{"jobs":[{"id":"t1","end_point_type":"so","status":"failed","error_code":"DRS.KE0002"}]}"#,
            )],
            ["unconfirmed"],
        )
        .keeps(0, "DRS.KE0002")
        .requests(1),
        case(
            "a wrong password next to a busy code",
            ONE,
            [answer(
                "202 Accepted",
                r#"{"error_code":"DRS.M01504","detail":{"error_code":"DRS.KE0002"}}"#,
            )],
            ["rejected DRS.M01504"],
        )
        .keeps(0, "DRS.KE0002")
        .requests(1),
        case(
            "a wrong password in an HTML page",
            ONE,
            [answer(BAD_GATEWAY, "<html>DRS.KE0002</html>")],
            ["unconfirmed"],
        )
        .keeps(0, "DRS.KE0002")
        .requests(1),
    ];
    for status in [BAD_GATEWAY, BUSY, GATEWAY_TIMEOUT] {
        let name = format!("a wrong password in a result of a {status}");
        let acts = [answer(status, &so_wrong("C.1")), then_ta()];
        let expected = ["unconfirmed DRS.KE0002", "changed"];
        cases.push(case(name, PAIR, acts, expected).keeps(1, "C.1").requests(2));
    }
    cases
}

/// Packed bytes behind this head, until the connection ends.
fn packed(head: &str) -> Act {
    let head = format!("HTTP/1.1 {head}\r\n\r\n");
    Act::Raw([head.as_bytes(), GZIP].concat())
}
