//! IAM: whom it gives a token, and how long that is one.
#![allow(
    clippy::unwrap_used,
    reason = "these are tests, though not all marked as such"
)]

mod shared;

use std::time::Duration;

use drs_simulator::{
    EXAMPLE_DOMAIN, EXAMPLE_PROJECT, EXAMPLE_TASK, EXAMPLE_USER, EXAMPLE_USER_PASSWORD, Simulator,
};
use reqwest::Response;
use serde_json::{Value, json};
use shared::{bare, client, send, sources};

fn request() -> Value {
    json!({"auth": {
        "identity": {"methods": ["password"], "password": {"user": {
            "name": EXAMPLE_USER,
            "password": EXAMPLE_USER_PASSWORD,
            "domain": {"name": EXAMPLE_DOMAIN},
        }}},
        "scope": {"project": {"id": EXAMPLE_PROJECT}},
    }})
}

async fn ask(simulator: &Simulator, body: &Value) -> Response {
    let url = simulator.endpoint() + "/v3/auth/tokens";
    client().post(url).json(body).send().await.unwrap()
}

#[tokio::test]
async fn a_user_gets_a_token_in_a_header_and_it_ends_after_a_day() {
    let simulator = Simulator::start_default().await.unwrap();
    let answer = ask(&simulator, &request()).await;
    assert_eq!(answer.status(), 201);
    let token = answer.headers()["x-subject-token"].clone();
    let body: Value = answer.json().await.unwrap();
    assert!(!body.to_string().contains(token.to_str().unwrap()));

    let status = || async {
        let request = bare(&simulator).header("x-auth-token", &token);
        send(request.json(&sources(&[EXAMPLE_TASK]))).await.status
    };
    assert_eq!(status().await, 200);
    simulator.advance_clock(Duration::from_secs(24 * 60 * 60 - 60));
    assert_eq!(status().await, 200);
    simulator.advance_clock(Duration::from_secs(60));
    assert_eq!(status().await, 403);
}

#[tokio::test]
async fn no_one_else_gets_a_token() {
    let simulator = Simulator::start_default().await.unwrap();
    for (place, status) in [
        ("/auth/identity/password/user/name", 401),
        ("/auth/identity/password/user/password", 401),
        ("/auth/identity/password/user/domain/name", 401),
        ("/auth/scope/project/id", 401),
        ("/auth/identity/methods/0", 400),
        ("/auth/identity", 400),
    ] {
        let mut body = request();
        *body.pointer_mut(place).unwrap() = "another".into();
        let answer = ask(&simulator, &body).await;
        assert_eq!(answer.status(), status, "{place}");
        assert!(answer.headers().get("x-subject-token").is_none(), "{place}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"]["code"], status, "{place}");
    }
    assert_eq!(simulator.tokens_issued(), 0);
}
