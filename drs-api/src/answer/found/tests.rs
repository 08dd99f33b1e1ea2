//! What is found in JSON of odd shapes.

use super::*;

fn found(json: &str, look: impl Fn(&Found<'_>) -> bool) -> bool {
    let mut found = Found {
        asked: &["t1"],
        ..Found::default()
    };
    found.json("", json, 0);
    look(&found)
}

#[test]
fn signs_are_found_at_any_depth_also_in_texts() {
    for json in [
        r#"{"a":[{"status":"success"}]}"#,
        r#"{"succeeded":["x"]}"#,
        r#"{"a":"{\"b\":{\"status\":\"success\"}}"}"#,
        r#"{"a":"{\"b\":\"{\\\"status\\\":\\\"success\\\"}\"}"}"#,
        r#""success""#,
    ] {
        assert!(found(json, |found| found.success), "{json}");
    }
    for json in [
        r#"{"a":{"status":"failed"}}"#,
        r#"{"error":{"a":1}}"#,
        r#"[["DRS.M00304"]]"#,
    ] {
        assert!(found(json, |found| found.failure.is_some()), "{json}");
    }
    let none = r#"{"error":{},"errors":[],"failed":0,"errorMsg":"m","errorCode":"","fail":false}"#;
    assert!(found(none, |found| found.failure.is_none()));
}

#[test]
fn what_names_results_is_no_echo_of_a_request() {
    for json in [
        r#"{"t1":{"a":1}}"#,
        r#"{"so":{"a":1}}"#,
        r#"{"failed":["t1"]}"#,
        r#"{"changed":["so"]}"#,
        r#"[{"id":"t1","status":"failed"}]"#,
        r#"{"jobs":[{"id":"t1","code":"DRS.M00304"}]}"#,
        r#"{"jobs":[{"status":"failed","code":"DRS.M00304"}]}"#,
        r#"["t1","failed"]"#,
    ] {
        assert!(found(json, |found| found.tells_of_results()), "{json}");
    }
    for json in [
        r#"{"jobs":[{"job_id":"t1","end_point_type":"so","db_password":"x"}]}"#,
        r#"{"jobs":["t1"],"detail":"task t1, side so"}"#,
        r#"{"errors":[{"error_code":"DRS.M00304","error_msg":"m"}]}"#,
        r#"{"job_id":"t1","status":400}"#,
        r#"{"job_id":"t1","status":"404"}"#,
    ] {
        assert!(found(json, |found| !found.tells_of_results()), "{json}");
    }
}

#[test]
fn what_is_broken_or_too_deep_can_not_be_read() {
    let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(5_000), "]".repeat(5_000));
    for json in [
        r#"{"a":"{\"results\":["}"#,
        "{\"a",
        "[1",
        "\"\\ud800\"",
        &deep("\"a\""),
    ] {
        assert!(found(json, |found| found.unreadable), "{json}");
    }
    for json in [r#"{"a":"[redacted] is wrong"}"#, &deep("1")] {
        assert!(found(json, |found| !found.unreadable), "{json}");
    }
    assert!(found(&deep("\"ke0002\""), |found| found.wrong_password));
}

#[test]
fn each_code_is_kept_once_and_a_wrong_password_is_seen_in_names_too() {
    let json = r#"{"a":"DRS.M00304, DRS.M00304","b":["IAM.0101"],"c":"C.1"}"#;
    assert!(found(json, |found| {
        let codes: Vec<_> = found.codes.iter().map(Raw::peek).collect();
        codes == ["DRS.M00304", "IAM.0101"] && found.has_code
    }));
    assert!(found(r#"{"drs.ke0002":1}"#, |found| found.wrong_password));
}
