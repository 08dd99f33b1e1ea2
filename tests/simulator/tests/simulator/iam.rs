//! IAM: who gets a token, and how long it lasts.
use std::time::Duration;

use super::shared::{bare, client, send, sources};
use drs_simulator::{
    EXAMPLE_DOMAIN, EXAMPLE_PROJECT, EXAMPLE_REGION, EXAMPLE_TASK, EXAMPLE_USER,
    EXAMPLE_USER_PASSWORD, Simulator,
};
use reqwest::Response;
use serde_json::{Value, json};

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

#[tokio::test]
async fn a_project_is_found_by_the_name_of_its_region() {
    let builder = Simulator::builder().region("cn-north-4");
    let builder = builder.other_project("second", "cn-north-4");
    let simulator = builder.other_project("third", "a b").start().await.unwrap();
    let ids = async |query: &str| {
        let url = format!("{}/v3/projects{query}", simulator.endpoint());
        let request = client().get(url).header("x-auth-token", simulator.token());
        let body = send(request).await.body;
        let projects = body["projects"].as_array().unwrap();
        let ids = projects
            .iter()
            .map(|p| p["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids("").await, [EXAMPLE_PROJECT, "second", "third"]);
    assert_eq!(ids("?name=cn-north-4").await, [EXAMPLE_PROJECT, "second"]);
    assert_eq!(ids("?name=a%20b").await, ["third"]);
    assert_eq!(ids("?name=mars-north-1").await, [""; 0]);

    let url = simulator.endpoint() + "/v3/projects";
    for request in [
        client().get(&url),
        client().get(&url).header("x-auth-token", "another"),
    ] {
        let answer = send(request).await;
        assert_eq!(
            (answer.status, &answer.body["error"]["code"]),
            (401, &json!(401))
        );
    }
}

#[tokio::test]
async fn a_token_can_be_for_a_project_by_name() {
    let simulator = Simulator::start_default().await.unwrap();
    let mut body = request();
    for (name, status) in [(EXAMPLE_REGION, 201), ("mars-north-1", 401)] {
        body["auth"]["scope"]["project"] = json!({"name": name});
        assert_eq!(ask(&simulator, &body).await.status(), status, "{name}");
    }
}
