//! A success may also quote its request, and so may its headers.

use std::sync::Arc;

use drs_tests::{Echo, Leaks};
use serde_json::json;

use super::{
    raw,
    secrets::{Secrets, debug},
};

#[tokio::test]
async fn a_success_that_quotes_its_request_shows_no_secret() {
    let secrets = Secrets::new();
    let mut leaks = Leaks::of(secrets.all());
    for secret in secrets.all().into_iter().take(4) {
        let quoted = secret.value().to_owned();
        let quote = Arc::new(move |_: &str, _: &str| {
            let text = format!("got {quoted}, ");
            // Each text of the type, and each that it can't read.
            let result = json!({"id": text, "end_point_type": text, "status": text,
                "error_code": text, "error_msg": text});
            let answer = json!({"results": [result, result], "count": 2, "error_code": text,
                "error_msg": text, "request_id": text});
            (String::new(), answer.to_string())
        });
        let server = Echo::start("200 OK", quote).await.unwrap();
        let client = secrets.client(&server.endpoint).build().unwrap();
        let answer = raw(&client, &secrets).await.unwrap();
        debug(&mut leaks, "a typed success", &answer);
        let json = serde_json::to_string(&answer).unwrap();
        assert_eq!(json.matches("[redacted]").count(), 13, "{json}");
        leaks.look("a typed success as JSON", &json);
    }
    leaks.assert_none();
}
