//! What is found, what is shown in its place, and what is left alone.

use proptest::{prelude::*, sample::select};

use super::{normal::*, pieces::each_piece, *};
use crate::types::EndPointType;

const MOST: usize = 512;

fn change(password: &str) -> ModifyPwdEndPoint {
    let change = ModifyPwdEndPoint::builder()
        .job_id("a")
        .end_point_type(EndPointType::So)
        .db_password(password);
    change.try_into().unwrap()
}

fn secrets(passwords: &[&str]) -> Secrets {
    let changes = passwords.iter().map(|password| change(password));
    Secrets::of_run(Arc::new(changes.collect()))
}

fn kept(passwords: &[&str], text: &str) -> String {
    secrets(passwords).keep(&text.into(), MOST)
}

fn normal(text: &str) -> Vec<u8> {
    let mut normal = decoded(text.as_bytes());
    squeeze(&mut normal);
    normal.to_vec()
}

#[test]
fn a_text_that_quotes_a_secret_is_replaced_as_a_whole() {
    let secret = "Zq7LkVx2\"\\é";
    for text in [
        "got Zq7LkVx2\"\\é, which is wrong",
        r#"got "Zq7LkVx2\"\\\u00e9""#,
        "zq7lkvx2",
        "ZQ7LKVX2",
        "Zq7L kVx2",
        "got Zq7LkVx2%22%5C%C3%A9",
    ] {
        assert_eq!(kept(&[secret], text), "[redacted]", "{text}");
    }
    assert_eq!(
        kept(&[secret], "got Zq7LkVx, cut short"),
        "got Zq7LkVx, cut short"
    );
}

#[test]
fn usual_messages_are_shown_whole_beside_passwords_of_words() {
    let passwords = ["database1", "Password2026", "connection-1", "password!"];
    for message in [
        "You have an error in your SQL syntax near 'database' at line 1",
        "connection to host.10 failed",
        "Access denied for user 'drs'@'10.0.0.7' (using password: YES)",
        "The password of the source database is wrong.",
        "connection timed out after 2026 ms",
        "Failed to connect to the database at 192.168.0.1:3306.",
        "The task status INCRE_TRANSFER_FAILED does not allow this operation.",
        "Unknown database 'orders'; connection id 10",
        "Incorrect IAM authentication information: verify aksk signature fail",
        "password authentication failed for user \"replication\"",
    ] {
        assert_eq!(kept(&passwords, message), message);
    }
    for quoted in [
        "near 'Database1'",
        "got password2026.",
        "(password!)",
        "x-connection-1-x",
    ] {
        assert_eq!(kept(&passwords, quoted), "[redacted]", "{quoted}");
    }
}

#[test]
fn a_short_secret_is_quoted_where_it_stands_as_a_word() {
    for (secret, text) in [
        ("a", "task, \"A\" at last"),
        ("hunter2", "xhunter2 (hunter2)"),
        ("q!7", "aq!7 q!7"),
        ("!!", "wow!! 1"),
        ("a b", "x a b x"),
        ("q&7", "got q&amp;7 here"),
    ] {
        assert_eq!(kept(&[secret], text), "[redacted]", "{secret}");
    }
    for (secret, text) in [
        ("a", "task at last"),
        ("hunter2", "xhunter2 hunter2x"),
        ("q!7", "aq!7 q!77"),
        ("", "no secret at all"),
        (" ", "no secret at all"),
    ] {
        assert_eq!(kept(&[secret], text), text, "{secret}");
    }
}

#[test]
fn a_text_is_searched_before_it_is_cut() {
    let secret = secrets(&["Zq7LkVx2Bw9T"]);
    for shown in 0..=MOST {
        let text = format!("{}Zq7LkVx2Bw9T", "x".repeat(shown));
        assert_eq!(
            secret.keep(&text.as_str().into(), MOST),
            "[redacted]",
            "{shown}"
        );
    }
    let long = "é".repeat(MOST);
    let cut = secret.keep(&format!("x{long}").into(), MOST);
    assert_eq!(cut, format!("x{}…", "é".repeat(MOST / 2 - 1)));
    assert_eq!(secret.keep(&long.as_str().into(), 2 * MOST), long);
}

#[test]
fn an_id_is_compared_with_what_could_stand_in_one() {
    let id = "25df459d-a37c-41b9-bc2b-8c00ba32jb52";
    let passwords = ["Zq7LkVx2Bw9T", "8C00BA32JB52"];
    assert_eq!(kept(&passwords, id), "[redacted]");
    assert_eq!(kept(&passwords[..1], id), id);
    let secrets = secrets(&passwords[..1]);
    secrets.keep(&id.into(), MOST);
    assert!(
        secrets.all.get().is_none(),
        "all secrets were hashed for an id"
    );
    // Escapes and blanks in a secret hide no such piece.
    assert_eq!(kept(&["\\u0038c00 ba32"], id), "[redacted]");
}

#[test]
fn error_codes_are_not_searched() {
    let passwords = ["M00304", "DRS.M00304"];
    for code in ["DRS.M00304", "APIGW.0301", "IAM.0101"] {
        assert_eq!(kept(&[code, "M00304"], code), code);
    }
    for text in [
        "DRS.M00304.",
        "Drs.M00304",
        "DRS.M00304 or another",
        "ABC.M00304",
    ] {
        assert!(kept(&passwords, text).contains("[redacted]"), "{text}");
    }
}

