//! Bodies are read the same in both ways, and bounded.

use super::*;

#[test]
fn what_stands_for_a_string_is_kept_as_text() {
    for (json, expected) in [
        (r#""a\nb""#, Some("a\nb")),
        (r#""ab""#, Some("ab")),
        (r#""""#, None),
        ("null", None),
        ("17", Some("17")),
        (r#"{"a": 1}"#, Some(r#"{"a": 1}"#)),
    ] {
        let answer = format!(r#"{{"error_msg":{json}}}"#);
        let body = Body::read(&answer).unwrap();
        assert_eq!(body.error_msg.as_deref(), expected, "{json}");
    }
}

#[test]
fn a_regular_answer_is_read_the_same_in_both_ways() {
    for answer in [
        "{}",
        r#"{"results":[],"count":0}"#,
        r#"{"count":null,"results":null,"error_code":"","error_msg":"m","request_id":"r"}"#,
        r#"{"results":[{"id":"a","end_point_type":"so","status":"success"},
            {"id":"","end_point_type":"","status":"","error_code":"","error_msg":""},
            {"status":"odd","end_point_type":"both","error_code":"C.1","error_msg":"é"},
            {}],"count":4}"#,
    ] {
        let regular = Body::read_regular(answer);
        assert!(regular.is_some(), "{answer}");
        assert_eq!(regular, Body::read_leniently(answer));
    }
}

#[test]
fn no_text_is_kept_longer_than_the_limit_but_an_id_until_it_is_matched() {
    let long = "x".repeat(70_000);
    // With an escape it is read the other way.
    for begin in ["", r"\u001b"] {
        let text = format!("{begin}{long}");
        let answer = format!(
            r#"{{"results":[{{"id":"{text}","end_point_type":"{text}","status":"{text}",
            "error_code":"{text}","error_msg":"{text}"}}],"error_code":"{text}",
            "error_msg":"{text}","request_id":"{text}"}}"#
        );
        let body = Body::read(&answer).unwrap();
        let item = body.results.unwrap().remove(0).unwrap();
        assert!(item.id.as_ref().unwrap().len() >= long.len());
        let result = ModifyDbPwdResp::from(item);
        for kept in [
            body.error_code.unwrap(),
            body.error_msg.unwrap(),
            body.request_id.unwrap(),
            result.id.unwrap(),
            result.end_point_type.unwrap().to_string(),
            result.status.unwrap().to_string(),
            result.error_code.unwrap(),
            result.error_msg.unwrap(),
        ] {
            assert_eq!(kept.len(), 4096 + "…".len());
            assert!(kept.ends_with("x…"));
        }
    }
}
