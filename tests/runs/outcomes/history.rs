//! What earlier attempts said.

use super::case::*;
use Act::{CutAfter, CutBefore};

const BAD_GATEWAY: &str = "502 Bad Gateway";
const BUSY: &str = "503 Service Unavailable";
const GATEWAY_TIMEOUT: &str = "504 Gateway Timeout";
const THROTTLED: &str = "429 Too Many Requests";

fn refused(code: &str) -> Act {
    answer("400 Bad Request", &flat(code))
}

fn changed() -> Act {
    ok(&results(&[success("t1", "so")]))
}

pub(crate) fn cases() -> Vec<Case> {
    let so_failed = |code: &str| ok(&results(&[failed("t1", "so", code)]));
    vec![
        case(
            "lost, then a wrong password",
            ONE,
            [CutAfter, refused("DRS.KE0002")],
            ["unconfirmed DRS.KE0002"],
        )
        .requests(2),
        case(
            "reset, then a wrong password",
            ONE,
            [CutBefore, refused("DRS.KE0002")],
            ["unconfirmed DRS.KE0002"],
        ),
        case(
            "never answered, then a wrong password",
            ONE,
            [Hang, refused("DRS.KE0002")],
            ["unconfirmed DRS.KE0002"],
        )
        .requests(2),
        case(
            "lost, then a wrong password in a result",
            ONE,
            [CutAfter, so_failed("DRS.KE0002")],
            ["unconfirmed DRS.KE0002"],
        )
        .requests(2),
        case(
            "lost, then a wrong password of one of two",
            PAIR,
            [
                CutAfter,
                ok(&results(&[
                    success("t1", "so"),
                    failed("t1", "ta", "DRS.KE0002"),
                ])),
            ],
            ["changed", "unconfirmed DRS.KE0002"],
        )
        .requests(2),
        case(
            "a failing service in a 503, then lost",
            ONE,
            [answer(BUSY, &flat("DRS.M00004")), CutAfter],
            ["unconfirmed DRS.M00004"],
        )
        .requests(3),
        case(
            "IAM's shape in a 503, then lost",
            ONE,
            [
                answer(BUSY, r#"{"error":{"code":"C.5","message":"m"}}"#),
                CutAfter,
            ],
            ["unconfirmed C.5"],
        ),
        case(
            "a message alone in a 503, then lost",
            ONE,
            [answer(BUSY, r#"{"error_msg":"maintenance"}"#), CutAfter],
            ["unconfirmed"],
        )
        .keeps(0, "maintenance"),
        case(
            "a bad gateway with a code, then a wrong password",
            ONE,
            [
                answer(BAD_GATEWAY, &flat("APIGW.0201")),
                refused("DRS.KE0002"),
            ],
            ["unconfirmed DRS.KE0002"],
        )
        .keeps(0, "APIGW.0201")
        .requests(2),
        case(
            "a gateway time-out with a code, then refused",
            ONE,
            [
                answer(GATEWAY_TIMEOUT, &flat("APIGW.0201")),
                refused("DRS.M00304"),
            ],
            ["unconfirmed DRS.M00304"],
        )
        .keeps(0, "APIGW.0201")
        .requests(2),
        case(
            "throttled with a code, then lost",
            ONE,
            [answer(THROTTLED, &flat("APIGW.0308")), CutAfter],
            ["unconfirmed APIGW.0308"],
        )
        .requests(3),
        case(
            "throttled with a code, then changed",
            ONE,
            [answer(THROTTLED, &flat("APIGW.0308")), changed()],
            ["changed"],
        )
        .keeps(0, "APIGW.0308"),
        case(
            "busy in a 202, then changed",
            ONE,
            [answer("202 Accepted", &flat("DRS.M01504")), changed()],
            ["changed"],
        )
        .keeps(0, "DRS.M01504"),
        case(
            "busy, then a wrong password",
            ONE,
            [refused("DRS.M01503"), refused("DRS.KE0002")],
            ["rejected DRS.KE0002"],
        )
        .keeps(0, "DRS.M01503")
        .requests(2),
        case(
            "busy, then refused",
            ONE,
            [refused("DRS.M01503"), refused("DRS.M00304")],
            ["rejected DRS.M00304"],
        )
        .keeps(0, "DRS.M01503"),
        case(
            "a busy result, then a refused one",
            ONE,
            [so_failed("DRS.M01504"), so_failed("DRS.M00304")],
            ["rejected DRS.M00304"],
        )
        .keeps(0, "DRS.M01504"),
        case(
            "a busy result, then one without a code",
            ONE,
            [so_failed("DRS.M01504"), so_failed("")],
            ["rejected DRS.M01504"],
        ),
        case(
            "lost, busy, refused",
            ONE,
            [CutAfter, refused("DRS.M01503"), refused("DRS.M00304")],
            ["unconfirmed DRS.M00304"],
        )
        .keeps(0, "DRS.M01503")
        .requests(3),
        case(
            "lost, then a failing service",
            ONE,
            [
                CutAfter,
                answer("500 Internal Server Error", &flat("DRS.M00004")),
            ],
            ["unconfirmed DRS.M00004"],
        )
        .requests(2),
        case(
            "lost, then an answer without results",
            ONE,
            [CutAfter, ok("{}")],
            ["unconfirmed"],
        )
        .requests(2),
        case(
            "lost, then changed, and the loss is told",
            ONE,
            [CutAfter, changed()],
            ["changed"],
        )
        .keeps(0, "earlier"),
        case(
            "three codes",
            ONE,
            [
                answer(THROTTLED, &flat("APIGW.0308")),
                answer(BUSY, &flat("DRS.M00004")),
                refused("DRS.M00304"),
            ],
            ["unconfirmed DRS.M00304"],
        )
        .keeps(0, "APIGW.0308")
        .keeps(0, "DRS.M00004"),
        case(
            "one of two busy, then lost",
            PAIR,
            [
                ok(&results(&[
                    failed("t1", "so", "C.1"),
                    failed("t1", "ta", "DRS.M01504"),
                ])),
                CutAfter,
            ],
            ["rejected C.1", "unconfirmed DRS.M01504"],
        ),
        case(
            "refused as a whole, then lost alone",
            TWO_TASKS,
            [
                refused("DRS.M05003"),
                CutAfter,
                ok(&results(&[success("t2", "so")])),
            ],
            ["unconfirmed DRS.M05003", "changed"],
        )
        .keeps(1, "DRS.M05003"),
    ]
}
