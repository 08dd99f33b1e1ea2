//! What is read of bodies, regular and odd.

use super::*;

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
