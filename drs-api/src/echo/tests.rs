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
fn an_echo_is_blanked_whichever_encoder_wrote_it() {
    let secret = "Pa/s!<\u{1f600}'=&\" *";
    // Within one more layer of JSON, and in what is cut off and so no JSON.
    for echo in [
        r#"Pa/s!\u003c😀'=\u0026\" *"#,
        r#"Pa/s!\u003c😀\u0027\u003d\u0026\" *"#,
        r#"Pa/s!<\ud83d\ude00'=&\" *"#,
        r#"Pa\/s!<\ud83d\ude00'=&\" *"#,
        "Pa%2Fs%21%3C%F0%9F%98%80%27%3D%26%22%20%2A",
        "Pa/s%21%3C%F0%9F%98%80%27%3D%26%22%20%2A",
        "Pa%2Fs!%3C%F0%9F%98%80'%3D%26%22%20*",
        "Pa%2fs%21%3c%f0%9f%98%80%27%3d%26%22+*",
        "Pa/s!&lt;😀&apos;=&amp;&quot; *",
        "Pa/s!&lt;😀&#x27;=&amp;&quot; *",
    ] {
        let message = serde_json::Value::from(format!("got {echo}.")).to_string();
        assert_eq!(
            blanked(&[secret], &message),
            r#""got [redacted].""#,
            "{echo}"
        );
        let message = format!("{{{message}");
        assert_eq!(
            blanked(&[secret], &message),
            r#"{"got [redacted].""#,
            "{echo}"
        );
        let cut = format!(r#"{{"error_msg":"got {echo}"#);
        let shown = blanked(&[secret], &cut);
        assert_eq!(shown, r#"{"error_msg":"got [redacted]"#, "{echo}");
    }
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
fn a_blank_may_be_a_plus_in_a_url() {
    let shown = blanked(&["two words"], r#"{"error_msg":"/?p=two+words"}"#);
    assert_eq!(shown, r#"{"error_msg":"/?p=[redacted]"}"#);
}

#[test]
fn an_echo_may_be_a_number() {
    assert_eq!(
        blanked(
            &["91827364", "2"],
            r#"{"a":91827364,"b":[-91827364.5e1],"count":2,"c":9182736}"#
        ),
        r#"{"a":"[redacted]","b":["[redacted]"],"count":2,"c":9182736}"#
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
