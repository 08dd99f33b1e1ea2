//! Bodies are read the same in both ways.

use super::*;

/// What was read, in words.
fn shown(body: &Body<'_>) -> String {
    let text = |raw: &Option<Raw<'_>>| raw.as_ref().map(|raw| raw.peek().to_owned());
    let item = |item: &Item<'_>| {
        let texts = [
            &item.id,
            &item.side,
            &item.status,
            &item.code,
            &item.message,
        ]
        .map(text);
        format!("{texts:?} {:?}", item.rest)
    };
    let items: Vec<_> = body.results.iter().map(item).collect();
    let texts = [&body.code, &body.message, &body.request_id].map(text);
    let counts = (body.count, body.count_fits(), body.is_object);
    format!(
        "{items:?} {counts:?} {texts:?} {:?} {:?}",
        body.unreadable, body.rest
    )
}

#[test]
fn a_regular_answer_is_read_the_same_in_both_ways() {
    for answer in [
        "{}",
        r#" {"results":[],"count":0}"#,
        r#"{"count":null,"results":[],"error_code":"","error_msg":"m","request_id":"r"}"#,
        r#"{"results":[{"id":"a","end_point_type":"so","status":"success"},
            {"id":"","end_point_type":" ","status":"","error_code":"","error_msg":""},
            {"status":"odd","end_point_type":"both","error_code":"C.1","error_msg":"\u00e9\n"},
            {}],"count":5}"#,
    ] {
        assert!(Body::read_regular(answer).is_some(), "{answer}");
        // An escape in a name changes nothing but the way.
        let slowly = answer
            .replacen('{', r#"{"\u0061":null,"#, 1)
            .replace(",}", "}");
        assert!(Body::read_regular(&slowly).is_none(), "{slowly}");
        let (mut regular, mut other) = (Body::read(answer), Body::read(&slowly));
        other.rest.0.remove("a");
        let items = regular.results.iter_mut().chain(&mut other.results);
        items.for_each(|item| item.json = "");
        assert_eq!(shown(&regular), shown(&other), "{answer}");
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
