//! Every place of a response that a run keeps, one at a time. A password quoted there is redacted,
//! and no other redaction can hide that a place was forgotten.

use drs_api::{
    Client,
    passwords::{Options, Retry},
    types::{EndPointType, ModifyPwdEndPoint},
};
use drs_tests::{Act, Scripted};
use futures_util::StreamExt as _;

const PASSWORD: &str = "Zq7LkVx2-Bw9T";

/// Where the password is, and the response.
fn places() -> Vec<(&'static str, Act)> {
    let whole = |status: &str, headers: &str, body: &str| {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n");
        Act::Raw(format!("{head}{body}").into())
    };
    let ok = |body: &str| whole("200 OK", "", body);
    let cut = |headers: &str, body: &str| {
        let head = format!("HTTP/1.1 400 Bad Request\r\ncontent-length: 9999\r\n{headers}\r\n");
        Act::Raw(format!("{head}{body}").into())
    };
    let in_result = |property: &str| {
        let result = format!(r#"{{"id":"t1","end_point_type":"so",{property}}}"#);
        ok(&format!(r#"{{"results":[{result}]}}"#))
    };
    let p = PASSWORD;
    let id = format!("x-request-id: {p}\r\n");
    let success = r#"{"id":"t1","end_point_type":"so","status":"success"}"#;
    vec![
        (
            "the excerpt of a cut answer",
            cut("", &format!(r#"{{"a":"{p}"#)),
        ),
        ("the request id of a cut answer", cut(&id, "")),
        ("the request id", whole("404 Not Found", &id, "")),
        (
            "the request id of a success",
            whole("200 OK", &id, &format!(r#"{{"results":[{success}]}}"#)),
        ),
        (
            "the request id in a body",
            ok(&format!(r#"{{"request_id":"{p}"}}"#)),
        ),
        (
            "the code of a whole answer",
            whole("400 Bad Request", "", &format!(r#"{{"error_code":"{p}"}}"#)),
        ),
        (
            "the message of a whole answer",
            whole(
                "400 Bad Request",
                "",
                &format!(r#"{{"error_code":"C.1","error_msg":"{p}"}}"#),
            ),
        ),
        (
            "the excerpt of a page",
            whole("400 Bad Request", "", &format!("<html>{p}</html>")),
        ),
        (
            "the code of a result",
            in_result(&format!(r#""status":"failed","error_code":"{p}""#)),
        ),
        (
            "the message of a result",
            in_result(&format!(r#""status":"failed","error_msg":"{p}""#)),
        ),
        (
            "the message of a success",
            in_result(&format!(r#""status":"success","error_msg":"{p}""#)),
        ),
        (
            "the status of a result",
            in_result(&format!(r#""status":"{p}""#)),
        ),
        (
            "a sign in a result",
            in_result(&format!(r#""status":"success","error":"{p}""#)),
        ),
        (
            "a silent result",
            in_result(&format!(r#""status":"failed","why":"{p}""#)),
        ),
        (
            "the id of another result",
            ok(&format!(r#"{{"results":[{{"id":"{p}"}}]}}"#)),
        ),
        (
            "the side of another result",
            ok(&format!(
                r#"{{"results":[{{"id":"t1","end_point_type":"{p}"}}]}}"#
            )),
        ),
        (
            "a result that can't be read",
            ok(&format!(r#"{{"results":["{p}"]}}"#)),
        ),
        (
            "the code next to results",
            ok(&format!(r#"{{"results":[{success}],"error_code":"{p}"}}"#)),
        ),
        (
            "the message next to results",
            ok(&format!(r#"{{"results":[{success}],"error_msg":"{p}"}}"#)),
        ),
        (
            "a sign next to results",
            ok(&format!(r#"{{"results":[{success}],"error":"{p}"}}"#)),
        ),
        ("the content encoding", {
            let head = format!(
                "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\ncontent-encoding: {p}\r\n\r\n"
            );
            Act::Raw([head.as_bytes(), b"\xff\xfe"].concat())
        }),
    ]
}

#[tokio::test]
async fn what_a_run_keeps_of_a_response_is_redacted_in_each_place() {
    let mut shows = Vec::new();
    for (place, response) in places() {
        let server = Scripted::start([response]).await.unwrap();
        let client = Client::builder()
            .endpoint(&server.endpoint)
            .token("a-token");
        let change = ModifyPwdEndPoint::builder()
            .job_id("t1")
            .end_point_type(EndPointType::So)
            .db_password(PASSWORD);
        let change: ModifyPwdEndPoint = change.try_into().unwrap();
        let options = Options::default().retry(Retry::default().max_tries(1));
        let client = client.build().unwrap();
        let mut run = client
            .change_passwords_with("p", [change], options)
            .unwrap();
        let events = run.events();
        let report = format!("{:?}", run.await);
        let events = format!("{:?}", events.collect::<Vec<_>>().await);
        let shown = report + &events;
        let quotes = shown.contains("Zq7L") || shown.contains("Bw9T");
        if quotes || !shown.contains("[redacted]") {
            shows.push(place);
        }
    }
    assert!(shows.is_empty(), "{shows:#?}");
}
