//! Responses that ask for a later attempt.

use super::case::*;
use Act::AnswerCut;

pub(crate) fn cases() -> Vec<Case> {
    let changed = || ok(&results(&[success("t1", "so")]));
    vec![
        case(
            "throttled, then changed",
            ONE,
            [
                answer("429 Too Many Requests\nretry-after: 0", ""),
                changed(),
            ],
            ["changed"],
        )
        .requests(2),
        case(
            "throttled for longer than the deadline",
            ONE,
            [
                answer("429 Too Many Requests\nretry-after: 9999", ""),
                changed(),
            ],
            ["rejected"],
        )
        .requests(1),
        case(
            "throttled until a date past the deadline",
            ONE,
            [
                answer(
                    "429 Too Many Requests\nretry-after: Fri, 31 Dec 2100 23:59:59 GMT",
                    "",
                ),
                changed(),
            ],
            ["rejected"],
        )
        .requests(1),
        case(
            "throttled for longer than a number can say",
            ONE,
            [
                answer(
                    "429 Too Many Requests\nretry-after: 99999999999999999999999",
                    "",
                ),
                changed(),
            ],
            ["rejected"],
        )
        .requests(1),
        case(
            "throttled until a date that is past",
            ONE,
            [
                answer(
                    "429 Too Many Requests\nretry-after: Sun, 06 Nov 1994 08:49:37 GMT",
                    "",
                ),
                changed(),
            ],
            ["changed"],
        )
        .requests(2),
        case(
            "throttled until no one knows when",
            ONE,
            [
                answer("429 Too Many Requests\nretry-after: -1", ""),
                changed(),
            ],
            ["changed"],
        )
        .requests(2),
        case(
            "throttled for long, in an answer that is cut",
            ONE,
            [
                AnswerCut("429 Too Many Requests\nretry-after: 9999", "{".into()),
                changed(),
            ],
            ["unconfirmed"],
        )
        .requests(1),
        case(
            "a bad gateway for long",
            ONE,
            [
                answer("502 Bad Gateway\nretry-after: 9999", HTML),
                changed(),
            ],
            ["unconfirmed"],
        )
        .requests(1),
        case(
            "busy for long",
            ONE,
            [
                answer(
                    "200 OK\nretry-after: 9999",
                    &results(&[failed("t1", "so", "DRS.M01504")]),
                ),
                changed(),
            ],
            ["rejected DRS.M01504"],
        )
        .requests(1),
    ]
}
