//! Errors for several end points at once, and what is asked again alone.

use super::case::*;
use Act::CutAfter;

pub(crate) fn cases() -> Vec<Case> {
    let refused = |code| answer("400 Bad Request", &flat(code));
    let batch = |items: &[String]| answer("400 Bad Request", &results(items));
    vec![
        case(
            "an error inside a 200 for both sides of a task",
            PAIR,
            [ok(&flat("DRS.M05066"))],
            ["rejected DRS.M05066", "rejected DRS.M05066"],
        ),
        case(
            "an error inside a 202 for both sides of a task",
            PAIR,
            [answer("202 Accepted", &flat("DRS.M01504"))],
            ["rejected DRS.M01504", "rejected DRS.M01504"],
        ),
        case(
            "results inside a 202",
            PAIR,
            [answer("202 Accepted", &both())],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "a batch-shaped 400",
            PAIR,
            [batch(&[
                failed("t1", "so", "DRS.M05003"),
                failed("t1", "ta", "DRS.M05004"),
            ])],
            ["rejected DRS.M05003", "rejected DRS.M05004"],
        ),
        case(
            "a batch-shaped 400 by id",
            TWO_TASKS,
            [batch(&[
                failed("t1", "", "DRS.M05003"),
                failed("t2", "", "DRS.M05004"),
            ])],
            ["rejected DRS.M05003", "rejected DRS.M05004"],
        ),
        case(
            "a batch-shaped 400 that leaves one out",
            PAIR,
            [batch(&[failed("t1", "so", "DRS.M05003")])],
            ["rejected DRS.M05003", "unconfirmed"],
        ),
        case(
            "a batch-shaped 400 with a success",
            PAIR,
            [batch(&[success("t1", "so"), failed("t1", "ta", "X")])],
            ["unconfirmed", "rejected X"],
        ),
        case(
            "a batch-shaped 400 that can't be read",
            PAIR,
            [answer("400 Bad Request", r#"{"results":[{"id":"t1""#)],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "a batch-shaped 500",
            PAIR,
            [answer(
                "500 Internal Server Error",
                &results(&[failed("t1", "so", "X"), failed("t1", "ta", "Y")]),
            )],
            ["unconfirmed X", "unconfirmed Y"],
        ),
        case(
            "a batch-shaped 302",
            PAIR,
            [answer(
                "302 Found\nlocation: /",
                &results(&[failed("t1", "so", "X"), failed("t1", "ta", "Y")]),
            )],
            ["unconfirmed X", "unconfirmed Y"],
        ),
        case(
            "one bad task takes no other down",
            TWO_TASKS,
            [
                refused("DRS.M05003"),
                refused("DRS.M05003"),
                ok(&results(&[success("t2", "so")])),
            ],
            ["rejected DRS.M05003", "changed"],
        )
        .requests(3),
        case(
            "the other is asked alone, and its answer lost",
            TWO_TASKS,
            [
                refused("DRS.M00304"),
                ok(&results(&[success("t1", "so")])),
                CutAfter,
            ],
            ["changed", "unconfirmed DRS.M00304"],
        )
        .requests(4),
        case(
            "a task is not split",
            PAIR,
            [refused("DRS.M05003")],
            ["rejected DRS.M05003", "rejected DRS.M05003"],
        )
        .requests(1),
        case(
            "a wrong password is not asked alone",
            TWO_TASKS,
            [refused("DRS.KE0002")],
            ["rejected DRS.KE0002", "rejected DRS.KE0002"],
        )
        .requests(1),
        case(
            "an invalid request is not asked alone",
            TWO_TASKS,
            [refused("DRS.M00300")],
            ["rejected DRS.M00300", "rejected DRS.M00300"],
        )
        .requests(1),
        case(
            "a batch-shaped 400 without results",
            PAIR,
            [answer("400 Bad Request", r#"{"results":null,"count":0}"#)],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "a batch-shaped 400 with a code of its own",
            PAIR,
            [answer(
                "400 Bad Request",
                r#"{"results":[{"id":"t1","end_point_type":"so","status":"failed","error_code":"X"}],"error_code":"Y"}"#,
            )],
            ["rejected X", "unconfirmed Y"],
        ),
        case(
            "the other is asked alone after a batch-shaped 400",
            TWO_TASKS,
            [
                batch(&[failed("t1", "so", "DRS.M05003")]),
                ok(&results(&[success("t2", "so")])),
            ],
            ["rejected DRS.M05003", "changed"],
        )
        .requests(2),
        case(
            "lost, refused as a whole, and lost again",
            TWO_TASKS,
            [CutAfter, refused("DRS.M05003"), CutAfter],
            ["unconfirmed DRS.M05003", "unconfirmed DRS.M05003"],
        )
        .requests(4),
        case(
            "a wrong password does not hold up another task",
            TWO_TASKS,
            [
                batch(&[failed("t1", "so", "DRS.KE0002")]),
                ok(&results(&[success("t2", "so")])),
            ],
            ["rejected DRS.KE0002", "changed"],
        )
        .requests(2),
        case(
            "a wrong password does not hold up a busy end point",
            PAIR,
            [
                ok(&results(&[
                    failed("t1", "so", "DRS.KE0002"),
                    failed("t1", "ta", "DRS.M01504"),
                ])),
                ok(&results(&[success("t1", "ta")])),
            ],
            ["rejected DRS.KE0002", "changed"],
        )
        .requests(2),
        case(
            "a wrong password of either end point",
            PAIR,
            [batch(&[failed("t1", "", "DRS.KE0002")])],
            ["unconfirmed DRS.KE0002", "unconfirmed DRS.KE0002"],
        )
        .requests(1)
        .says("DRS.KE0002"),
        case(
            "a wrong password of whomever",
            TWO_TASKS,
            [batch(&[
                failed("t1", "so", "X"),
                r#"{"status":"failed","error_code":"DRS.KE0002","error_code":"X"}"#.into(),
            ])],
            ["unconfirmed X", "unconfirmed"],
        )
        .requests(1)
        .says("DRS.KE0002"),
        case(
            "a wrong password with the results",
            TWO_TASKS,
            [answer(
                "400 Bad Request",
                r#"{"results":[{"id":"t1","status":"failed","error_code":"X"}],"error_code":"DRS.KE0002"}"#,
            )],
            ["rejected X", "unconfirmed DRS.KE0002"],
        )
        .requests(1),
        case(
            "busy, or a wrong password",
            ONE,
            [ok(&results(&[
                failed("t1", "so", "DRS.M01504"),
                failed("t1", "so", "DRS.KE0002"),
            ]))],
            ["rejected DRS.M01504"],
        )
        .keeps(0, "DRS.KE0002")
        .requests(1),
    ]
}
