//! The metadata service of a machine: who gets which key, and for how long.
use std::time::Duration;

use super::shared::client;
use drs_simulator::{Fault, Machine, Simulator, Stage, Times};
use reqwest::Response;
use serde_json::Value;

async fn simulator(machine: Machine) -> Simulator {
    let builder = Simulator::builder().machine(machine);
    builder.start().await.unwrap()
}

async fn token(simulator: &Simulator, ttl: &str) -> (u16, String) {
    let url = simulator.endpoint() + "/meta-data/latest/api/token";
    let request = client().put(url);
    let answer = request.header("X-Metadata-Token-Ttl-Seconds", ttl);
    let answer = answer.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn ask(simulator: &Simulator, token: Option<&str>) -> Response {
    let url = simulator.endpoint() + "/openstack/latest/securitykey";
    let mut request = client().get(url);
    if let Some(token) = token {
        request = request.header("X-Metadata-Token", token);
    }
    request.send().await.unwrap()
}

async fn key(simulator: &Simulator, token: Option<&str>) -> Value {
    let answer = ask(simulator, token).await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    body["credential"].clone()
}

#[tokio::test]
async fn a_machine_gives_the_key_of_its_agency_with_a_token_and_without() {
    let simulator = simulator(Machine::default()).await;
    let (status, token) = token(&simulator, "21600").await;
    assert_eq!(status, 200);
    let with = key(&simulator, Some(&token)).await;
    let without = key(&simulator, None).await;
    assert_eq!(with, without);
    for name in ["access", "secret", "securitytoken", "expires_at"] {
        assert!(with[name].is_string(), "{name}");
    }
    assert_eq!(simulator.keys_issued(), 1);
    assert_eq!(ask(&simulator, Some("another")).await.status(), 401);
    // Not shown in test output.
    assert!(!format!("{:?}", simulator.requests()).contains(&token));
}

#[tokio::test]
async fn a_token_ends_when_it_was_told_to() {
    let simulator = simulator(Machine::default().needs_token()).await;
    assert_eq!(ask(&simulator, None).await.status(), 401);
    let (_, token) = token(&simulator, "60").await;
    assert_eq!(ask(&simulator, Some(&token)).await.status(), 200);
    simulator.advance_clock(Duration::from_secs(60));
    assert_eq!(ask(&simulator, Some(&token)).await.status(), 401);
    for wrong in ["0", "21601", "long"] {
        assert_eq!(self::token(&simulator, wrong).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn the_first_version_has_no_tokens_and_keys_for_all() {
    for status in [404, 405, 503] {
        let simulator = simulator(Machine::default().first_version(status)).await;
        assert_eq!(token(&simulator, "60").await.0, status);
        assert_eq!(ask(&simulator, None).await.status(), 200);
    }
}

#[tokio::test]
async fn a_machine_without_an_agency_says_so() {
    let simulator = simulator(Machine::default().without_agency()).await;
    let answer = ask(&simulator, None).await;
    assert_eq!(answer.status(), 401);
    let text = answer.text().await.unwrap();
    assert!(text.contains("Please configure Cloud Service Agency first"));
    assert_eq!(simulator.keys_issued(), 0);
}

#[tokio::test]
async fn a_key_is_followed_by_another_in_the_second_half_of_its_life() {
    let machine = Machine::default().key_lifetime(Duration::from_secs(100));
    let simulator = simulator(machine).await;
    let first = key(&simulator, None).await;
    simulator.advance_clock(Duration::from_secs(40));
    assert_eq!(key(&simulator, None).await, first);
    simulator.advance_clock(Duration::from_secs(20));
    assert_ne!(key(&simulator, None).await["access"], first["access"]);
    assert_eq!(simulator.keys_issued(), 2);
}

#[tokio::test]
async fn without_a_machine_there_is_no_metadata_service() {
    let simulator = Simulator::start_default().await.unwrap();
    assert_eq!(ask(&simulator, None).await.status(), 404);
}

#[tokio::test]
async fn faults_act_on_it_too() {
    let simulator = simulator(Machine::default()).await;
    simulator.fault(Fault::answer(500, "busy"), Times::Next(1));
    assert_eq!(token(&simulator, "60").await, (500, "busy".to_owned()));
    simulator.fault(Fault::hang(Stage::AfterBody), Times::Next(1));
    let waited = tokio::time::timeout(Duration::from_millis(200), token(&simulator, "60"));
    assert!(waited.await.is_err());
}
