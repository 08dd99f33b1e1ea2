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

#[test]
fn a_string_that_is_no_text_hides_nothing() {
    assert_eq!(
        blanked(&["hunter22"], r#"{"m":"\ud800 hunter22","n":"\u00e9"}"#),
        r#"{"m":"[redacted]","n":"\u00e9"}"#
    );
    let secret = Secret::from("hunter22");
    let body = RequestBody::write(&secret).unwrap();
    let blanked =
        Echoes::new(&body, &[]).blank_body(Bytes::from_static(b"{\"\xff hunter22\\\"\":1}"));
    assert_eq!(&blanked[..], b"{\"\xff [redacted]\\\"\":1}");
}

#[test]
fn a_secret_is_known_by_its_beginning() {
    let secret = "s3cr3t-0123456789-abcdef";
    let echo = |text: &str| blanked(&[secret], text);
    assert_eq!(
        echo("got s3cr3t-012345678, then more"),
        "got [redacted], then more"
    );
    assert_eq!(
        echo("got s3cr3t-0123456, then more"),
        "got s3cr3t-0123456, then more"
    );
    assert_eq!(echo("cut short: s3cr3t-0"), "cut short: [redacted]");
    assert_eq!(echo("cut short: s3c"), "cut short: s3c");
}

#[test]
fn a_secret_in_a_header_is_blanked_too() {
    let body = RequestBody::write(&"").unwrap();
    let token = [HeaderValue::from_static("MIIF-token")];
    let echoes = Echoes::new(&body, &token);
    let blanked = echoes.blank_body(Bytes::from_static(b"{\"m\":\"no MIIF-token\"}"));
    assert_eq!(&blanked[..], b"{\"m\":\"no [redacted]\"}");
    let mut headers = HeaderMap::from_iter([(http::header::LOCATION, token[0].clone())]);
    echoes.blank_headers(&mut headers);
    assert_eq!(headers["location"], "[redacted]");
}

#[test]
fn nothing_is_dismissed_that_a_search_finds() {
    let secrets = ["Capital-letters-1", "none-of-them-here", "Sh0rt", "q!7"];
    let texts = [
        "no secret",
        "",
        "x Capital-letters-1 x",
        "x Capital-letters-2 x",
        "a capital in a SECRET none-of-them-here",
        "none-of-them-her",
        "none-of",
        "it ends in Capital-",
        "it ends in Cap",
        "Sh0rt",
        "Sh0r",
        "q!7",
        "aq!7",
    ];
    for mask in 0..1 << secrets.len() {
        let some = secrets
            .iter()
            .enumerate()
            .filter(|(n, _)| mask >> n & 1 == 1);
        let some: Vec<_> = some.map(|(_, secret)| Secret::from(*secret)).collect();
        let body = RequestBody::write(&some).unwrap();
        let echoes = Echoes::new(&body, &[]);
        for text in texts {
            let found = |search: &Search<'_>| {
                (0..text.len()).any(|at| search.length_at(text.as_bytes(), at).is_some())
            };
            let dismissed = !echoes.may_be_in(text.as_bytes());
            assert!(!(dismissed && found(echoes.unescaped())), "{text}: {mask}");
            assert_eq!(
                echoes.are_in(text.as_bytes()),
                found(echoes.escaped()),
                "{text}: {mask}"
            );
        }
    }
}
