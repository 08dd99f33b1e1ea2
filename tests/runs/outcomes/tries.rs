//! One attempt after another: resets, time-outs, failures, and how they add up.

use std::time::Duration;

use super::case::*;
use Act::{AnswerCut, CutAfter, CutBefore, CutWithin};

pub(crate) fn cases() -> Vec<Case> {
    let changed = || ok(&results(&[success("t1", "so")]));
    let refused = |code| answer("400 Bad Request", &flat(code));
    vec![
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
            ["unconfirmed DRS.M00304"],
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
            ["unconfirmed DRS.M00304"],
        )
        .requests(2),
        case(
            "refused as busy, then cut",
            ONE,
            [refused("DRS.M01503"), CutAfter],
            ["unconfirmed DRS.M01503"],
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
        case(
            "a wrong password in a 503",
            ONE,
            [
                answer("503 Service Unavailable", &flat("DRS.KE0002")),
                changed(),
            ],
            ["unconfirmed DRS.KE0002"],
        )
        .requests(1),
        case(
            "a wrong password in a 429",
            ONE,
            [
                answer("429 Too Many Requests", &flat("DRS.KE0002")),
                changed(),
            ],
            ["rejected DRS.KE0002"],
        )
        .requests(1),
        case(
            "a wrong password in a 502",
            ONE,
            [answer("502 Bad Gateway", &flat("DRS.KE0002")), changed()],
            ["unconfirmed DRS.KE0002"],
        )
        .requests(1),
        case(
            "a wrong password in an answer that is cut",
            ONE,
            [AnswerCut("400 Bad Request", flat("DRS.KE0002")), changed()],
            ["unconfirmed"],
        )
        .requests(1)
        .says("DRS.KE0002"),
        case(
            "cut before anything was read",
            ONE,
            [CutBefore],
            ["unconfirmed"],
        ),
        case("cut within the request", ONE, [CutWithin], ["unconfirmed"]),
        case(
            "cut before the answer, then refused with the credentials",
            ONE,
            [CutAfter, answer("401 Unauthorized", &flat("APIGW.0301"))],
            ["unconfirmed APIGW.0301"],
        )
        .requests(2),
        case(
            "a gateway time-out, then refused",
            ONE,
            [answer("504 Gateway Timeout", HTML), refused("DRS.M00304")],
            ["unconfirmed DRS.M00304"],
        )
        .requests(2),
        case("never connected", ONE, [Full], ["not_sent"]).requests(0),
        case(
            "never connected within the time of a request",
            TWO_TASKS,
            [Full],
            ["not_sent", "not_sent"],
        )
        .timeout(Duration::from_millis(1_500))
        .requests(0),
        case(
            "never answered within the status line",
            ONE,
            [RawHang("HTTP/1.1 2")],
            ["unconfirmed"],
        )
        .requests(2),
        case(
            "never answered within the headers",
            ONE,
            [RawHang("HTTP/1.1 200 OK\r\ncontent-le")],
            ["unconfirmed"],
        )
        .requests(2),
        case(
            "never answered within the body",
            ONE,
            [RawHang(
                "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"results\":[",
            )],
            ["unconfirmed"],
        )
        .requests(2)
        .says("results"),
        case(
            "never answered, then no connection",
            ONE,
            [Hang, Close],
            ["unconfirmed"],
        )
        .requests(1),
    ]
}
