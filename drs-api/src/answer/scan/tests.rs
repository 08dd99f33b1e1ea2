//! Scans of JSON in odd shapes.

use super::*;

fn scan(json: &str) -> Scan {
    let mut scan = Scan::default();
    scan.value("", json, &|id| id == "t1");
    scan
}

#[test]
fn signs_of_success_are_found_wherever_they_stand() {
    for json in [
        r#"{"a":[{"status":"success"}]}"#,
        r#"{"state":"SUCCEEDED"}"#,
        r#"{"success":true}"#,
        r#"{"success_count":2}"#,
        r#"{"succeeded":["x"]}"#,
        r#"{"a":"{\"b\":{\"status\":\"success\"}}"}"#,
        r#"{"a":"t1 so: success"}"#,
        r#""success""#,
    ] {
        assert!(scan(json).success, "{json}");
    }
    for json in [
        r#"{"success":false,"succeeded":[],"success_count":0}"#,
        r#"{"status":"failed","code":"success","message":"success"}"#,
        r#"{"a":"it was no success"}"#,
        "{}",
    ] {
        assert!(!scan(json).success, "{json}");
    }
}

#[test]
fn signs_of_failure_are_found_and_an_absence_of_errors_is_none() {
    for json in [
        r#"{"error":{}}"#,
        r#"{"error":"x"}"#,
        r#"{"errors":["x"]}"#,
        r#"{"errorCode":"C.1"}"#,
        r#"{"failed":1}"#,
        r#"{"a":{"status":"failed"}}"#,
        r#"{"success":false}"#,
    ] {
        assert!(scan(json).failure.is_some(), "{json}");
    }
    let none =
        r#"{"error":null,"errors":[],"failed":0,"errorMsg":"m","errorCode":"","fail":false}"#;
    assert_eq!(scan(none).failure, None);
}

#[test]
fn a_code_is_found_with_what_it_is_about() {
    let found = scan(r#"[{"job_id":"t1","code":"C.1","end_point_type":"so"},{"errorCode":7}]"#);
    let code = |id: Option<&str>, side: Option<&str>, code: &str| FoundCode {
        id: id.map(str::to_owned),
        side: side.map(str::to_owned),
        code: code.to_owned(),
    };
    assert_eq!(
        found.codes,
        [code(Some("t1"), Some("so"), "C.1"), code(None, None, "7")]
    );
    assert_eq!(found.ids, ["t1"]);
}

#[test]
fn json_that_breaks_off_in_a_text_is_noticed_and_brackets_in_words_are_not() {
    assert!(scan(r#"{"a":"{\"results\":["}"#).broken);
    assert!(!scan(r#"{"a":"[redacted] is wrong"}"#).broken);
}

#[test]
fn nothing_is_too_deep_or_too_broken() {
    let deep = format!("{}{{\"status\":\"success\"", "[{\"a\":".repeat(50_000));
    assert!(scan(&deep).success);
    for json in ["\"", "\"\\", "}}]]", "{\"a", "é\\", "\"\\ud800\""] {
        scan(json);
    }
}
