//! How the tests talk to a simulator: handmade requests, raw responses.
#![allow(dead_code, reason = "each test file uses a part of it")]
use drs_simulator::Simulator;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// A response, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["error_code"].as_str().unwrap_or_default()
    }

    pub(crate) fn message(&self) -> &str {
        self.body["error_msg"].as_str().unwrap_or_default()
    }
}

/// A client without proxies or redirects.
pub(crate) fn client() -> Client {
    Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()
        .unwrap()
}

pub(crate) fn path(simulator: &Simulator) -> String {
    format!("/v3/{}/jobs/batch-modify-pwd", simulator.project_id())
}

pub(crate) fn url(simulator: &Simulator) -> String {
    simulator.endpoint() + &path(simulator)
}

/// The request without token and body.
pub(crate) fn bare(simulator: &Simulator) -> RequestBuilder {
    client().request(Method::PUT, url(simulator))
}

/// A complete request, not yet sent.
pub(crate) fn request(simulator: &Simulator, body: &Value) -> RequestBuilder {
    bare(simulator)
        .header("x-auth-token", simulator.token())
        .json(body)
}

pub(crate) async fn read(response: Response) -> Answer {
    let header = |name: &str| {
        let value = response.headers().get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    Answer {
        status: response.status().as_u16(),
        request_id: header("x-request-id"),
        content_type: header("content-type"),
        body: response.json().await.unwrap(),
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    read(request.send().await.unwrap()).await
}

pub(crate) async fn ask(simulator: &Simulator, body: &Value) -> Answer {
    send(request(simulator, body)).await
}

pub(crate) fn item(job_id: &str, end_point_type: &str, password: &str) -> Value {
    json!({"db_password": password, "end_point_type": end_point_type, "job_id": job_id})
}

/// A body that changes the source password of each of these tasks.
pub(crate) fn sources(job_ids: &[&str]) -> Value {
    let jobs: Vec<Value> = job_ids.iter().map(|id| item(id, "so", "new")).collect();
    json!({ "jobs": jobs })
}
