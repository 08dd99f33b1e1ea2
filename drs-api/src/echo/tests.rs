//! What is blanked, and what is left.

use super::*;
use crate::Secret;

fn blanked(secrets: &[&str], answer: &str) -> String {
    let secrets: Vec<_> = secrets.iter().map(|s| Secret::from(*s)).collect();
    let body = RequestBody::write(&secrets).unwrap();
    let blanked = Echoes::new(&body, &[]).blank_body(Bytes::copy_from_slice(answer.as_bytes()));
    String::from_utf8(blanked.to_vec()).unwrap()
}

#[test]
fn an_echo_is_blanked_in_json_and_elsewhere() {
    assert_eq!(
        blanked(&["hunter22"], r#"{"a":"got hunter22!"}"#),
        r#"{"a":"got [redacted]!"}"#
    );
    assert_eq!(
        blanked(&["hunter22"], "<b>hunter22</b>"),
        "<b>[redacted]</b>"
    );
    assert_eq!(
        blanked(&["hunter22"], r#"{"hunter22":1"#),
        r#"{"[redacted]":1"#
    );
}

#[test]
fn an_echo_is_blanked_however_it_is_escaped() {
    let secret = "p\"a\\s/<\u{e9}\n";
    for echo in [
        r#"{"m":"p\"a\\s/<é\n"}"#,
        r#"{"m":"p\"a\\s\/\u003c\u00e9\n"}"#,
        r#"{"m":"{\"db_password\":\"p\\\"a\\\\s/<é\\n\"}"}"#,
    ] {
        let shown = blanked(&[secret], echo);
        assert!(
            shown.contains("[redacted]") && !shown.contains("s/<"),
            "{shown}"
        );
        assert!(
            serde_json::from_str::<IgnoredAny>(&shown).is_ok(),
            "{shown}"
        );
    }
    assert_eq!(blanked(&[secret], &format!("x{secret}x")), "x[redacted]x");
}

#[test]
fn of_several_secrets_the_longest_is_blanked() {
    let secrets = ["pass", "pass-word", "pass-work", "password"];
    let text = "pass-word pass-wor password pass";
    assert_eq!(
        blanked(&secrets, text),
        "[redacted] [redacted]-wor [redacted] [redacted]"
    );
}

#[test]
fn what_the_client_has_to_understand_is_left() {
    let answer = r#"{"results":[{"status":"success","end_point_type":"so","error_code":"DRS.M00304"}],"count":2}"#;
    let secrets = ["success", "so", "status", "M00304", "2", "s", "count"];
    assert_eq!(blanked(&secrets, answer), answer);
}

#[test]
fn a_short_secret_is_blanked_where_it_stands_alone() {
    assert_eq!(
        blanked(&["a"], "a task, \"a\""),
        "[redacted] task, \"[redacted]\""
    );
}
