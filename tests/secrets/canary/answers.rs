//! Responses that quote their request, in every way a service or gateway might.

use drs_tests::Quote;
use serde_json::{Value, json};

use super::secrets::{Secrets, TASK};

/// What the response contains of the request, by name.
pub(crate) fn all(secrets: &Secrets) -> Vec<(&'static str, Box<Quote>)> {
    let password = secrets.password.value().to_owned();
    let keytab = secrets.keytab.value().to_owned();
    let signs = secrets.signs.value().to_owned();
    let token = secrets.token.value().to_owned();
    let mut all: Vec<(&'static str, Box<Quote>)> = vec![
        ("its body", body(str::to_owned)),
        (
            "its body in a page",
            body(|body| format!("<p>{}</p>", html(body))),
        ),
        (
            "its body in a URL",
            body(|body| format!("/login?for={}", percent(body))),
        ),
        ("its body in a message", body(message)),
        (
            "its body in a message in a message",
            body(|body| message(&message(body))),
        ),
        (
            "its body cut short",
            body(|body| body[..body.len() * 2 / 5].to_owned()),
        ),
        (
            "its body as results",
            body(|body| json!({"results": [item(body)], "count": 1}).to_string()),
        ),
        (
            "its body as IAM does",
            body(|body| json!({"error": {"code": body, "message": body}}).to_string()),
        ),
        (
            "its body where a list should be",
            body(|body| json!({"results": body}).to_string()),
        ),
        (
            "its body as Debug has it",
            body(|body| format!("invalid: {body:?}")),
        ),
        (
            "its body in a message in a message",
            body(|body| message(&message(body))),
        ),
        (
            "its body as an item",
            body(|body| json!({"results": [body, {"id": TASK, "status": 7}]}).to_string()),
        ),
    ];
    all.push((
        "its body escaped throughout",
        body(message_escaped_throughout),
    ));
    all.push((
        // This many escapes hide all but a long run of letters and digits.
        "its head in four messages in a page",
        Box::new(|head, _| {
            let page = html(&message(&message(&message(&message(head)))));
            (String::new(), page)
        }),
    ));
    // The request's head too.
    all.push((
        "all of it",
        Box::new(|head, body| (String::new(), format!("{head}\n\n{body}"))),
    ));
    all.push((
        "all of it in a message",
        Box::new(|head, body| (String::new(), message(&format!("{head}\n\n{body}")))),
    ));
    // The reader undoes one layer of escapes; the search must undo the other.
    let escaped = message_escaped_throughout(&password);
    all.push((
        "the password escaped throughout in a message",
        body(move |_| message(&escaped)),
    ));
    // One secret on its own.
    for (name, secret) in [
        ("the password as each property", password.clone()),
        ("the keytab as each property", keytab.clone()),
        ("the signs as each property", signs.clone()),
        ("the token as each property", token.clone()),
    ] {
        all.push((
            name,
            body(move |_| {
                let secret = secret.as_str();
                json!({"error_code": secret, "error_msg": secret, "request_id": secret,
                "count": secret, "results": [item(secret)], secret: secret})
                .to_string()
            }),
        ));
    }
    let flat = keytab.clone();
    all.push((
        "the keytab as a code",
        body(move |_| json!({"error_code": flat, "error_msg": flat}).to_string()),
    ));
    // An unreadable response is kept up to 1024 bytes, a result up to 200: the secret is where it
    // is cut.
    for kept in [200, 1024] {
        for shown in [5, 9, 13] {
            let (password, keytab) = (password.clone(), keytab.clone());
            let text = move |secret: &str| "x".repeat(kept - shown) + secret;
            let both = move || text(&password) + &text(&keytab);
            let plain = both.clone();
            all.push(("a secret at the cut", body(move |_| plain())));
            all.push((
                "a secret at the cut of a result",
                body(move |_| json!({"results": [both(), [both()]]}).to_string()),
            ));
        }
    }
    all.push((
        "its body after half a character",
        body(|body| {
            format!(
                r#"{{"error_code":"c","error_msg":"\ud800{}}}"#,
                &json!(body).to_string()[1..]
            )
        }),
    ));
    // Encoders that escape more than others, or less.
    let by_go = json!(signs).to_string();
    let by_go = by_go
        .replace('<', r"\u003c")
        .replace('&', r"\u0026")
        .replace('>', r"\u003e");
    let cut_off = format!(r#"{{"error_msg":{by_go}"#);
    all.push(("the signs by Go", body(move |_| message(&by_go))));
    all.push(("the signs by Go, cut off", body(move |_| cut_off.clone())));
    let by_script = signs.bytes().map(|b| match b {
        b if b.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&b) => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    });
    let by_script: String = by_script.collect();
    all.push((
        "the signs by JavaScript",
        body(move |_| message(&by_script)),
    ));
    let (in_page, in_url) = (html(&signs), percent(&signs));
    all.push((
        "the signs in a page",
        body(move |_| format!("<p>{in_page}</p>")),
    ));
    all.push(("the signs in a URL", body(move |_| format!("/?p={in_url}"))));
    for (name, length) in [
        ("most of the signs", 20),
        ("the beginning of the signs", 16),
    ] {
        let cut = signs[..length].to_owned();
        all.push((name, body(move |_| message(&format!("{cut} and more")))));
    }
    let cut = signs[..10].to_owned();
    all.push((
        "the beginning of the signs at the end",
        body(move |_| message(&cut)),
    ));
    let cut = keytab[..keytab.len() / 2].to_owned();
    all.push(("half of the keytab", body(move |_| message(&cut))));
    let trailer = token.clone();
    all.push((
        "the token in a trailer",
        Box::new(move |_, _| {
            let body = format!("2\r\n{{}}\r\n0\r\nx-a: {trailer}\r\n\r\n");
            ("transfer-encoding: chunked\r\n".to_owned(), body)
        }),
    ));
    let header = token;
    all.push((
        "the token in headers",
        Box::new(move |_, _| {
            let headers =
                format!("x-request-id: {header}\r\nlocation: /?t={header}\r\nx-a: {header}\r\n");
            (headers, "{}".to_owned())
        }),
    ));
    let header = keytab;
    all.push((
        "the keytab in a header",
        Box::new(move |_, _| (format!("x-request-id: {header}\r\n"), "<html>".to_owned())),
    ));
    all
}

/// A response whose body is made from the request's.
fn body(quote: impl Fn(&str) -> String + Send + Sync + 'static) -> Box<Quote> {
    Box::new(move |_, body| (String::new(), quote(body)))
}

fn message(text: &str) -> String {
    json!({"error_code": "DRS.M00202", "error_msg": text}).to_string()
}

/// Like an encoder that trusts no character.
fn message_escaped_throughout(text: &str) -> String {
    let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
    format!(
        r#"{{"error_code":"DRS.M00202","error_msg":"{}"}}"#,
        units.collect::<String>()
    )
}

fn item(text: &str) -> Value {
    json!({"id": TASK, "end_point_type": "so", "status": "failed",
        "error_code": text, "error_msg": text})
}

fn html(text: &str) -> String {
    [
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("\"", "&quot;"),
        ("'", "&#39;"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn percent(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(escape).collect()
}