#[test]
fn the_secrets_of_a_request_are_its_headers_and_those_of_its_run_or_body() {
    let token = || vec![HeaderValue::from_static("MIIF-token-1")];
    let body = || RequestBody::write(&crate::Secret::from("of\"-The/Body-1")).unwrap();
    let run = Arc::new(secrets(&["of-Its-Run-1"]));
    let quotes = |secrets: &Secrets| {
        [
            "no MIIF-token-1",
            "got of\\\"-the\\/body-1",
            "got of-its-run-1",
        ]
        .map(|text| secrets.are_in(text.as_bytes()))
    };
    let alone = Secrets::of_request(body(), token(), None);
    assert_eq!(quotes(&alone), [true, true, false]);
    let in_run = Secrets::of_request(body(), token(), Some(run));
    assert_eq!(quotes(&in_run), [true, false, true]);
    assert_eq!(quotes(&Secrets::default()), [false; 3]);
    let signed =
        "SDK-HMAC-SHA256 Access=AK1, SignedHeaders=host;x-sdk-date, Signature=0a1b2c3d4e5f";
    let signed = vec![HeaderValue::from_static(signed)];
    let signed = Secrets::of_request(RequestBody::default(), signed, None);
    assert!(signed.are_in(b"not 0a1b2c3d4e5f"));
    assert!(!signed.are_in(b"no SDK-HMAC-SHA256 Access=AK1, SignedHeaders=host;x-sdk-date"));
}

#[test]
fn a_header_that_quotes_a_secret_is_blanked_by_name_and_value() {
    let mut headers = HeaderMap::new();
    headers.append("x-hunter-2-hunter", HeaderValue::from_static("plain"));
    headers.append("x-a", HeaderValue::from_static("a Hunter-2-Hunter"));
    headers.append("date", HeaderValue::from_static("a Hunter-2-Hunter"));
    headers.append("content-length", HeaderValue::from_static("8"));
    secrets(&["Hunter-2-Hunter", "7"]).blank_headers(&mut headers);
    let mut shown: Vec<_> = headers
        .iter()
        .map(|(name, v)| (name.as_str(), v.to_str().unwrap()))
        .collect();
    shown.sort_unstable();
    let blanked = ["date", "redacted", "x-a"].map(|name| (name, "[redacted]"));
    assert_eq!(shown, [&[("content-length", "8")], &blanked[..]].concat());
}

/// What encoders make of a text.
fn encode(text: &str, encoder: usize) -> String {
    let percent = |keep: &str, blank: &str| {
        let escape = |b: u8| match b {
            b' ' => blank.to_owned(),
            b if b.is_ascii_alphanumeric() || keep.as_bytes().contains(&b) => char::from(b).into(),
            b => format!("%{b:02x}"),
        };
        text.bytes().map(escape).collect::<String>()
    };
    let json = || {
        let json = serde_json::to_string(text).unwrap();
        json[1..json.len() - 1].to_owned()
    };
    match encoder {
        0 => json(),
        1 => json()
            .replace('<', r"\u003c")
            .replace('&', r"\u0026")
            .replace('/', r"\/"),
        2 => text
            .encode_utf16()
            .map(|unit| format!("\\u{unit:04X}"))
            .collect(),
        3 => percent("-_.~", "%20"),
        4 => percent("-_.!~*'()&\"", "+"),
        5 => format!("{text:?}"),
        6 => text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;"),
        7 => text
            .chars()
            .map(|char| format!("&#{};", u32::from(char)))
            .collect(),
        _ => text.to_ascii_uppercase(),
    }
}

proptest! {
    #[test]
    fn a_secret_is_found_however_it_is_encoded(
        secret in r#"[ -~é\n]{4}[A-Za-z][!/<"=&' ][0-9][ -~é\n]{1,20}"#,
        encoders in prop::collection::vec(0..9_usize, 0..4),
    ) {
        prop_assume!(normal(&secret).len() >= 8);
        let quoted = encoders.iter().fold(format!("got {secret} "), |text, encoder| encode(&text, *encoder));
        prop_assert!(secrets(&[&secret]).are_in(quoted.as_bytes()), "{}", quoted);
    }

    #[test]
    fn what_is_found_are_the_pieces_and_nothing_else(
        passwords in prop::collection::vec("[ab1.!-]{8,14}", 1..4),
        text in "[ab1.!-]{0,60}",
        inserted in select(vec![0, 6, 8, 10, 12, 14]),
    ) {
        let whole = format!("{text}{}", passwords[0].get(..inserted).unwrap_or_default());
        let text = normal(&whole);
        let mut expected = false;
        for password in &passwords {
            each_piece(&normal(password), &mut |piece| {
                expected |= text.windows(piece.len()).any(|window| window == piece);
            });
        }
        let passwords: Vec<_> = passwords.iter().map(String::as_str).collect();
        prop_assert_eq!(secrets(&passwords).are_in(whole.as_bytes()), expected);
    }

    #[test]
    fn what_is_kept_is_never_longer_than_asked_for(
        text in "[ -~é]{0,80}",
        most in 0..80_usize,
    ) {
        let shown = secrets(&["q!7", "Zq7LkVx2Bw9T"]).keep(&text.as_str().into(), most);
        prop_assert!(shown == "[redacted]" || shown.len() <= most + MARK.len_utf8());
        if text.len() <= most && shown != "[redacted]" {
            prop_assert_eq!(shown, text);
        }
    }
}
