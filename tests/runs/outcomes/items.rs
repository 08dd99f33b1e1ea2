//! Responses with results, as the service sends them.

use super::case::*;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("both changed", PAIR, [ok(&both())], ["changed", "changed"]).requests(1),
        case(
            "in another order",
            PAIR,
            [ok(&results(&[success("t1", "ta"), success("t1", "so")]))],
            ["changed", "changed"],
        ),
        case(
            "one failed",
            PAIR,
            [ok(&results(&[
                success("t1", "so"),
                item("t1", "ta", "failed", "DRS.M00304"),
            ]))],
            ["changed", "rejected DRS.M00304"],
        )
        .requests(1),
        case(
            "failed without a code",
            ONE,
            [ok(&results(&[item("t1", "so", "failed", "")]))],
            ["rejected"],
        ),
        case(
            "a wrong password is not tried again",
            ONE,
            [ok(&results(&[item("t1", "so", "failed", "DRS.KE0002")]))],
            ["rejected DRS.KE0002"],
        )
        .requests(1),
        case(
            "the page's foreign ids",
            PAIR,
            [ok(&results(&[success("t9", "so"), success("t9", "ta")]))],
            ["unconfirmed", "unconfirmed"],
        )
        .requests(1),
        case(
            "one result left out",
            PAIR,
            [ok(&results(&[success("t1", "so")]))],
            ["changed", "unconfirmed"],
        ),
        case(
            "one result too many",
            ONE,
            [ok(&results(&[success("t1", "so"), success("t9", "so")]))],
            ["changed"],
        ),
        case(
            "no results at all",
            PAIR,
            [ok(&results(&[]))],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "an id alone, one end point asked",
            ONE,
            [ok(&results(&[success("t1", "")]))],
            ["changed"],
        ),
        case(
            "an id alone, two end points asked",
            PAIR,
            [ok(&results(&[success("t1", "")]))],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "a side alone",
            ONE,
            [ok(&results(&[success("", "so")]))],
            ["unconfirmed"],
        ),
        case(
            "the other side",
            ONE,
            [ok(&results(&[success("t1", "ta")]))],
            ["unconfirmed"],
        ),
        case("an empty object", ONE, [ok("{}")], ["unconfirmed"]),
    ]
}
