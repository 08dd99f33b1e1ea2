//! Services that issue credentials: whatever they quote or break off, none of their keys, tokens,
//! or passwords is shown.

use std::sync::Arc;

use drs_api::{Client, Environment, login::Profile};
use drs_tests::Echo;

use super::secrets::{Secrets, TEMPORARY_KEY};

/// A service that responds strangely, and a client that gets its credentials there.
pub(crate) struct Login {
    pub(crate) place: String,
    pub(crate) client: Client,
    _service: Echo,
}

/// What a service responds, given the request's head and body.
type Quote = Box<dyn Fn(&str, &str) -> (String, String) + Send + Sync>;

/// Headers and bodies with keys, tokens, or the request.
fn answers(secrets: &Secrets) -> Vec<(&'static str, Quote)> {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let (key, token) = (secrets.secret_key.value(), secrets.security_token.value());
    let whole = format!(
        r#"{{"credential":{{"access":"{TEMPORARY_KEY}","secret":{},"securitytoken":{},"expires_at":"2999-01-31T12:00:00.000000Z"}}}}"#,
        text(key),
        text(token)
    );
    let dateless = whole.replace("2999", "soon ");
    let expired = whole.replace("2999", "1999");
    // A key that can't sign any request.
    let strange = whole.replace(TEMPORARY_KEY, "a b");
    let cut = whole[..whole.len() - 2].to_owned();
    let token = secrets.token.value();
    // A header can't contain a line break; everything else is sent as it is.
    let header = format!("x-subject-token: {token}\r\n");
    let fixed = |headers: &str, body: String| -> Quote {
        let headers = headers.to_owned();
        Box::new(move |head, _| match head.starts_with("PUT") {
            // A token of the metadata service, which would be redacted wherever it comes back.
            true => (String::new(), "a token".to_owned()),
            false => (headers.clone(), body.clone()),
        })
    };
    vec![
        ("a whole key", fixed(&header, whole)),
        ("a key cut short", fixed(&header, cut)),
        ("a key without a date", fixed(&header, dateless)),
        ("an expired key", fixed(&header, expired)),
        ("a strange key", fixed("", strange)),
        (
            "all that was sent",
            Box::new(|head, body| {
                let quoted =
                    serde_json::json!({"error": {"code": 7, "message": format!("{head}{body}")}});
                (String::new(), quoted.to_string())
            }),
        ),
        (
            "what was sent, as it was",
            Box::new(|head, body| (String::new(), format!("{body}{head}"))),
        ),
    ]
}

/// Each source with each response.
pub(crate) async fn all(secrets: &Secrets, drs: &str) -> Vec<Login> {
    let mut logins = Vec::new();
    for status in [
        "200 OK",
        "201 Created",
        "401 Unauthorized",
        "403 Forbidden",
        "500 Internal Server Error",
    ] {
        for (name, quote) in answers(secrets) {
            let quote: Arc<Quote> = Arc::new(quote);
            for source in ["agency", "user"] {
                let quote = Arc::clone(&quote);
                let quote = Arc::new(move |head: &str, body: &str| quote(head, body));
                let service = Echo::start(status, quote).await.unwrap();
                let endpoint = service.endpoint.as_str();
                let environment = Environment::of([
                    ("DRS_METADATA_ENDPOINT", endpoint),
                    ("HUAWEICLOUD_SDK_IAM_ENDPOINT", endpoint),
                ]);
                let builder = Client::builder().endpoint(drs).environment(environment);
                let credentials = match source {
                    "agency" => builder.login(None, Profile::read).unwrap().credentials,
                    _ => {
                        let builder = builder.clone().region("here");
                        let user = builder.iam_user("account", "user", secrets.password.value());
                        user.unwrap()
                    }
                };
                logins.push(Login {
                    place: format!("{source}: {status} with {name}"),
                    client: builder.credentials(credentials).build().unwrap(),
                    _service: service,
                });
            }
        }
    }
    logins
}
