//! What is blanked, and what is left.

use super::*;
use crate::Secret;

fn blanked(secrets: &[&str], answer: &str) -> String {
    let secrets: Vec<_> = secrets.iter().map(|s| Secret::from(*s)).collect();
    let body = RequestBody::write(&secrets).unwrap();
    let blanked =
        Echoes::new(&body, &[], None).blank_body(Bytes::copy_from_slice(answer.as_bytes()));
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
            r#"{"a":91827364,"b":[-91827364.5e1],"count":2,"c":918273,"d":91827}"#
        ),
        r#"{"a":"[redacted]","b":["[redacted]"],"count":2,"c":"[redacted]","d":91827}"#
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
        Echoes::new(&body, &[], None).blank_body(Bytes::from_static(b"{\"\xff hunter22\\\"\":1}"));
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
    assert_eq!(
        echo(r#"{"error_msg":"cut short: s3cr3t-01234"}"#),
        r#"{"error_msg":"cut short: [redacted]"}"#
    );
}

#[test]
fn a_secret_in_a_header_is_blanked_too() {
    let body = RequestBody::write(&"").unwrap();
    let token = [HeaderValue::from_static("MIIF-token")];
    let echoes = Echoes::new(&body, &token, None);
    let blanked = echoes.blank_body(Bytes::from_static(b"{\"m\":\"no MIIF-token\"}"));
    assert_eq!(&blanked[..], b"{\"m\":\"no [redacted]\"}");
    let mut headers = HeaderMap::from_iter([(http::header::LOCATION, token[0].clone())]);
    echoes.blank_headers(&mut headers);
    assert_eq!(headers["location"], "[redacted]");
}

#[test]
fn nothing_is_dismissed_that_is_there() {
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
        let echoes = Echoes::new(&body, &[], None);
        for text in texts.map(str::as_bytes) {
            let escapes = Escapes::of(text);
            let found = (0..text.len()).any(|at| echoes.end_at(text, at, escapes).is_some());
            let blanked = echoes.blank(text).into_owned() != text;
            assert_eq!(
                echoes.are_in(text),
                found,
                "{}: {mask}",
                text.escape_ascii()
            );
            assert_eq!(blanked, found, "{}: {mask}", text.escape_ascii());
        }
    }
}

#[test]
fn an_echo_is_blanked_whatever_its_encoder_chose_to_escape() {
    let secret = "Pa/s!<\u{1f600}'=&\"+ *x";
    for echo in [
        r#"Pa/s!<😀&#039;=&amp;&#34;+ *x"#,
        r#"Pa\/s!\u003C\uD83D\uDE00'=\u0026\"\u002B *x"#,
        "Pa%2Fs%21%3C%F0%9F%98%80'=&%22+%20*x",
        "Pa/s!%3C%F0%9F%98%80'=&%22+%20*x",
        "Pa%2Fs!%3C%F0%9F%98%80%27=&%22%2b+*x",
        r#"pa/S!<😀'=&"+ *X"#,
        r#"Pa/s!<\u{1f600}\'=&\"+ *x"#,
        r#"Pa/s!\u0026lt;😀'=\u0026amp;\"+ *x"#,
    ] {
        let message = serde_json::Value::from(format!("got {echo}.")).to_string();
        assert_eq!(
            blanked(&[secret], &message),
            r#""got [redacted].""#,
            "{echo}"
        );
        let broken_off = format!(r#"{{"error_msg":"got {echo}, "#);
        let shown = blanked(&[secret], &broken_off);
        assert_eq!(shown, r#"{"error_msg":"got [redacted], "#, "{echo}");
    }
}

#[test]
fn a_header_whose_name_quotes_a_secret_is_blanked_by_name_too() {
    let body = RequestBody::write(&Secret::from("Hunter-2-Hunter")).unwrap();
    let mut headers = HeaderMap::new();
    headers.append("x-hunter-2-hunter", HeaderValue::from_static("plain"));
    headers.append("date", HeaderValue::from_static("today"));
    Echoes::new(&body, &[], None).blank_headers(&mut headers);
    let names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
    assert_eq!(names, ["date", "redacted"]);
    assert_eq!(headers["redacted"], "[redacted]");
}

#[test]
fn the_host_stays_in_an_error() {
    let body = RequestBody::write(&Secret::from("example")).unwrap();
    let echoes = Echoes::new(&body, &[], None);
    let text = "certificate for example and not for db.example.com";
    assert_eq!(
        echoes.blank_text(text, "db.example.com"),
        "certificate for [redacted] and not for db.example.com"
    );
}

fn change(job_id: &str, password: &str) -> ModifyPwdEndPoint {
    ModifyPwdEndPoint::builder()
        .job_id(job_id)
        .end_point_type(crate::types::EndPointType::So)
        .db_password(password)
        .try_into()
        .unwrap()
}

#[test]
fn a_run_looks_for_the_secrets_of_all_its_requests() {
    let changes = [
        change("a", "Own-secret-1"),
        change("b", "own4"),
        change("c", "Other-secret-2"),
        change("d", "oth4"),
    ];
    let index = Arc::new(Index::of_changes(&changes));
    let run = RunSecrets::new(index, &changes[..2]);
    let body = RequestBody::write(&changes[..2].to_vec()).unwrap();
    let echoes = Echoes::new(&body, &[HeaderValue::from_static("to-ken-1")], Some(&run));
    for (text, shown) in [
        ("xOwn-secret-1x", "x[redacted]x"),
        ("xOther-secret-2x", "x[redacted]x"),
        ("xto-ken-1x", "x[redacted]x"),
        ("xown4x own4", "x[redacted]x [redacted]"),
        // A short one of another request could be a part of any word.
        ("xoth4x oth4", "xoth4x [redacted]"),
    ] {
        assert_eq!(echoes.blank_text(text, ""), shown, "{text}");
    }
}
