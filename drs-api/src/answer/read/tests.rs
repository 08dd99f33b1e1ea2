//! What is read of bodies, regular and odd, and that both ways read the same.

use super::*;

/// What was read, in words.
fn shown(body: &Body<'_>) -> String {
    let text = |raw: &Option<Raw<'_>>| raw.as_ref().map(|raw| raw.peek().to_owned());
    let rest = |rest: &Properties<'_>| {
        let name = |(name, json): &(Raw<'_>, &str)| format!("{}: {json}", name.peek());
        rest.0.iter().map(name).collect::<Vec<_>>()
    };
    let item = |item: &Item<'_>| {
        let (code, message) = (&item.code, &item.message);
        let texts = [&item.id, &item.side, &item.status, code, message].map(text);
        format!("{texts:?} {:?}", rest(&item.rest))
    };
    let items: Vec<_> = body.results.iter().map(item).collect();
    let texts = [&body.code, &body.message, &body.request_id].map(text);
    let counts = (body.count, body.count_fits(), body.is_object);
    let rest = rest(&body.rest);
    format!(
        "{items:?} {counts:?} {texts:?} {:?} {rest:?}",
        body.unreadable
    )
}

#[test]
fn a_regular_answer_is_read_the_same_in_both_ways() {
    for answer in [
        "{}",
        r#" {"results":[],"count":0}"#,
        r#"{"count":null,"results":[],"error_code":"","error_msg":"m","request_id":"r"}"#,
        r#"{"error_code":null,"error_msg":null,"request_id":" "}"#,
        r#"{"results":[{"id":"a","end_point_type":"so","status":"success"},
            {"id":"","end_point_type":" ","status":"","error_code":"","error_msg":""},
            {"id":null,"end_point_type":null,"status":"\u00a0","error_code":null},
            {"status":"odd","end_point_type":"both","error_code":"C.1","error_msg":"\u00e9\n"},
            {}],"count":5}"#,
    ] {
        let regular = Body::read_regular(answer).unwrap();
        let by_name = Body::read_by_name(answer);
        assert_eq!(shown(&regular), shown(&by_name), "{answer}");
        assert_eq!(shown(&regular), shown(&Body::read(answer)), "{answer}");
    }
}

#[test]
fn what_is_not_regular_is_left_to_the_other_way() {
    for answer in [
        r#"{"state":"done"}"#,
        r#"{"results":[{"id":"a","state":"done"}]}"#,
        r#"{"results":null}"#,
        r#"{"error_code":17}"#,
        r#"{"count":"1"}"#,
    ] {
        assert!(Body::read_regular(answer).is_none(), "{answer}");
        assert!(Body::read(answer).is_object, "{answer}");
    }
}

#[test]
fn what_stands_for_a_text_is_read_as_text() {
    for (json, expected) in [
        (r#""a\nb""#, Some("a\nb")),
        (r#""""#, None),
        ("null", None),
        ("17", Some("17")),
        (r#"{"a": 1}"#, Some(r#"{"a": 1}"#)),
    ] {
        let answer = format!(r#"{{"error_msg":{json}}}"#);
        let body = Body::read(&answer);
        assert_eq!(body.message.as_ref().map(Raw::peek), expected, "{json}");
    }
}

#[test]
fn a_list_is_never_read_as_an_object() {
    for answer in [
        r#"[2,[],"C.1"]"#,
        r#"{"results":[["a","so","success"]]}"#,
        r#"{"results":[{"id":"a"},["a"]]}"#,
    ] {
        assert!(Body::read_regular(answer).is_none(), "{answer}");
        let body = Body::read(answer);
        assert!(!body.is_object || body.unreadable.len() == 1, "{answer}");
    }
}

#[test]
fn what_stands_twice_is_not_read() {
    let body = Body::read(r#"{"error_code":"C.1","error_code":"C.2"}"#);
    assert!(!body.is_object && body.code.is_none());
    let body = Body::read(r#"{"results":[{"id":"a","id":"a"},{"id":"b"}]}"#);
    assert_eq!((body.results.len(), body.unreadable.len()), (1, 1));
}
