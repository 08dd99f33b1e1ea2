//! Results that no service should send, but one will.

use super::case::*;

pub(crate) fn cases() -> Vec<Case> {
    let s = || success("t1", "so");
    vec![
        case(
            "results: null",
            PAIR,
            [ok(r#"{"results":null,"count":0}"#)],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "count: \"2\"",
            PAIR,
            [ok(&both().replace(":2}", r#":"2"}"#))],
            ["changed", "changed"],
        ),
        case(
            "count: null",
            PAIR,
            [ok(&both().replace(":2}", ":null}"))],
            ["changed", "changed"],
        ),
        case(
            "no count",
            PAIR,
            [ok(&both().replace(r#","count":2"#, ""))],
            ["changed", "changed"],
        ),
        case(
            "a count that doesn't fit",
            PAIR,
            [ok(&both().replace(":2}", ":3}"))],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "extra fields",
            ONE,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":"success","new":{"a":[1]}}],"count":1,"trace":7}"#,
            )],
            ["changed"],
        ),
        case(
            "an unknown status",
            ONE,
            [ok(&results(&[item("t1", "so", "pending", "")]))],
            ["unconfirmed"],
        ),
        case(
            "another case",
            ONE,
            [ok(&results(&[item("t1", "so", "SUCCESS", "")]))],
            ["unconfirmed"],
        ),
        case(
            "no status",
            ONE,
            [ok(&results(&[item("t1", "so", "", "")]))],
            ["unconfirmed"],
        ),
        case(
            "no status but a code",
            ONE,
            [ok(&results(&[item("t1", "so", "", "DRS.M00304")]))],
            ["unconfirmed DRS.M00304"],
        ),
        case(
            "status: null",
            ONE,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":null}]}"#,
            )],
            ["unconfirmed"],
        ),
        case(
            "status: true",
            ONE,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":true}]}"#,
            )],
            ["unconfirmed"],
        ),
        case(
            "an unknown side",
            ONE,
            [ok(&results(&[success("t1", "both")]))],
            ["unconfirmed"],
        ),
        case(
            "success with an error code",
            ONE,
            [ok(&results(&[item("t1", "so", "success", "DRS.M00304")]))],
            ["unconfirmed DRS.M00304"],
        ),
        case(
            "success with an empty error code",
            ONE,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":"success","error_code":"","error_msg":null}]}"#,
            )],
            ["changed"],
        ),
        case(
            "a numeric error code",
            ONE,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":"failed","error_code":17}]}"#,
            )],
            ["rejected 17"],
        ),
        case(
            "two results that agree",
            ONE,
            [ok(&results(&[s(), s()]))],
            ["changed"],
        ),
        case(
            "two results that disagree",
            ONE,
            [ok(&results(&[
                s(),
                item("t1", "so", "failed", "DRS.M00304"),
            ]))],
            ["unconfirmed DRS.M00304"],
        ),
        case(
            "two results that disagree, reversed",
            ONE,
            [ok(&results(&[
                item("t1", "so", "failed", "DRS.M00304"),
                s(),
            ]))],
            ["unconfirmed DRS.M00304"],
        ),
        case(
            "a count in words",
            ONE,
            [ok(&results(&[s()]).replace(":1}", r#":"one"}"#))],
            ["unconfirmed"],
        ),
        case(
            "results: null, count: \"0\"",
            ONE,
            [ok(r#"{"results":null,"count":"0"}"#)],
            ["unconfirmed"],
        ),
        case(
            "an id that is a number",
            ONE,
            [ok(
                r#"{"results":[{"id":1,"end_point_type":"so","status":"success"}]}"#,
            )],
            ["unconfirmed"],
        ),
        case(
            "an id in capitals",
            ONE,
            [ok(&results(&[success("T1", "so")]))],
            ["unconfirmed"],
        )
        .says("T1"),
        case(
            "an id with a blank",
            ONE,
            [ok(&results(&[success("t1 ", "so")]))],
            ["unconfirmed"],
        ),
        case(
            "a side in capitals",
            ONE,
            [ok(&results(&[success("t1", "SO")]))],
            ["unconfirmed"],
        ),
        case(
            "success with the error code 0",
            ONE,
            [ok(&results(&[item("t1", "so", "success", "0")]))],
            ["unconfirmed 0"],
        ),
        case(
            "two results with different codes",
            ONE,
            [ok(&results(&[
                failed("t1", "so", "C.1"),
                failed("t1", "so", "C.2"),
            ]))],
            ["rejected C.1"],
        )
        .says("C.2"),
        case(
            "one result with a side and one without that disagree",
            ONE,
            [ok(&results(&[s(), failed("t1", "", "C.1")]))],
            ["unconfirmed C.1"],
        ),
        case(
            "success, failed, success",
            ONE,
            [ok(&results(&[s(), item("t1", "so", "failed", "X"), s()]))],
            ["unconfirmed X"],
        ),
        case(
            "one status twice in an item",
            ONE,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":"failed","status":"success"}]}"#,
            )],
            ["unconfirmed"],
        ),
        case(
            "results twice in the answer",
            ONE,
            [ok(&format!(r#"{{"results":[],"results":[{}]}}"#, s()))],
            ["unconfirmed"],
        ),
        case(
            "an item that is null",
            PAIR,
            [ok(&results(&[s(), "null".into()]))],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "an item that is a string",
            PAIR,
            [ok(&results(&["\"success\"".into(), s()]))],
            ["unconfirmed", "unconfirmed"],
        ),
        case(
            "an item that is an array",
            ONE,
            [ok(r#"{"results":[["so",null,null,"t1","success"]]}"#)],
            ["unconfirmed"],
        ),
        case(
            "an item with an odd message",
            PAIR,
            [ok(
                r#"{"results":[{"id":"t1","end_point_type":"so","status":"failed","error_code":"X","error_msg":{"a":1}},{"id":"t1","end_point_type":"ta","status":"success"}],"count":2}"#,
            )],
            ["rejected X", "changed"],
        ),
        case(
            "results is an object",
            ONE,
            [ok(
                r#"{"results":{"id":"t1","end_point_type":"so","status":"success"}}"#,
            )],
            ["unconfirmed"],
        ),
    ]
}
