//! The baseline: what you would write by hand with reqwest and serde. It has the same settings,
//! sends the same bytes, and reads the same properties, but checks, wipes, redacts, and retries
//! nothing.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

use super::{PROJECT, TOKEN, password, task_id};

#[derive(Serialize)]
struct Body<'a> {
    jobs: &'a [Job],
}

/// One change.
#[derive(Serialize)]
pub struct Job {
    db_password: String,
    end_point_type: Side,
    job_id: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    So,
    Ta,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Success,
    Failed,
}

/// The response.
#[derive(Deserialize)]
pub struct Answer {
    pub count: Option<i64>,
    pub error_code: Option<String>,
    pub error_msg: Option<String>,
    pub results: Option<Vec<Item>>,
}

/// One result.
#[derive(Deserialize)]
pub struct Item {
    pub end_point_type: Option<Side>,
    pub error_code: Option<String>,
    pub error_msg: Option<String>,
    pub id: Option<String>,
    pub status: Option<Status>,
}

/// This many changes.
pub fn plan(items: usize) -> Vec<Job> {
    let job = |number| Job {
        db_password: password(number),
        end_point_type: Side::So,
        job_id: task_id(number),
    };
    (0..items).map(job).collect()
}

/// Reads a response.
pub fn decode(body: &[u8]) -> Answer {
    serde_json::from_slice(body).unwrap()
}

#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    endpoint: String,
    token: String,
}

impl Client {
    pub fn new(endpoint: &str) -> Self {
        let http = reqwest::Client::builder()
            .user_agent(concat!("drs-api/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .read_timeout(Duration::from_secs(60))
            .pool_idle_timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy();
        Self {
            http: http.build().unwrap(),
            endpoint: endpoint.to_owned(),
            token: TOKEN.to_owned(),
        }
    }

    /// One request.
    pub async fn call(&self, jobs: &[Job]) -> Answer {
        let endpoint = &self.endpoint;
        let mut token = HeaderValue::from_str(&self.token).unwrap();
        token.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("x-auth-token", token);
        let request = self
            .http
            .put(format!("{endpoint}/v3/{PROJECT}/jobs/batch-modify-pwd"))
            .headers(headers)
            .json(&Body { jobs });
        let answer = request.send().await.unwrap().error_for_status().unwrap();
        answer.json().await.unwrap()
    }

    /// A plan in batches, some at a time.
    pub async fn change(&self, plan: Vec<Job>, batch: usize, concurrency: usize) -> Vec<Item> {
        let answers = stream::iter(plan.chunks(batch).map(|jobs| self.call(jobs)));
        let answers: Vec<Answer> = answers.buffer_unordered(concurrency).collect().await;
        let results = answers.into_iter().filter_map(|answer| answer.results);
        let results: Vec<Item> = results.flatten().collect();
        let first = results.first().map(|r| &r.status);
        assert!(results.iter().all(|r| Some(&r.status) == first));
        assert_eq!(results.len(), plan.len());
        results
    }
}
